"""Sessions of coordinators in the browser; of a session's secret the digest alone is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from hospital.store.people import sha256
from hospital.store.tables import staff_sessions

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Session:
    """One browser that signed in."""

    sha256: str
    person: str
    made_at: datetime
    seen_at: datetime


def add(tx: Connection, secret: str, person: str, now: datetime) -> None:
    """Stores a new session."""
    tx.execute(insert(staff_sessions).values(sha256=sha256(secret), person=person, made_at=now, seen_at=now))


def find(tx: Connection, secret: str) -> Session | None:
    """The session of a secret."""
    row = tx.execute(select(staff_sessions).where(staff_sessions.c.sha256 == sha256(secret))).one_or_none()
    return None if row is None else Session(*row)


def seen(tx: Connection, session: Session, now: datetime) -> None:
    """A sign of life."""
    tx.execute(update(staff_sessions).where(staff_sessions.c.sha256 == session.sha256).values(seen_at=now))


def end(tx: Connection, session: Session) -> None:
    """It is no good any more."""
    tx.execute(delete(staff_sessions).where(staff_sessions.c.sha256 == session.sha256))


def forget(tx: Connection, seen_before: datetime, made_before: datetime) -> None:
    """Those that ended by themselves."""
    old = (staff_sessions.c.seen_at < seen_before) | (staff_sessions.c.made_at < made_before)
    tx.execute(delete(staff_sessions).where(old))
