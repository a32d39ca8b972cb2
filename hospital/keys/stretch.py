"""Argon2id (RFC 9106): passphrases to keys, and passwords to what may be stored of them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from sync.seal.stretching import one_at_a_time

_PASSES, _LANES, _MEMORY_KIB = 3, 4, 64 * 1024  # RFC 9106, section 4, second choice


# The record of nobody's password: an unknown account takes as long as a wrong password.
NOBODY = f"$argon2id$v=19$m={_MEMORY_KIB},t={_PASSES},p={_LANES}${'A' * 22}${'A' * 43}"


@dataclass(frozen=True, slots=True)
class Stretch:
    """The parameters under which a passphrase becomes 32 bytes; stored beside what they open."""

    salt: bytes
    passes: int = _PASSES
    lanes: int = _LANES
    memory_kib: int = _MEMORY_KIB

    @classmethod
    def fresh(cls) -> Stretch:
        """New parameters with a random salt."""
        return cls(secrets.token_bytes(16))

    def key(self, passphrase: str) -> bytes:
        """The 32 bytes for a passphrase; about half a second of work."""
        work = Argon2id(salt=self.salt, length=32, iterations=self.passes, lanes=self.lanes, memory_cost=self.memory_kib)
        with one_at_a_time:
            return work.derive(passphrase.encode())

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"salt": self.salt.hex(), "passes": self.passes, "lanes": self.lanes, "memory_kib": self.memory_kib}

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Stretch:
        """The inverse of `as_dict`."""
        return cls(bytes.fromhex(value["salt"]), int(value["passes"]), int(value["lanes"]), int(value["memory_kib"]))


def password_record(password: str) -> str:
    """What is stored of a password: the PHC string of Argon2id."""
    work = Argon2id(salt=secrets.token_bytes(16), length=32, iterations=_PASSES, lanes=_LANES, memory_cost=_MEMORY_KIB)
    with one_at_a_time:
        return work.derive_phc_encoded(password.encode())


def password_fits(password: str, record: str) -> bool:
    """Whether a password is the one of which `record` was stored; takes as long either way."""
    try:
        with one_at_a_time:
            Argon2id.verify_phc_encoded(password.encode(), record)
    except (InvalidKey, ValueError):
        return False
    return True
