"""What the opinion's document states that the physician did not write: plain values, given by the caller."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import date, datetime


@dataclass(frozen=True)
class PatientFacts:
    """The patient under the hospital's own identity; `name` as DICOM writes it (`Family^Given`, PS3.5 6.2.1)."""

    name: str
    birth_date: date
    sex: Literal["F", "M", "O", ""]
    patient_id: str
    issuer: str = ""


@dataclass(frozen=True)
class PersonFacts:
    """A referring or local physician, for people; empty strings where unknown."""

    name: str
    institution: str = ""
    place: str = ""


@dataclass(frozen=True)
class QuestionFacts:
    """One question of the case."""

    id: str
    number: int
    asked_by: Literal["patient", "referrer"]
    text: str


@dataclass(frozen=True)
class Material:
    """One thing that was there to be read: a series group of a study, a document."""

    what: str  # "CT: Chest with contrast", "Letter: Referral"
    extent: str  # "3 series, 186 images", "2 pages"
    date: date | None
    source: str
    role: Literal["current", "prior", "document"]
    quality: str = ""  # what limits it: "2 images cannot be shown", "patient number of another hospital"


@dataclass(frozen=True)
class Absent:
    """What was asked for or expected and is not there, and why."""

    what: str
    because: str


@dataclass(frozen=True)
class SignerFacts:
    """Who signs."""

    name: str
    specialty: str = ""
    licences: tuple[str, ...] = ()


@dataclass(frozen=True)
class Facts:
    """Everything the document states beside the draft. Times are aware; texts are the hospital's own."""

    case: str
    assignment: str
    revision: int
    manifest_version: int
    manifest_digest: str
    hospital: str
    patient: PatientFacts
    signer: SignerFacts
    composed_at: datetime
    title: str = ""  # what is asked, of the case
    service: str = "Remote opinions"
    amends: str | None = None  # the opinion (assignment/revision) this addendum amends
    requester: PersonFacts | None = None
    addressee: PersonFacts | None = None
    questions: tuple[QuestionFacts, ...] = ()
    diagnoses: tuple[str, ...] = ()
    history: str = ""  # as the hospital collected it; printed where the draft has none
    material: tuple[Material, ...] = ()
    absent: tuple[Absent, ...] = ()
    no_examination_notice: str = "No physical examination was made. This opinion rests on the records provided."
    hospital_statement: str = ""
