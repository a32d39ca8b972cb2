"""Small secrets and texts under a case key: AES-256-GCM with the context as associated data.

A sealed value is one byte of version (1) ‖ 12 random bytes of nonce ‖ ciphertext with tag. The context says what the value is and
where it stands ("case 3f…: body"), so that values cannot be swapped. One key takes far fewer than 2³² values (NIST SP 800-38D, 8.3).
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from record.trouble import Kind, Trouble
from sync.seal.keys import derive

if TYPE_CHECKING:
    from sync.seal.keys import CaseKey

_VERSION = b"\1"
_NONCE_BYTES = 12


def seal_value(key: CaseKey, context: str, value: bytes) -> bytes:
    """The sealed value."""
    return seal_with(derive(key.secret, b"overread value 1"), context, value)


def open_value(key: CaseKey, context: str, sealed: bytes) -> bytes:
    """The value. Raises `Trouble` (DAMAGED), where it was changed, or belongs to another context or case."""
    return open_with(derive(key.secret, b"overread value 1"), context, sealed)


def seal_with(secret: bytes, context: str, value: bytes) -> bytes:
    """The sealed value under a 32-byte key of its own."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return _VERSION + nonce + AESGCM(secret).encrypt(nonce, value, context.encode())


def open_with(secret: bytes, context: str, sealed: bytes) -> bytes:
    """The inverse of `seal_with`. Raises `Trouble` (DAMAGED)."""
    nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    if sealed[:1] != _VERSION or len(nonce) != _NONCE_BYTES:
        raise _damaged()
    try:
        return AESGCM(secret).decrypt(nonce, body, context.encode())
    except InvalidTag as error:
        raise _damaged() from error


def _damaged() -> Trouble:
    return Trouble(
        "A stored text is damaged.",
        "What came from the hospital is fetched again by itself; if this stays, tell the hospital's IT.",
        details="sealed value",
        kind=Kind.DAMAGED,
    )
