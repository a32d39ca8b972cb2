"""Assignments, intents and opinions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, update

from hospital.store.rows import columns
from hospital.store.tables import assignments, intents, moves, opinions

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

HOSPITAL = "hospital"  # who moved an assignment, where no desk did
OPEN = ("accepted", "reading", "question_open", "opined")  # identifiable data may cross
UNDER_WAY = ("offered", "accepted", "reading", "question_open", "opined")


@dataclass(frozen=True, slots=True)
class Assignment:
    """One physician on one case."""

    id: str
    case: str
    person: str
    state: str
    revision: int
    sealed_offer: bytes
    next_revision: int
    offered_until: datetime | None
    made_at: datetime


@dataclass(frozen=True, slots=True)
class IntentRow:
    """What a desk wanted, and what it was answered."""

    key: str
    device: str
    assignment: str
    kind: str
    seen_revision: int
    request_sha256: str
    sealed_body: bytes
    accepted: bool
    reason: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class OpinionRow:
    """An opinion that was received."""

    assignment: str
    revision: int
    case: str
    device: str
    state: str
    sha256: str
    length: int
    file_id: bytes
    manifest_version: int
    signer_sha256: str
    receipt: str
    receipt_jws: str
    received_at: datetime


def add_assignment(tx: Connection, row: Assignment) -> None:
    """Stores an assignment."""
    tx.execute(insert(assignments).values(**columns(row)))


def assignment(tx: Connection, assignment_id: str) -> Assignment | None:
    """An assignment by its id."""
    row = tx.execute(select(assignments).where(assignments.c.id == assignment_id)).one_or_none()
    return None if row is None else Assignment(*row)


def assignments_of_case(tx: Connection, case: str) -> list[Assignment]:
    """All assignments of a case, the oldest first."""
    return [Assignment(*row) for row in tx.execute(select(assignments).where(assignments.c.case == case).order_by(assignments.c.made_at))]


def assignments_of_person(tx: Connection, person: str) -> list[Assignment]:
    """All assignments of a physician."""
    wanted = select(assignments).where(assignments.c.person == person).order_by(assignments.c.made_at)
    return [Assignment(*row) for row in tx.execute(wanted)]


def open_cases(tx: Connection, person: str) -> list[str]:
    """The cases whose identifiable data a physician may have."""
    wanted = select(assignments.c.case).where(assignments.c.person == person, assignments.c.state.in_(OPEN)).distinct()
    return list(tx.execute(wanted).scalars())


def change_assignment(tx: Connection, assignment_id: str, by: str, **values: Any) -> int:  # noqa: ANN401  columns of the row
    """Changes an assignment; its revision grows, and `by` (a desk, or HOSPITAL) is kept with it. Gives the new revision."""
    mine = assignments.c.id == assignment_id
    tx.execute(update(assignments).where(mine).values(revision=assignments.c.revision + 1, **values))
    revision = int(tx.execute(select(assignments.c.revision).where(mine)).scalar_one())
    tx.execute(insert(moves).values(assignment=assignment_id, revision=revision, by=by))
    return revision


def moved_by_others(tx: Connection, assignment_id: str, since: int, device: str) -> bool:
    """Whether anybody but this desk has changed an assignment after a revision."""
    theirs = (moves.c.assignment == assignment_id, moves.c.revision > since, moves.c.by != device)
    return tx.execute(select(moves.c.revision).where(*theirs).limit(1)).one_or_none() is not None


def add_intent(tx: Connection, row: IntentRow) -> None:
    """Stores an intent with its answer."""
    tx.execute(insert(intents).values(**columns(row)))


def intent(tx: Connection, key: str) -> IntentRow | None:
    """An intent by its key."""
    row = tx.execute(select(intents).where(intents.c.key == key)).one_or_none()
    return None if row is None else IntentRow(*row)


def refused_intents(tx: Connection) -> list[IntentRow]:
    """What a coordinator has to look at: intents that were refused."""
    return [IntentRow(*row) for row in tx.execute(select(intents).where(intents.c.accepted.is_(False)).order_by(intents.c.received_at))]


def add_opinion(tx: Connection, row: OpinionRow) -> None:
    """Stores an opinion with its receipt."""
    tx.execute(insert(opinions).values(**columns(row)))


def opinion(tx: Connection, assignment_id: str, revision: int) -> OpinionRow | None:
    """An opinion by assignment and revision."""
    wanted = select(opinions).where(opinions.c.assignment == assignment_id, opinions.c.revision == revision)
    row = tx.execute(wanted).one_or_none()
    return None if row is None else OpinionRow(*row)


def opinions_of_case(tx: Connection, case: str) -> list[OpinionRow]:
    """The opinions on a case, the oldest first."""
    return [OpinionRow(*row) for row in tx.execute(select(opinions).where(opinions.c.case == case).order_by(opinions.c.received_at))]


def count_opinions(tx: Connection) -> dict[str, int]:
    """How many opinions stand in each state."""
    return {row[0]: int(row[1]) for row in tx.execute(select(opinions.c.state, func.count()).group_by(opinions.c.state))}
