"""What was received of a case and waits for its images to be made ready: as a value, and as it rests."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from hospital.intake.folder import StudyRule
from hospital.store.objects import Stored
from record.trouble import Trouble
from sync.protocol.messages import Absence, Patient
from sync.seal.values import open_value, seal_value

if TYPE_CHECKING:
    from sync.seal.keys import CaseKey

    DocumentKind = Literal["letter", "report", "pathology", "other"]


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file below `images/`: in which folder it lay, and its bytes in the store, or why it could not be read."""

    place: str
    kept: Stored | Trouble


@dataclass(frozen=True, slots=True)
class ReceivedDocument:
    """A document as its folder describes it, and its bytes in the store, or why it could not be read."""

    title: str
    kind: DocumentKind
    date: str
    source: str
    study: str  # the UID of the study that it reports, or ""
    kept: Stored | Trouble


@dataclass(frozen=True, slots=True)
class Received:
    """All that the images' making ready needs to know."""

    patient: Patient
    rules: list[StudyRule]
    absent: list[Absence]
    files: list[ReceivedFile]
    documents: list[ReceivedDocument]


def sealed(key: CaseKey, case: str, received: Received) -> bytes:
    """It as it rests."""
    value = {
        "patient": received.patient.model_dump(mode="json"),
        "rules": [asdict(one) for one in received.rules],
        "absent": [one.model_dump(mode="json") for one in received.absent],
        "files": [_written(one) for one in received.files],
        "documents": [_written(one) for one in received.documents],
    }
    return seal_value(key, f"intake {case}", json.dumps(value).encode())


def opened(key: CaseKey, case: str, body: bytes) -> Received:
    """The inverse of `sealed`. Raises `Trouble` DAMAGED."""
    value = json.loads(open_value(key, f"intake {case}", body))
    return Received(
        patient=Patient.model_validate(value["patient"]),
        rules=[StudyRule(**one) for one in value["rules"]],
        absent=[Absence.model_validate(one) for one in value["absent"]],
        files=[ReceivedFile(**_read(one)) for one in value["files"]],
        documents=[ReceivedDocument(**_read(one)) for one in value["documents"]],
    )


def _written(one: ReceivedFile | ReceivedDocument) -> dict[str, Any]:
    """A file or document, its bytes by their row or as a trouble."""
    kept = one.kept
    row = {"trouble": kept.as_dict()} if isinstance(kept, Trouble) else asdict(kept) | {"file_id": kept.file_id.hex()}
    return {name: getattr(one, name) for name in type(one).__slots__ if name != "kept"} | {"kept": row}


def _read(value: dict[str, Any]) -> dict[str, Any]:
    row = value["kept"]
    kept = Trouble.from_dict(row["trouble"]) if "trouble" in row else Stored(**row | {"file_id": bytes.fromhex(row["file_id"])})
    return value | {"kept": kept}
