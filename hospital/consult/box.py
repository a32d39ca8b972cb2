"""The sealed outgoing box: invitations, codes and reminders wait here for whoever carries them (mail, text message, a telephone call)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hospital.desks.bodies import case_key
from hospital.store import cases, consults
from hospital.store.consults import BoxRow
from hospital.store.people import new_id
from record.trouble import Kind, Trouble
from sync.seal.values import open_value, seal_value

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from hospital.house import House
    from hospital.store.consults import ConsultRow

REMINDERS = {"reminder 24 h": 24, "reminder 1 h": 1}


def put(house: House, tx: Connection, row: ConsultRow, person: str, kind: str, to: str, text: str, due: datetime | None = None) -> None:
    """Lays a message into the box; due now, or later."""
    now, key, made = house.now(), case_key(house, cases.get(tx, row.case)), new_id()
    body = seal_value(key, f"box {made}", json.dumps({"to": to, "text": text}).encode())
    consults.put_in_box(tx, BoxRow(made, row.case, row.id, person, kind, now, due or now, None, body))


def listed(house: House, tx: Connection) -> list[dict[str, Any]]:
    """What waits, without what it says."""
    now = house.now()
    return [
        {
            "id": one.id,
            "kind": one.kind,
            "consult": one.consult,
            "due_at": one.due_at.isoformat(timespec="minutes"),
            "due": one.due_at <= now,
        }
        for one in consults.boxed(tx)
    ]


def take(house: House, tx: Connection, message: str) -> dict[str, str]:
    """One message, to be sent now by whoever takes it.

    Raises:
        Trouble: INPUT.
    """
    found = next((one for one in consults.boxed(tx) if one.id.startswith(message) and len(message) >= 8), None)
    if found is None:
        raise Trouble("There is no such message in the box.", "List them with “overread-server box”.", kind=Kind.INPUT)
    body: dict[str, str] = json.loads(open_value(case_key(house, cases.get(tx, found.case)), f"box {found.id}", found.sealed_body))
    consults.take_from_box(tx, found.id, house.now())
    house.audit.add(tx, house.now(), "box", "coordinator", message=found.id, kind=found.kind)
    return {"kind": found.kind, **body}
