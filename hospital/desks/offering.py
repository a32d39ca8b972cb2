"""Offering a case to a physician: enough to decide, nothing that identifies."""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from hospital.desks.bodies import case_body, case_key, sealed_offer
from hospital.desks.moves import assignment_row, case_after, change
from hospital.store import cases, facts, feed, intakes, people, work
from record.person import age_words
from record.states.table import Who
from record.trouble import Kind, Trouble
from sync.protocol.messages import Manifest, ObjectKind, OfferSummary

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hospital.house import House
    from sync.protocol.messages import CaseBody

log = logging.getLogger(__name__)
_ADULT = {"F": "Woman", "M": "Man", "O": "Person", "": "Person"}
_CHILD = {"F": "Girl", "M": "Boy", "O": "Child", "": "Child"}


def assign(
    house: House, case: str, login: str, *, minutes: int | None = None, stipend: str | None = None, due_at: datetime | None = None
) -> str:
    """Offers a case, by the terms of its folder where none are named; gives the assignment's id. While its images are still being made
    ready, the offer waits for them: it names modalities, images and bytes.

    Raises:
        Trouble: INPUT, STATE.
    """  # noqa: D205  one sentence each
    with house.database.read() as tx:
        row, person = cases.find(tx, case), people.person_by_login(tx, login)
        manifest = cases.newest_manifest(tx, row.id) if row is not None else None
        intake = intakes.get(tx, row.id) if row is not None else None
    if row is None:
        raise Trouble("There is no case of this id.", "List the cases with “overread-server status”.", kind=Kind.INPUT)
    if person is None or person.role != "physician" or not person.active:
        raise Trouble(
            "There is no physician's account of this name.", "List the accounts with “overread-server user list”.", kind=Kind.INPUT
        )
    terms = Terms(people.new_id(), person.id, minutes, stipend, None if due_at is None else due_at.isoformat())
    if manifest is None and intake is not None:
        with house.database.write() as tx:
            _keep(tx, row.id, terms)
            house.audit.add(tx, house.now(), "offer_waits", "coordinator", case=row.id, assignment=terms.id)
    else:
        _offer(house, row, terms)
    return terms.id


def make_waiting(house: House, case: str) -> None:
    """Makes the offers that waited for a case's images; one that can no longer be made is told in the log and in the audit record."""
    with house.database.read() as tx:
        row, intake = cases.get(tx, case), intakes.get(tx, case)
    for one in intake.offers if intake is not None else []:
        terms = Terms(**one)
        try:
            _offer(house, row, terms)
        except Trouble as trouble:
            log.warning("an offer that waited could not be made", extra={"why": trouble.what_happened})
            with house.database.write() as tx:
                house.audit.add(tx, house.now(), "offer_dropped", "system", case=case, assignment=terms.id)
    with house.database.write() as tx:
        intakes.change(tx, case, offers=[])


@dataclass(frozen=True, slots=True)
class Terms:
    """An offer as the coordinator wants it; what is None is as the case says."""

    id: str  # of the assignment
    person: str
    minutes: int | None
    stipend: str | None
    due_at: str | None  # ISO 8601


def _keep(tx: Connection, case: str, terms: Terms) -> None:
    intake = intakes.get(tx, case)
    if intake is None:
        raise Trouble("The images of this case were made ready just now.", "Assign it once more.", kind=Kind.STATE)
    if any(one["person"] == terms.person for one in intake.offers):
        raise _has_it()
    intakes.change(tx, case, offers=[*intake.offers, asdict(terms)])


def _offer(house: House, row: cases.CaseRow, terms: Terms) -> None:
    now = house.now()
    with house.database.read() as tx:
        row = cases.get(tx, row.id)
        manifest, known = cases.newest_manifest(tx, row.id), work.assignment(tx, terms.id)
    if known is not None:
        return  # made before a kill
    if manifest is None or row.state not in {"ready", "assigned", "opined"}:
        raise Trouble("This case is not ready to be offered.", "Import its records first.", row.state, Kind.STATE)
    summary = _summary(house, row, terms)
    key = case_key(house, row)
    with house.database.write() as tx:
        if any(one.person == terms.person and one.state in work.UNDER_WAY for one in work.assignments_of_case(tx, row.id)):
            raise _has_it()
        offered = work.Assignment(
            terms.id, row.id, terms.person, "offered", 1, sealed_offer(key, terms.id, summary), 1, summary.offered_until, now
        )
        work.add_assignment(tx, offered)
        feed.note(tx, terms.person, "assignment", terms.id, revision=offered.revision)
        house.audit.add(tx, now, "offer", "coordinator", case=row.id, assignment=terms.id)


def _has_it() -> Trouble:
    return Trouble("This physician has this case already.", "Offer it to another one, or wait for the answer.", kind=Kind.STATE)


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


def _summary(house: House, row: cases.CaseRow, terms: Terms) -> OfferSummary:
    key = case_key(house, row)
    with house.database.read() as tx:
        usual = facts.get(tx, f"terms {row.id}") or {"minutes": 30, "stipend": ""}
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
        minutes=usual["minutes"] if terms.minutes is None else terms.minutes,
        stipend=usual["stipend"] if terms.stipend is None else terms.stipend,
        due_at=body.due_at if terms.due_at is None else datetime.fromisoformat(terms.due_at),
        offered_until=house.now() + timedelta(days=3),
    )


def _person(body: CaseBody, now: datetime) -> str:
    years = now.year - body.patient.birth_date.year - ((now.month, now.day) < (body.patient.birth_date.month, body.patient.birth_date.day))
    words = _CHILD if years < 18 else _ADULT
    return (
        f"{words[body.patient.sex]} of {years}" if years else f"{words[body.patient.sex]}, {age_words(body.patient.birth_date, now.date())}"
    )
