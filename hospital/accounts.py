"""The accounts of the hospital's own people: a login and a password, and a lock after too many wrong ones."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

from hospital.keys.stretch import NOBODY, password_fits
from hospital.store import people
from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from hospital.house import House
    from hospital.store.people import Person

_STRETCHING = threading.BoundedSemaphore(2)  # 64 MiB each: strangers must not fill the memory


def signed_in(house: House, login: str, password: str) -> Person:
    """Whose account and password these are; at a desk and in the browser failures count together. Raises `Trouble` (IDENTITY)."""
    now, desks = house.now(), house.settings.desks
    login = login.strip().lower()  # one account, one count of failures
    with house.database.read() as tx:
        locked = people.locked_until(tx, login)
        person = people.person_by_login(tx, login)
    if locked is not None and locked > now:
        raise Trouble(
            "Too many wrong passwords were typed for this account.", "Wait a quarter of an hour, then try again.", kind=Kind.IDENTITY
        )
    with _STRETCHING:
        fits = password_fits(password, person.password if person is not None else NOBODY)
    if person is None or not fits or not person.active:
        with house.database.write() as tx:
            people.count_failure(tx, login, desks.attempts, now + timedelta(minutes=desks.locked_minutes))
        raise Trouble(
            "The account or its password is not right.", "Type both again; ask the hospital if you forgot them.", kind=Kind.IDENTITY
        )
    with house.database.write() as tx:
        people.forget_failures(tx, login)
    return person
