"""Offering a case to a physician: enough to decide, nothing that identifies."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from hospital.desks.bodies import case_body, case_key, sealed_offer
from hospital.desks.moves import assignment_row, case_after, change
from hospital.store import cases, facts, feed, people, work
from record.person import age_words
from record.states.table import Who
from record.trouble import Kind, Trouble
from sync.protocol.messages import Manifest, ObjectKind, OfferSummary

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hospital.house import House
    from sync.protocol.messages import CaseBody

_ADULT = {"F": "Woman", "M": "Man", "O": "Person", "": "Person"}
_CHILD = {"F": "Girl", "M": "Boy", "O": "Child", "": "Child"}


def assign(
    house: House, case: str, login: str, *, minutes: int | None = None, stipend: str | None = None, due_at: datetime | None = None
) -> str:
    """Offers a case that is ready, by the terms of its folder where none are named; gives the assignment's id.

    Raises:
        Trouble: INPUT, STATE.
    """
    now = house.now()
    with house.database.read() as tx:
        row, person = cases.find(tx, case), people.person_by_login(tx, login)
        manifest = cases.newest_manifest(tx, row.id) if row is not None else None
        terms = (facts.get(tx, f"terms {row.id}") if row is not None else None) or {"minutes": 30, "stipend": ""}
    if row is None:
        raise Trouble("There is no case of this id.", "List the cases with “overread-server status”.", kind=Kind.INPUT)
    if person is None or person.role != "physician" or not person.active:
        raise Trouble(
            "There is no physician's account of this name.", "List the accounts with “overread-server user list”.", kind=Kind.INPUT
        )
    if manifest is None or row.state not in {"ready", "assigned", "opined"}:
        raise Trouble("This case is not ready to be offered.", "Import its records first.", row.state, Kind.STATE)
    summary = _summary(
        house, row, due_at, terms["minutes"] if minutes is None else minutes, terms["stipend"] if stipend is None else stipend
    )
    identifier = people.new_id()
    key = case_key(house, row)
    with house.database.write() as tx:
        if any(one.person == person.id and one.state in work.UNDER_WAY for one in work.assignments_of_case(tx, row.id)):
            raise Trouble("This physician has this case already.", "Offer it to another one, or wait for the answer.", kind=Kind.STATE)
        offered = work.Assignment(
            identifier, row.id, person.id, "offered", 1, sealed_offer(key, identifier, summary), 1, summary.offered_until, now
        )
        work.add_assignment(tx, offered)
        feed.note(tx, person.id, "assignment", identifier, revision=offered.revision)
        house.audit.add(tx, now, "offer", "coordinator", case=row.id, assignment=identifier)
    return identifier


def withdraw(house: House, assignment: str) -> None:
    """Takes a case back from a physician: its desks drop it; an opinion that still comes is quarantined. Raises `Trouble` INPUT, STATE."""
    now = house.now()
    with house.database.write() as tx:
        row = work.assignment(tx, assignment)
        if row is None:
            raise Trouble("There is no assignment of this id.", "Take the one that “assign” printed.", kind=Kind.INPUT)
        change(tx, row, work.HOSPITAL, state=assignment_row(row.state, "withdraw", Who.COORDINATOR).to)
        leave(tx, row)
        house.audit.add(tx, now, "withdraw", "coordinator", assignment=row.id)


def leave(tx: Connection, row: work.Assignment) -> None:
    """A physician no longer has a case: drops for the desks; the case is ready again where nobody else has it."""
    feed.note(tx, row.person, "case", row.case, op="drop")
    feed.note(tx, row.person, "manifest", row.case, op="drop")
    if not any(one.state in work.OPEN for one in work.assignments_of_case(tx, row.case)):
        cases.set_state(tx, row.case, case_after(cases.get(tx, row.case).state, "no_assignment_left"))


def _summary(house: House, row: cases.CaseRow, due_at: datetime | None, minutes: int, stipend: str) -> OfferSummary:
    key = case_key(house, row)
    with house.database.read() as tx:
        newest = cases.newest_manifest(tx, row.id)
        assert newest is not None
        stored = cases.object_row(tx, row.id, newest.object)
    assert stored is not None
    manifest = Manifest.model_validate_json(house.objects.read(key, stored.object, stored.file_id))
    body = case_body(house, row)
    series = [one for study in manifest.studies for one in study.series]
    return OfferSummary(
        asked=body.title,
        person=_person(body, house.now()),
        specialty=body.specialty,
        referrer=body.referrer,
        modalities=sorted({one.modality for one in series if one.modality}),
        priors=sum(study.role == "prior" for study in manifest.studies),
        images=sum(len(one.instances) for one in series),
        bytes=sum(one.length for one in manifest.objects if one.kind is not ObjectKind.ORIGINAL),
        minutes=minutes,
        stipend=stipend,
        due_at=due_at or body.due_at,
        offered_until=house.now() + timedelta(days=3),
    )


def _person(body: CaseBody, now: datetime) -> str:
    years = now.year - body.patient.birth_date.year - ((now.month, now.day) < (body.patient.birth_date.month, body.patient.birth_date.day))
    words = _CHILD if years < 18 else _ADULT
    return (
        f"{words[body.patient.sex]} of {years}" if years else f"{words[body.patient.sex]}, {age_words(body.patient.birth_date, now.date())}"
    )
