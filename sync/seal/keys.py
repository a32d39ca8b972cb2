"""A case key and what is derived from it: keys of files, the names of files, the key of sealed values."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
ID_BYTES = 16


@dataclass(frozen=True)
class CaseKey:
    """The key under which all of one case rests, on one side; `id` says which key sealed a file."""

    id: bytes
    secret: bytes = field(repr=False)

    @classmethod
    def new(cls) -> CaseKey:
        """A fresh random key."""
        return cls(secrets.token_bytes(ID_BYTES), secrets.token_bytes(KEY_BYTES))

    @cached_property
    def name_key(self) -> bytes:
        """The key of the names of files; worked out once, and gone with the case's key."""
        return derive(self.secret, b"overread seal 1 name")

    @cached_property
    def folder(self) -> str:
        """See `folder_name`."""
        return object_name(self, "folder")[:32]


def derive(secret: bytes, info: bytes, salt: bytes | None = None, length: int = KEY_BYTES) -> bytes:
    """HKDF-SHA-256 (RFC 5869) of `secret`."""
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)


def file_keys(key: CaseKey, salt: bytes, file_id: bytes) -> tuple[bytes, bytes]:
    """The encryption key and the header's MAC key of one sealed file."""
    return derive(key.secret, b"overread seal 1 file" + file_id, salt), derive(key.secret, b"overread seal 1 mac" + file_id, salt)


def object_name(key: CaseKey, object_id: str) -> str:
    """The name of an object's file: HMAC-SHA-256 under the case's name key, so that a name tells nothing (64 hexadecimal digits)."""
    return hmac.digest(key.name_key, object_id.encode(), "sha256").hex()


def folder_name(key: CaseKey) -> str:
    """The name of the folder that holds a case's files (32 hexadecimal digits)."""
    return key.folder
