"""Check-in: what people say before they wait, judged by the rules of places; and what their page needs to know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hospital.consult.places import notices_of, places_of
from hospital.consult.sealed import answers, invitee, key_of, note, seal_answers
from hospital.consult.steps import WHO, move_person
from hospital.store import consults, people
from record.states.table import Who
from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hospital.consult.links import Guest
    from hospital.consult.places import Notice, Verdict
    from hospital.house import House
    from hospital.store.consults import PersonRow
    from sync.protocol.consult import CheckIn

ASKED_WHERE = frozenset({"patient", "relative", "local_physician"})


def check_in(house: House, tx: Connection, guest: Guest, said: CheckIn) -> Verdict:
    """Keeps what was said and gives the verdict on the place; may be said again while nobody was let in.

    Raises:
        Trouble: INPUT (a notice was not accepted), STATE (already let in).
    """
    settings = house.settings.consult
    missing = [one for one in _notices_for(guest.person.kind, notices_of(settings)) if one.key not in said.accepted]
    if missing:
        raise Trouble("A notice was not accepted.", "Read it and accept it, or call the hospital.", missing[0].id, Kind.INPUT)
    verdict = places_of(settings).judge(said.country, said.region)
    if guest.person.kind not in ASKED_WHERE:
        verdict = type(verdict)("go_on", "")
    person = _again(house, tx, guest)
    value = said.model_dump(mode="json") | {"outcome": verdict.outcome, "reason": verdict.reason}
    consults.change_person(tx, person.id, sealed_answers=seal_answers(key_of(house, tx, guest.row), person.id, value))
    note(house, tx, guest.row, person.id, "said", house.now(), **value)
    if verdict.outcome != "go_on":
        move_person(house, tx, guest.row, person, "rules_forbid", Who.RULES)
    return verdict


def _again(house: House, tx: Connection, guest: Guest) -> PersonRow:
    """The person as checked in, from wherever they stand before the door."""
    person = guest.person
    if person.state == "invited":
        return move_person(house, tx, guest.row, person, "check_in", WHO[person.kind])
    if person.state == "blocked":
        return move_person(house, tx, guest.row, person, "rules_allow", Who.RULES)
    if person.state != "checked_in":
        raise Trouble("You have checked in already.", "Go on to the waiting room.", person.state, Kind.STATE)
    return person


def about_me(house: House, tx: Connection, guest: Guest) -> dict[str, Any]:
    """`GET /api/me`."""
    settings, key = house.settings.consult, key_of(house, tx, guest.row)
    said, who = answers(key, guest.person), invitee(key, guest.person)
    return {
        **about_link(house, guest),
        "name": said.get("name", who.name),
        "state": guest.person.state,
        "minutes": guest.row.minutes,
        "hospital_zone": settings.zone,
        "physician": people.person(tx, guest.row.host).name,
        "regions": places_of(settings).regions(),
        "notices": [
            {"id": one.id, "version": one.version, "title": one.title, "text": one.text}
            for one in _notices_for(guest.person.kind, notices_of(settings))
        ],
        "outcome": said.get("outcome", ""),
        "reason": said.get("reason", ""),
    }


def about_link(house: House, guest: Guest) -> dict[str, Any]:
    """What a link tells before anything is proved: nothing of the patient."""
    return {
        "hospital": house.settings.hospital.name,
        "telephone": house.settings.consult.telephone,
        "starts_at": guest.row.starts_at.isoformat(),
        "kind": guest.person.kind,
        "language": guest.person.language,
        "zone": guest.person.zone,
    }


def _notices_for(kind: str, notices: tuple[Notice, ...]) -> tuple[Notice, ...]:
    return tuple(one for one in notices if kind in one.kinds)
