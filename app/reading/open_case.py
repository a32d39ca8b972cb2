"""A case made ready for the screen: which series there are, their headers when they are asked for, how they are hung."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from app.reading.contents import drawable, instance_trouble, studies
from record.trouble import Kind, Trouble
from viewer.dicom.header_json import from_json
from viewer.load.arrange import arrange
from viewer.load.identity import Identity
from viewer.load.series import FrameRef

if TYPE_CHECKING:
    from app.reading.case import Cases, OpenCase
    from app.reading.contents import StudyItem
    from sync.protocol.messages import InstanceEntry, Patient, SeriesEntry, StudyEntry
    from viewer.dicom.header import Header
    from viewer.load.series import SeriesData


@dataclass(frozen=True, slots=True, eq=False)
class Ready:
    """A case and what the screen needs of it; headers are read from the manifest's JSON series by series, never from DICOM."""

    opened: OpenCase
    listed: tuple[StudyItem, ...]
    identities: tuple[Identity, ...]
    _made: dict[str, tuple[SeriesData, ...]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def series(self, uid: str) -> tuple[SeriesData, ...]:
        """The stacks of a series (several where its images lie in several planes); empty where nothing of it can be drawn."""
        with self._lock:
            if uid not in self._made:
                self._made[uid] = self._make(uid)
            return self._made[uid]

    def uids(self) -> tuple[str, ...]:
        """All series in the order of the strip."""
        return tuple(series.uid for study in self.listed for series in study.series)

    def study_of(self, uid: str) -> str:
        """The study of a series."""
        return next((series.study for study in self.listed for series in study.series if series.uid == uid), "")

    def place_of(self, sop_instance_uid: str) -> tuple[str, int] | None:
        """The series of an instance and where the instance stands in it; None where it is not part of the case."""
        for study in self.opened.manifest.studies:
            for series in study.series:
                for number, instance in enumerate(series.instances):
                    if instance.sop_instance_uid == sop_instance_uid:
                        return series.series_instance_uid, number
        return None

    def _make(self, uid: str) -> tuple[SeriesData, ...]:
        study, series = self._entry(uid)
        item = next(each for each in self.listed if each.uid == study.study_instance_uid)
        instances = drawable(series)
        headers = [from_json(each.header) for each in instances]
        shown = [(header, each) for header, each in zip(headers, instances, strict=True) if header.pixels is not None]
        if not shown:
            return ()
        return arrange(
            uid,
            _label(study, series),
            [header for header, _ in shown],
            [_refs(each, header) for header, each in shown],
            prior=item.prior,
            identities=self.identities,
        )

    def _entry(self, uid: str) -> tuple[StudyEntry, SeriesEntry]:
        for study in self.opened.manifest.studies:
            for series in study.series:
                if series.series_instance_uid == uid:
                    return study, series
        raise Trouble("This series is no longer part of the case.", "Choose another one.", kind=Kind.STATE)


def ready_of(cases: Cases, case_id: str) -> Ready:
    """A case from the vault, made ready; belongs in a thread.

    Raises:
        Trouble: what the vault says; DAMAGED where the manifest's headers do not fit.
    """
    opened = cases.open(case_id)
    ready = Ready(opened, studies(opened.manifest), identities_of(opened.case.patient))
    for uid in ready.uids():
        ready.series(uid)  # here, so that the window's thread reads no header
    return ready


def identities_of(patient: Patient) -> tuple[Identity, ...]:
    """The ways in which hospitals know the patient of a case."""
    own = Identity(patient.name, patient.patient_id, patient.issuer, f"{patient.birth_date:%Y%m%d}")
    others = (Identity(each.name, each.patient_id, each.issuer, f"{each.birth_date:%Y%m%d}") for each in patient.identities)
    return (own, *others)


def _label(study: StudyEntry, series: SeriesEntry) -> str:
    parts = [study.description, series.description]
    return ", ".join(part for part in dict.fromkeys(parts) if part) or series.modality


def _refs(instance: InstanceEntry, header: Header) -> tuple[FrameRef | Trouble, ...]:
    table, trouble = instance.frames, instance_trouble(instance)
    if table is not None:
        return tuple(FrameRef(table.object, start, length, table.form) for start, length in zip(table.offsets, table.lengths, strict=True))
    missing = trouble or Trouble("This image did not come with the case.", "Ask the hospital to send it again.", kind=Kind.IMAGE)
    return (missing,) * max(len(header.frames), 1)
