"""How assignments and cases move at the hospital: by the tables of `record.states` alone (ARCHITECTURE.md, section 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hospital.store import feed, work
from record.states import assignment, case_hospital
from record.states.table import Row, Who, move

if TYPE_CHECKING:
    from sqlalchemy import Connection


def assignment_row(state: str, event: str, who: Who = Who.PHYSICIAN) -> Row:
    """The row of an assignment's event; raises `Trouble` (STATE) where the table has none.

    An opinion on an assignment that is opined already is its addendum: the physician's own asking for it goes before.
    """
    if (state, event) == ("opined", "opinion"):
        state = move(assignment.TABLE, state, "addendum_asked", who).to
    return move(assignment.TABLE, state, event, who)


def change(tx: Connection, row: work.Assignment, by: str, **values: Any) -> None:  # noqa: ANN401  columns of the row
    """Changes an assignment and puts it into its physician's feed under its new revision; `by` is a desk, or `work.HOSPITAL`."""
    revision = work.change_assignment(tx, row.id, by, **values)
    feed.note(tx, row.person, "assignment", row.id, revision=revision)


def case_after(state: str, event: str, who: Who = Who.SYSTEM) -> str:
    """The case's state after an event; the same where the table has no such row: other physicians may have moved it further."""
    if (state, event) not in case_hospital.TABLE.rows:
        return state
    return move(case_hospital.TABLE, state, event, who).to
