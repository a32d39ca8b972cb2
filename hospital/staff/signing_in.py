"""Coordinators' sessions in the browser: begun by account and password, ended by signing out, by idleness, by age, or with the account."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from hospital import accounts
from hospital.store import people, sessions
from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from hospital.house import House
    from hospital.store.people import Person

ROLE = "coordinator"
OLDEST = timedelta(hours=12)
_NOTED = timedelta(minutes=1)  # how often a sign of life is stored


def sign_in(house: House, login: str, password: str, network: str) -> str:
    """The secret of a new session. Raises `Trouble` IDENTITY; REFUSED where the account is not a coordinator's."""
    try:
        person = accounts.signed_in(house, login, password)
    except Trouble:
        _note(house, "coordinator refused", _known(house, login), network)
        raise
    if person.role != ROLE:
        _note(house, "coordinator refused", person.id, network)
        remedy = "Sign in with a coordinator's account; IT makes one with “overread-server user add --role coordinator”."
        raise Trouble("This account is not a coordinator's.", remedy, "role", Kind.REFUSED)
    made, now = secrets.token_urlsafe(32), house.now()
    with house.database.write() as tx:
        sessions.forget(tx, now - timedelta(minutes=house.settings.staff.idle_minutes), now - OLDEST)
        sessions.add(tx, made, person.id, now)
        house.audit.add(tx, now, "coordinator signed in", person.id, network=network)
    return made


def who(house: House, secret: str, *, quiet: bool = False) -> Person:
    """Whose session this is; a sign of life of it, unless it is `quiet`. Raises `Trouble` (IDENTITY, details "signed_out")."""
    now = house.now()
    with house.database.read() as tx:
        found = sessions.find(tx, secret) if secret else None
        person = None if found is None else people.person(tx, found.person)
    idle = timedelta(minutes=house.settings.staff.idle_minutes)
    if found is None or person is None or found.seen_at + idle <= now or found.made_at + OLDEST <= now:
        raise _signed_out()
    if not person.active or person.role != ROLE:
        raise _signed_out()
    if not quiet and now - found.seen_at > _NOTED:
        with house.database.write() as tx:
            sessions.seen(tx, found, now)
    return person


def sign_out(house: House, secret: str) -> None:
    """The session is no good any more; one that is none already changes nothing."""
    with house.database.write() as tx:
        found = sessions.find(tx, secret) if secret else None
        if found is not None:
            sessions.end(tx, found)
            house.audit.add(tx, house.now(), "coordinator signed out", found.person)


def _known(house: House, login: str) -> str:
    with house.database.read() as tx:
        found = people.person_by_login(tx, login)
    return "nobody known" if found is None else found.id


def _note(house: House, act: str, person: str, network: str) -> None:
    with house.database.write() as tx:
        house.audit.add(tx, house.now(), act, person, network=network)


def _signed_out() -> Trouble:
    return Trouble("You are signed out.", "Sign in again.", "signed_out", Kind.IDENTITY)
