"""What a coordinator sees: cases with their consults, one consult with its people and links, the outgoing box, who waits now."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from hospital.consult import box, takes
from hospital.consult.links import valid_now
from hospital.consult.opened import opened
from hospital.consult.schedule import BIRTH_DATE, READY
from hospital.desks.bodies import case_body
from hospital.store import cases, consults, letters, people
from record.person import date_words, parse_name

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hospital.consult.opened import Opened
    from hospital.house import House
    from hospital.store.cases import CaseRow
    from hospital.store.consults import Participant
    from hospital.store.letters import Letter
    from sync.protocol.messages import CaseBody

_SENT_SHOWN = timedelta(days=7)
_IN_THE_ROOM = frozenset({"checked_in", "waiting", "blocked"}) | consults.INSIDE


def overview(house: House, tx: Connection) -> dict[str, Any]:
    """Every case that has contents, those whose consult is next first; the physicians; and what `now` tells."""
    found = [_case(house, tx, row) for row in cases.all_cases(tx) if row.sealed_body is not None]
    found.sort(key=lambda one: (one["next"] or "9", one["title"]))
    return {
        **now(house, tx),
        "cases": found,
        "physicians": [{"login": one.login, "name": one.name} for one in people.all_people(tx) if one.role == "physician" and one.active],
    }


def now(house: House, tx: Connection) -> dict[str, Any]:
    """What changes from one minute to the next: who is in a waiting room, how much waits in the box."""
    return {"room": _room(house, tx), "box": len(letters.in_states(tx, ["waiting", "taken"]))}


def _case(house: House, tx: Connection, row: CaseRow) -> dict[str, Any]:
    body = case_body(house, row)
    of_case = [_line(opened(house, tx, one.id)) for one in consults.of_case(tx, row.id)]
    to_come = [one["starts_at"] for one in of_case if not one["over"]]
    return {
        "id": row.id,
        "title": body.title,
        **_patient(body),
        "state": row.state,
        "ready": row.state in READY,
        "consults": of_case,
        "next": min(to_come, default=""),
    }


def _patient(body: CaseBody) -> dict[str, str]:
    """As lists show them, and as one calls them."""
    name = parse_name(body.patient.name)
    called = " ".join(part for part in (name.alphabetic.given, name.alphabetic.family) if part) or name.display
    return {"patient": name.display, "called": called, "born": date_words(body.patient.birth_date)}


def _line(at: Opened) -> dict[str, Any]:
    row = at.row
    names = [at.about(one).name for one in at.people() if one.kind == "physician" and one.state != "left"]
    patient = next((at.about(one) for one in at.people() if one.kind == "patient"), None)
    return {
        "id": row.id,
        "state": row.state,
        "over": row.over,
        "starts_at": row.starts_at.isoformat(),
        "minutes": row.minutes,
        "physicians": names,
        "zone": patient.zone if patient else "",
    }


def consult(house: House, tx: Connection, wanted: str) -> dict[str, Any]:
    """One consult. Raises `Trouble` (INPUT, details 404)."""
    at = opened(house, tx, wanted)
    case = cases.get(tx, at.case)
    body = case_body(house, case) if case.sealed_body is not None else None
    post = letters.of_consult(tx, at.id)
    return {
        **_line(at),
        "case": at.case,
        "title": body.title if body else "",
        **(_patient(body) if body else {}),
        "reason": at.body.reason,
        "end_reason": at.body.end_reason,
        "people": [_person(at, one, post) for one in at.people()],
        "recordings": [one.told() for one in takes.takes(at)],
        "logins": [people.person(tx, one.account).login for one in at.people() if one.account is not None],
    }


def _person(at: Opened, one: Participant, post: list[Letter]) -> dict[str, Any]:
    about, desk = at.about(one), one.account is not None
    mine = [letter for letter in post if letter.participant == one.id and letter.kind != "code"]
    said = about.check_in
    return {
        "id": one.id,
        "kind": one.kind,
        "name": about.name,
        "state": one.state,
        "since": one.since.isoformat(),
        "desk": desk,
        "language": about.language,
        "zone": about.zone,
        "to": about.to,
        "second_channel": about.second_channel,
        "proof": "" if desk else "code" if about.second_channel else "birth_date" if one.kind in BIRTH_DATE else "",
        "link": "" if desk else _link_state(at, one),
        "letters": [{"kind": letter.kind, "state": letter.state, "state_at": letter.state_at.isoformat()} for letter in mine],
        "place": said.place if said else "",
        "outcome": said.outcome if said else "",
        "why": said.reason.get("en", "") if said else "",
    }


def _link_state(at: Opened, one: Participant) -> str:
    """none, valid, open (a browser has it), expired, revoked, too_many or ended."""
    held = consults.links_of(at.tx, one.id)
    if not held:
        return "none"
    why = valid_now(at.house, at.row, held[-1])
    return why or ("open" if held[-1].session_sha256 else "valid")


def _room(house: House, tx: Connection) -> list[dict[str, Any]]:
    """Who stands in a waiting room or a call now, by browser."""
    found = []
    for row in consults.not_over(tx):
        here = [one for one in consults.participants(tx, row.id) if one.account is None and one.state in _IN_THE_ROOM]
        if here:
            at = opened(house, tx, row.id)
            shown = [{"name": at.about(one).name, "kind": one.kind, "state": one.state, "since": one.since.isoformat()} for one in here]
            found.append(_line(at) | {"people": shown, "ahead": consults.ahead(tx, row)})
    return found


def post(house: House, tx: Connection) -> dict[str, Any]:
    """The outgoing box without its secrets: what waits and what is being sent, the most pressing first; what was sent lately."""
    waiting = letters.in_states(tx, ["waiting", "taken"])
    sent = letters.lately(tx, "sent", house.now() - _SENT_SHOWN)
    return {"waiting": [letter(house, tx, one) for one in waiting], "sent": [letter(house, tx, one) for one in sent]}


def letter(house: House, tx: Connection, one: Letter, *, whole: bool = False) -> dict[str, Any]:
    """A letter; `whole`: with its text, for who took it."""
    at, body = opened(house, tx, one.consult), box.opened(house, tx, one)
    person = consults.participant(tx, one.participant)
    assert person is not None
    by = people.known(tx, one.state_by)
    return {
        "id": one.id,
        "kind": one.kind,
        "consult": one.consult,
        "starts_at": at.row.starts_at.isoformat(),
        "name": at.about(person).name,
        "person_kind": person.kind,
        "language": at.about(person).language,
        "to": body.to,
        "made_at": one.made_at.isoformat(),
        "due_at": one.due_at.isoformat(),
        "late": one.due_at <= house.now(),
        "state": one.state,
        "state_at": one.state_at.isoformat(),
        "state_by": by.name if by else one.state_by,
        "failures": one.failures,
        "text": body.text if whole else "",
    }
