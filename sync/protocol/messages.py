"""Every message between desk and hospital, as models (the API is `/v1`, JSON, TLS).

Times are RFC 3339 in UTC. Ids are random (`secrets.token_hex(16)`), never derived from a patient. An object id is the SHA-256 of its
bytes in hexadecimal.
"""

from __future__ import annotations

from datetime import date, datetime  # noqa: TC003  pydantic reads them at run time
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Message(BaseModel):
    """Frozen; unknown members are refused on the way in."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# -- authority and enrolment -----------------------------------------------------------------------------------------


class Authority(Message):
    """`GET /v1/authority`: fetched without trust, hashed against the enrolment code, then pinned.

    The digest in an enrolment code is the first 16 bytes of SHA-256 over the canonical JSON of this message.
    """

    hospital: str  # the hospital's name, for people
    dataset: str  # changes only when a hospital was restored
    tls_ca_pem: str  # the only root for TLS to this hospital
    signing_ca_pem: str  # issues physicians' signing certificates
    recovery_key: str  # X25519, hexadecimal: vault keys are sealed to it; its private half is in the hospital's safe
    receipt_keys: dict[str, dict[str, str]]  # kid → JWK (P-256), signs receipts and manifests


class EnrolmentRequest(Message):
    """`POST /v1/enrolments`: account, one-time secret from the code, and what was born on the desk."""

    login: str
    password: str
    secret: str  # hexadecimal, from the code
    desk_name: str = Field(max_length=80)
    vault: str = Field(max_length=64)  # the vault's random id, by which a recovery is asked for
    device_key: dict[str, str]  # JWK of the public device key (P-256)
    signing_request_pem: str  # PKCS #10 for the signing key


class Physician(Message):
    """The account a desk works for."""

    id: str
    name: str
    login: str
    licences: list[str]  # "New York 123456", printed under the signature
    specialty: str = ""


class Enrolment(Message):
    """What the desk keeps: who it works for and until when it may work offline."""

    device: str
    physician: Physician
    hospital: str
    dataset: str
    lease_days: int
    certificate_pem: str | None  # None until `overread-server approve`


class TokenRequest(Message):
    """`POST /v1/tokens`: an assertion (JWT, ES256) by the device key: iss = sub = device, aud = dataset, exp ≤ 60 s, jti once."""

    assertion: str


class Token(Message):
    """A bearer token for this device."""

    access_token: str
    expires_in: int
    server_time: datetime
    lease_until: datetime


class CertificateState(Message):
    """`GET /v1/certificate`: the signing certificate of this desk, once approved."""

    certificate_pem: str | None


# -- the case --------------------------------------------------------------------------------------------------------


class Identity(Message):
    """A patient as one institution knows them (DICOM PS3.3 C.7.1.1: Patient ID is unique only with its issuer)."""

    patient_id: str
    issuer: str = ""
    name: str  # DICOM person name, `Family^Given`
    birth_date: date
    confirmed_by: str = ""  # who confirmed that this other identity is the same person


class Patient(Message):
    """The patient of a case under the hospital's own identity."""

    name: str  # DICOM person name
    birth_date: date
    sex: Literal["F", "M", "O", ""]
    patient_id: str
    issuer: str = ""
    identities: list[Identity] = []  # other confirmed identities


class Question(Message):
    """One question of a case."""

    id: str
    number: int
    asked_by: Literal["patient", "referrer"]
    text: str


class Referrer(Message):
    """Who asks."""

    name: str
    institution: str = ""
    place: str = ""


class CaseBody(Message):
    """Body of a `case` change: identifiable, sent after acceptance only."""

    id: str
    title: str
    specialty: str
    patient: Patient
    questions: list[Question]
    referrer: Referrer | None
    due_at: datetime
    diagnoses: list[str] = []  # the first diagnoses on which a verdict is asked
    history: str = ""


class OfferSummary(Message):
    """What a physician sees before accepting: enough to decide, nothing that identifies."""

    asked: str  # the title
    person: str  # "Woman of 61"
    specialty: str
    referrer: Referrer | None  # for conflict of interest
    modalities: list[str]
    priors: int
    images: int
    bytes: int
    minutes: int
    stipend: str
    due_at: datetime
    offered_until: datetime | None


class AssignmentBody(Message):
    """Body of an `assignment` change."""

    id: str
    case: str
    state: Literal["offered", "accepted", "reading", "question_open", "opined", "declined", "lapsed", "given_back", "withdrawn"]
    offer: OfferSummary
    next_revision: int = 1
    amends: str | None = None


class ManifestBody(Message):
    """Body of a `manifest` change: where the case's manifest is and that the hospital vouches for it."""

    case: str
    version: int
    object: str  # object id = SHA-256 of the manifest's canonical JSON = its digest
    length: int
    signature: str  # JWS (ES256, kid): {case, version, digest}


class PolicyBody(Message):
    """Body of a `policy` change: what this hospital sets for its desks."""

    lease_days: int
    idle_lock_minutes: int
    opinion_statement: str  # printed in the footer of each opinion
    no_examination_notice: str


class RevocationBody(Message):
    """Body of a `revocation` change."""

    device: str
    reason: str


# -- the manifest ----------------------------------------------------------------------------------------------------


class ObjectKind(StrEnum):
    """What an object is."""

    MANIFEST = "manifest"
    HEADER = "header"  # DICOM without pixels
    FRAMES = "frames"  # all frames of one instance, one after the other (a rendition, or coded frames as they came)
    DOCUMENT = "document"  # PDF
    THUMBNAIL = "thumbnail"  # PNG, 128 px, of a series
    ORIGINAL = "original"  # the DICOM file untouched; on demand only


class ObjectEntry(Message):
    """One object of a case."""

    object: str
    length: int
    kind: ObjectKind


class FrameTable(Message):
    """Where each frame stands in its object."""

    object: str
    form: str  # "blosc2" (a rendition), or the transfer syntax UID whose coded frames these are
    offsets: list[int]
    lengths: list[int]


class InstanceEntry(Message):
    """One DICOM instance: `header` is `viewer.dicom.header.Header` as JSON, carried and never interpreted by `sync`."""

    sop_instance_uid: str
    sop_class_uid: str
    instance_number: int | None
    header_object: str
    frames: FrameTable | None  # None: nothing to draw (a report, a document), or refused
    header: dict[str, Any]
    original_object: str
    trouble: dict[str, str] | None = None  # Trouble.as_dict(): why the image cannot be shown


class SeriesEntry(Message):
    """One series, instances in the order of the hospital's sort."""

    series_instance_uid: str
    number: int | None
    modality: str
    description: str
    body_part: str
    thumbnail_object: str | None
    instances: list[InstanceEntry]


class StudyEntry(Message):
    """One study of the case."""

    study_instance_uid: str
    role: Literal["current", "prior"]
    date: str  # "2026-10-12", or "" where the header has none
    time: str  # "09:41"
    description: str
    source: str  # the institution it came from
    patient_id: str  # as written in the images
    matches_identity: bool
    series: list[SeriesEntry]


class DocumentEntry(Message):
    """A document of the case."""

    id: str
    object: str
    title: str
    kind: Literal["letter", "report", "pathology", "other"]
    date: str
    source: str
    pages: int
    study: str | None  # the study a report belongs to


class Absence(Message):
    """What the case lacks, and why."""

    what: str
    because: str


class Manifest(Message):
    """All that belongs to one version of a case; canonical JSON; its digest is what an opinion rests on."""

    case: str
    version: int
    made_at: datetime
    objects: list[ObjectEntry]  # all but the manifest itself; originals are listed, and fetched where they are wished for
    studies: list[StudyEntry]
    documents: list[DocumentEntry]
    absent: list[Absence]


# -- the feed --------------------------------------------------------------------------------------------------------

ChangeKind = Literal["case", "manifest", "question", "message", "assignment", "policy", "revocation"]


class Change(Message):
    """One change; applying it twice is harmless."""

    seq: int
    kind: ChangeKind
    id: str
    revision: int
    op: Literal["put", "drop"]
    body: dict[str, Any] | None  # the kind's body model; None for a drop


class Page(Message):
    """`GET /v1/changes?cursor=&limit=`."""

    dataset: str
    changes: list[Change]
    cursor: str
    more: bool


class Holdings(Message):
    """`POST /v1/holdings`: what a desk holds, after the dataset id changed; the answer is a `Page` of explicit puts and drops."""

    dataset: str
    cases: list[str]


# -- the bundle ------------------------------------------------------------------------------------------------------


class BundleRequest(Message):
    """`POST /v1/bundles`: objects wanted, each from an offset."""

    objects: list[tuple[str, int]] = Field(max_length=512)


# -- intents ---------------------------------------------------------------------------------------------------------

IntentKind = Literal["accept", "decline", "give_back", "pause", "ask", "urgent", "opened", "draft"]


class Intent(Message):
    """`POST /v1/intents`: what a desk wants to happen; only the hospital moves a case."""

    key: str  # idempotency: the same key answers the same
    kind: IntentKind
    case: str
    assignment: str
    seen_revision: int
    body: dict[str, Any] = {}  # decline and give_back: {"reason"}; ask: {"text"}; urgent: {"told", "at", "read_back"}


class IntentAnswer(Message):
    """Accepted, or refused with a reason."""

    key: str
    accepted: bool
    reason: str = ""


# -- the opinion and its receipt ---------------------------------------------------------------------------------------


class Receipt(Message):
    """Claims of the receipt; it travels as JWS (ES256, `kid`) in `ReceiptAnswer`."""

    receipt: str  # id, shown in groups of four: 7F3A-19C2-…
    dataset: str
    assignment: str
    revision: int
    sha256: str  # of the signed file
    manifest_digest: str
    signer_sha256: str  # of the signer's certificate (DER)
    received_at: datetime
    quarantined: bool = False  # kept for a coordinator: the case was withdrawn or reassigned meanwhile


class ReceiptAnswer(Message):
    """`PUT /v1/assignments/{id}/opinions/{revision}`: the same bytes again answer the same receipt; other bytes 409."""

    receipt: str  # compact JWS


class Refusal(Message):
    """Every answer with a status of 400 or more."""

    what_happened: str
    what_to_do: str
    details: str = ""
    kind: str
