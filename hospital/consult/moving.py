"""How a call and its people move: by the tables of `record.states` alone; each move is a row of the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hospital.consult import recording
from hospital.consult.opened import SYSTEM
from hospital.store import consults
from record.states import consult_call, consult_participant
from record.states.table import Who, move

if TYPE_CHECKING:
    from hospital.consult.opened import Opened
    from hospital.store.consults import Participant

WHO = {
    "physician": Who.PHYSICIAN,
    "coordinator": Who.COORDINATOR,
    "local_physician": Who.LOCAL_PHYSICIAN,
    "patient": Who.PATIENT,
    "relative": Who.GUEST,
    "interpreter": Who.GUEST,
}
COORDINATOR = "coordinator"


def person_moves(at: Opened, person: str, event: str, who: Who, by: str) -> Participant:
    """Moves a person and gives them as they are now; raises `Trouble` (STATE)."""
    found = at.person(person)
    to = move(consult_participant.TABLE, found.state, event, who).to
    consults.change_participant(at.tx, person, state=to, since=at.now)
    consults.change(at.tx, at.id)
    at.note(event, by, who=person, state=to)
    recording.follow(at)
    return at.person(person)


def call_moves(at: Opened, event: str, who: Who, by: str, reason: str = "") -> None:
    """Moves the call; raises `Trouble` (STATE)."""
    to = move(consult_call.TABLE, at.row.state, event, who).to
    consults.change(at.tx, at.id, state=to)
    at.note(event, by, state=to, reason=reason)
    recording.follow(at)


def settle(at: Opened) -> None:
    """The call follows its people: two are here, or one of them was lost."""
    states = [one.state for one in at.people()]
    two, lost = states.count("here") >= 2, "lost" in states
    event = {("open", True): "first_two_here", ("reconnecting", True): "link_back"}.get((at.row.state, two), "")
    if at.row.state == "in_call" and not two and lost:
        event = "link_lost"
    if event:
        call_moves(at, event, Who.SYSTEM, SYSTEM)
