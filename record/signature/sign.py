"""Signing a composed opinion: PAdES B-B (ETSI EN 319 142-1), offline, the composed PDF an exact prefix of the signed one."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from datetime import datetime

    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

FIELD = "Opinion"  # the name of the signature field


def sign(
    composed: bytes,
    key: EllipticCurvePrivateKey,
    certificate_pem: bytes,
    authority_pem: bytes,
    at: datetime,
    *,
    reason: str = "Second opinion",
) -> bytes:
    """The signed PDF (SubFilter `ETSI.CAdES.detached`, SHA-256 with ECDSA P-256), which begins with all of `composed`.

    Must not be called on a thread that runs an asyncio loop (pyHanko runs its own).

    Args:
        composed: the PDF that `compose` made.
        key: the physician's P-256 key.
        certificate_pem: its certificate, issued by the signing authority.
        authority_pem: the signing authority's own certificate, embedded for the reader.
        at: the signing time (aware), as the desk's clock has it.
        reason: what the signature says of itself.

    Raises:
        Trouble: IDENTITY where key and certificate do not belong together or the certificate is not valid at `at`; DAMAGED where
            `composed` is no PDF or is signed already.
    """
    certificate = x509.load_pem_x509_certificate(certificate_pem)
    _check_certificate(certificate, key, at)
    try:
        signer = _cms_signer(key, certificate, x509.load_pem_x509_certificate(authority_pem))
        signed = _sign(composed, signer, _common_name(certificate), at, reason)
    except _unsignable() as error:
        raise Trouble(
            "The composed opinion cannot be signed: its file is damaged or already carries a signature.",
            "Go back to the text and compose it again; nothing you wrote is lost.",
            type(error).__name__,
            Kind.DAMAGED,
        ) from error
    if not signed.startswith(composed):
        raise Trouble(
            "Signing would have changed the pages that you saw, so it was not done.",
            "Compose the opinion again and sign the new pages.",
            "the composed bytes are no prefix of the signed ones",
            Kind.INTERNAL,
        )
    return signed


def _check_certificate(certificate: x509.Certificate, key: EllipticCurvePrivateKey, at: datetime) -> None:
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if certificate.public_key().public_bytes(*form) != key.public_key().public_bytes(*form):
        raise Trouble(
            "The signing certificate on this desk does not belong to its signing key.",
            "Ask the hospital to issue a certificate for this desk again.",
            "public keys differ",
            Kind.IDENTITY,
        )
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        raise Trouble(
            "Your signing certificate is not valid at this time.",
            "Check the clock of this computer; if it is right, ask the hospital to renew the certificate.",
            f"valid {certificate.not_valid_before_utc:%Y-%m-%d} to {certificate.not_valid_after_utc:%Y-%m-%d}",
            Kind.IDENTITY,
        )


def _unsignable() -> tuple[type[Exception], ...]:
    """What pyHanko raises for a file that it cannot sign."""
    from pyhanko.pdf_utils.misc import PdfError  # noqa: PLC0415  late import: half a second that the start must not pay
    from pyhanko.sign.general import SigningError  # noqa: PLC0415  late import, likewise

    return (PdfError, SigningError, ValueError, KeyError, TypeError, IndexError, AttributeError)


def _sign(composed: bytes, cms_signer: Any, name: str, at: datetime, reason: str) -> bytes:  # noqa: ANN401  pyHanko has no types here
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415  late import, likewise
    from pyhanko.sign.fields import SigSeedSubFilter  # noqa: PLC0415  late import, likewise
    from pyhanko.sign.signers import PdfSignatureMetadata  # noqa: PLC0415  late import, likewise

    metadata = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        reason=reason,
        name=name,
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(composed), strict=True)
    if "/AcroForm" in writer.root:
        raise ValueError("already signed")
    out = io.BytesIO()
    _signer_at(at, metadata, cms_signer).sign_pdf(writer, output=out)
    return out.getvalue()


def _common_name(certificate: x509.Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(names[0].value) if names else ""


def _cms_signer(key: EllipticCurvePrivateKey, certificate: x509.Certificate, authority: x509.Certificate) -> Any:  # noqa: ANN401  pyHanko has no types here
    from asn1crypto import keys  # noqa: PLC0415  late import, likewise
    from asn1crypto import x509 as asn1  # noqa: PLC0415  late import, likewise
    from pyhanko.sign.signers import SimpleSigner  # noqa: PLC0415  late import, likewise
    from pyhanko_certvalidator.registry import SimpleCertificateStore  # noqa: PLC0415  late import, likewise

    chain = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # pyHanko has no types here
    chain.register(asn1.Certificate.load(authority.public_bytes(Encoding.DER)))
    return SimpleSigner(
        signing_cert=asn1.Certificate.load(certificate.public_bytes(Encoding.DER)),
        signing_key=keys.PrivateKeyInfo.load(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())),
        cert_registry=chain,
        embed_roots=True,
    )


def _signer_at(at: datetime, metadata: Any, cms_signer: Any) -> Any:  # noqa: ANN401  pyHanko has no types here
    """A PDF signer whose clock stands at `at`: pyHanko reads the machine's and has no argument for it."""
    from pyhanko.sign.signers import PdfSigner  # noqa: PLC0415  late import, likewise

    class SignerAt(PdfSigner):
        """Signs at a given time."""

        def init_signing_session(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  passed on as they are
            """The session that pyHanko makes, with our time."""
            session = super().init_signing_session(*args, **kwargs)
            session.system_time = at
            return session

    return SignerAt(metadata, signer=cms_signer)
