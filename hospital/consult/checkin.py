"""The check-in: what a person says, what the rules say to it, and what the page needs to ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hospital.consult import bodies, box, notices, places
from hospital.consult.moving import COORDINATOR, WHO, person_moves
from hospital.consult.opened import opened
from record.states.table import Who
from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from hospital.consult.bodies import CheckIn
    from hospital.consult.opened import Opened
    from hospital.house import House
    from hospital.store.consults import Participant

RULED = frozenset({"patient", "relative", "local_physician"})  # whose whereabouts decide


def about_me(house: House, person: Participant) -> dict[str, Any]:
    """All that the page needs."""
    with house.database.read() as tx:
        at = opened(house, tx, person.consult)
        row, about = at.row, at.about(person)
        physician = next((at.about(one).name for one in at.people() if one.kind == "physician" and one.state != "left"), "")
    said = about.check_in
    return {
        "hospital": house.settings.hospital.name,
        "telephone": house.settings.consult.telephone,
        "starts_at": row.starts_at.isoformat(),
        "minutes": row.minutes,
        "hospital_zone": house.settings.consult.zone,
        "physician": physician,
        "id": person.id,
        "kind": person.kind,
        "name": about.name,
        "state": person.state,
        "language": about.language,
        "zone": about.zone,
        "regions": places.of(house).for_page(),
        "notices": [
            {"id": one.id, "version": one.version, "title": one.title, "text": one.text} for one in notices.asked(house, person.kind)
        ],
        "outcome": said.outcome if said else "",
        "reason": said.reason if said else {},
    }


def check_in(house: House, person: Participant, said: dict[str, Any], network: str) -> dict[str, Any]:
    """Takes what a person said; gives outcome and reason. Raises `Trouble` INPUT (a notice is not accepted), STATE."""
    missing = [one.id for one in notices.asked(house, person.kind) if one.mark not in said["accepted"]]
    if missing:
        raise Trouble("A notice is not accepted.", "Read it and accept it, or call the hospital.", f"notice {missing[0]}", Kind.INPUT)
    table = places.of(house)
    rule = table.rule(said["country"], said["region"]) if person.kind in RULED else places.Rule("go_on", {})
    place = table.name(said["country"], said["region"]) if said["country"] else ""
    taken = bodies.CheckIn(**said, outcome=rule.outcome, reason=rule.reason, place=place, network=network)
    with house.database.write() as tx:
        at = opened(house, tx, person.consult)
        _move(at, at.person(person.id), taken)
        at.tell(at.person(person.id), check_in=taken)
        at.note("checked in", person.id, place=place, accepted=list(taken.accepted), outcome=rule.outcome, network=network)
    return {"outcome": rule.outcome, "reason": rule.reason}


def _move(at: Opened, person: Participant, taken: CheckIn) -> None:
    """By the tables: who was blocked may say it again from another place."""
    steps = {
        ("invited", True): [("check_in", WHO[person.kind])],
        ("invited", False): [("check_in", WHO[person.kind]), ("rules_forbid", Who.RULES)],
        ("blocked", True): [("rules_allow", Who.RULES)],
        ("blocked", False): [],
        ("checked_in", True): [],
        ("checked_in", False): [("rules_forbid", Who.RULES)],
    }
    allowed = taken.outcome == "go_on"
    if (person.state, allowed) not in steps:
        raise Trouble("You have checked in already.", "Go on to the waiting room.", kind=Kind.STATE)
    for event, who in steps[person.state, allowed]:
        person_moves(at, person.id, event, who, person.id)
    if not allowed:
        box.write(at, person, "blocked", to=COORDINATOR)
