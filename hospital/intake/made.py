"""What was made of an original, as it rests: so that a kill costs a batch, and records that come again cost nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hospital.intake.taking import TakenImage
from hospital.store.intakes import PreparedRow
from record.trouble import Trouble
from sync.protocol.messages import FrameTable
from sync.seal.values import open_value, seal_value
from viewer.dicom.header_json import from_json, to_json

if TYPE_CHECKING:
    from hospital.intake.taking import Made
    from sync.seal.keys import CaseKey


def sealed(key: CaseKey, case: str, made: Made) -> PreparedRow:
    """Its row."""
    found = made.outcome
    if isinstance(found, TakenImage):
        value = {
            "header": to_json(found.header),
            "header_object": found.header_object,
            "frames": None if found.frames is None else found.frames.model_dump(mode="json"),
            "trouble": None if found.trouble is None else found.trouble.as_dict(),
        }
    else:
        value = {"refused": None if found is None else found.as_dict()}
    body = seal_value(key, f"prepared {case} {made.original}", json.dumps(value).encode())
    return PreparedRow(case, made.original, made.shown, body)


def opened(key: CaseKey, row: PreparedRow, place: str) -> TakenImage | Trouble | None:
    """The instance that lay in the folder `place`, why it is none, or None where it holds no image. Raises `Trouble` DAMAGED."""
    value = json.loads(open_value(key, f"prepared {row.case} {row.original}", row.sealed_body))
    if "refused" in value:
        return None if value["refused"] is None else Trouble.from_dict(value["refused"])
    return TakenImage(
        place=place,
        header=from_json(value["header"]),
        header_object=value["header_object"],
        original_object=row.original,
        frames=None if value["frames"] is None else FrameTable.model_validate(value["frames"]),
        trouble=None if value["trouble"] is None else Trouble.from_dict(value["trouble"]),
    )
