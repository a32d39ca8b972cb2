"""The signing authority: it certifies physicians' signing keys, under a passphrase of its own that the running server does not have."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from hospital.keys.files import read
from hospital.keys.stretch import Stretch
from record.signature import authority
from record.trouble import Kind, Trouble
from sync.seal import private_keys
from sync.seal.commit import write_durably
from sync.seal.values import open_with, seal_with

if TYPE_CHECKING:
    from pathlib import Path

_LIFE = timedelta(days=3650)
_SKEW = timedelta(hours=1)
_PURPOSE = "overread hospital signing authority"


class SigningAuthority:
    """The open authority; held by `approve` alone, for as long as it runs."""

    def __init__(self, key: ec.EllipticCurvePrivateKey, pem: bytes, hospital: str) -> None:
        self._key = key
        self._pem = pem
        self._hospital = hospital

    def issue(self, request_pem: str, name: str, now: datetime, life: timedelta) -> tuple[str, str]:
        """The certificate (PEM) for a desk's request, and SHA-256 of its DER in hexadecimal."""
        end = min(now + life, x509.load_pem_x509_certificate(self._pem).not_valid_after_utc)
        pem = authority.issue(
            request_pem.encode(), self._key, self._pem, name, self._hospital, now - _SKEW, end, x509.random_serial_number()
        )
        return pem.decode("ascii"), certificate_sha256(pem)


def make(folder: Path, passphrase: str, hospital: str, now: datetime) -> None:
    """A new authority: certificate in the clear, key sealed under the passphrase."""
    key = private_keys.new_key()
    pem = authority.make_authority(key, hospital, now - _SKEW, now + _LIFE, x509.random_serial_number())
    stretch = Stretch.fresh()
    rests = seal_with(stretch.key(passphrase), _PURPOSE, private_keys.to_der(key))
    write_durably(folder / "signing-authority.key", json.dumps({"stretch": stretch.as_dict(), "sealed": rests.hex()}).encode())
    write_durably(folder / "signing-authority.pem", pem)


def authority_pem(folder: Path) -> str:
    """The authority's certificate: the root of every opinion's signature."""
    return read(folder / "signing-authority.pem").decode("ascii")


def load(folder: Path, passphrase: str, hospital: str) -> SigningAuthority:
    """The open authority.

    Raises:
        Trouble: IDENTITY, for another passphrase.
    """
    value = json.loads(read(folder / "signing-authority.key"))
    secret = Stretch.from_dict(value["stretch"]).key(passphrase)
    try:
        der = open_with(secret, _PURPOSE, bytes.fromhex(value["sealed"]))
    except Trouble as error:
        raise Trouble(
            "This is not the passphrase of the signing authority.",
            "Type the one that was set at the first start; it is not the server's own passphrase.",
            kind=Kind.IDENTITY,
        ) from error
    return SigningAuthority(private_keys.from_der(der), authority_pem(folder).encode(), hospital)


def certificate_sha256(pem: bytes) -> str:
    """SHA-256 over a certificate's DER, hexadecimal."""
    return x509.load_pem_x509_certificate(pem).fingerprint(hashes.SHA256()).hex()


def request_key(request_pem: str) -> tuple[int, int] | None:
    """The point of the P-256 key that a request (PKCS #10, RFC 2986) asks for; None where it is no valid request of such a key."""
    try:
        request = x509.load_pem_x509_csr(request_pem.encode())
        key = request.public_key()
        good = request.is_signature_valid
    except (ValueError, TypeError):
        return None
    if not good or not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != "secp256r1":
        return None
    point = key.public_numbers()
    return point.x, point.y
