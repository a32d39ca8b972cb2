"""The outgoing box: what people are to be sent, and how far it got."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from hospital.store.rows import columns
from hospital.store.tables import box

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Letter:
    """Something to send to a person: a link, a code, a reminder."""

    id: str
    case: str
    consult: str
    participant: str
    kind: str
    made_at: datetime
    due_at: datetime  # it is of no use after that
    state: str  # `record.states.letter`
    state_at: datetime
    state_by: str
    failures: int
    sealed_body: bytes


def add(tx: Connection, row: Letter) -> None:
    """Puts a letter into the box."""
    tx.execute(insert(box).values(**columns(row)))


def every(tx: Connection) -> list[Letter]:
    """Every letter, the oldest first."""
    return [Letter(*row) for row in tx.execute(select(box).order_by(box.c.made_at, box.c.id))]


def of_consult(tx: Connection, consult: str) -> list[Letter]:
    """The letters of a consult, the oldest first."""
    wanted = select(box).where(box.c.consult == consult).order_by(box.c.made_at, box.c.id)
    return [Letter(*row) for row in tx.execute(wanted)]


def in_states(tx: Connection, states: Iterable[str]) -> list[Letter]:
    """Those that stand so, the most pressing first."""
    wanted = select(box).where(box.c.state.in_(list(states))).order_by(box.c.due_at, box.c.made_at, box.c.id)
    return [Letter(*row) for row in tx.execute(wanted)]


def lately(tx: Connection, state: str, since: datetime) -> list[Letter]:
    """Those that stand so since a time, the newest first."""
    wanted = select(box).where(box.c.state == state, box.c.state_at >= since).order_by(box.c.state_at.desc(), box.c.id)
    return [Letter(*row) for row in tx.execute(wanted)]


def find(tx: Connection, letter: str) -> Letter | None:
    """A letter by its id, or by the unambiguous beginning of it (8 digits or more)."""
    if len(letter) < 8:
        return None
    rows = tx.execute(select(box).where(box.c.id.startswith(letter, autoescape=True)).limit(2)).all()
    return Letter(*rows[0]) if len(rows) == 1 else None


def change(tx: Connection, letter: str, **values: Any) -> None:  # noqa: ANN401  columns of the row
    """Changes a letter."""
    tx.execute(update(box).where(box.c.id == letter).values(**values))


def was_written(tx: Connection, consult: str, participant: str, kind: str, since: datetime) -> bool:
    """Whether a person got a letter of this kind for a consult since a time."""
    mine = (box.c.consult == consult, box.c.participant == participant, box.c.kind == kind, box.c.made_at >= since)
    return tx.execute(select(box.c.id).where(*mine).limit(1)).one_or_none() is not None
