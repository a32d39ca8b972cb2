"""Intents: what a desk wants to happen. The same key answers the same; a stale one is kept and refused, never lost."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Any

from hospital.desks.bodies import case_key, offer, request_digest_input, sealed_offer
from hospital.desks.moves import assignment_row, case_after, change
from hospital.desks.offering import leave
from hospital.store import cases, feed, work
from record.person import working_days_after
from record.states.table import Row, Who
from record.trouble import Kind, Trouble
from sync.protocol.messages import Intent, IntentAnswer
from sync.protocol.steps import Step, reached
from sync.seal.values import seal_value

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from hospital.house import House
    from hospital.store.people import Device

_NEEDS = {"decline": "reason", "give_back": "reason", "ask": "text", "urgent": "told"}
_NEVER_STALE = {"urgent"}  # it tells of the patient, not of the assignment


def decide(house: House, device: Device, intent: Intent) -> IntentAnswer:
    """Stores the intent with its answer and its effect, in one transaction."""
    digest = hashlib.sha256(request_digest_input(intent.model_dump(mode="json"))).hexdigest()
    with house.database.write() as tx:
        known = work.intent(tx, intent.key)
        if known is not None:
            if known.request_sha256 != digest or known.device != device.id:
                raise Trouble("Another request has this key.", "Try again with a new one.", "intent key", Kind.REFUSED)
            return IntentAnswer(key=intent.key, accepted=known.accepted, reason=known.reason)
        row = work.assignment(tx, intent.assignment)
        if row is None or row.person != device.person or row.case != intent.case:
            raise Trouble("This assignment is not known.", "Wait until your worklist is up to date.", kind=Kind.REFUSED)
        reason = _lapse(house, tx, row, intent) or _refusal(row, intent) or _stale(tx, row, intent, device)
        if not reason:
            _take_effect(house, tx, row, intent, device)
        _keep(house, tx, intent, device, digest, reason)
    reached(Step.INTENT_DECIDED)
    return IntentAnswer(key=intent.key, accepted=not reason, reason=reason)


def _lapse(house: House, tx: Connection, row: work.Assignment, intent: Intent) -> str:
    """An offer whose time is over lapses when it is accepted too late; the reason, or nothing."""
    if (row.state, intent.kind) != ("offered", "accept") or row.offered_until is None or house.now() <= row.offered_until:
        return ""
    change(tx, row, work.HOSPITAL, state=assignment_row(row.state, "time_out", Who.SYSTEM).to)
    return "The time of this offer is over."


def _refusal(row: work.Assignment, intent: Intent) -> str:
    needed = _NEEDS.get(intent.kind)
    if needed is not None and not str(intent.body.get(needed, "")).strip():
        return "A reason is missing." if needed == "reason" else "A text is missing."
    try:
        assignment_row(row.state, intent.kind)
    except Trouble as trouble:
        return trouble.what_happened
    return ""


def _stale(tx: Connection, row: work.Assignment, intent: Intent, device: Device) -> str:
    """Whether the desk saw another assignment than there is now: what it did itself since then does not count."""
    if intent.kind in _NEVER_STALE:
        return ""
    moved = intent.seen_revision > row.revision or work.moved_by_others(tx, row.id, intent.seen_revision, device.id)
    return "The assignment was changed at the hospital after you saw it." if moved else ""


def _take_effect(house: House, tx: Connection, row: work.Assignment, intent: Intent, device: Device) -> None:
    moved = assignment_row(row.state, intent.kind)
    values = {"state": moved.to}
    for effect in moved.effects:
        values |= _VALUES.get(effect, _nothing)(house, tx, row, moved)
    if any(getattr(row, name) != value for name, value in values.items()):
        change(tx, row, device.id, **values)
    for effect in moved.effects:
        if effect in _AFTER:
            _AFTER[effect](tx, row)
    house.audit.add(tx, house.now(), intent.kind, device.id, assignment=row.id)


def _nothing(_house: House, _tx: Connection, _row: work.Assignment, _moved: Row) -> dict[str, Any]:
    return {}


def _offer_again_later(house: House, tx: Connection, row: work.Assignment, moved: Row) -> dict[str, Any]:
    """The offer holds for the row's working days from now, or longer where it did."""
    until = _later(house, moved, row.offered_until)
    return {"offered_until": until, "sealed_offer": _resealed(house, tx, row, offered_until=until)}


def _move_due_time(house: House, tx: Connection, row: work.Assignment, moved: Row) -> dict[str, Any]:
    """The opinion is due the row's working days from now, or later where it was."""
    return {"sealed_offer": _resealed(house, tx, row, due_at=_later(house, moved, offer(house, tx, row).due_at))}


def _later(house: House, moved: Row, before: datetime | None) -> datetime:
    now = house.now()
    due = datetime.combine(working_days_after(now.date(), moved.due or 0), now.timetz())
    return due if before is None else max(before, due)


def _resealed(house: House, tx: Connection, row: work.Assignment, **values: datetime) -> bytes:
    changed = offer(house, tx, row).model_copy(update=values)
    return sealed_offer(case_key(house, cases.get(tx, row.case)), row.id, changed)


def _send_case(tx: Connection, row: work.Assignment) -> None:
    feed.note(tx, row.person, "case", row.case)
    feed.note(tx, row.person, "manifest", row.case)
    cases.set_state(tx, row.case, case_after(cases.get(tx, row.case).state, "assigned", Who.COORDINATOR))


# what an effect of the table does: to the assignment's own row, and beside it
_VALUES: dict[str, Callable[[House, Connection, work.Assignment, Row], dict[str, Any]]] = {
    "offer_again_later": _offer_again_later,
    "move_due_time": _move_due_time,
}
_AFTER: dict[str, Callable[[Connection, work.Assignment], None]] = {"send_case": _send_case, "revoke_case": leave}


def _keep(house: House, tx: Connection, intent: Intent, device: Device, digest: str, reason: str) -> None:
    key = case_key(house, cases.get(tx, intent.case))
    sealed = seal_value(key, f"intent {intent.key}", intent.model_dump_json().encode())
    work.add_intent(
        tx,
        work.IntentRow(
            intent.key,
            device.id,
            intent.assignment,
            intent.kind,
            intent.seen_revision,
            digest,
            sealed,
            not reason,
            reason,
            house.now(),
        ),
    )
