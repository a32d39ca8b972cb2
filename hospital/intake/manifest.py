"""The manifest of a case: studies, series and instances in order, documents, absences, and every object (ARCHITECTURE.md, section 6)."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from hospital.intake.identity import matches
from sync.protocol.canonical import canonical
from sync.protocol.messages import Absence, DocumentEntry, InstanceEntry, Manifest, ObjectEntry, SeriesEntry, StudyEntry
from viewer.dicom.geometry import order
from viewer.dicom.header_json import to_json

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from hospital.intake.folder import StudyRule
    from hospital.intake.taking import TakenImage
    from hospital.store.objects import Stored
    from sync.protocol.messages import Message, Patient

    Thumbnail = Callable[[TakenImage], str | None]


@dataclass(frozen=True)
class Parts:
    """What a manifest is made of, before it has a version."""

    studies: list[StudyEntry]
    documents: list[DocumentEntry]
    absent: list[Absence]
    objects: list[ObjectEntry]

    @cached_property
    def written(self) -> dict[str, bytes]:
        """The canonical JSON of each part, worked out once for the digest and the manifest."""
        parts: dict[str, Sequence[Message]] = {
            "studies": self.studies,
            "documents": self.documents,
            "absent": self.absent,
            "objects": self.objects,
        }
        return {name: canonical([one.model_dump(mode="json") for one in part]) for name, part in parts.items()}

    def contents(self) -> str:
        """The digest of everything in it: whether an import brought anything new."""
        return hashlib.sha256(b"[" + b",".join(self.written.values()) + b"]").hexdigest()

    def manifest(self, case: str, version: int, made_at: datetime) -> bytes:
        """The canonical JSON of one version's `Manifest`: members in the order of their names, without spaces (RFC 8785, section 3.2)."""
        bare = Manifest(case=case, version=version, made_at=made_at, objects=[], studies=[], documents=[], absent=[])
        members = {name: canonical(value) for name, value in bare.model_dump(mode="json").items()} | self.written
        return b"{" + b",".join(canonical(name) + b":" + members[name] for name in sorted(members)) + b"}"


def object_entries(stored: Sequence[tuple[Stored, str]]) -> list[ObjectEntry]:
    """Every object once, in the order of their ids."""
    by_id = {one.object: ObjectEntry.model_validate({"object": one.object, "length": one.length, "kind": kind}) for one, kind in stored}
    return [by_id[name] for name in sorted(by_id)]


def studies(rules: list[StudyRule], patient: Patient, images: Sequence[TakenImage], thumbnail: Thumbnail) -> list[StudyEntry]:
    """The studies of a case, current ones first, newest first.

    Images of one study under different patients are never merged: each patient's are an entry of its own, marked where it matches none
    of the case's identities.
    """
    groups: dict[tuple[str, str, str, str, str], list[TakenImage]] = defaultdict(list)
    for image in _each_once(images):
        header = image.header
        groups[header.study_instance_uid, header.patient_id, header.issuer, header.patient_name, header.birth_date].append(image)
    entries = [_study(rules, patient, group, thumbnail) for group in groups.values()]
    entries.sort(key=lambda one: (one.date, one.time), reverse=True)
    return sorted(entries, key=lambda one: one.role == "prior")


def _each_once(images: Sequence[TakenImage]) -> list[TakenImage]:
    return list({image.original_object: image for image in images}.values())


def _study(rules: list[StudyRule], patient: Patient, images: list[TakenImage], thumbnail: Thumbnail) -> StudyEntry:
    header = images[0].header
    rule = _rule(rules, images[0])
    role: Literal["current", "prior"] = "current" if rule is None else rule.role
    by_series: dict[str, list[TakenImage]] = defaultdict(list)
    for image in images:
        by_series[image.header.series_instance_uid].append(image)
    series = [_series(group, thumbnail) for group in by_series.values()]
    series.sort(key=lambda one: (one.number is None, one.number or 0, one.series_instance_uid))
    return StudyEntry(
        study_instance_uid=header.study_instance_uid,
        role=role,
        date=_date(header.study_date),
        time=_time(header.study_time),
        description=header.study_description,
        source=(rule.source if rule is not None else "") or header.institution,
        patient_id=header.patient_id,
        matches_identity=all(matches(image.header, patient) for image in images),
        series=series,
    )


def _rule(rules: list[StudyRule], image: TakenImage) -> StudyRule | None:
    for rule in rules:
        if rule.uid and rule.uid == image.header.study_instance_uid:
            return rule
        below = image.place.removeprefix("images/").removeprefix("images")
        wanted = rule.folder.removeprefix("images/")
        if rule.folder and (below == wanted or below.startswith(wanted + "/")):
            return rule
    return None


def _series(images: list[TakenImage], thumbnail: Thumbnail) -> SeriesEntry:
    ordered = _in_order(images)
    drawable = [image for image in ordered if image.frames is not None]
    header = ordered[0].header
    return SeriesEntry(
        series_instance_uid=header.series_instance_uid,
        number=header.series_number,
        modality=header.modality,
        description=header.series_description,
        body_part=header.body_part,
        thumbnail_object=thumbnail(drawable[len(drawable) // 2]) if drawable else None,
        instances=[_instance(image) for image in ordered],
    )


def _in_order(images: list[TakenImage]) -> list[TakenImage]:
    """Instances in the order of the hospital's sort; those without frames last, by number."""
    rest = sorted(
        images, key=lambda one: (one.header.instance_number is None, one.header.instance_number or 0, one.header.sop_instance_uid)
    )
    places = {one.instance: None for one in order([image.header for image in rest]).slices}
    return [rest[at] for at in places] + [image for at, image in enumerate(rest) if at not in places]


def _instance(image: TakenImage) -> InstanceEntry:
    return InstanceEntry(
        sop_instance_uid=image.header.sop_instance_uid,
        sop_class_uid=image.header.sop_class_uid,
        instance_number=image.header.instance_number,
        header_object=image.header_object,
        frames=image.frames,
        header=to_json(image.header),
        original_object=image.original_object,
        trouble=None if image.trouble is None else image.trouble.as_dict(),
    )


def _date(written: str) -> str:
    """DA (PS3.5 6.2) as ISO 8601; "" where it is none."""
    return f"{written[:4]}-{written[4:6]}-{written[6:8]}" if len(written) == 8 and written.isdecimal() else ""


def _time(written: str) -> str:
    """TM (PS3.5 6.2) as hours and minutes; "" where it is none."""
    return f"{written[:2]}:{written[2:4]}" if len(written) >= 4 and written[:4].isdecimal() else ""
