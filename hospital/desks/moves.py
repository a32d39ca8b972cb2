"""How assignments and cases move at the hospital: by the tables of `record.states` alone (ARCHITECTURE.md, section 5)."""

from __future__ import annotations

from record.states import assignment, case_hospital
from record.states.table import Who, move

# said again or further: the desk is right, and nothing moves
_STAYS = {("reading", "opened"), ("question_open", "opened"), ("opined", "opened"), ("question_open", "ask")}


def assignment_after(state: str, event: str, who: Who = Who.PHYSICIAN) -> str:
    """The assignment's state after an event; raises `Trouble` (STATE) where the table has no such row.

    An opinion on an assignment that is opined already is its addendum: the physician's own asking for it goes before.
    """
    if (state, event) in _STAYS:
        return state
    if (state, event) == ("opined", "opinion"):
        state = move(assignment.TABLE, state, "addendum_asked", who).to
    return move(assignment.TABLE, state, event, who).to


def case_after(state: str, event: str, who: Who = Who.SYSTEM) -> str:
    """The case's state after an event; the same where the table has no such row: other physicians may have moved it further."""
    if (state, event) not in case_hospital.TABLE.rows:
        return state
    return move(case_hospital.TABLE, state, event, who).to
