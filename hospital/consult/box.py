"""The outgoing box: what people are to be sent, sealed under the case, and how far it got.

Whoever sends takes a letter first (nobody else gets it then) and says afterwards that it was sent, or that it failed; then it waits again.
A letter that was sent, or is no longer needed, keeps neither its link nor its code.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hospital.consult import bodies, texts
from hospital.desks.bodies import case_key
from hospital.store import cases, letters
from hospital.store.people import new_id
from record.states import letter as states
from record.states.table import Who, move
from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from hospital.consult.bodies import LetterBody
    from hospital.consult.opened import Opened
    from hospital.house import House
    from hospital.store.consults import Participant
    from hospital.store.letters import Letter

_GONE = "•••"  # where a link or code stood
OF_A_LINK = frozenset({"link", "code"})
OF_A_TIME = frozenset({"reminder 24 h", "reminder 1 h", "moved"})


def write(
    at: Opened, person: Participant, kind: str, *, to: str = "", link: str = "", code: str = "", until: datetime | None = None
) -> None:
    """Puts a letter into the box.

    Args:
        at: the consult.
        person: whom it is about, in whose language it is.
        kind: the name of its text.
        to: where it goes; empty: where the person's link went.
        link: a link in it.
        code: a one-time code in it.
        until: it is of no use after that; None: the beginning of the consult.
    """
    about, identifier = at.about(person), new_id()
    when = texts.when(at.row.starts_at, about.zone, about.language)
    said = texts.text(kind, about.language, hospital=at.house.settings.hospital.name, when=when, code=code, consult=at.id[:8])
    body = bodies.LetterBody(to or about.to, f"{said}\n{link}" if link else said, link, code)
    sealed = bodies.sealed(at.key, bodies.letter_context(identifier), body)
    due = until or at.row.starts_at
    letters.add(at.tx, letters.Letter(identifier, at.case, at.id, person.id, kind, at.now, due, "waiting", at.now, "hospital", 0, sealed))


def every(house: House) -> list[Letter]:
    """Every letter, unopened, the oldest first."""
    with house.database.read() as tx:
        return letters.every(tx)


def read(house: House, wanted: str) -> tuple[Letter, LetterBody]:
    """One letter, opened; it stays where it is. Raises `Trouble` (INPUT)."""
    with house.database.read() as tx:
        found = _found(tx, wanted)
        return found, opened(house, tx, found)


def take(house: House, wanted: str, by: str) -> tuple[Letter, LetterBody]:
    """One letter, opened, for who sends it now; without an id the most pressing one.

    Raises:
        Trouble: INPUT; STATE (it was taken, or none waits).
    """
    with house.database.write() as tx:
        found = _found(tx, wanted) if wanted else _next(tx)
        body = opened(house, tx, found)
        return _moved(house, tx, found, "take", by), body


def sent(house: House, wanted: str, by: str, at: datetime | None = None) -> Letter:
    """It went out, now or at a time since it was taken. Raises `Trouble` INPUT, STATE."""
    with house.database.write() as tx:
        found = _found(tx, wanted)
        if at is not None and not (at.tzinfo is not None and found.state_at <= at <= house.now()):
            raise Trouble("The letter cannot have been sent then.", "Give a time since it was taken, with its zone.", kind=Kind.INPUT)
        moved = _moved(house, tx, found, "sent", by, at)
        _forget(house, tx, moved)
        return moved


def failed(house: House, wanted: str, by: str) -> Letter:
    """It could not be sent, and waits again. Raises `Trouble` INPUT, STATE."""
    with house.database.write() as tx:
        found = _found(tx, wanted)
        moved = _moved(house, tx, found, "failed", by)
        letters.change(tx, found.id, failures=found.failures + 1)
        return replace(moved, failures=found.failures + 1)


def drop(at: Opened, kinds: frozenset[str], participant: str = "") -> None:
    """Letters of a consult (of one person) that wait and are not needed any more."""
    for one in letters.of_consult(at.tx, at.id):
        if one.state == "waiting" and one.kind in kinds and participant in {"", one.participant}:
            _forget(at.house, at.tx, _moved(at.house, at.tx, one, "not_needed", "hospital", who=Who.SYSTEM))


def opened(house: House, tx: Connection, found: Letter) -> LetterBody:
    """What a letter says."""
    return bodies.letter_body(case_key(house, cases.get(tx, found.case)), found.id, found.sealed_body)


def _found(tx: Connection, wanted: str) -> Letter:
    found = letters.find(tx, wanted)
    if found is None:
        raise Trouble("There is no letter of this id.", "List them with “overread-server box”.", "404", Kind.INPUT)
    return found


def _next(tx: Connection) -> Letter:
    waiting = letters.in_states(tx, ["waiting"])
    if not waiting:
        raise Trouble("No letter waits.", "Look again later.", "none", Kind.STATE)
    return waiting[0]


def _moved(
    house: House, tx: Connection, found: Letter, event: str, by: str, at: datetime | None = None, who: Who = Who.COORDINATOR
) -> Letter:
    now = house.now()
    to = move(states.TABLE, found.state, event, who).to
    letters.change(tx, found.id, state=to, state_at=at or now, state_by=by)
    house.audit.add(tx, now, f"letter {event.replace('_', ' ')}", by, letter=found.id, consult=found.consult)
    return replace(found, state=to, state_at=at or now, state_by=by)


def _forget(house: House, tx: Connection, found: Letter) -> None:
    body = opened(house, tx, found)
    text = body.text
    for secret in filter(None, (body.link, body.code)):
        text = text.replace(secret, _GONE)
    key = case_key(house, cases.get(tx, found.case))
    kept = bodies.LetterBody(body.to, text)
    letters.change(tx, found.id, sealed_body=bodies.sealed(key, bodies.letter_context(found.id), kept))
