"""What is said of people in a consult, as it rests: sealed under the case's key."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hospital.desks.bodies import case_body, case_key
from hospital.store import cases, consults
from record.trouble import Kind, Trouble
from sync.protocol.consult import Invitee
from sync.seal.values import open_value, seal_value

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from hospital.house import House
    from hospital.store.consults import ConsultRow, PersonRow
    from sync.protocol.messages import CaseBody
    from sync.seal.keys import CaseKey


def consult_of(tx: Connection, consult: str) -> ConsultRow:
    """A consult; raises `Trouble` (INPUT) where there is none."""
    found = consults.get(tx, consult)
    if found is None:
        raise Trouble("There is no consult of this id.", "List the consults with “overread-server consult list”.", kind=Kind.INPUT)
    return found


def key_of(house: House, tx: Connection, row: ConsultRow) -> CaseKey:
    """The key of its case."""
    return case_key(house, cases.get(tx, row.case))


def case_of(house: House, tx: Connection, row: ConsultRow) -> CaseBody:
    """Its case."""
    return case_body(house, cases.get(tx, row.case))


def seal_invitee(key: CaseKey, person: str, invitee: Invitee) -> bytes:
    """Who is invited, as it rests."""
    return seal_value(key, f"consult person {person}", invitee.model_dump_json().encode())


def invitee(key: CaseKey, row: PersonRow) -> Invitee:
    """Who is invited."""
    return Invitee.model_validate_json(open_value(key, f"consult person {row.id}", row.sealed_invitee))


def seal_answers(key: CaseKey, person: str, value: dict[str, Any]) -> bytes:
    """What was said at check-in, as it rests."""
    return seal_value(key, f"consult answers {person}", json.dumps(value).encode())


def answers(key: CaseKey, row: PersonRow) -> dict[str, Any]:
    """What was said at check-in; empty before."""
    if row.sealed_answers is None:
        return {}
    said: dict[str, Any] = json.loads(open_value(key, f"consult answers {row.id}", row.sealed_answers))
    return said


def note(house: House, tx: Connection, row: ConsultRow, person: str, act: str, now: datetime, **body: Any) -> None:  # noqa: ANN401  JSON
    """One thing that happened: sealed in the consult's record, and by ids alone in the audit chain."""
    sealed = seal_value(key_of(house, tx, row), f"consult event {row.id}", json.dumps(body).encode())
    consults.add_event(tx, row.id, person, now, act, sealed)
    house.audit.add(tx, now, f"consult {act}", person, consult=row.id)


def told(key: CaseKey, row: ConsultRow, event: consults.EventRow) -> dict[str, Any]:
    """What an event tells."""
    body: dict[str, Any] = json.loads(open_value(key, f"consult event {row.id}", event.sealed_body))
    return body
