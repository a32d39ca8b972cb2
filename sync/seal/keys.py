"""A case key and what is derived from it: keys of files, the names of files, the key of sealed values."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class CaseKey:
    """The key under which all of one case rests, on one side; `id` says which key sealed a file."""

    id: bytes
    secret: bytes = field(repr=False)

    @classmethod
    def new(cls) -> CaseKey:
        """A fresh random key."""
        return cls(secrets.token_bytes(ID_BYTES), secrets.token_bytes(KEY_BYTES))


def derive(secret: bytes, info: bytes, salt: bytes | None = None, length: int = KEY_BYTES) -> bytes:
    """HKDF-SHA-256 (RFC 5869) of `secret`."""
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)


def file_keys(key: CaseKey, salt: bytes, file_id: bytes) -> tuple[bytes, bytes]:
    """The encryption key and the header's MAC key of one sealed file."""
    return derive(key.secret, b"overread seal 1 file" + file_id, salt), derive(key.secret, b"overread seal 1 mac" + file_id, salt)


class Names:
    """The names of a case's files, with the name key derived once."""

    def __init__(self, key: CaseKey) -> None:
        self._key = derive(key.secret, b"overread seal 1 name")
        self.folder = self.of("folder")[:32]

    def of(self, object_id: str) -> str:
        """See `object_name`."""
        return hmac.digest(self._key, object_id.encode(), "sha256").hex()


def object_name(key: CaseKey, object_id: str) -> str:
    """The name of an object's file: HMAC-SHA-256 under the case's name key, so that a name tells nothing (64 hexadecimal digits)."""
    return Names(key).of(object_id)


def folder_name(key: CaseKey) -> str:
    """The name of the folder that holds a case's files (32 hexadecimal digits)."""
    return Names(key).folder
