"""The planner: from one page of the feed and what is held, to what is to be done. Pure: no clock, no disk, no network.

Rules: applying a change twice is harmless (an older or equal revision does nothing); absence is never deletion; a page that would drop
more than a tenth of the desk's cases, and more than one, waits for a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from record.trouble import Kind, Trouble
from sync.protocol.messages import AssignmentBody, CaseBody, ManifestBody, PolicyBody, RevocationBody
from sync.vault.actions import (
    Action,
    DropAssignment,
    DropCase,
    DropMessage,
    Plan,
    PutAssignment,
    PutCase,
    PutManifest,
    PutMessage,
    PutPolicy,
    Revoke,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sync.protocol.messages import Change, Page


@dataclass(frozen=True, slots=True)
class Held:
    """What the desk holds: its own id, cases, revisions by (kind, id), announced manifest versions, drops that a person agreed to."""

    device: str
    cases: frozenset[str]
    revisions: Mapping[tuple[str, str], int]
    manifests: Mapping[str, int]
    assignments: Mapping[str, str]  # assignment → case
    agreed_drops: frozenset[str] = frozenset()
    dataset: str = ""  # of which the revisions are; another one's begin anew


@dataclass(frozen=True, slots=True)
class Waiting:
    """The page is not applied: a person has to agree to these drops first."""

    cases: frozenset[str]


def plan(page: Page, held: Held) -> Plan | Waiting:
    """What a page does.

    Raises:
        Trouble: DAMAGED, where a change is not what the protocol says (nothing of the page is applied).
    """
    drops = frozenset(change.id for change in page.changes if _drops_a_case(change)) & held.cases
    unasked = drops - held.agreed_drops
    if len(unasked) > 1 and len(unasked) * 10 > len(held.cases):
        return Waiting(drops)
    actions: list[Action] = []
    restored = bool(held.dataset) and page.dataset != held.dataset
    revisions, manifests = {} if restored else dict(held.revisions), dict(held.manifests)
    for change in sorted(page.changes, key=lambda one: one.seq):
        action = _action(change, held.device, revisions, manifests)
        if action is not None:
            actions.append(action)
    changed = {case for action in actions for case in [_case_of(action, held.assignments)] if case}
    if any(isinstance(action, Revoke) for action in actions):
        changed |= held.cases
    return Plan(page.dataset, page.cursor, tuple(actions), frozenset(changed))


def _drops_a_case(change: Change) -> bool:
    return change.kind == "case" and change.op == "drop"


def _action(change: Change, device: str, revisions: dict[tuple[str, str], int], manifests: dict[str, int]) -> Action | None:
    """The action of one change; `revisions` and `manifests` follow."""
    name = (change.kind, change.id)
    if change.op == "drop":
        revisions.pop(name, None)
        if change.kind == "case":
            manifests.pop(change.id, None)
        return _DROPS[change.kind](change) if change.kind in _DROPS else None
    if change.kind == "manifest":
        return _manifest(change, manifests)
    if revisions.get(name, -1) >= change.revision:
        return None
    revisions[name] = change.revision
    try:
        return _PUTS[change.kind](change, change.body or {}, device)
    except ValidationError as error:
        raise _not_understood(change) from error


def _manifest(change: Change, manifests: dict[str, int]) -> Action | None:
    try:
        body = ManifestBody.model_validate(change.body or {})
    except ValidationError as error:
        raise _not_understood(change) from error
    if manifests.get(body.case, 0) >= body.version:
        return None
    manifests[body.case] = body.version
    return PutManifest(body.case, body)


def _case(change: Change, body: dict[str, Any], _: str) -> Action:
    found = CaseBody.model_validate(body)
    return PutCase(found.id, change.revision, found)


def _assignment(change: Change, body: dict[str, Any], _: str) -> Action:
    found = AssignmentBody.model_validate(body)
    return PutAssignment(found.case, change.revision, found)


def _message(change: Change, body: dict[str, Any], _: str) -> Action:
    case = body.get("case")
    if not isinstance(case, str):
        raise _not_understood(change)
    return PutMessage(case, change.kind, change.id, change.revision, body)


def _policy(_change: Change, body: dict[str, Any], _: str) -> Action:
    return PutPolicy(PolicyBody.model_validate(body))


def _revocation(_change: Change, body: dict[str, Any], device: str) -> Action | None:
    found = RevocationBody.model_validate(body)
    return Revoke(found.reason) if found.device == device else None


_PUTS: dict[str, Callable[[Change, dict[str, Any], str], Action | None]] = {
    "case": _case,
    "assignment": _assignment,
    "question": _message,
    "message": _message,
    "policy": _policy,
    "revocation": _revocation,
}

_DROPS: dict[str, Callable[[Change], Action]] = {
    "case": lambda change: DropCase(change.id),
    "assignment": lambda change: DropAssignment(change.id),
    "question": lambda change: DropMessage("question", change.id),
    "message": lambda change: DropMessage("message", change.id),
}


def _case_of(action: Action, assignments: Mapping[str, str]) -> str | None:
    if isinstance(action, DropAssignment):
        return assignments.get(action.id)
    return getattr(action, "case", None)


def _not_understood(change: Change) -> Trouble:
    return Trouble(
        "The hospital sent something that this version of Overread does not understand.",
        "Nothing was changed; install the newest version, or tell the hospital's IT.",
        details=f"feed: {change.kind} {change.op}",
        kind=Kind.DAMAGED,
    )
