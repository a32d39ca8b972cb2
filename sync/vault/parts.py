"""What an unlocked vault consists of; made at unlocking, dropped at locking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from record.trouble import Kind, Trouble
from sync.vault import schema
from sync.vault.audit_log import AuditLog
from sync.vault.case_keys import CaseKeys
from sync.vault.database import Database
from sync.vault.enrolled import Enrolled
from sync.vault.index import Index
from sync.vault.objects import ObjectFiles
from sync.vault.outbox import Outbox
from sync.vault.places import Places
from sync.vault.work import Work

if TYPE_CHECKING:
    from pathlib import Path

    from sync.vault.unlocking import VaultKeys


@dataclass(frozen=True, slots=True)
class Parts:
    """The open databases and what is built on them. `rebuilt`: the index was damaged and began anew."""

    index_database: Database
    work_database: Database
    keys: CaseKeys
    index: Index
    work: Work
    places: Places
    outbox: Outbox
    enrolled: Enrolled
    audit: AuditLog
    objects: ObjectFiles
    documents: ObjectFiles
    rebuilt: bool

    def close(self) -> None:
        """Closes files and databases; the keys go with them."""
        for closing in (self.objects, self.documents, self.index_database, self.work_database):
            closing.close()


def open_parts(folder: Path, keys: VaultKeys) -> Parts:
    """Opens everything.

    Raises:
        Trouble: DAMAGED, where `work.db` is not readable (nothing is changed); STATE (newer schema); STORAGE.
    """
    work = Database(folder / "work.db", keys.work, schema.WORK, synchronous="FULL")
    try:
        index, rebuilt = _open_index(folder / "index.db", keys.index)
    except BaseException:
        work.close()
        raise
    case_keys = CaseKeys(work, keys.wrap)
    return Parts(
        index_database=index,
        work_database=work,
        keys=case_keys,
        index=Index(index, case_keys),
        work=Work(work, case_keys),
        places=Places(work, case_keys),
        outbox=Outbox(work, case_keys),
        enrolled=Enrolled(work, keys.device),
        audit=AuditLog(work),
        objects=ObjectFiles(folder / "objects"),
        documents=ObjectFiles(folder / "opinions"),
        rebuilt=rebuilt,
    )


def _open_index(path: Path, key: bytes) -> tuple[Database, bool]:
    """The index; a damaged one is put aside and begun anew, since the hospital has all of it."""
    try:
        return Database(path, key, schema.INDEX, synchronous="NORMAL"), False
    except Trouble as trouble:
        if trouble.kind is not Kind.DAMAGED:
            raise
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.replace(path.with_name(f"{path.name}.damaged{suffix}"))
    return Database(path, key, schema.INDEX, synchronous="NORMAL"), True
