"""The keys and certificates of a hospital in memory, as a real one makes them: TLS authority and server, signing authority, receipt key."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from sync.protocol import jws
from sync.protocol.messages import Authority
from sync.seal import hpke

if TYPE_CHECKING:
    from pathlib import Path


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


@dataclass(frozen=True)
class Issuer:
    """A small authority."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def new(cls, name: str) -> Issuer:
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _builder(name, name, key.public_key()).add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        usage = x509.KeyUsage(
            digital_signature=False,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=True,
            crl_sign=True,
            encipher_only=False,
            decipher_only=False,
        )
        identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        certificate = certificate.add_extension(usage, critical=True).add_extension(identifier, critical=False)
        return cls(key, certificate.sign(key, SHA256()))

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()

    def server(self, folder: Path, days: tuple[float, float] = (-1, 90)) -> tuple[Path, Path]:
        """Certificate and key files of a server on loopback, valid between two days from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("localhost")])
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        builder = _builder("127.0.0.1", _common_name(self.certificate), key.public_key(), days)
        certificate = builder.add_extension(names, critical=False).add_extension(identifier, critical=False).sign(self.key, SHA256())
        files = folder / "server.pem", folder / "server.key"
        files[0].write_bytes(certificate.public_bytes(Encoding.PEM))
        files[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return files

    def issue(self, request_pem: str) -> str:
        """A signing certificate for a request."""
        request = x509.load_pem_x509_csr(request_pem.encode())
        key = request.public_key()
        assert isinstance(key, ec.EllipticCurvePublicKey)
        builder = _builder("Physician", _common_name(self.certificate), key)
        return builder.sign(self.key, SHA256()).public_bytes(Encoding.PEM).decode()


def _common_name(certificate: x509.Certificate) -> str:
    return str(certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


def _builder(subject: str, issuer: str, key: ec.EllipticCurvePublicKey, days: tuple[float, float] = (-1, 90)) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(_name(subject)).issuer_name(_name(issuer)).public_key(key)
    builder = builder.serial_number(x509.random_serial_number())
    return builder.not_valid_before(now + timedelta(days=days[0])).not_valid_after(now + timedelta(days=days[1]))


@dataclass(frozen=True)
class HospitalKeys:
    """All authorities of one hospital."""

    tls: Issuer
    signing: Issuer
    receipts: ec.EllipticCurvePrivateKey
    recovery: tuple[bytes, bytes]  # private and public half

    @classmethod
    def new(cls) -> HospitalKeys:
        return cls(Issuer.new("TLS"), Issuer.new("Signing"), ec.generate_private_key(ec.SECP256R1()), hpke.new_pair())

    @property
    def kid(self) -> str:
        return jws.key_id(jws.jwk(self.receipts))

    def authority(self, dataset: str) -> Authority:
        keys = {self.kid: jws.jwk(self.receipts)}
        return Authority(
            hospital="Test Hospital",
            dataset=dataset,
            tls_ca_pem=self.tls.pem,
            signing_ca_pem=self.signing.pem,
            recovery_key=self.recovery[1].hex(),
            receipt_keys=keys,
        )
