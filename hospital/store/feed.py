"""The feed: for each physician the newest change of each thing, numbered under the write lock, so that no reader can miss one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select

from hospital.store.tables import changes

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change without its body, which is made when it is read."""

    seq: int
    person: str
    kind: str
    entity: str
    revision: int
    op: str


def note(tx: Connection, person: str, kind: str, entity: str, *, op: str = "put", revision: int | None = None) -> None:
    """Notes a change in a write transaction; an earlier change of the same thing is superseded by it.

    `revision` is the thing's own; without one it counts on from the superseded change.
    """
    mine = (changes.c.person == person, changes.c.kind == kind, changes.c.entity == entity)
    last = tx.execute(select(changes.c.revision).where(*mine)).scalar_one_or_none() or 0
    tx.execute(delete(changes).where(*mine))
    tx.execute(insert(changes).values(person=person, kind=kind, entity=entity, op=op, revision=last + 1 if revision is None else revision))


def after(tx: Connection, person: str, seq: int, limit: int) -> list[ChangeRow]:
    """A physician's changes after `seq`, in order, at most `limit`."""
    wanted = select(changes).where(changes.c.person == person, changes.c.seq > seq).order_by(changes.c.seq).limit(limit)
    return [ChangeRow(*row) for row in tx.execute(wanted)]


def newest(tx: Connection, person: str) -> int:
    """The number of a physician's newest change; 0 where there is none."""
    return int(tx.execute(select(func.max(changes.c.seq)).where(changes.c.person == person)).scalar_one() or 0)
