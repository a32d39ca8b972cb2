"""How the vault key rests and is had again: one header file with its wraps (ARCHITECTURE.md, section 7).

unlock key = HKDF(keyring secret ‖ Argon2id(passphrase, salt)); without a keyring the passphrase alone. The vault key is wrapped by it
(AES key wrap, RFC 3394). The check value tells a wrong key from a damaged database.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from record.trouble import Kind, Trouble
from sync.protocol.canonical import canonical
from sync.protocol.recovery import wrap_purpose
from sync.seal.commit import write_durably
from sync.seal.hpke import sealed_to
from sync.seal.keys import derive
from sync.seal.stretching import argon2id
from sync.vault.keyring_store import SystemKeyring

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sync.vault.keyring_store import SecretStore

FORMAT = "overread vault 1"
PASSPHRASE_ALONE = "passphrase"  # noqa: S105  the name of a kind of vault
HEADER = "header.json"
LEAST_PASSPHRASE = 8


@dataclass(frozen=True, slots=True)
class Stretching:
    """Argon2id (RFC 9106, section 4, second choice by default)."""

    memory_kib: int = 65536
    iterations: int = 3
    lanes: int = 4

    def stretch(self, passphrase: str, salt: bytes) -> bytes:
        """32 bytes from a passphrase; slow on purpose."""
        return argon2id(passphrase, salt, iterations=self.iterations, lanes=self.lanes, memory_kib=self.memory_kib)


@dataclass(frozen=True, slots=True)
class Header:
    """The header file's content. `backend` names the keyring, or says that the passphrase is alone."""

    vault: str
    backend: str
    stretching: Stretching
    salt: bytes
    wrapped: bytes
    check: bytes
    recovery: bytes | None  # the vault key, sealed to the hospital's recovery key


@dataclass(frozen=True, slots=True)
class VaultKeys:
    """What the vault key gives; the vault key itself is not kept."""

    index: bytes = field(repr=False)
    work: bytes = field(repr=False)
    wrap: bytes = field(repr=False)
    device: bytes = field(repr=False)

    @classmethod
    def of(cls, vault_key: bytes) -> VaultKeys:
        """Derives all."""
        names = ("db index", "db work", "wrap", "device")
        return cls(*(derive(vault_key, f"overread vault 1 {name}".encode()) for name in names))


def exists(folder: Path) -> bool:
    """Whether a vault is in this folder, whatever its keyring says."""
    return (folder / HEADER).exists() or (folder / "work.db").exists() or (folder / "index.db").exists()


def create(folder: Path, passphrase: str, store: SecretStore | None, stretching: Stretching, recovery: bytes | None) -> VaultKeys:
    """A new vault key, its wraps on disk (`recovery`: the hospital's recovery key), and its half of the unlock key in the keyring.

    Raises:
        Trouble: STATE, where a vault is there already; INPUT (passphrase too short); LOCKED (keyring); STORAGE.
    """
    if exists(folder):
        raise Trouble(
            "This folder already holds a vault.",
            "Open it with its passphrase; nothing was changed.",
            kind=Kind.STATE,
        )
    require_passphrase(passphrase)
    vault, salt, vault_key = secrets.token_hex(16), secrets.token_bytes(16), secrets.token_bytes(32)
    secret = b""
    if store is not None:
        secret = secrets.token_bytes(32)
        store.put(vault, secret)
    wrapped = aes_key_wrap(unlock_key(secret, stretching.stretch(passphrase, salt)), vault_key)
    backend = store.name if store is not None else PASSPHRASE_ALONE
    escrow = None if recovery is None else sealed_to(recovery, vault_key, wrap_purpose(vault))
    _write(folder, Header(vault, backend, stretching, salt, wrapped, _check(vault_key), escrow))
    return VaultKeys.of(vault_key)


def unlock(folder: Path, passphrase: str, store_by_name: Callable[[str], SecretStore] = SystemKeyring) -> VaultKeys:
    """The keys of an existing vault.

    Raises:
        Trouble: IDENTITY (wrong passphrase), LOCKED (keyring locked, gone, of another kind), DAMAGED (header), INPUT (no vault here).
    """
    header = read_header(folder)
    unlocking = unlock_key(keyring_secret(header, store_by_name), header.stretching.stretch(passphrase, header.salt))
    try:
        vault_key = aes_key_unwrap(unlocking, header.wrapped)
    except InvalidUnwrap as error:
        raise wrong_passphrase() from error
    return proven(header, vault_key)


def proven(header: Header, vault_key: bytes) -> VaultKeys:
    """The keys, where the vault key is the header's. Raises `Trouble` (DAMAGED)."""
    if not hmac.compare_digest(_check(vault_key), header.check):
        raise _damaged("check value")
    return VaultKeys.of(vault_key)


def new_secret(header: Header, store_by_name: Callable[[str], SecretStore]) -> bytes:
    """Another half of the unlock key in the recorded keyring; nothing where the passphrase is alone. Raises `Trouble` (LOCKED)."""
    if header.backend == PASSPHRASE_ALONE:
        return b""
    secret = secrets.token_bytes(32)
    store_by_name(header.backend).put(header.vault, secret)
    return secret


def wrap_anew(folder: Path, header: Header, secret: bytes, vault_key: bytes, passphrase: str) -> None:
    """The vault key under a new passphrase; the header file is replaced as a whole."""
    salt = secrets.token_bytes(16)
    wrapped = aes_key_wrap(unlock_key(secret, header.stretching.stretch(passphrase, salt)), vault_key)
    _write(folder, replace(header, salt=salt, wrapped=wrapped))


def change_passphrase(folder: Path, old: str, new: str, store_by_name: Callable[[str], SecretStore] = SystemKeyring) -> None:
    """Wraps the vault key anew; the file is replaced as a whole. Raises as `unlock`, and INPUT for a short passphrase."""
    header = read_header(folder)
    secret = keyring_secret(header, store_by_name)
    require_passphrase(new)
    try:
        vault_key = aes_key_unwrap(unlock_key(secret, header.stretching.stretch(old, header.salt)), header.wrapped)
    except InvalidUnwrap as error:
        raise wrong_passphrase() from error
    wrap_anew(folder, header, secret, vault_key, new)


def unlock_key(keyring_secret: bytes, stretched: bytes) -> bytes:
    """HKDF over the keyring's secret (empty where there is none) and the stretched passphrase."""
    return derive(keyring_secret + stretched, b"overread vault 1 unlock")


def keyring_secret(header: Header, store_by_name: Callable[[str], SecretStore]) -> bytes:
    """The keyring's half, from the recorded backend and no other."""
    return b"" if header.backend == PASSPHRASE_ALONE else store_by_name(header.backend).get(header.vault)


def require_passphrase(passphrase: str) -> None:
    """Raises `Trouble` (INPUT), where a new passphrase is too short."""
    if len(passphrase) < LEAST_PASSPHRASE:
        raise Trouble(
            "This passphrase is too short.",
            f"Choose one of at least {LEAST_PASSPHRASE} characters; a few words in a row are easy to keep in mind.",
            kind=Kind.INPUT,
        )


def wrong_passphrase() -> Trouble:
    """What is raised for a wrong passphrase."""
    return Trouble(
        "This is not the passphrase of this vault.", "Type it again; mind the keyboard's layout and caps lock.", kind=Kind.IDENTITY
    )


def read_header(folder: Path) -> Header:
    """The header file. Raises `Trouble` (INPUT where there is no vault, DAMAGED where the file is not what was written, STORAGE)."""
    try:
        value = json.loads((folder / HEADER).read_bytes())
        return _from_json(value)
    except FileNotFoundError as error:
        if exists(folder):
            raise _damaged("absent") from error
        raise Trouble(
            "There is no vault in this folder yet.", "Join this desk to a hospital with an enrolment code.", kind=Kind.INPUT
        ) from error
    except OSError as error:
        remedy = "Check the rights of the data folder, then try again."
        raise Trouble("The vault's header cannot be read.", remedy, details=f"errno {error.errno}", kind=Kind.STORAGE) from error
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(type(error).__name__) from error


def _from_json(value: dict[str, Any]) -> Header:
    if value["format"] != FORMAT:
        raise Trouble(
            "This vault was used by a newer version of Overread.",
            "Install the newer version again; nothing was changed.",
            details=f"format {str(value['format'])[:40]}",
            kind=Kind.STATE,
        )
    stretching = Stretching(**value["argon2id"])
    if not (8 <= stretching.memory_kib <= 1 << 21 and 1 <= stretching.iterations <= 64 and 1 <= stretching.lanes <= 64):
        raise _damaged("parameters out of bounds")
    salt, wrapped, check = (bytes.fromhex(value[name]) for name in ("salt", "wrapped", "check"))
    recovery = None if value["recovery"] is None else bytes.fromhex(value["recovery"])
    return Header(str(value["vault"]), str(value["backend"]), stretching, salt, wrapped, check, recovery)


def _write(folder: Path, header: Header) -> None:
    value = {
        "format": FORMAT,
        "vault": header.vault,
        "backend": header.backend,
        "argon2id": asdict(header.stretching),
        "salt": header.salt.hex(),
        "wrapped": header.wrapped.hex(),
        "check": header.check.hex(),
        "recovery": None if header.recovery is None else header.recovery.hex(),
    }
    write_durably(folder / HEADER, canonical(value))


def _check(vault_key: bytes) -> bytes:
    return hmac.new(derive(vault_key, b"overread vault 1 check"), b"overread", hashlib.sha256).digest()


def _damaged(why: str) -> Trouble:
    return Trouble(
        "The vault's header file is damaged.",
        "Do not delete anything; restore this one small file from a backup, or ask the hospital for a recovery.",
        details=f"header: {why}",
        kind=Kind.DAMAGED,
    )
