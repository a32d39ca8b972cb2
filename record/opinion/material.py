"""What was there to be read, as the document lists it: from the case's manifest given as plain JSON values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from record.opinion.facts import Absent, Material
from record.person import counted, parse_date

Value = Mapping[str, Any]

_KINDS = {"letter": "Letter", "report": "Report", "pathology": "Pathology", "other": "Document"}


def material_reviewed(manifest: Value) -> tuple[Material, ...]:
    """One entry for each study and each document of a manifest (`sync.protocol.messages.Manifest` as JSON), in its order.

    Quality names what cannot be shown, and a study whose patient number is none of the case's identities.
    """
    return (*(_study(study) for study in manifest["studies"]), *(_document(document) for document in manifest["documents"]))


def absences(manifest: Value) -> tuple[Absent, ...]:
    """What the case lacks, and why."""
    return tuple(Absent(item["what"], item["because"]) for item in manifest["absent"])


def _study(study: Value) -> Material:
    instances = [instance for series in study["series"] for instance in series["instances"]]
    modalities = ", ".join(dict.fromkeys(series["modality"] for series in study["series"] if series["modality"]))
    role: Literal["current", "prior"] = "prior" if study["role"] == "prior" else "current"
    return Material(
        what=_titled(modalities, study["description"]) or "Study",
        extent=f"{_series(len(study['series']))}, {counted(len(instances), 'image')}",
        date=parse_date(study["date"]),
        source=study["source"],
        role=role,
        quality="; ".join(_limits(study, sum(bool(instance.get("trouble")) for instance in instances))),
    )


def _titled(kind: str, title: str) -> str:
    """`CT: Chest`; the title alone where it says the kind itself, as "CT chest" and "Referral letter" do."""
    said = not kind or re.search(rf"\b{re.escape(kind)}\b", title, re.IGNORECASE)
    return title if said else f"{kind}: {title}" if title else kind


def _series(count: int) -> str:
    return f"{count} series"


def _limits(study: Value, damaged: int) -> list[str]:
    found = [] if not damaged else [f"{counted(damaged, 'image')} cannot be shown"]
    return found if study["matches_identity"] else [*found, "its patient number is none of this case's identities"]


def _document(document: Value) -> Material:
    return Material(
        what=_titled(_KINDS.get(document["kind"], "Document"), document["title"]),
        extent=counted(document["pages"], "page"),
        date=parse_date(document["date"]),
        source=document["source"],
        role="document",
    )
