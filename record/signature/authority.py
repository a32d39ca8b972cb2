"""The signing authority: its own certificate, the request a desk makes, and the certificates it issues. Pure: keys and times are given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from datetime import date, datetime

DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # id-kp-documentSigning, RFC 9336


def make_authority(key: ec.EllipticCurvePrivateKey, hospital: str, not_before: datetime, not_after: datetime, serial: int) -> bytes:
    """The self-signed certificate (PEM) of a hospital's signing authority: CA, path length 0, key usage certificate and CRL signing.

    Args:
        key: the authority's P-256 key.
        hospital: the hospital's name.
        not_before: from when it holds (aware).
        not_after: until when (aware); longer than any certificate that it issues.
        serial: positive, at most 159 bits (RFC 5280, 4.1.2.2).
    """
    subject = _name(f"{hospital} signing authority", hospital)
    builder = unsigned(subject, subject, key.public_key(), (not_before, not_after), serial)
    return (
        builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(certificates=True), critical=True)
        .sign(key, hashes.SHA256())
        .public_bytes(Encoding.PEM)
    )


def make_request(key: ec.EllipticCurvePrivateKey, common_name: str) -> bytes:
    """The PKCS #10 request (PEM, RFC 2986) of a desk for its signing key."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64])])
    return x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)


def issue(
    request_pem: bytes,
    authority_key: ec.EllipticCurvePrivateKey,
    authority_pem: bytes,
    name: str,
    hospital: str,
    not_before: datetime,
    not_after: datetime,
    serial: int,
) -> bytes:
    """The certificate (PEM) for a request: the subject is what the hospital says, never what the request asks.

    Key usage digital signature and non-repudiation (critical); extended key usage e-mail protection and document signing (RFC 9336).

    Raises:
        Trouble: INPUT where the request is damaged, not self-signed, or its key is not P-256.
    """
    public_key = _requested_key(request_pem)
    authority = x509.load_pem_x509_certificate(authority_pem)
    authority_id = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    builder = unsigned(_name(name, hospital), authority.subject, public_key, (not_before, not_after), serial)
    return (
        builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION, DOCUMENT_SIGNING]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(authority_id), critical=False)
        .sign(authority_key, hashes.SHA256())
        .public_bytes(Encoding.PEM)
    )


def _requested_key(request_pem: bytes) -> ec.EllipticCurvePublicKey:
    try:
        request = x509.load_pem_x509_csr(request_pem)
        key, signed = request.public_key(), request.is_signature_valid
    except (ValueError, TypeError, UnsupportedAlgorithm, InvalidSignature) as error:
        raise _bad_request("it cannot be read", type(error).__name__) from error
    if not signed:
        raise _bad_request("its own signature is wrong", "PKCS #10 signature")
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise _bad_request("its key is not of the kind that is used here", "the key is not P-256")
    return key


def _bad_request(why: str, details: str) -> Trouble:
    return Trouble(
        f"The request for a signing certificate cannot be used: {why}.",
        "Enrol this desk again; it then makes a new key and a new request.",
        details,
        Kind.INPUT,
    )


def _name(common_name: str, organisation: str) -> x509.Name:
    """A subject; RFC 5280 limits both attributes to 64 characters."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64]),
        ]
    )


def holds_until(pem: str | None) -> date | None:
    """The last day (UTC) on which a certificate holds; None where there is none."""
    return None if pem is None else x509.load_pem_x509_certificate(pem.encode()).not_valid_after_utc.date()


def unsigned(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, span: tuple[datetime, datetime], serial: int
) -> x509.CertificateBuilder:
    """A certificate that is to be extended and signed; `span`: from when and until when it holds (aware)."""
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(serial)
        .not_valid_before(span[0])
        .not_valid_after(span[1])
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _key_usage(*, certificates: bool) -> x509.KeyUsage:
    """What the key may do: sign certificates and their revocation, or sign documents."""
    return x509.KeyUsage(
        digital_signature=not certificates,
        content_commitment=not certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certificates,
        crl_sign=certificates,
        encipher_only=False,
        decipher_only=False,
    )
