"""From rows to what the rooms show: the worklist, one case, the revision that comes next."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from record.trouble import Kind, Trouble
from sync.protocol.messages import AssignmentBody, CaseBody
from sync.vault.values import CaseMessage, CaseRecord, CaseState, OpinionState, OpinionView, WorklistRow
from sync.vault.work import already_signed

if TYPE_CHECKING:
    from datetime import datetime

    from sync.vault.parts import Parts

__all__ = ["already_signed", "manifest_object", "next_revision", "record", "rows", "signed"]

SIGNED_AGAIN = "409"  # in the details of a refusal: the hospital holds other bytes under this revision


def rows(parts: Parts) -> tuple[WorklistRow, ...]:
    """Every assignment with its case, soonest due first."""
    known = parts.index.rows()
    opinions = parts.work.opinions()
    intents = parts.outbox.pending_intents({one["assignment"]: one["assignment_revision"] for one in known})
    refusals = parts.outbox.refusals()
    found = [_row(parts, one, opinions.get(one["assignment"], ()), intents, refusals) for one in known]
    return tuple(sorted(found, key=lambda one: (one.due_at, one.assignment.id)))


def record(parts: Parts, case: str) -> CaseRecord:
    """One case, by its newest assignment that is not over."""
    found = [one for one in parts.index.rows() if one["case_id"] == case]
    if not found or found[0]["case_body"] is None:
        raise Trouble("This case is not on this computer.", "Accept it first; then it comes by itself.", kind=Kind.STATE)
    ours = max(found, key=lambda one: (one["assignment_state"] not in {"withdrawn", "given_back", "declined", "lapsed"}, one["assignment"]))
    opinions = parts.work.opinions().get(ours["assignment"], ())
    return CaseRecord(
        id=case,
        body=_case_body(parts, ours),
        assignment=_assignment(parts, ours),
        assignment_revision=ours["assignment_revision"],
        manifest_version=ours["manifest_version"],
        manifest_digest=ours["manifest_object"],
        readiness=ours["readiness"],
        opinion=opinions[-1] if opinions else None,
        opinions=opinions,
        messages=_messages(parts, case),
    )


def manifest_object(parts: Parts, case: str) -> str:
    """The object that holds the adopted manifest: its name is the manifest's digest. Raises `Trouble` (STATE)."""
    found = next((one["manifest_object"] for one in parts.index.rows() if one["case_id"] == case), None)
    if found is None:
        raise Trouble("This case has not arrived yet.", "It comes by itself as soon as the hospital is reached.", kind=Kind.STATE)
    return str(found)


def next_revision(parts: Parts, assignment: str) -> int:
    """What the hospital said comes next, and never one that is taken already."""
    found = next((one for one in parts.index.rows() if one["assignment"] == assignment), None)
    wanted = _assignment(parts, found).next_revision if found is not None else 1
    taken = [one.revision + 1 for one in parts.work.opinions().get(assignment, ()) if _taken(one)]
    return max([wanted, *taken])


def signed(view: OpinionView, digest: str, now: datetime) -> OpinionView:
    """The view of a composed opinion after its signature."""
    return replace(view, state=OpinionState.SIGNED, signed_sha256=digest, signed_at=now)


def _taken(opinion: OpinionView) -> bool:
    if opinion.state in (OpinionState.SIGNED, OpinionState.SENDING, OpinionState.RECEIVED):
        return True
    return opinion.refusal is not None and SIGNED_AGAIN in opinion.refusal.details


def _row(
    parts: Parts, one: dict[str, Any], opinions: tuple[OpinionView, ...], intents: dict[str, str], refusals: dict[str, str]
) -> WorklistRow:
    assignment = _assignment(parts, one)
    body = None if one["case_body"] is None else _case_body(parts, one)
    arrived = one["manifest_version"] is not None
    return WorklistRow(
        assignment=assignment,
        revision=one["assignment_revision"],
        case=body,
        readiness=one["readiness"],
        modalities=tuple(one["modalities"].split(",")) if one["modalities"] else tuple(assignment.offer.modalities),
        studies=one["studies"],
        series=one["series"],
        instances=one["instances"] if arrived else assignment.offer.images,
        due_at=assignment.offer.due_at,
        opinion=opinions[-1] if opinions else None,
        pending_intent=intents.get(assignment.id),
        trouble=_case_trouble(one) or _refused(refusals.get(assignment.id, "")),
    )


def damaged_here(details: str) -> Trouble:
    """What is raised where a part of a case was found damaged."""
    return Trouble(
        "This part of the case is damaged on this disk.",
        "It is fetched again by itself as soon as the hospital is reached; the rest can be read.",
        details,
        Kind.DAMAGED,
    )


def _case_trouble(one: dict[str, Any]) -> Trouble | None:
    readiness = one["readiness"]
    if readiness.state is CaseState.WITHDRAWN or not readiness.damaged:
        return None
    one = readiness.damaged == 1
    parts = "One part of this case was" if one else f"{readiness.damaged} parts of this case were"
    fetched = "It is fetched again by itself" if one else "They are fetched again by themselves"
    return Trouble(
        f"{parts} found damaged on this disk.",
        f"{fetched} as soon as the hospital is reached; the rest can be read.",
        kind=Kind.DAMAGED,
    )


def _refused(reason: str) -> Trouble | None:
    if not reason:
        return None
    return Trouble(f"The hospital did not take what you wanted: {reason}", "A coordinator sees it too.", kind=Kind.REFUSED)


def _assignment(parts: Parts, one: dict[str, Any]) -> AssignmentBody:
    return AssignmentBody.model_validate_json(
        parts.keys.open(one["case_id"], f"assignment {one['assignment']}", bytes(one["assignment_body"]))
    )


def _case_body(parts: Parts, one: dict[str, Any]) -> CaseBody:
    return CaseBody.model_validate_json(parts.keys.open(one["case_id"], "body", bytes(one["case_body"])))


def _messages(parts: Parts, case: str) -> tuple[CaseMessage, ...]:
    return tuple(
        CaseMessage(kind, name, json.loads(parts.keys.open(case, f"{kind} {name}", body)))
        for kind, name, body in parts.index.messages(case)
    )
