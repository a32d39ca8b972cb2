"""Consults, who is in them, what happened in them, and the outgoing box."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update

from hospital.store.rows import columns
from hospital.store.tables import box, consult_events, consult_people, consults

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    Value = str | int | bytes | datetime | None


@dataclass(frozen=True, slots=True)
class ConsultRow:
    """A consult."""

    id: str
    case: str
    host: str
    state: str
    starts_at: datetime
    minutes: int
    showing: bytes | None
    sealed_reason: bytes
    made_at: datetime


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person in a consult, with their link where they come with a browser."""

    id: str
    consult: str
    kind: str
    account: str | None
    state: str
    since: datetime
    zone: str
    language: str
    sealed_invitee: bytes
    sealed_answers: bytes | None
    token_sha256: str | None
    proof: str
    code_sha256: str | None
    code_until: datetime | None
    codes_sent: int
    attempts_left: int
    expires_at: datetime
    revoked: bool
    session_sha256: str | None


@dataclass(frozen=True, slots=True)
class EventRow:
    """One thing that happened."""

    seq: int
    consult: str
    person: str
    at: datetime
    act: str
    sealed_body: bytes


@dataclass(frozen=True, slots=True)
class BoxRow:
    """One message that is to leave the hospital."""

    id: str
    case: str
    consult: str | None
    person: str | None
    kind: str
    made_at: datetime
    due_at: datetime
    taken_at: datetime | None
    sealed_body: bytes


# -- consults


def add(tx: Connection, row: ConsultRow) -> None:
    """Stores a consult."""
    tx.execute(insert(consults).values(**columns(row)))


def get(tx: Connection, consult: str) -> ConsultRow | None:
    """A consult by its id."""
    row = tx.execute(select(consults).where(consults.c.id == consult)).one_or_none()
    return None if row is None else ConsultRow(*row)


def every(tx: Connection) -> list[ConsultRow]:
    """All, the earliest first."""
    return [ConsultRow(*row) for row in tx.execute(select(consults).order_by(consults.c.starts_at))]


def change(tx: Connection, consult: str, **values: Value) -> None:
    """Sets columns of a consult."""
    tx.execute(update(consults).where(consults.c.id == consult).values(**values))


# -- people


def add_person(tx: Connection, row: PersonRow) -> None:
    """Stores somebody who is invited."""
    tx.execute(insert(consult_people).values(**columns(row)))


def people_of(tx: Connection, consult: str) -> list[PersonRow]:
    """Everybody in a consult, by id."""
    return [PersonRow(*row) for row in tx.execute(select(consult_people).where(consult_people.c.consult == consult).order_by("id"))]


def person(tx: Connection, person_id: str) -> PersonRow | None:
    """One of them by id."""
    return _one(tx, consult_people.c.id == person_id)


def by_token(tx: Connection, digest: str) -> PersonRow | None:
    """Whose link this is."""
    return _one(tx, consult_people.c.token_sha256 == digest)


def by_session(tx: Connection, digest: str) -> PersonRow | None:
    """Whose browser this is."""
    return _one(tx, consult_people.c.session_sha256 == digest)


def by_account(tx: Connection, consult: str, account: str) -> PersonRow | None:
    """A physician in a consult."""
    return _one(tx, (consult_people.c.consult == consult) & (consult_people.c.account == account))


def change_person(tx: Connection, person_id: str, **values: Value) -> None:
    """Sets columns of somebody."""
    tx.execute(update(consult_people).where(consult_people.c.id == person_id).values(**values))


def of_account(tx: Connection, account: str) -> list[ConsultRow]:
    """The consults in which a physician is."""
    mine = select(consult_people.c.consult).where(consult_people.c.account == account)
    return [ConsultRow(*row) for row in tx.execute(select(consults).where(consults.c.id.in_(mine)).order_by(consults.c.starts_at))]


def _one(tx: Connection, where: Any) -> PersonRow | None:  # noqa: ANN401  a clause
    row = tx.execute(select(consult_people).where(where)).one_or_none()
    return None if row is None else PersonRow(*row)


# -- what happened


def add_event(tx: Connection, consult: str, person_id: str, at: datetime, act: str, sealed_body: bytes) -> None:
    """Stores one thing that happened."""
    tx.execute(insert(consult_events).values(consult=consult, person=person_id, at=at, act=act, sealed_body=sealed_body))


def events(tx: Connection, consult: str, *acts: str) -> list[EventRow]:
    """What happened, the oldest first; of some acts, or all."""
    wanted = select(consult_events).where(consult_events.c.consult == consult).order_by(consult_events.c.seq)
    return [EventRow(*row) for row in tx.execute(wanted.where(consult_events.c.act.in_(acts)) if acts else wanted)]


# -- the outgoing box


def put_in_box(tx: Connection, row: BoxRow) -> None:
    """Stores a message that is to leave."""
    tx.execute(insert(box).values(**columns(row)))


def boxed(tx: Connection, due_by: datetime | None = None) -> list[BoxRow]:
    """What was not taken yet, by due time; all, or what is due."""
    wanted = select(box).where(box.c.taken_at.is_(None)).order_by(box.c.due_at, box.c.id)
    return [BoxRow(*row) for row in tx.execute(wanted if due_by is None else wanted.where(box.c.due_at <= due_by))]


def take_from_box(tx: Connection, row_id: str, at: datetime) -> None:
    """Somebody sent it."""
    tx.execute(update(box).where(box.c.id == row_id).values(taken_at=at))


def drop_from_box(tx: Connection, consult: str, *kinds: str, person_id: str = "") -> None:
    """Messages of a consult that are no longer right and were not taken."""
    where = (box.c.consult == consult) & box.c.kind.in_(kinds) & box.c.taken_at.is_(None)
    tx.execute(delete(box).where(where & (box.c.person == person_id) if person_id else where))
