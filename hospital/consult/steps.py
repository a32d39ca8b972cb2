"""The moves of a call and of its people, by the state tables alone; each is kept in the consult's record and in the audit chain."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hospital.consult.sealed import note
from hospital.store import consults
from record.states import consult_call, consult_participant
from record.states.table import Who, move

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hospital.house import House
    from hospital.store.consults import ConsultRow, PersonRow

WHO = {
    "patient": Who.PATIENT,
    "relative": Who.GUEST,
    "interpreter": Who.GUEST,
    "local_physician": Who.LOCAL_PHYSICIAN,
    "physician": Who.PHYSICIAN,
    "coordinator": Who.COORDINATOR,
}


def move_person(house: House, tx: Connection, row: ConsultRow, person: PersonRow, event: str, who: Who, by: str = "") -> PersonRow:
    """Moves somebody; `by` is whoever did it, where that is another one.

    Raises:
        Trouble: STATE, where the table does not know such a move.
    """
    step = move(consult_participant.TABLE, person.state, event, who)
    now = house.now()
    consults.change_person(tx, person.id, state=step.to, since=now)
    note(house, tx, row, person.id, event, now, by=by or person.id)
    return replace(person, state=step.to, since=now)


def move_call(house: House, tx: Connection, row: ConsultRow, event: str, who: Who, by: str) -> ConsultRow:
    """Moves the call.

    Raises:
        Trouble: STATE, where the table does not know such a move.
    """
    step = move(consult_call.TABLE, row.state, event, who)
    consults.change(tx, row.id, state=step.to)
    note(house, tx, row, by, f"call {event}", house.now())
    return replace(row, state=step.to)


def follow(house: House, tx: Connection, row: ConsultRow, by: str) -> ConsultRow:
    """What the call does by itself as people come and go: it begins with two, waits while fewer are there, goes on when they are back."""
    here = sum(one.state == "here" for one in consults.people_of(tx, row.id))
    event = {("open", True): "first_two_here", ("in_call", False): "link_lost", ("reconnecting", True): "link_back"}.get(
        (row.state, here >= 2)
    )
    return row if event is None else move_call(house, tx, row, event, Who.SYSTEM, by)
