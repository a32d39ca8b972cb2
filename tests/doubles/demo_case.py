"""A demo case as it lies on a desk, in memory: made ready by the product's own rendition, without hospital, network and vault.

It keeps the rules of the vault: objects by SHA-256, parts of objects, a changed byte is told of as DAMAGED, drafts come back as they were.
"""

from __future__ import annotations

import hashlib
import io
import json
import tomllib
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.opinion.kept import Kept, Opened
from app.reading.case import OpenCase
from record.opinion import draft as drafts
from record.trouble import Kind, Trouble
from sync.protocol.canonical import canonical
from sync.protocol.messages import (
    Absence,
    AssignmentBody,
    CaseBody,
    DocumentEntry,
    FrameTable,
    Identity,
    InstanceEntry,
    Manifest,
    ObjectEntry,
    ObjectKind,
    OfferSummary,
    Patient,
    Question,
    Referrer,
    SeriesEntry,
    StudyEntry,
)
from sync.vault.values import Awaited
from viewer.dicom.colour import is_colour, to_rgb8
from viewer.dicom.decode import decode_frame
from viewer.dicom.geometry import order
from viewer.dicom.grey import apply, initial_voi, lookup_table
from viewer.dicom.header_json import to_json
from viewer.dicom.rendition import prepare

if TYPE_CHECKING:
    from viewer.dicom.prepared import Prepared

DEMO = Path(__file__).resolve().parents[2] / "resources" / "demo"
NOW = datetime(2026, 11, 20, 14, 41, tzinfo=UTC)
OFFER = OfferSummary(
    asked="", person="", specialty="", referrer=None, modalities=[], priors=0, images=0, bytes=0, minutes=0, stipend="", due_at=NOW,
    offered_until=None,
)  # fmt: skip


class DemoCase:
    """Fulfils `app.reading.case.Cases` for one demo case; `most` slices of each series."""

    def __init__(self, name: str = "ct-chest", *, most: int = 1000) -> None:
        self.folder = DEMO / name
        self.toml = tomllib.loads((self.folder / "case.toml").read_text())
        self.id = hashlib.sha256(name.encode()).hexdigest()[:32]
        self.objects: dict[str, bytes] = {}
        self.wanted_again: list[str] = []
        self.originals: dict[str, bytes] = {}  # the untouched files that are here, by instance
        self.wished: list[str] = []
        self.places: dict[str, str] = {}  # where originals are to be saved, by instance
        self.taken_out: list[str] = []
        self.saved: str | None = None
        self.saves = 0
        self.full_disk = False
        self.revision, self.signed = 1, ""
        self.studies = self._studies(most)
        self.documents = [self._document(number, entry) for number, entry in enumerate(self.toml.get("documents", ()))]
        self.version = 1

    # -- the port ----------------------------------------------------------------------------------------------------

    def open(self, case_id: str) -> OpenCase:
        manifest = self.manifest()
        digest = hashlib.sha256(canonical(manifest.model_dump(mode="json"))).hexdigest()
        damaged = len(self.wanted_again)
        return OpenCase(self._case(), self._assignment(), manifest, digest, revision=self.revision, signed=self.signed, damaged=damaged)

    def object_bytes(self, case_id: str, object_id: str) -> bytes:
        data = self.objects.get(object_id)
        if data is None or hashlib.sha256(data).hexdigest() != object_id:
            raise Trouble("A part of this case is damaged on this desk.", "It is fetched again by itself.", kind=Kind.DAMAGED)
        return data

    def frame_bytes(self, case_id: str, object_id: str, offset: int, length: int) -> bytes:
        return self.object_bytes(case_id, object_id)[offset : offset + length]

    def lend_frame(self, case_id: str, object_id: str, offset: int, length: int) -> memoryview:
        return memoryview(self.object_bytes(case_id, object_id))[offset : offset + length]

    def want_again(self, case_id: str, object_id: str) -> None:
        self.wanted_again.append(object_id)

    def want_original(self, case_id: str, sop_instance_uid: str, place: str = "") -> bool:
        self.wished.append(sop_instance_uid)
        if place:
            self.places[sop_instance_uid] = place
        return sop_instance_uid in self.originals

    def take_out_original(self, case_id: str, sop_instance_uid: str) -> bytes:
        self.taken_out.append(sop_instance_uid)
        return self.originals[sop_instance_uid]

    def originals_awaited(self) -> tuple[Awaited, ...]:
        return tuple(Awaited(self.id, uid, place) for uid, place in self.places.items())

    def original_saved(self, case_id: str, sop_instance_uid: str) -> None:
        del self.places[sop_instance_uid]

    def kept(self, case_id: str) -> Kept:
        if self.saved is None:
            return Kept()
        value = json.loads(self.saved)
        opened = Opened(frozenset(value["series"]), frozenset(value["documents"]))
        return Kept(drafts.from_json(value["draft"]), opened, value["seen"], datetime.fromisoformat(value["at"]), value["amends"])

    def sign_off(self, revision: int) -> None:
        """The opinion of that revision is signed and in the vault."""
        self.revision, self.signed = revision + 1, f"{self._assignment().id}/{revision}"

    def keeper(self, case_id: str) -> DemoCase:
        return self

    def save(self, kept: Kept) -> datetime:
        if self.full_disk:
            raise Trouble("The disk is full.", "Free some space; your text is still here.", kind=Kind.STORAGE)
        self.saves += 1
        at = NOW + timedelta(seconds=self.saves)
        value = {
            "draft": drafts.to_json(kept.draft),
            "series": sorted(kept.opened.series),
            "documents": sorted(kept.opened.documents),
            "seen": kept.seen_version,
            "amends": kept.amends,
            "at": at.isoformat(),
        }
        self.saved = json.dumps(value)
        return at

    # -- what a test does to it --------------------------------------------------------------------------------------

    def manifest(self) -> Manifest:
        """The manifest of the present version."""
        objects = [ObjectEntry(object=key, length=len(data), kind=ObjectKind.FRAMES) for key, data in self.objects.items()]
        absent = [Absence(what=each["what"], because=each["because"]) for each in self.toml.get("absent", ())]
        return Manifest(
            case=self.id, version=self.version, made_at=NOW, objects=objects, studies=self.studies, documents=self.documents, absent=absent
        )

    def spoil(self, object_id: str) -> None:
        """Changes one byte of an object."""
        data = self.objects[object_id]
        self.objects[object_id] = bytes([data[0] ^ 1]) + data[1:]

    def come_since(self) -> None:
        """A late record: one more document, and the next version of the manifest."""
        self.version += 1
        late = self.documents[0].model_copy(update={"id": "late", "title": "Late letter"})
        self.documents = [*self.documents, late]

    # -- making ready --------------------------------------------------------------------------------------------------

    def _put(self, data: bytes) -> str:
        key = hashlib.sha256(data).hexdigest()
        self.objects[key] = data
        return key

    def _case(self) -> CaseBody:
        toml, patient = self.toml, self.toml["patient"]
        others = [Identity(**each) for each in toml.get("identities", ())]
        referrer = toml.get("referrer")
        return CaseBody(
            id=self.id,
            title=toml["title"],
            specialty=toml["specialty"],
            patient=Patient(**patient, identities=others),
            questions=[Question(id=f"q{number}", number=number, **each) for number, each in enumerate(toml["questions"], 1)],
            referrer=None if referrer is None else Referrer(**referrer),
            due_at=NOW + timedelta(days=2),
            diagnoses=toml.get("diagnoses", []),
            history=toml.get("history", "").strip(),
        )

    def _assignment(self) -> AssignmentBody:
        return AssignmentBody(id="a" * 32, case=self.id, state="reading", offer=OFFER)

    def _studies(self, most: int) -> list[StudyEntry]:
        found: dict[str, dict[str, list[Prepared]]] = defaultdict(lambda: defaultdict(list))
        counts: dict[Path, int] = defaultdict(int)
        for file in sorted((self.folder / "images").rglob("*.dcm")):
            counts[file.parent] += 1
            if counts[file.parent] <= most:
                ready = prepare(file.read_bytes())
                found[ready.header.study_instance_uid][ready.header.series_instance_uid].append(ready)
        told = {each["study_instance_uid"]: each for each in self.toml["studies"]}
        return [self._study(uid, series, told.get(uid, {"role": "current", "source": ""})) for uid, series in found.items()]

    def _study(self, uid: str, series: dict[str, list[Prepared]], told: dict[str, Any]) -> StudyEntry:
        header = next(iter(series.values()))[0].header
        day = f"{header.study_date[:4]}-{header.study_date[4:6]}-{header.study_date[6:8]}" if header.study_date else ""
        numbers = {self.toml["patient"]["patient_id"], *(each["patient_id"] for each in self.toml.get("identities", ()))}
        return StudyEntry(
            study_instance_uid=uid,
            role=told["role"],
            date=day,
            time=f"{header.study_time[:2]}:{header.study_time[2:4]}" if header.study_time else "",
            description=header.study_description,
            source=told["source"],
            patient_id=header.patient_id,
            matches_identity=header.patient_id in numbers,
            series=[self._series(each) for each in series.values()],
        )

    def _series(self, instances: list[Prepared]) -> SeriesEntry:
        first = instances[0].header
        sorted_slices = order([each.header for each in instances]).slices
        ordered = list(dict.fromkeys(each.instance for each in sorted_slices))
        middle = instances[ordered[len(ordered) // 2]]
        return SeriesEntry(
            series_instance_uid=first.series_instance_uid,
            number=first.series_number,
            modality=first.modality,
            description=first.series_description,
            body_part=first.body_part,
            thumbnail_object=self._put(_thumbnail(middle)),
            instances=[self._instance(instances[number]) for number in ordered],
        )

    def _instance(self, ready: Prepared) -> InstanceEntry:
        table = None
        if ready.frames is not None:
            table = FrameTable(object=self._put(ready.frames), form=ready.form, offsets=list(ready.offsets), lengths=list(ready.lengths))
        return InstanceEntry(
            sop_instance_uid=ready.header.sop_instance_uid,
            sop_class_uid=ready.header.sop_class_uid,
            instance_number=ready.header.instance_number,
            header_object=self._put(ready.header_dicom),
            frames=table,
            header=to_json(ready.header),
            original_object="0" * 64,
            trouble=None if ready.trouble is None else ready.trouble.as_dict(),
        )

    def _document(self, number: int, entry: dict[str, Any]) -> DocumentEntry:
        data = (self.folder / entry["file"]).read_bytes()
        when = entry["date"]
        assert isinstance(when, date)
        return DocumentEntry(
            id=f"d{number}",
            object=self._put(data),
            title=entry["title"],
            kind=entry["kind"],
            date=when.isoformat(),
            source=entry["source"],
            pages=max(data.count(b"/Type /Page\n"), 1),
            study=entry.get("study"),
        )


def _thumbnail(ready: Prepared) -> bytes:
    from PIL import Image  # noqa: PLC0415  only where a thumbnail is made

    header = ready.header
    assert header.pixels is not None
    assert ready.frames is not None
    coded = ready.frames[ready.offsets[0] : ready.offsets[0] + ready.lengths[0]]
    stored = decode_frame(coded, ready.form, header.pixels)
    frame = header.frames[0]
    rgb = to_rgb8(header, stored) if is_colour(header) else apply(lookup_table(header, frame, initial_voi(header, frame, stored)), stored)
    picture = Image.fromarray(rgb)
    picture.thumbnail((128, 128))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
