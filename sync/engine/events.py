"""What the engine tells the windows: frozen values in one queue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from record.trouble import Trouble
    from sync.vault.values import CaseState


@dataclass(frozen=True, slots=True)
class HospitalReached:
    """The hospital answers (again)."""


@dataclass(frozen=True, slots=True)
class HospitalLost:
    """The hospital does not answer; `trouble` is the sentence to show."""

    trouble: Trouble


@dataclass(frozen=True, slots=True)
class Synced:
    """One round of the way in is through: everything that the hospital has for this desk is here. Counts are of this round."""

    at: datetime
    objects: int
    bytes: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Progress:
    """A case grows. Bytes and objects are of the whole case; `bytes_per_second` is measured over this fetch."""

    case: str
    present_bytes: int
    total_bytes: int
    present_objects: int
    total_objects: int
    bytes_per_second: float

    @property
    def seconds_left(self) -> float | None:
        """How long it still takes at this rate; None while there is no rate."""
        return (self.total_bytes - self.present_bytes) / self.bytes_per_second if self.bytes_per_second > 0 else None


@dataclass(frozen=True, slots=True)
class CaseChanged:
    """Something of this case is different: read it again. `state` is None where it is gone."""

    case: str
    state: CaseState | None


@dataclass(frozen=True, slots=True)
class OriginalsArrived:
    """Originals that were wished for are here."""

    case: str


@dataclass(frozen=True, slots=True)
class WorklistChanged:
    """Offers, assignments or the policy changed: read the worklist again."""


@dataclass(frozen=True, slots=True)
class IntentAnswered:
    """The hospital answered an intent; where it was refused, `reason` says why."""

    case: str
    assignment: str
    kind: str
    accepted: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Sending:
    """An opinion is on its way."""

    case: str
    assignment: str
    revision: int


@dataclass(frozen=True, slots=True)
class Delivered:
    """The hospital's receipt for an opinion is verified and on disk. `receipt` is as shown ("7F3A-19C2")."""

    case: str
    assignment: str
    revision: int
    receipt: str
    received_at: datetime
    quarantined: bool


@dataclass(frozen=True, slots=True)
class CertificateArrived:
    """The hospital issued this desk's signing certificate: opinions can be signed from now on."""


@dataclass(frozen=True, slots=True)
class DropsHeld:
    """The hospital wants to take back many cases at once: nothing happens until a person agrees (`Engine.approve_drops`)."""

    cases: frozenset[str]
    trouble: Trouble


@dataclass(frozen=True, slots=True)
class TroubleSeen:
    """Something went wrong; the engine goes on by itself.

    `case` is set where it is about one case, `way` ("in", "out") where it keeps a whole way from going on.
    """

    trouble: Trouble
    case: str | None = None
    way: str = ""


Event = (
    HospitalReached
    | HospitalLost
    | Synced
    | Progress
    | CaseChanged
    | OriginalsArrived
    | WorklistChanged
    | IntentAnswered
    | Sending
    | Delivered
    | CertificateArrived
    | DropsHeld
    | TroubleSeen
)
