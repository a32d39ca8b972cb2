"""The life of a vault: made, opened, locked, opened again by the hospital's recovery, closed. What it holds: `sync.vault.vault`.

Thread-safe, but for `lock`, `unlock` and `close`, which belong to one thread. While locked, everything raises `Trouble` (LOCKED).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from sync.seal.writer import storage_trouble
from sync.vault import recovery as recoveries
from sync.vault import signing, unlocking
from sync.vault.database import locked
from sync.vault.exclusive import Exclusive
from sync.vault.keyring_store import SystemKeyring
from sync.vault.parts import Parts, open_parts
from sync.vault.unlocking import Stretching

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sync.vault.keyring_store import SecretStore
    from sync.vault.unlocking import VaultKeys


def now_utc() -> datetime:
    """The computer's own time."""
    return datetime.now(UTC)


class Life:
    """The life of a vault: made by `create`, `open` or `recover`, never directly."""

    def __init__(
        self, folder: Path, keys: VaultKeys, hold: Exclusive, stores: Callable[[str], SecretStore], clock: Callable[[], datetime]
    ) -> None:
        self.folder = folder
        self.clock = clock
        self._hold = hold
        self._stores = stores
        self._parts: Parts | None = open_parts(folder, keys)
        try:
            self._begun()
        except BaseException:
            self.lock()
            raise

    def _begun(self) -> None:
        """What is to be done once it is open."""

    def _forget(self) -> None:
        """What was remembered of an open vault is let go."""

    @classmethod
    def create(
        cls,
        folder: Path,
        passphrase: str,
        *,
        keyring: SecretStore | None = None,
        stretching: Stretching | None = None,
        recovery: bytes | None = None,
        clock: Callable[[], datetime] = now_utc,
    ) -> Self:
        """A new vault in `folder` (made where absent), unlocked; under the keyring and the passphrase, or the passphrase alone.

        `recovery` is the hospital's recovery key, to which the vault key is sealed as well.

        Raises:
            Trouble: STATE (a vault is there already), INPUT (passphrase too short), LOCKED (keyring), STORAGE.
        """
        _make_folder(folder)
        hold = Exclusive(folder)
        try:
            keys = unlocking.create(folder, passphrase, keyring, stretching or Stretching(), recovery)
            return cls(folder, keys, hold, stores_of(keyring), clock)
        except BaseException:
            hold.release()
            raise

    @classmethod
    def open(
        cls,
        folder: Path,
        passphrase: str,
        *,
        stores: Callable[[str], SecretStore] = SystemKeyring,
        clock: Callable[[], datetime] = now_utc,
    ) -> Self:
        """An existing vault, unlocked.

        Raises:
            Trouble: INPUT (no vault here), IDENTITY (wrong passphrase), LOCKED (keyring locked, gone, of another kind), STORAGE (another
                desk is open on it; disk), DAMAGED, STATE (made by a newer version).
        """
        unlocking.read_header(folder)
        hold = Exclusive(folder)
        try:
            return cls(folder, unlocking.unlock(folder, passphrase, stores), hold, stores, clock)
        except BaseException:
            hold.release()
            raise

    @classmethod
    def recover(
        cls,
        folder: Path,
        passphrase: str,
        answer: str,
        *,
        stores: Callable[[str], SecretStore] = SystemKeyring,
        clock: Callable[[], datetime] = now_utc,
    ) -> Self:
        """An existing vault, opened by the hospital's answer to `recovery.ask`; see `recovery.take` for what it raises."""
        hold = Exclusive(folder)
        try:
            keys = recoveries.take(folder, passphrase, answer, stores)
            made = cls(folder, keys, hold, stores, clock)
            made.parts.audit.append("recovered", {}, clock())
        except BaseException:
            hold.release()
            raise
        return made

    @staticmethod
    def exists(folder: Path) -> bool:
        """Whether a vault is in `folder`, even where it cannot be opened now."""
        return unlocking.exists(folder)

    @property
    def locked(self) -> bool:
        """Whether the keys are gone from memory."""
        return self._parts is None

    def lock(self) -> None:
        """Drops the keys and closes files and databases; the vault stays this process's. Harmless when done twice."""
        parts, self._parts = self._parts, None
        self._forget()
        if parts is not None:
            parts.close()

    def unlock(self, passphrase: str) -> None:
        """Opens the vault again after `lock`. Raises as `open`."""
        if self._parts is None:
            self._parts = open_parts(self.folder, unlocking.unlock(self.folder, passphrase, self._stores))
            self._begun()

    def close(self) -> None:
        """Locks, and gives the vault to the next process. Harmless when done twice."""
        self.lock()
        self._hold.release()

    def change_passphrase(self, old: str, new: str) -> None:
        """Wraps the vault key and the signing key under a new passphrase. Raises `Trouble` (IDENTITY, INPUT, LOCKED)."""
        unlocking.require_passphrase(new)
        key = signing.open_key(self.folder, old, self._stores)
        unlocking.change_passphrase(self.folder, old, new, self._stores)
        signing.seal_key(self.folder, key, new, self._stores)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def parts(self) -> Parts:
        """The open parts, for the engine. Raises `Trouble` (LOCKED)."""
        parts = self._parts
        if parts is None:
            raise locked()
        return parts


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise storage_trouble(error) from error


def stores_of(keyring: SecretStore | None) -> Callable[[str], SecretStore]:
    """A vault made with a given store is unlocked again with it, as long as it lives."""
    return SystemKeyring if keyring is None else lambda name: keyring if name == keyring.name else SystemKeyring(name)
