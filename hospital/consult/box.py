"""The outgoing box: what people are to be sent, sealed under the case, until the hospital's own post takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from hospital.consult import bodies
from hospital.desks.bodies import case_key
from hospital.store import cases, consults
from hospital.store.people import new_id
from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from hospital.consult.bodies import LetterBody
    from hospital.consult.opened import Opened
    from hospital.house import House
    from hospital.store.consults import Letter, Participant

_TEXTS = {
    "link": "{hospital}: your video consult is on {when}. Open this link, it is yours alone: {link}",
    "code": "{hospital}: {code} is your code for the video consult. Give it to nobody.",
    "reminder 24 h": "{hospital}: your video consult is tomorrow, {when}. Open your link and check camera and microphone.",
    "reminder 1 h": "{hospital}: your video consult begins in an hour, {when}. Open the link that you got before.",
    "moved": "{hospital}: your video consult was moved; it is now on {when}. Your link stays the same.",
    "cancelled": "{hospital}: your video consult of {when} was cancelled. The hospital will be in touch.",
    "handover": "{hospital}: the physician hands a person of consult {consult} over to you.",
    "blocked": "{hospital}: a person in consult {consult} cannot go on by the rules for their place.",
}


def write(at: Opened, person: Participant, kind: str, *, to: str = "", link: str = "", code: str = "") -> None:
    """Puts a letter into the box; without `to` it goes where the person's link went."""
    about, letter = at.about(person), new_id()
    words = {"hospital": at.house.settings.hospital.name, "when": when(at.row.starts_at, about.zone), "consult": at.id[:8]}
    text = _TEXTS[kind].format(**words, link=link, code=code)
    body = bodies.LetterBody(to or about.to, text, link, code)
    sealed = bodies.sealed(at.key, bodies.letter_context(letter), body)
    consults.add_letter(at.tx, consults.Letter(letter, at.case, at.id, person.id, kind, at.now, sealed))


def when(time: datetime, zone: str) -> str:
    """A time as people of a zone say it."""
    return time.astimezone(ZoneInfo(zone)).strftime(f"%Y-%m-%d %H:%M ({zone})")


def letters(house: House) -> list[Letter]:
    """Every letter, unopened, the oldest first."""
    with house.database.read() as tx:
        return consults.letters(tx)


def letter(house: House, wanted: str) -> tuple[Letter, LetterBody]:
    """One letter, opened; raises `Trouble` (INPUT)."""
    with house.database.read() as tx:
        found = consults.letter(tx, wanted)
        if found is None:
            raise Trouble("There is no letter of this id.", "List them with “overread-server box”.", kind=Kind.INPUT)
        return found, _opened(house, tx, found)


def _opened(house: House, tx: Connection, found: Letter) -> LetterBody:
    return bodies.letter_body(case_key(house, cases.get(tx, found.case)), found.id, found.sealed_body)
