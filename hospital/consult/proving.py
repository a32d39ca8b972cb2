"""Turning a link into a session: by a one-time code that went to a second channel, or by the patient's birth date."""

from __future__ import annotations

import hmac
import secrets
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from hospital.consult import box, links
from hospital.consult.opened import opened
from hospital.consult.schedule import again
from hospital.desks.bodies import case_body
from hospital.store import cases, consults
from hospital.store.people import sha256
from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hospital.consult.opened import Opened
    from hospital.house import House
    from hospital.store.consults import Link, Participant

_CODE_DIGITS = 6
_MOST_CODES = 10  # of one link


def look(house: House, token: str, session: str) -> dict[str, Any]:
    """What the page says before the proof; sends a one-time code where one is needed. Consumes nothing. Raises as `links.valid`."""
    with house.database.write() as tx:
        found = links.valid(house, tx, token)
        links.require_free(house, found, session)
        person = consults.participant(tx, found.participant)
        assert person is not None
        at = opened(house, tx, person.consult)
        about, row = at.about(person), at.row
        proved = bool(session) and sha256(session) == found.session_sha256
        if about.second_channel and not proved:
            _send_code(at, found, person, about.second_channel)
    return {
        "hospital": house.settings.hospital.name,
        "telephone": house.settings.consult.telephone,
        "kind": person.kind,
        "language": about.language,
        "starts_at": row.starts_at.isoformat(),
        "zone": about.zone,
        "proof": "code" if about.second_channel else "birth_date",
        "proved": proved,
    }


def prove(house: House, token: str, value: str, session: str, network: str) -> str:
    """The new session of a browser whose person proved themselves.

    Raises:
        Trouble: those of `links.valid`; IDENTITY with details "wrong N" (N attempts are left).
    """
    with house.database.write() as tx:
        found = links.valid(house, tx, token)
        links.require_free(house, found, session)
        person = consults.participant(tx, found.participant)
        assert person is not None
        at = opened(house, tx, person.consult)
        about = at.about(person)
        fits = _code_fits(house, found, value) if about.second_channel else _is_birth_date(house, tx, at.case, value)
        if fits:
            if person.state == "left":
                person = again(at, person)
            made = links.begin_session(at, found)
            at.note("proved", person.id, how="code" if about.second_channel else "birth date", network=network)
            return made
        left = house.settings.consult.attempts - found.failed - 1
        consults.change_link(tx, found.token_sha256, failed=found.failed + 1)
        at.note("wrong proof", person.id, left=left, network=network)
    raise _wrong(left)


def _wrong(left: int) -> Trouble:
    if left <= 0:
        return links.refusal("too_many")
    return Trouble("That is not right.", "Look at it again and type it once more.", f"wrong {left}", Kind.IDENTITY)


def _send_code(at: Opened, found: Link, person: Participant, to: str) -> None:
    """A new code where none is valid."""
    if found.code_until is not None and found.code_until > at.now:
        return
    if found.codes >= _MOST_CODES:
        raise links.refusal("too_many")
    code = f"{secrets.randbelow(10**_CODE_DIGITS):0{_CODE_DIGITS}d}"
    until = at.now + timedelta(minutes=at.house.settings.consult.code_minutes)
    mac = _mac(at.house, found, code)
    consults.change_link(at.tx, found.token_sha256, code_mac=mac, code_until=until, codes=found.codes + 1)
    box.write(at, person, "code", to=to, code=code, until=until)


def _code_fits(house: House, found: Link, value: str) -> bool:
    valid = found.code_until is not None and found.code_until > house.now()
    return hmac.compare_digest(_mac(house, found, value.strip()), found.code_mac) and valid


def _mac(house: House, found: Link, code: str) -> str:
    """Six digits are soon tried out: what is kept of them is under a key of the house, bound to the link."""
    return hmac.digest(house.keys.master.key("consult codes"), f"{found.token_sha256} {code}".encode(), "sha256").hex()


def _is_birth_date(house: House, tx: Connection, case: str, value: str) -> bool:
    row = cases.get(tx, case)
    if row.sealed_body is None:
        return False
    born = case_body(house, row).patient.birth_date.isoformat()
    return hmac.compare_digest(born.encode(), _iso(value).encode())


def _iso(value: str) -> str:
    try:
        return date.fromisoformat(value.strip()).isoformat()
    except ValueError:
        return ""
