"""Links: one case, one person, a random token of 256 bits of which the digest alone is kept; they expire and can be revoked.

A link gives one browser a session at a time. Refusals carry a word in their details by which the page says them in its reader's language.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from hospital.consult import box
from hospital.store import consults, facts
from hospital.store.people import sha256
from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from hospital.consult.opened import Opened
    from hospital.house import House
    from hospital.store.consults import Consult, Link, Participant

_CALL = "Call the hospital; it can send you a new link."
_REFUSALS = {
    "unknown": ("This link does not work.", "Open the link in your message again, or copy all of it."),
    "expired": ("This link has expired.", _CALL),
    "revoked": ("This link is no longer valid.", "Look for a newer message, or call the hospital."),
    "ended": ("This consult is over.", "If you expected another one, call the hospital."),
    "too_many": ("There were too many attempts; this link is closed.", _CALL),
    "in_use": (
        "This link is open in another browser already.",
        "Go on there, or close it and try again. If that was not you, call the hospital.",
    ),
    "no_link": ("This page opens from the link in your invitation.", "Find that message and press the link there."),
}
KINDS = {"unknown": Kind.REFUSED, "no_link": Kind.IDENTITY}


def refusal(word: str) -> Trouble:
    """The trouble of a link that does not open."""
    return Trouble(*_REFUSALS[word], word, KINDS.get(word, Kind.REFUSED))


def address(house: House, tx: Connection) -> str:
    """How links begin."""
    settings = house.settings
    if settings.people.address:
        return settings.people.address.rstrip("/")
    host = settings.server.names[0] if settings.server.names else "localhost"
    return f"https://{host}:{facts.get(tx, 'people port') or settings.people.port}"


def new_link(at: Opened, person: Participant, by: str) -> str:
    """A link of a person, in the box too; those before are revoked."""
    token = secrets.token_urlsafe(32)
    revoke(at, person, by)
    consults.add_link(at.tx, consults.Link(sha256(token), person.id, at.now, expiry(at.house, at.row), None, 0, "", None, 0, "", None))
    made = f"{address(at.house, at.tx)}/join#{token}"
    box.write(at, person, "link", link=made)
    at.note("link", by, who=person.id)
    return made


def again(at: Opened, person: Participant, by: str) -> str:
    """Another link for somebody who has lost theirs. Raises `Trouble` STATE, INPUT (they come by the desk)."""
    if at.row.over:
        raise Trouble("This consult is over.", "Set a new one.", kind=Kind.STATE)
    if person.account is not None:
        raise Trouble("This physician comes by the desk and has no link.", "Enrol the desk.", kind=Kind.INPUT)
    return new_link(at, person, by)


def revoke(at: Opened, person: Participant, by: str) -> None:
    """No link of a person is valid any more, and no browser of theirs."""
    if any(one.revoked_at is None for one in consults.links_of(at.tx, person.id)):
        consults.change_links_of(at.tx, person.id, revoked_at=at.now, session_sha256="")
        box.drop(at, box.OF_A_LINK, person.id)
        consults.change(at.tx, at.id)
        at.note("link revoked", by, who=person.id)


def expiry(house: House, row: Consult) -> datetime:
    """Until when the links of a consult are valid."""
    return row.starts_at + timedelta(minutes=row.minutes, hours=house.settings.consult.link_hours)


def valid(house: House, tx: Connection, token: str) -> Link:
    """The link of a token. Raises `Trouble` with details unknown, revoked, expired, ended, too_many."""
    found = consults.link(tx, sha256(token))
    if found is None:
        raise refusal("unknown")
    _require(house, tx, found)
    return found


def of_session(house: House, tx: Connection, session: str) -> Link:
    """The link of a browser's session. Raises `Trouble` with details no_link, revoked, expired, ended."""
    found = consults.link_of_session(tx, sha256(session)) if session else None
    if found is None:
        raise refusal("no_link")
    _require(house, tx, found)
    return found


def _require(house: House, tx: Connection, found: Link) -> None:
    person = consults.participant(tx, found.participant)
    assert person is not None
    word = valid_now(house, consults.get(tx, person.consult), found)
    if word:
        raise refusal(word)


def valid_now(house: House, row: Consult, found: Link) -> str:
    """Why a link of a consult does not open: revoked, ended, expired or too_many; empty where it does."""
    faults = {
        "revoked": found.revoked_at is not None,
        "ended": row.over,
        "expired": found.expires_at <= house.now(),
        "too_many": found.failed >= house.settings.consult.attempts,
    }
    return next((word for word, is_so in faults.items() if is_so), "")


def require_free(house: House, found: Link, session: str) -> None:
    """Refuses a second browser while the first one gives signs of life; raises `Trouble` with details in_use."""
    if not found.session_sha256 or (session and sha256(session) == found.session_sha256):
        return
    idle = timedelta(minutes=house.settings.consult.idle_minutes)
    if found.seen_at is not None and found.seen_at > house.now() - idle:
        raise refusal("in_use")


def begin_session(at: Opened, found: Link) -> str:
    """A new session of a link's browser; the one before ends."""
    session = secrets.token_urlsafe(32)
    consults.change_link(at.tx, found.token_sha256, session_sha256=sha256(session), seen_at=at.now, failed=0, code_mac="", code_until=None)
    return session


def end_sessions(at: Opened, person: Participant) -> None:
    """The person's browser has to prove itself again."""
    consults.change_links_of(at.tx, person.id, session_sha256="")


def seen(house: House, found: Link) -> None:
    """A sign of life of a link's browser, stored at most every minute."""
    now = house.now()
    if found.seen_at is None or now - found.seen_at > timedelta(minutes=1):
        with house.database.write() as tx:
            consults.change_link(tx, found.token_sha256, seen_at=now)


def guest(house: House, session: str) -> tuple[Consult, Participant]:
    """Whose browser a session is; raises `Trouble` (see `of_session`)."""
    with house.database.read() as tx:
        found = of_session(house, tx, session)
        person = consults.participant(tx, found.participant)
        assert person is not None
        row = consults.get(tx, person.consult)
    seen(house, found)
    return row, person


def move_expiry(at: Opened) -> None:
    """After a consult was moved."""
    for person in at.people():
        consults.change_links_of(at.tx, person.id, expires_at=expiry(at.house, at.row))
