"""The operating system's keyring, asked for by the very backend that was recorded, and never in place of an answer.

keyring (jaraco) lives here only. One 32-byte secret is stored for a vault. A locked, absent or other keyring is a `Trouble`; it is never
a reason to make a new key.
"""

from __future__ import annotations

import importlib
import threading
from typing import TYPE_CHECKING, Any, Protocol

from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from collections.abc import Callable

SERVICE = "overread"
PATIENCE_S = 90.0  # a keyring may ask the person for its password


class SecretStore(Protocol):
    """Where a vault's second half of the unlock key rests."""

    name: str

    def get(self, account: str) -> bytes:
        """The secret. Raises `Trouble` (LOCKED), where it cannot be had."""
        ...

    def put(self, account: str, secret: bytes) -> None:
        """Stores the secret and reads it back. Raises `Trouble` (LOCKED)."""
        ...

    def remove(self, account: str) -> None:
        """Removes the secret where it is there."""
        ...


class SystemKeyring:
    """One named backend of the `keyring` library, e.g. "keyring.backends.SecretService.Keyring"."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._backend = _backend(name)

    def get(self, account: str) -> bytes:
        """See `SecretStore.get`."""
        value = _asked(lambda: self._backend.get_password(SERVICE, account))
        if not isinstance(value, str):
            raise Trouble(
                "The keyring of this computer no longer holds this vault's key.",
                "Nothing was changed. Sign in to the desktop with which it was made, or ask the hospital for a recovery.",
                details=f"{self.name}: no entry",
                kind=Kind.LOCKED,
            )
        try:
            return bytes.fromhex(value)
        except ValueError as error:
            raise _unusable(self.name, "the entry is not ours") from error

    def put(self, account: str, secret: bytes) -> None:
        """See `SecretStore.put`."""
        _asked(lambda: self._backend.set_password(SERVICE, account, secret.hex()))
        if self.get(account) != secret:
            raise _unusable(self.name, "the entry reads back otherwise")

    def remove(self, account: str) -> None:
        """See `SecretStore.remove`."""
        if _asked(lambda: self._backend.get_password(SERVICE, account)) is not None:
            _asked(lambda: self._backend.delete_password(SERVICE, account))


def system_keyring() -> SystemKeyring:
    """The keyring that this computer offers, chosen by name so that it can be recorded. Raises `Trouble` (LOCKED), where it has none."""
    import keyring.backend  # noqa: PLC0415  late import: looks for plug-ins, which costs time at start

    def choose() -> Any:  # noqa: ANN401  keyring's backends have no types
        usable = [one for one in keyring.backend.get_all_keyring() if one.priority >= 1 and not _chains(one)]
        return max(usable, key=lambda one: one.priority, default=None)

    chosen = _asked(choose)
    if chosen is None:
        raise Trouble(
            "This computer offers no keyring.",
            "Choose a vault under the passphrase alone, or start the desktop's keyring and try again.",
            kind=Kind.LOCKED,
        )
    return SystemKeyring(f"{type(chosen).__module__}.{type(chosen).__qualname__}")


def _chains(backend: object) -> bool:
    """A chain of backends hides which one holds the key; "null" and "fail" hold none."""
    return type(backend).__module__.rpartition(".")[2] in {"chainer", "null", "fail"}


def _backend(name: str) -> Any:  # noqa: ANN401  keyring's backends have no types
    module, _, member = name.rpartition(".")
    if not module.startswith("keyring.backends."):
        raise _unusable(name, "not a backend of the keyring library")
    try:
        found = getattr(importlib.import_module(module), member)
        found.priority  # noqa: B018  a backend tells by it whether it can work here
        return found()
    except Exception as error:
        raise Trouble(
            "The keyring with which this vault was made is not there.",
            "Nothing was changed. Start this desktop's keyring, or sign in to the desktop with which the vault was made, then try again.",
            details=f"{name}: {type(error).__name__}",
            kind=Kind.LOCKED,
        ) from error


def _asked(act: Callable[[], Any]) -> Any:  # noqa: ANN401  keyring's backends have no types
    """Asks the keyring in a thread of its own, since a prompt that nobody sees would hold us for ever."""
    outcome: list[Any] = []
    failure: list[BaseException] = []

    def ask() -> None:
        try:
            outcome.append(act())
        except Exception as error:  # noqa: BLE001  a thread's edge; told below
            failure.append(error)

    thread = threading.Thread(target=ask, name="keyring", daemon=True)
    thread.start()
    thread.join(PATIENCE_S)
    if failure and isinstance(failure[0], Trouble):
        raise failure[0]
    if failure:
        raise _locked(type(failure[0]).__name__) from failure[0]
    if not outcome:
        raise _locked("no answer")
    return outcome[0]


def _locked(why: str) -> Trouble:
    return Trouble(
        "The keyring of this computer is locked or does not answer.",
        "Nothing was changed. Unlock the keyring (sign in to the desktop again, or open its password program), then try again.",
        details=why,
        kind=Kind.LOCKED,
    )


def _unusable(name: str, why: str) -> Trouble:
    return Trouble(
        "The keyring of this computer cannot be used for this vault.",
        "Nothing was changed. Use the account and desktop with which the vault was made.",
        details=f"{name}: {why}",
        kind=Kind.LOCKED,
    )
