"""A consult opened in one transaction: its row, its case's key, and how its record is written."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from hospital.consult import bodies
from hospital.desks.bodies import case_key
from hospital.store import cases, consults
from record.trouble import Kind, Trouble
from sync.seal.values import open_value, seal_value

SYSTEM = "hospital"  # by whom, in the record, where nobody did it

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from hospital.consult.bodies import ConsultBody, PersonBody
    from hospital.house import House
    from hospital.store.consults import Consult, Participant, RecordRow
    from sync.seal.keys import CaseKey


@dataclass(frozen=True)
class Opened:
    """An open consult; lives as long as its transaction."""

    house: House
    tx: Connection
    id: str
    case: str
    key: CaseKey
    now: datetime

    @property
    def row(self) -> Consult:
        """As it stands now."""
        return consults.get(self.tx, self.id)

    @property
    def body(self) -> ConsultBody:
        """What was written in it."""
        return bodies.consult_body(self.key, self.id, self.row.sealed_body)

    def write(self, **values: Any) -> None:  # noqa: ANN401  members of `ConsultBody`
        """Changes what was written in it."""
        body = replace(self.body, **values)
        consults.change(self.tx, self.id, sealed_body=bodies.sealed(self.key, bodies.consult_context(self.id), body))

    def people(self) -> list[Participant]:
        """Everybody in it."""
        return consults.participants(self.tx, self.id)

    def person(self, participant: str) -> Participant:
        """One person of it; raises `Trouble` (STATE) where they are of another."""
        found = consults.participant(self.tx, participant)
        if found is None or found.consult != self.id:
            raise Trouble("There is no such person in this consult.", "Look at the list of its people again.", "person", Kind.STATE)
        return found

    def about(self, person: Participant) -> PersonBody:
        """A person's particulars."""
        return bodies.person_body(self.key, person.id, person.sealed_body)

    def tell(self, person: Participant, **values: Any) -> None:  # noqa: ANN401  members of `PersonBody`
        """Changes a person's particulars."""
        body = replace(self.about(person), **values)
        consults.change_participant(self.tx, person.id, sealed_body=bodies.sealed(self.key, bodies.person_context(person.id), body))
        consults.change(self.tx, self.id)

    def note(self, act: str, by: str, **what: Any) -> None:  # noqa: ANN401  any JSON
        """A row of the record, sealed under the case, its digest in the hospital's audit chain."""
        counter = consults.next_counter(self.tx, self.id)
        rests = seal_value(self.key, _context(self.id, counter), json.dumps(what, ensure_ascii=False).encode())
        consults.add_record(self.tx, consults.RecordRow(self.id, counter, self.now, act, by, rests))
        digest = hashlib.sha256(rests).hexdigest()
        self.house.audit.add(self.tx, self.now, f"consult {act}", by, consult=self.id, row=counter, digest=digest)

    def moved_at(self) -> datetime:
        """When its time was set last."""
        moves = consults.record(self.tx, self.id, "moved")
        return moves[-1].at if moves else self.row.made_at

    def said(self, row: RecordRow) -> dict[str, Any]:
        """What a row of the record tells."""
        value: dict[str, Any] = json.loads(open_value(self.key, _context(self.id, row.counter), row.sealed_body))
        return value


def opened(house: House, tx: Connection, consult: str) -> Opened:
    """The consult of an id, or of its unambiguous beginning. Raises `Trouble` (INPUT, details 404)."""
    row = consults.find(tx, consult)
    if row is None:
        raise Trouble("There is no consult of this id.", "List them with “overread-server consult list”.", "404", Kind.INPUT)
    return Opened(house, tx, row.id, row.case, case_key(house, cases.get(tx, row.case)), house.now())


def _context(consult: str, counter: int) -> str:
    return f"consult {consult} record {counter}"
