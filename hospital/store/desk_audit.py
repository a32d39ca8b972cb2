"""The desks' audit records as they sent them, and the newest head of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from hospital.store.rows import columns
from hospital.store.tables import desk_audit, desk_heads
from record.audit import BEGIN, Head

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from record.audit import Record


@dataclass(frozen=True, slots=True)
class DeskHead:
    """Where the record of a desk ends here; `fault` says why a later head was not taken."""

    device: str
    counter: int
    sha256: str
    signed_at: str
    head: str
    fault: str
    fault_head: str

    @property
    def end(self) -> Head:
        """The last record that was taken."""
        return Head(self.counter, self.sha256)


def head(tx: Connection, device: str) -> DeskHead:
    """The head of a desk's record; of an empty one where it has sent nothing."""
    row = tx.execute(select(desk_heads).where(desk_heads.c.device == device)).one_or_none()
    return DeskHead(device, *(BEGIN.counter, BEGIN.digest), "", "", "", "") if row is None else DeskHead(*row)


def digest_at(tx: Connection, device: str, counter: int) -> str | None:
    """The digest of one record; None where it is not here."""
    if counter == BEGIN.counter:
        return BEGIN.digest
    found = select(desk_audit.c.sha256).where(desk_audit.c.device == device, desk_audit.c.counter == counter)
    return tx.execute(found).scalar_one_or_none()


def lines(tx: Connection, device: str) -> list[tuple[int, str, str]]:
    """Counter, line and digest of each record of a desk, in order."""
    wanted = select(desk_audit.c.counter, desk_audit.c.line, desk_audit.c.sha256).where(desk_audit.c.device == device)
    return [(int(row[0]), str(row[1]), str(row[2])) for row in tx.execute(wanted.order_by(desk_audit.c.counter))]


def add(tx: Connection, device: str, records: Iterable[Record], signed_at: str, token: str) -> None:
    """Stores records that were verified, and the head that the last of them makes."""
    known = head(tx, device)
    end = known.end
    for record in records:
        end = record.head
        tx.execute(insert(desk_audit).values(device=device, counter=end.counter, line=record.line, sha256=end.digest))
    _put(tx, known, counter=end.counter, sha256=end.digest, signed_at=signed_at, head=token)


def refuse(tx: Connection, known: DeskHead, fault: str, token: str) -> None:
    """Keeps why a head was not taken, with the head: the first of a desk stays."""
    _put(tx, known, fault=fault, fault_head=token)


def _put(tx: Connection, known: DeskHead, **values: str | int) -> None:
    changed = tx.execute(update(desk_heads).where(desk_heads.c.device == known.device).values(**values))
    if not changed.rowcount:
        tx.execute(insert(desk_heads).values(**columns(known) | values))
