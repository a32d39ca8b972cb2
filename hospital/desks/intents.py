"""Intents: what a desk wants to happen. The same key answers the same; a stale one is kept and refused, never lost."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from hospital.desks.bodies import case_key, request_digest_input
from hospital.desks.moves import assignment_after, case_after
from hospital.desks.offering import leave
from hospital.store import cases, feed, work
from record.states.table import Who
from record.trouble import Kind, Trouble
from sync.protocol.messages import Intent, IntentAnswer
from sync.protocol.steps import Step, reached
from sync.seal.values import seal_value

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hospital.house import House
    from hospital.store.people import Device

_MOVES = {"accept", "decline", "give_back", "ask", "opened"}
_NEEDS = {"decline": "reason", "give_back": "reason", "ask": "text", "urgent": "told"}


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
        reason = _lapse(house, tx, row, intent) or _refusal(row, intent)
        if not reason:
            _take_effect(house, tx, row, intent, device)
        _keep(house, tx, intent, device, digest, reason)
    reached(Step.INTENT_DECIDED)
    return IntentAnswer(key=intent.key, accepted=not reason, reason=reason)


def _lapse(house: House, tx: Connection, row: work.Assignment, intent: Intent) -> str:
    """An offer whose time is over lapses when it is accepted too late; the reason, or nothing."""
    if (row.state, intent.kind) != ("offered", "accept") or row.offered_until is None or house.now() <= row.offered_until:
        return ""
    work.change_assignment(tx, row.id, state=assignment_after(row.state, "time_out", Who.SYSTEM))
    feed.note(tx, row.person, "assignment", row.id)
    return "The time of this offer is over."


def _refusal(row: work.Assignment, intent: Intent) -> str:
    needed = _NEEDS.get(intent.kind)
    if needed is not None and not str(intent.body.get(needed, "")).strip():
        return "A reason is missing." if needed == "reason" else "A text is missing."
    if intent.kind in _MOVES:
        try:
            assignment_after(row.state, intent.kind)
        except Trouble as trouble:
            return trouble.what_happened
    elif row.state not in work.UNDER_WAY:
        return "The case is no longer yours."
    return ""


def _take_effect(house: House, tx: Connection, row: work.Assignment, intent: Intent, device: Device) -> None:
    if intent.kind in _MOVES:
        after = assignment_after(row.state, intent.kind)
        if after != row.state:
            work.change_assignment(tx, row.id, state=after)
    elif intent.kind == "pause":
        work.change_assignment(tx, row.id, paused=not row.paused)
    else:
        return
    if intent.kind == "give_back":
        leave(tx, row)
    else:
        feed.note(tx, row.person, "assignment", row.id)
    if intent.kind == "accept":
        feed.note(tx, row.person, "case", row.case)
        feed.note(tx, row.person, "manifest", row.case)
        cases.set_state(tx, row.case, case_after(cases.get(tx, row.case).state, "assigned", Who.COORDINATOR))
    house.audit.add(tx, house.now(), intent.kind, device.id, assignment=row.id)


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
