"""The recovery key: an X25519 pair whose private half is written once, for the safe, and is not kept (HPKE, RFC 9180, base mode)."""

from __future__ import annotations

import base64
import binascii

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from record.trouble import Kind, Trouble

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_GROUP = 4


def make() -> tuple[str, bytes]:
    """A new pair: the private half as text for paper (base32 in groups of four), the public half as 32 bytes."""
    private = X25519PrivateKey.generate()
    letters = base64.b32encode(private.private_bytes_raw()).decode().rstrip("=")
    text = "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))
    return text, private.public_key().public_bytes_raw()


def wrapped(secret: bytes, public: bytes, purpose: str) -> bytes:
    """A secret that only the recovery key opens."""
    return _SUITE.encrypt(secret, X25519PublicKey.from_public_bytes(public), purpose.encode())


def unwrapped(data: bytes, private_text: str, purpose: str) -> bytes:
    """The inverse of `wrapped`.

    Raises:
        Trouble: IDENTITY, where the text is not this hospital's recovery key.
    """
    letters = "".join(private_text.split()).replace("-", "").upper()
    try:
        private = X25519PrivateKey.from_private_bytes(base64.b32decode(letters + "=" * (-len(letters) % 8)))
        return _SUITE.decrypt(data, private, purpose.encode())
    except (InvalidTag, ValueError, binascii.Error) as error:
        raise Trouble(
            "This is not the recovery key of this hospital.",
            "Take the key that was written at the first start of this data folder and type it as it stands on the paper.",
            type(error).__name__,
            Kind.IDENTITY,
        ) from error
