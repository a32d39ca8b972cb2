"""Where the secret rests that opens the master key: a passphrase file, or the operating system's keyring. Two ways, one protocol."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Protocol

import keyring
import keyring.errors

from hospital.keys.stretch import Stretch
from record.trouble import Kind, Trouble
from sync.seal.keys import derive

if TYPE_CHECKING:
    from pathlib import Path

_SERVICE = "overread-server"


class Unlocking(Protocol):
    """A way to the unlock key."""

    name: str

    def begin(self) -> tuple[dict[str, Any], bytes]:
        """New parameters (for the header file) and the unlock key under them."""
        ...

    def key(self, parameters: dict[str, Any]) -> bytes:
        """The unlock key under stored parameters; raises `Trouble` LOCKED or INPUT."""
        ...


class PassphraseFile:
    """The first line of a file is the passphrase; Argon2id makes the unlock key of it."""

    name = "passphrase"

    def __init__(self, path: Path) -> None:
        self._path = path

    def begin(self) -> tuple[dict[str, Any], bytes]:
        """New Argon2id parameters and the key."""
        stretch = Stretch.fresh()
        return stretch.as_dict(), stretch.key(first_line(self._path))

    def key(self, parameters: dict[str, Any]) -> bytes:
        """The key under stored parameters."""
        return Stretch.from_dict(parameters).key(first_line(self._path))


class OsKeyring:
    """A random secret in the operating system's keyring; a keyring that is locked or gone never makes a new one."""

    name = "keyring"

    def begin(self) -> tuple[dict[str, Any], bytes]:
        """A new secret, stored under a random account name."""
        account, secret = secrets.token_hex(16), secrets.token_bytes(32)
        try:
            keyring.set_password(_SERVICE, account, secret.hex())
            backend = type(keyring.get_keyring()).__module__
        except keyring.errors.KeyringError as error:
            raise _no_keyring(type(error).__name__) from error
        return {"account": account, "backend": backend}, derive(secret, b"overread hospital unlock")

    def key(self, parameters: dict[str, Any]) -> bytes:
        """The secret stored at the first start."""
        try:
            secret = keyring.get_password(_SERVICE, parameters["account"])
        except keyring.errors.KeyringError as error:
            raise _no_keyring(type(error).__name__) from error
        if secret is None:
            raise _no_keyring(f"no secret in {type(keyring.get_keyring()).__module__}; it was stored by {parameters['backend']}")
        return derive(bytes.fromhex(secret), b"overread hospital unlock")


def first_line(path: Path) -> str:
    """The passphrase in a file.

    Raises:
        Trouble: LOCKED where the file is not there, INPUT where the passphrase is too short to protect anything.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Trouble(
            "The passphrase file of this server cannot be read.",
            "Put it where the settings name it, readable for the server's account only.",
            type(error).__name__,
            Kind.LOCKED,
        ) from error
    line = text.split("\n", 1)[0].strip()
    if len(line) < 12:
        raise Trouble(
            "The passphrase in the passphrase file is shorter than 12 characters.",
            "Write a longer one in its first line.",
            kind=Kind.INPUT,
        )
    return line


def _no_keyring(why: str) -> Trouble:
    return Trouble(
        "The keyring that holds this server's secret is locked or cannot be reached.",
        "Unlock it for the server's account, or name a passphrase file in the settings (keys.passphrase_file).",
        why,
        Kind.LOCKED,
    )
