"""Links: one case, one person, expiring, revocable, no account. Opening one consumes nothing; a proof turns it into a browser's session."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from hospital.consult import box
from hospital.consult.sealed import case_of, consult_of, invitee, key_of, note
from hospital.store import consults
from hospital.store.people import sha256
from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hospital.house import House
    from hospital.store.consults import ConsultRow, PersonRow

MOST_CODES = 8
OVER = frozenset({"ended", "cancelled", "no_show", "by_telephone"})
_ASK = "Call the hospital; it can send you a new link."


@dataclass(frozen=True, slots=True)
class Guest:
    """Whose link or browser it is, and the consult."""

    person: PersonRow
    row: ConsultRow


class LinkRefused(Trouble):
    """A link that does not lead in; `code` names the reason for the page, `left` how many attempts are left."""

    def __init__(self, code: str, happened: str, to_do: str = _ASK, left: int | None = None) -> None:
        super().__init__(happened, to_do, code, Kind.REFUSED)
        self.code, self.left = code, left


def new_token() -> str:
    """A link's secret: 256 random bits."""
    return secrets.token_urlsafe(32)


def by_token(house: House, tx: Connection, token: str) -> Guest:
    """Whose link it is; raises `LinkRefused`."""
    person = consults.by_token(tx, sha256(token))
    if person is None:
        raise LinkRefused("unknown", "This link is not known.", "Copy the whole link again, from its first letter to its last.")
    return _good(house, tx, person)


def by_session(house: House, tx: Connection, session: str) -> Guest:
    """Whose browser it is; raises `LinkRefused`."""
    person = consults.by_session(tx, sha256(session)) if session else None
    if person is None:
        raise LinkRefused("no_link", "This browser has not opened a link.", "Open the link that the hospital sent you.")
    return _good(house, tx, person)


def _good(house: House, tx: Connection, person: PersonRow) -> Guest:
    row = consult_of(tx, person.consult)
    if person.revoked:
        raise LinkRefused("revoked", "This link was taken back.")
    if person.attempts_left <= 0:
        raise LinkRefused("too_many", "This link was locked after too many wrong answers.")
    if row.state in OVER:
        raise LinkRefused("ended", "This consult is over.")
    if house.now() >= person.expires_at:
        raise LinkRefused("expired", "This link is no longer valid.")
    return Guest(person, row)


def open_link(house: House, tx: Connection, token: str, session: str) -> Guest:
    """Looks at a link, and sends a one-time code where that is the proof and none is on its way; raises `LinkRefused`."""
    guest = by_token(house, tx, token)
    if _is_proved(guest.person, session):
        return guest
    if guest.person.proof == "code":
        _send_code(house, tx, guest)
    return guest


def _is_proved(person: PersonRow, session: str) -> bool:
    """Whether this browser holds the link already; another one that does is a refusal."""
    if person.session_sha256 is None:
        return False
    if session and hmac.compare_digest(person.session_sha256, sha256(session)):
        return True
    raise LinkRefused("in_use", "This link is open in another browser.", "Go on there, or call the hospital for a new link.")


def _send_code(house: House, tx: Connection, guest: Guest) -> None:
    person, now = guest.person, house.now()
    if (person.code_until is not None and person.code_until > now) or person.codes_sent >= MOST_CODES:
        return
    code = f"{secrets.randbelow(1_000_000):06d}"
    until = now + timedelta(minutes=house.settings.consult.code_minutes)
    consults.change_person(tx, person.id, code_sha256=sha256(f"{person.id} {code}"), code_until=until, codes_sent=person.codes_sent + 1)
    to = invitee(key_of(house, tx, guest.row), person).second_channel
    box.put(house, tx, guest.row, person.id, "one-time code", to, f"{code} is your code for the video consult. Nobody will ask you for it.")


def prove(house: House, tx: Connection, token: str, value: str, session: str) -> str:
    """A right answer makes this browser the one of the link; gives its session, the old one where it had one.

    Raises:
        LinkRefused: also after a wrong answer, which counts; the caller must commit.
    """
    guest = by_token(house, tx, token)
    if _is_proved(guest.person, session):
        return session
    if not _is_right(house, tx, guest, value):
        left = guest.person.attempts_left - 1
        consults.change_person(tx, guest.person.id, attempts_left=left)
        note(house, tx, guest.row, guest.person.id, "wrong proof", house.now())
        if left > 0:
            raise LinkRefused("wrong", "This is not right.", "Look again and type it once more.", left)
        raise LinkRefused("too_many", "This link was locked after too many wrong answers.", left=0)
    made = secrets.token_urlsafe(32)
    most = house.settings.consult.attempts
    consults.change_person(tx, guest.person.id, session_sha256=sha256(made), code_sha256=None, code_until=None, attempts_left=most)
    note(house, tx, guest.row, guest.person.id, "proved", house.now())
    return made


def _is_right(house: House, tx: Connection, guest: Guest, value: str) -> bool:
    person = guest.person
    if person.proof == "birth_date":
        born = case_of(house, tx, guest.row).patient.birth_date.isoformat()
        return hmac.compare_digest(born.encode(), value.strip().encode())
    alive = person.code_sha256 is not None and person.code_until is not None and person.code_until > house.now()
    return alive and hmac.compare_digest(str(person.code_sha256), sha256(f"{person.id} {value.strip()}"))
