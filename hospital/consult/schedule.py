"""Setting, moving and cancelling a consult; inviting people."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hospital.consult import bodies, box, links
from hospital.consult.moving import COORDINATOR, call_moves
from hospital.consult.opened import Opened, opened
from hospital.desks.bodies import case_key
from hospital.store import cases, consults, people
from hospital.store.people import new_id
from record.trouble import Kind, Trouble
from sync.protocol.consult import ConsultRow, Invitee, RoomPerson, Slot

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from hospital.house import House
    from hospital.store.consults import Participant
    from record.states.table import Who

BIRTH_DATE = frozenset({"patient", "relative", "local_physician"})  # who may prove themselves by the patient's birth date
READY = frozenset({"ready", "assigned", "opined"})
MOST_INVITED = 12
_LISTED = timedelta(days=7)
LATE = timedelta(minutes=15)  # a consult that begins just now may be set a little late


def add(
    house: House, case: str, slot: Slot, physicians: Sequence[str], invited: Sequence[Invitee], *, reason: str = "", by: str = COORDINATOR
) -> tuple[str, dict[str, str]]:
    """A consult on a case; gives its id and, by person, the link of each who has one. Raises `Trouble` INPUT, STATE."""
    _require(slot, invited, house.now())
    with house.database.write() as tx:
        row = cases.find(tx, case)
        if row is None:
            raise Trouble("There is no case of this id.", "List the cases with “overread-server status”.", "404", Kind.INPUT)
        if row.state not in READY and not reason.strip():
            raise Trouble("The case is not ready for a consult.", "Wait until its records are imported, or give a reason.", kind=Kind.STATE)
        now, identifier, key = house.now(), new_id(), case_key(house, row)
        body = bodies.sealed(key, bodies.consult_context(identifier), bodies.ConsultBody(reason=reason))
        starts = slot.starts_at.astimezone(UTC)
        consults.add(tx, consults.Consult(identifier, row.id, "scheduled", 1, starts, slot.minutes, body, now))
        at = Opened(house, tx, identifier, row.id, key, now)
        at.note("scheduled", by, starts_at=starts.isoformat(), minutes=slot.minutes, reason=reason)
        for login in physicians:
            add_physician(at, login)
        return identifier, {one.id: link for one, link in (invite(at, one, by) for one in invited)}


def add_physician(at: Opened, login: str) -> Participant:
    """A physician who comes by the desk."""
    account = people.person_by_login(at.tx, login)
    if account is None or account.role != "physician" or not account.active:
        remedy = "List the accounts with “overread-server user list”."
        raise Trouble("There is no physician's account of this name.", remedy, kind=Kind.INPUT)
    body = bodies.PersonBody(account.name, at.house.settings.consult.zone, "en", "", "")
    return enter(at, "physician", body, account.id)


def invite(at: Opened, who: Invitee, by: str) -> tuple[Participant, str]:
    """A person with a link of their own; gives both. Raises `Trouble` INPUT, STATE."""
    if at.row.over:
        raise Trouble("This consult is over.", "Set a new one.", kind=Kind.STATE)
    if len(at.people()) >= MOST_INVITED:
        raise Trouble("Too many people are invited to this consult.", f"It holds {MOST_INVITED}.", kind=Kind.INPUT)
    _require_person(who)
    person = enter(at, who.kind, bodies.PersonBody(who.name, who.zone, who.language, who.to, who.second_channel), None)
    return person, links.new_link(at, person, by)


def enter(at: Opened, kind: str, body: bodies.PersonBody, account: str | None) -> Participant:
    """A person's row, as invited."""
    identifier = new_id()
    rests = bodies.sealed(at.key, bodies.person_context(identifier), body)
    row = consults.Participant(identifier, at.id, len(at.people()), kind, "invited", at.now, account, rests)
    consults.add_participant(at.tx, row)
    consults.change(at.tx, at.id)
    at.note("invited", COORDINATOR, who=identifier, kind=kind)
    return row


def again(at: Opened, person: Participant) -> Participant:
    """Who left and comes back: invited anew, under a row of their own that takes over the links."""
    body = at.about(person)
    made = enter(at, person.kind, bodies.PersonBody(body.name, body.zone, body.language, body.to, body.second_channel), person.account)
    consults.change_links_of(at.tx, person.id, participant=made.id)
    return made


def move(at: Opened, slot: Slot, by: str) -> None:
    """Another time; links stay and expire later. Raises `Trouble` STATE."""
    if at.row.state != "scheduled":
        raise Trouble("Only a consult that has not begun can be moved.", "Cancel this one and set another.", kind=Kind.STATE)
    _require_slot(slot, at.now)
    starts = slot.starts_at.astimezone(UTC)
    box.drop(at, box.OF_A_TIME)
    consults.change(at.tx, at.id, starts_at=starts, minutes=slot.minutes)
    links.move_expiry(at)
    at.note("moved", by, starts_at=starts.isoformat(), minutes=slot.minutes)
    _tell_all(at, "moved")


def cancel(at: Opened, who: Who, by: str, reason: str) -> None:
    """No consult; everybody is told. Raises `Trouble` STATE."""
    call_moves(at, "cancel", who, by, reason)
    at.write(end_reason=reason)
    box.drop(at, box.OF_A_LINK | box.OF_A_TIME)
    _tell_all(at, "cancelled")


def listed(house: House, tx: Connection, account: str) -> list[ConsultRow]:
    """A physician's consults that are not over, and those of the last days, the earliest first."""
    oldest = house.now() - _LISTED
    rows = [row for row in consults.of_account(tx, account) if not row.over or row.starts_at > oldest]
    return [described(opened(house, tx, row.id)) for row in rows]


def described(at: Opened) -> ConsultRow:
    """A consult as lists show it."""
    row = at.row
    shown = [
        {
            "id": one.id,
            "kind": one.kind,
            "name": at.about(one).name,
            "state": one.state,
            "since": one.since,
            "desk": one.account is not None,
            "zone": at.about(one).zone,
        }
        for one in at.people()
    ]
    slot = Slot(starts_at=row.starts_at, minutes=row.minutes)
    people_shown = tuple(RoomPerson.model_validate(one) for one in shown)
    return ConsultRow.model_validate({"id": row.id, "case": row.case, "state": row.state, "slot": slot, "people": people_shown})


def _tell_all(at: Opened, kind: str) -> None:
    for person in at.people():
        if person.account is None and person.state != "left":
            box.write(at, person, kind)


def _require(slot: Slot, invited: Sequence[Invitee], now: datetime) -> None:
    _require_slot(slot, now)
    for one in invited:
        _require_person(one)


def _require_slot(slot: Slot, now: datetime) -> None:
    if slot.starts_at.tzinfo is None:
        raise Trouble("The time has no time zone.", "Name one, such as +01:00 or with --zone.", kind=Kind.INPUT)
    if slot.starts_at < now - LATE:
        raise Trouble("This time is past.", "Choose one that is to come.", "past", Kind.INPUT)


def _require_person(who: Invitee) -> None:
    try:
        ZoneInfo(who.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Trouble(f"There is no time zone “{who.zone}”.", "Take an IANA name, such as Africa/Lagos.", kind=Kind.INPUT) from error
    if who.kind not in BIRTH_DATE and not who.second_channel:
        words = who.kind.replace("_", " ")
        raise Trouble(
            f"Whoever comes as {words} needs a second channel for the one-time code.",
            "Name an address or number other than the one for the link.",
            kind=Kind.INPUT,
        )
