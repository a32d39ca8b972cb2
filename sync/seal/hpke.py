"""Sealing to a public key: HPKE (RFC 9180), base mode, X25519, HKDF-SHA-256, AES-256-GCM, as `cryptography` has it."""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from record.trouble import Kind, Trouble

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def new_pair() -> tuple[bytes, bytes]:
    """A new pair: private and public half, 32 bytes each."""
    private = X25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


def sealed_to(public: bytes, secret: bytes, purpose: str) -> bytes:
    """A secret that only the holder of the private half opens, and only for this purpose (`info`). Raises `Trouble` (DAMAGED)."""
    try:
        return _SUITE.encrypt(secret, X25519PublicKey.from_public_bytes(public), purpose.encode())
    except ValueError as error:
        raise Trouble("A public key is not usable.", "Tell the hospital's IT.", type(error).__name__, Kind.DAMAGED) from error


def opened_with(private: bytes, sealed: bytes, purpose: str) -> bytes:
    """The inverse of `sealed_to`. Raises `Trouble` (IDENTITY: another key, another purpose, or changed)."""
    try:
        return _SUITE.decrypt(sealed, X25519PrivateKey.from_private_bytes(private), purpose.encode())
    except (InvalidTag, ValueError) as error:
        raise Trouble("This key does not open it.", "Take the right key.", type(error).__name__, Kind.IDENTITY) from error
