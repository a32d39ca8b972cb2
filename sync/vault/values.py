"""What the vault gives and takes, as frozen values. Times are aware datetimes in UTC; ids are the hospital's random ids."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from record.trouble import Trouble
    from sync.protocol.messages import AssignmentBody, CaseBody


class CaseState(StrEnum):
    """A case at the desk (ARCHITECTURE.md, section 5)."""

    OFFERED = "offered"
    ANNOUNCED = "announced"
    FETCHING = "fetching"
    PAUSED = "paused"
    READY_OFFLINE = "ready_offline"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"


class OpinionState(StrEnum):
    """An opinion at the desk (ARCHITECTURE.md, section 5)."""

    DRAFTING = "drafting"
    COMPOSED = "composed"
    SIGNED = "signed"
    SENDING = "sending"
    RECEIVED = "received"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Readiness:
    """How much of a case is here. Counts and bytes are of all objects that reading needs (an original that was wished for is none)."""

    state: CaseState
    present_objects: int
    total_objects: int
    present_bytes: int
    total_bytes: int
    damaged: int = 0  # objects found damaged and wanted again
    stood: bool = False  # it was ready offline before: what of it is here can be read while the rest is fetched (again)

    @property
    def ready_offline(self) -> bool:
        """Whether the case opens whole with the cable pulled."""
        return self.state is CaseState.READY_OFFLINE

    @property
    def fraction(self) -> float:
        """From 0 to 1, by bytes."""
        return self.present_bytes / self.total_bytes if self.total_bytes else float(self.ready_offline)


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """A receipt as it is shown; it exists only where a verified receipt is on disk."""

    id: str  # "7F3A-19C2"
    received_at: datetime
    quarantined: bool


@dataclass(frozen=True, slots=True)
class OpinionView:
    """Where an opinion stands. `refusal` is the hospital's reason, for the person."""

    assignment: str
    case: str
    revision: int
    state: OpinionState
    manifest_version: int
    manifest_digest: str
    document_sha256: str  # of the composed PDF
    signed_sha256: str | None
    signed_at: datetime | None
    receipt: ReceiptView | None
    refusal: Trouble | None = None


@dataclass(frozen=True, slots=True)
class WorklistRow:
    """One row of the worklist: an assignment, and its case where it is here. `case` is None until the physician accepted."""

    assignment: AssignmentBody
    revision: int  # of the assignment; an intent carries it as what was seen
    case: CaseBody | None
    readiness: Readiness
    modalities: tuple[str, ...]
    studies: int
    series: int
    instances: int
    due_at: datetime
    opinion: OpinionView | None  # the latest revision
    pending_intent: str | None  # kind of an intent that has not been answered yet
    trouble: Trouble | None = None  # what is wrong with this case here, for the person


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """Everything of one case but its manifest and objects."""

    id: str
    body: CaseBody
    assignment: AssignmentBody
    assignment_revision: int
    manifest_version: int | None  # the adopted one; None while nothing is here
    manifest_digest: str | None
    readiness: Readiness
    opinion: OpinionView | None
    opinions: tuple[OpinionView, ...]  # all revisions, oldest first
    messages: tuple[CaseMessage, ...]


@dataclass(frozen=True, slots=True)
class CaseMessage:
    """A question asked back, its answer, or a message, as the feed brought it."""

    kind: str  # "question" or "message"
    id: str
    body: dict[str, object]


class OpenedKind(StrEnum):
    """What the signing sheet asks about."""

    STUDY = "study"
    SERIES = "series"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Opened:
    """Something that was opened, first at this time. `id` is a UID or a document's id."""

    kind: OpenedKind
    id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Waiver:
    """A point of the signing sheet that was waived, and why."""

    check: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """An object that is to be fetched."""

    case: str
    object: str
    length: int
    kind: str


@dataclass(frozen=True, slots=True)
class Stored:
    """An object whose file stands under its final name; what the index row says of it."""

    case: str
    object: str
    file_id: bytes


class OutKind(StrEnum):
    """What the outbox holds."""

    INTENT = "intent"
    OPINION = "opinion"


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """One thing on its way out. `body` is the intent's JSON, or empty for an opinion."""

    id: int
    kind: OutKind
    key: str
    case: str
    assignment: str
    revision: int
    attempts: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Lease:
    """How long the desk may go on without hearing from the hospital. `trouble` is set where it may not."""

    until: datetime | None
    now: datetime
    trouble: Trouble | None


@dataclass(frozen=True, slots=True)
class ScrubResult:
    """What a scrub read, how many objects it found damaged (they are wanted again), and whether it came to the end."""

    objects: int
    bytes: int
    damaged: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Awaited:
    """An original that is to be saved at `place` (a path outside the vault) as soon as it is here."""

    case: str
    sop_instance_uid: str
    place: str
