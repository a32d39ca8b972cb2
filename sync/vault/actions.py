"""What a page of the feed makes the vault do: the planner's output, stored with the cursor in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sync.protocol.messages import AssignmentBody, CaseBody, ManifestBody, PolicyBody


@dataclass(frozen=True, slots=True)
class PutCase:
    """The identifiable part of a case."""

    case: str
    revision: int
    body: CaseBody


@dataclass(frozen=True, slots=True)
class PutAssignment:
    """An assignment of this physician."""

    case: str
    revision: int
    body: AssignmentBody


@dataclass(frozen=True, slots=True)
class PutManifest:
    """A version of a case's manifest was announced; its object is wanted first."""

    case: str
    body: ManifestBody


@dataclass(frozen=True, slots=True)
class PutMessage:
    """A question asked back, its answer, or a message."""

    case: str
    kind: str
    id: str
    revision: int
    body: dict[str, object]


@dataclass(frozen=True, slots=True)
class PutPolicy:
    """What this hospital sets for its desks."""

    body: PolicyBody


@dataclass(frozen=True, slots=True)
class DropCase:
    """The hospital took the case back from this desk: rows now, files and key as soon as nothing of it is on its way out."""

    case: str


@dataclass(frozen=True, slots=True)
class DropAssignment:
    """An assignment is gone."""

    id: str


@dataclass(frozen=True, slots=True)
class DropMessage:
    """A message is gone."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Revoke:
    """The hospital shut this desk out: nothing of any case stays, what was signed still goes out."""

    reason: str = field(repr=False)


Action = PutCase | PutAssignment | PutManifest | PutMessage | PutPolicy | DropCase | DropAssignment | DropMessage | Revoke


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that one page does, and where the feed goes on."""

    dataset: str
    cursor: str
    actions: tuple[Action, ...]
    changed: frozenset[str]  # cases to look at again
