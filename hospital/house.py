"""The composition root: one open hospital, made of its settings, keys, database and objects."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hospital import settings as settings_files
from hospital.audit import AuditChain
from hospital.keys import folder as key_folder
from hospital.store import facts
from hospital.store.database import Database
from hospital.store.migrate import migrate
from hospital.store.objects import ObjectStore
from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from pathlib import Path

    from hospital.keys.folder import Keys
    from hospital.settings import Settings

_DATABASE = "hospital.db"


@dataclass(frozen=True)
class House:
    """An open hospital. `close` it, or use `opened`."""

    data: Path
    settings: Settings
    keys: Keys
    database: Database
    objects: ObjectStore
    audit: AuditChain
    dataset: str

    def now(self) -> datetime:
        """The hospital's time."""
        return datetime.now(UTC)

    def close(self) -> None:
        """Closes the database."""
        self.database.close()


def exists(data: Path) -> bool:
    """Whether a hospital was made in this folder."""
    return key_folder.exist(data / "keys")


def make(data: Path, settings: Settings, signing_passphrase: str) -> str:
    """The first start: folder, keys, authorities. Gives the recovery key's text, for the safe; it is kept nowhere.

    Raises:
        Trouble: STATE, where the folder holds something else; STORAGE.
    """
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        data.chmod(0o700)
        strangers = [one.name for one in data.iterdir() if one.name not in (settings_files.FILE_NAME, "keys", "logs")]
        (data / "keys").mkdir(exist_ok=True, mode=0o700)
    except OSError as error:
        raise Trouble(
            "The data folder cannot be made.", "Name a folder that the server's account may write.", str(error.strerror), Kind.STORAGE
        ) from error
    if strangers:
        raise Trouble(
            "The data folder holds other files and no hospital.",
            "Name an empty folder, or put back this one from the last backup.",
            kind=Kind.STATE,
        )
    way = key_folder.unlocking(settings.keys.passphrase_file)
    _, recovery_text = key_folder.make(data / "keys", way, signing_passphrase, settings.hospital.name, datetime.now(UTC))
    return recovery_text


def open_house(data: Path, settings: Settings) -> House:
    """The hospital in a folder.

    Raises:
        Trouble: STATE (none there), LOCKED, IDENTITY, DAMAGED.
    """
    if not exists(data):
        raise Trouble(
            "There is no hospital in this data folder yet.",
            "Start it once with “overread-server serve --data DIR”, or name another folder.",
            kind=Kind.STATE,
        )
    keys = key_folder.open_keys(data / "keys", key_folder.unlocking(settings.keys.passphrase_file))
    database = Database(data / _DATABASE, keys.database)
    try:
        migrate(database)
        with database.write() as tx:
            dataset = facts.get_or_put(tx, "dataset", secrets.token_hex(16))
    except BaseException:
        database.close()
        raise
    heads = settings.audit.heads_file or data / "audit-heads.jsonl"
    return House(data, settings, keys, database, ObjectStore(data / "objects"), AuditChain(heads, keys.receipts), dataset)
