"""Private P-256 keys as they are made, and as they are sealed (PKCS #8, DER)."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_der_private_key

from record.trouble import Kind, Trouble


def new_key() -> ec.EllipticCurvePrivateKey:
    """A fresh P-256 key."""
    return ec.generate_private_key(ec.SECP256R1())


def to_der(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The key as it is sealed; never written in the open."""
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def from_der(data: bytes) -> ec.EllipticCurvePrivateKey:
    """The inverse of `to_der`. Raises `Trouble` (DAMAGED)."""
    try:
        key = load_der_private_key(data, None)
    except ValueError as error:
        raise _damaged(type(error).__name__) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise _damaged("another kind of key")
    return key


def _damaged(why: str) -> Trouble:
    return Trouble("A private key at rest is damaged.", "Put it back from the last backup.", why, Kind.DAMAGED)
