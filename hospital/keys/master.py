"""The master key: random, resting only as wraps in one header file with a check value, the way's name and its parameters."""

from __future__ import annotations

import hmac
import json
import secrets
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from hospital.keys import recovery
from record.trouble import Kind, Trouble
from sync.seal import hpke
from sync.seal.keys import CaseKey, derive

if TYPE_CHECKING:
    from pathlib import Path

    from hospital.keys.unlocking import Unlocking

_RECOVERY = "overread hospital recovery 1"


class MasterKey:
    """The open master key. It gives keys for purposes and wraps case keys, and never leaves."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def key(self, purpose: str) -> bytes:
        """The 32-byte key for one purpose."""
        return derive(self._secret, f"overread hospital {purpose}".encode())

    def wrap(self, key: CaseKey) -> bytes:
        """A case key's secret as it rests (AES key wrap, RFC 3394)."""
        return aes_key_wrap(self.key("wrap"), key.secret)

    def unwrap(self, key_id: bytes, rests: bytes) -> CaseKey:
        """The inverse of `wrap`; raises `Trouble` DAMAGED."""
        try:
            return CaseKey(key_id, aes_key_unwrap(self.key("wrap"), rests))
        except (InvalidUnwrap, ValueError) as error:
            raise Trouble(
                "The key of a case does not open.", "Put back the database from the last backup.", "case key", Kind.DAMAGED
            ) from error


def make(unlocking: Unlocking, recovery_public: bytes) -> tuple[MasterKey, dict[str, Any]]:
    """A new master key and the header that opens it again."""
    secret = secrets.token_bytes(32)
    header = {
        "format": 1,
        "recovery_public": recovery_public.hex(),
        "recovery_wrap": hpke.sealed_to(recovery_public, secret, _RECOVERY).hex(),
        "check": _check(secret).hex(),
    }
    return MasterKey(secret), header | _ordinary(unlocking, secret)


def open_header(path: Path, unlocking: Unlocking) -> MasterKey:
    """The master key by the ordinary way.

    Raises:
        Trouble: LOCKED (no keyring, no file, or another way than the one of the first start), IDENTITY (wrong passphrase),
            DAMAGED (the header file itself).
    """
    header = read_header(path)
    if header["way"] != unlocking.name:
        raise Trouble(
            f"This data folder was locked by another way ({header['way']}) than the settings name now ({unlocking.name}).",
            "Name the same way as at the first start (keys.passphrase_file), or open it with “overread-server recover”.",
            kind=Kind.LOCKED,
        )
    return MasterKey(_unwrapped(header, unlocking.key(header["parameters"])))


def recovered(header: dict[str, Any], private_text: str, unlocking: Unlocking) -> dict[str, Any]:
    """The header that opens by a new ordinary way, made with the recovery key from the safe."""
    secret = recovery.unwrapped(bytes.fromhex(header["recovery_wrap"]), private_text, _RECOVERY)
    return header | _ordinary(unlocking, secret)


def read_header(path: Path) -> dict[str, Any]:
    """The header file as a value."""
    try:
        header: dict[str, Any] = json.loads(path.read_text("utf-8"))
        bytes.fromhex(header["wrap"] + header["check"] + header["recovery_wrap"])
        return header | {"way": str(header["way"]), "parameters": dict(header["parameters"])}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Trouble(
            "The key file of this data folder cannot be read.",
            "Put it back from the last backup; without it the data folder stays closed.",
            type(error).__name__,
            Kind.DAMAGED,
        ) from error


def _ordinary(unlocking: Unlocking, secret: bytes) -> dict[str, Any]:
    parameters, key = unlocking.begin()
    return {"way": unlocking.name, "parameters": parameters, "wrap": aes_key_wrap(key, secret).hex()}


def _unwrapped(header: dict[str, Any], key: bytes) -> bytes:
    try:
        secret = aes_key_unwrap(key, bytes.fromhex(header["wrap"]))
    except (InvalidUnwrap, ValueError) as error:
        raise Trouble(
            "The passphrase does not open this data folder.",
            "Use the one of its first start, or open it with the recovery key (“overread-server recover”).",
            "unwrap",
            Kind.IDENTITY,
        ) from error
    if not hmac.compare_digest(_check(secret), bytes.fromhex(header["check"])):
        raise Trouble("The key file of this data folder is damaged.", "Put it back from the last backup.", "check value", Kind.DAMAGED)
    return secret


def _check(secret: bytes) -> bytes:
    return derive(secret, b"overread hospital check")[:16]
