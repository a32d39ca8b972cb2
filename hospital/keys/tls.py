"""TLS: the hospital's own authority, and the leaf for the names under which desks reach it (RFC 5280, RFC 6125). Loopback too."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from hospital.keys.files import read
from record.signature.authority import unsigned
from sync.seal import private_keys
from sync.seal.commit import write_durably
from sync.seal.values import open_with, seal_with

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from hospital.keys.master import MasterKey

_AUTHORITY_LIFE = timedelta(days=3650)
_LEAF_LIFE = timedelta(days=397)
_RENEW_BEFORE = timedelta(days=60)
_SKEW = timedelta(hours=1)
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """What a TLS server loads; the key file is encrypted under `password`."""

    certificate: Path
    key: Path
    password: str = field(repr=False)


def make_authority(folder: Path, master: MasterKey, hospital: str) -> None:
    """A new authority: its certificate in the clear, its key sealed under the master key."""
    key = private_keys.new_key()
    now = datetime.now(UTC)
    name = _name(f"{hospital} TLS authority")
    certificate = (
        unsigned(name, name, key.public_key(), (now - _SKEW, now + _AUTHORITY_LIFE), x509.random_serial_number())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(sign_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    write_durably(folder / "tls-authority.pem", certificate.public_bytes(serialization.Encoding.PEM))
    write_durably(folder / "tls-authority.key", seal_with(master.key("tls"), "tls authority", private_keys.to_der(key)))


def authority_pem(folder: Path) -> str:
    """The authority's certificate: the only root that desks trust."""
    return read(folder / "tls-authority.pem").decode("ascii")


def leaf(folder: Path, master: MasterKey, names: Sequence[str], now: datetime, listener: str = "tls") -> TlsFiles:
    """The files of a listener's leaf, made anew where the names changed or less than 60 days are left."""
    files = TlsFiles(folder / f"{listener}.pem", folder / f"{listener}.key", master.key(f"{listener} leaf").hex())
    wanted = list(dict.fromkeys([*_LOOPBACK, *names]))
    if not _still_good(folder, files.certificate, wanted, now):
        _make_leaf(folder, master, files, wanted, now)
    return files


def _make_leaf(folder: Path, master: MasterKey, files: TlsFiles, names: list[str], now: datetime) -> None:
    authority = x509.load_pem_x509_certificate(authority_pem(folder).encode())
    authority_key = private_keys.from_der(open_with(master.key("tls"), "tls authority", read(folder / "tls-authority.key")))
    key = private_keys.new_key()
    certificate = (
        unsigned(
            _name("overread-server"), authority.subject, key.public_key(), (now - _SKEW, now + _LEAF_LIFE), x509.random_serial_number()
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(sign_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_general(one) for one in names]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    locked = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(files.password.encode()),
    )
    write_durably(files.key, locked)
    write_durably(files.certificate, certificate.public_bytes(serialization.Encoding.PEM))


def _still_good(folder: Path, path: Path, wanted: list[str], now: datetime) -> bool:
    if not path.exists():
        return False
    found = x509.load_pem_x509_certificate(read(path))
    authority = x509.load_pem_x509_certificate(authority_pem(folder).encode())
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return (
        list(names) == [_general(one) for one in wanted]
        and found.issuer == authority.subject
        and found.not_valid_after_utc > now + _RENEW_BEFORE
    )


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common[:64])])


def _usage(*, sign_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not sign_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=sign_certificates,
        crl_sign=sign_certificates,
        encipher_only=False,
        decipher_only=False,
    )
