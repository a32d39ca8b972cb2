"""Physicians of one case who may come to its consult by their own desks: a board is made of those who share the case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hospital.consult import schedule
from hospital.store import people, work
from record.trouble import Kind, Trouble
from sync.protocol.consult import Colleague

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from hospital.consult.opened import Opened


def of(tx: Connection, case: str, account: str) -> tuple[Colleague, ...]:
    """The other physicians who have a case now, by name."""
    having = {one.person for one in work.assignments_of_case(tx, case) if one.state in work.OPEN} - {account}
    found = [people.person(tx, one) for one in having]
    return tuple(Colleague(id=one.id, name=one.name) for one in sorted(found, key=lambda one: one.name) if one.active)


def logins(tx: Connection, case: str, account: str, wanted: Iterable[str]) -> list[str]:
    """The accounts' names of those who are wanted. Raises `Trouble` (INPUT) where one has no share in the case."""
    allowed = {one.id for one in of(tx, case, account)}
    if not set(wanted) <= allowed:
        remedy = "Ask the coordinator to assign the case to them; then invite them."
        raise Trouble("This colleague has no share in the case.", remedy, kind=Kind.INPUT)
    return [people.person(tx, one).login for one in wanted]


def invite(at: Opened, account: str, wanted: str) -> None:
    """One more, into a consult that is set or on. Raises `Trouble` (INPUT, STATE)."""
    if at.row.over:
        raise Trouble("This consult is over.", "Set a new one.", kind=Kind.STATE)
    (login,) = logins(at.tx, at.case, account, [wanted])
    if any(one.account == wanted and one.state != "left" for one in at.people()):
        raise Trouble("This colleague is invited already.", "The consult stands in their list.", kind=Kind.STATE)
    schedule.add_physician(at, login)
