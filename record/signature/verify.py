"""Judging a signed opinion: who signed it, whether it is whole, and what exactly is wrong where it is not."""

from __future__ import annotations

import hashlib
import io
import logging
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from record.signature.authority import DOCUMENT_SIGNING

if TYPE_CHECKING:
    from datetime import datetime

ATTACHED = "opinion.json"  # the name of the attached file


class Failure(StrEnum):
    """What is wrong with a signed opinion; several can hold at once."""

    NOT_A_PDF = "not_a_pdf"
    NOT_SIGNED = "not_signed"
    SEVERAL_SIGNATURES = "several_signatures"
    WRONG_FORM = "wrong_form"  # not PAdES B-B with SHA-256 and P-256
    CHANGED = "changed"  # the digest of the signed bytes differs
    SIGNATURE_INVALID = "signature_invalid"  # the signature does not fit the certificate's key
    NOT_WHOLE_FILE = "not_whole_file"  # bytes lie outside the signed range: something was added later
    UNTRUSTED = "untrusted"  # the certificate does not lead to the given authority
    NOT_A_SIGNING_CERTIFICATE = "not_a_signing_certificate"  # its key usage does not allow signing documents
    EXPIRED = "expired"  # the certificate was not valid at the time of judgement
    OTHER_COMPOSED = "other_composed"  # it does not begin with the given composed PDF
    NO_OPINION_JSON = "no_opinion_json"


@dataclass(frozen=True)
class Verdict:
    """The judgement over a signed opinion."""

    failures: tuple[Failure, ...]
    valid: bool  # intact, and the signature fits the certificate
    trusted: bool  # the certificate leads to the given authority and was valid at the time
    covers_whole_file: bool
    signer: str  # common name in the certificate
    signer_sha256: str  # of the certificate (DER), hexadecimal
    signed_at: datetime | None  # as the desk's clock had it
    opinion_json: bytes | None  # as attached under the signature
    is_prefix_of: bool | None  # whether the given composed PDF is an exact prefix; None where none was given

    @property
    def good(self) -> bool:
        """Nothing is wrong."""
        return not self.failures


def verify(signed: bytes, authority_pem: bytes, at: datetime, composed: bytes | None = None) -> Verdict:
    """Judges a signed PDF by one authority, at one time, without a network. Never raises for what `signed` holds.

    Must not be called on a thread that runs an asyncio loop (pyHanko runs its own). Give strangers' files to a worker process: the
    parser is bounded here in what it may raise, not in what it may eat.

    Args:
        signed: the PDF as it came.
        authority_pem: the only root that is trusted (the hospital's signing authority).
        at: the time at which certificates are judged (the hospital's time of receipt), aware.
        composed: the PDF that was shown before signing, where it is at hand.
    """
    prefix = None if composed is None else signed.startswith(composed)
    other = (Failure.OTHER_COMPOSED,) if prefix is False else ()
    try:
        reader = _reader(signed)
        signatures = reader.embedded_signatures
    except _hostile():
        return _refused((Failure.NOT_A_PDF, *other), prefix)
    if len(signatures) != 1:
        return _refused((Failure.SEVERAL_SIGNATURES if signatures else Failure.NOT_SIGNED, *other), prefix)
    try:
        return _judge(signed, reader, x509.load_pem_x509_certificate(authority_pem), at, prefix)
    except _hostile():
        return _refused((Failure.CHANGED, *other), prefix)


def _hostile() -> tuple[type[Exception], ...]:
    """What the PDF, CMS and certificate parsers raise for damaged or hostile bytes."""
    import struct  # noqa: PLC0415  late import, beside the ones below
    import zlib  # noqa: PLC0415  late import, likewise

    from pyhanko.pdf_utils.misc import PdfError  # noqa: PLC0415  late import: half a second that the start must not pay

    parsing = (ValueError, LookupError, TypeError, AttributeError, AssertionError, ArithmeticError, RecursionError, NotImplementedError)
    return (PdfError, *parsing, OSError, EOFError, struct.error, zlib.error, InvalidSignature, UnsupportedAlgorithm)


def _refused(failures: tuple[Failure, ...], prefix: bool | None) -> Verdict:
    return Verdict(
        failures,
        valid=False,
        trusted=False,
        covers_whole_file=False,
        signer="",
        signer_sha256="",
        signed_at=None,
        opinion_json=None,
        is_prefix_of=prefix,
    )


def _reader(signed: bytes) -> Any:  # noqa: ANN401  pyHanko has no types here
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415  late import, likewise

    return PdfFileReader(io.BytesIO(signed), strict=True)


def _judge(signed: bytes, reader: Any, root: x509.Certificate, at: datetime, prefix: bool | None) -> Verdict:  # noqa: ANN401  pyHanko has no types here
    embedded = reader.embedded_signatures[0]
    status = _status(embedded, root, at)
    certificate = x509.load_der_x509_certificate(embedded.signer_cert.dump())
    der = certificate.public_bytes(Encoding.DER)
    whole = _covers(signed, [int(number) for number in embedded.byte_range])
    expired = not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc
    issued = _issued_by(certificate, root)
    attached = _attached(reader)
    found = {
        Failure.WRONG_FORM: not _right_form(embedded, certificate),
        Failure.CHANGED: not status.intact,
        Failure.SIGNATURE_INVALID: not status.valid,
        Failure.NOT_WHOLE_FILE: not whole or status.coverage.name != "ENTIRE_FILE",
        Failure.UNTRUSTED: not issued or (status.intact and status.valid and not expired and not status.trusted),
        Failure.NOT_A_SIGNING_CERTIFICATE: not _may_sign(certificate),
        Failure.EXPIRED: expired,
        Failure.OTHER_COMPOSED: prefix is False,
        Failure.NO_OPINION_JSON: attached is None,
    }
    return Verdict(
        tuple(failure for failure, holds in found.items() if holds),
        valid=status.intact and status.valid,
        trusted=status.trusted and issued and not expired,
        covers_whole_file=not found[Failure.NOT_WHOLE_FILE],
        signer=_common_name(certificate),
        signer_sha256=hashlib.sha256(der).hexdigest(),
        signed_at=embedded.self_reported_timestamp,
        opinion_json=attached,
        is_prefix_of=prefix,
    )


def _status(embedded: Any, root: x509.Certificate, at: datetime) -> Any:  # noqa: ANN401  pyHanko has no types here
    from asn1crypto import x509 as asn1  # noqa: PLC0415  late import, likewise
    from pyhanko.sign.validation import validate_pdf_signature  # noqa: PLC0415  late import, likewise
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415  late import, likewise

    for library in ("pyhanko", "pyhanko_certvalidator"):
        logging.getLogger(library).setLevel(logging.CRITICAL + 1)  # they log the names in certificates
    trusted = asn1.Certificate.load(root.public_bytes(Encoding.DER))
    context = ValidationContext(trust_roots=[trusted], allow_fetching=False, moment=at, revocation_mode="soft-fail")
    return validate_pdf_signature(embedded, context, skip_diff=True)


def _covers(signed: bytes, byte_range: list[int]) -> bool:
    """Whether the signed ranges are the whole file but for one hexadecimal string (ISO 32000-2, 12.8.1)."""
    if len(byte_range) != 4 or byte_range[0] != 0:
        return False
    _, first, start, second = byte_range
    hole = signed[first:start]
    return start + second == len(signed) and re.fullmatch(rb"<[0-9A-Fa-f]*>", hole) is not None


def _right_form(embedded: Any, certificate: x509.Certificate) -> bool:  # noqa: ANN401  pyHanko has no types here
    """PAdES B-B (EN 319 142-1, 6.3) with the algorithms we use: CAdES detached, SHA-256, P-256, the certificate's hash signed."""
    key = certificate.public_key()
    attributes = {attribute["type"].native for attribute in embedded.signer_info["signed_attrs"]}
    return (
        embedded.sig_object.get("/SubFilter") == "/ETSI.CAdES.detached"
        and embedded.md_algorithm == "sha256"
        and isinstance(key, ec.EllipticCurvePublicKey)
        and isinstance(key.curve, ec.SECP256R1)
        and "signing_certificate_v2" in attributes
    )


def _issued_by(certificate: x509.Certificate, root: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(root)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _may_sign(certificate: x509.Certificate) -> bool:
    """Non-repudiation is set, and document signing is among the extended key usages (RFC 9336)."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
        purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return usage.content_commitment and DOCUMENT_SIGNING in purposes


def _common_name(certificate: x509.Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(names[0].value) if names else ""


def _attached(reader: Any) -> bytes | None:  # noqa: ANN401  pyHanko has no types here
    """The one file named `opinion.json` in the name tree of embedded files (ISO 32000-2, 7.11.4)."""
    try:
        names = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
        pairs = {str(names[at]): names[at + 1] for at in range(0, len(names), 2)}
        return bytes(pairs[ATTACHED]["/EF"]["/F"].data)
    except _hostile():
        return None
