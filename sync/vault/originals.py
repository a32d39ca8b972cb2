"""The untouched originals: listed in the manifest, fetched where a physician wishes for one, and told of in the audit when one leaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from datetime import datetime

    from sync.protocol.messages import Manifest
    from sync.vault.parts import Parts

TAKEN_OUT = "original taken out"


@dataclass(frozen=True, slots=True)
class Original:
    """One original of a case. `number` is the image's place in the manifest, counted from 1 over all studies and series."""

    case: str
    object: str
    length: int
    manifest_version: int
    number: int


def of(manifest: Manifest, sop_instance_uid: str) -> Original:
    """The original of an instance. Raises `Trouble` (STATE: it is not part of the case)."""
    lengths = {entry.object: entry.length for entry in manifest.objects}
    instances = (one for study in manifest.studies for series in study.series for one in series.instances)
    for number, one in enumerate(instances, 1):
        if one.sop_instance_uid == sop_instance_uid and one.original_object in lengths:
            return Original(manifest.case, one.original_object, lengths[one.original_object], manifest.version, number)
    raise Trouble("The original of this image is not part of the case.", "Ask the hospital for it.", kind=Kind.STATE)


def want(parts: Parts, original: Original) -> bool:
    """Stores the wish; whether the original is here already."""
    parts.index.want_original(original.case, original.object, original.length)
    return original.object in parts.index.file_ids(original.case)


def taken_out(parts: Parts, original: Original, now: datetime) -> None:
    """The original leaves the vault: one more record of the audit, by our own ids."""
    ids: dict[str, str | int] = {"case": original.case, "manifest": original.manifest_version, "image": original.number}
    parts.audit.append(TAKEN_OUT, ids, now)
