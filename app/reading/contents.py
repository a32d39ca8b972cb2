"""What the strip and the panel list of a case: studies with their series, documents. Pure; no header is read for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.reading.dates import short
from record.person import date_words, parse_date, prior_words
from record.trouble import Trouble

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sync.protocol.messages import DocumentEntry, InstanceEntry, Manifest, SeriesEntry, StudyEntry


@dataclass(frozen=True, slots=True)
class SeriesItem:
    """A series in the strip."""

    uid: str
    study: str
    label: str  # "Lung 1.25"
    count: str  # "312 images"
    says: str  # in full: "CT, Lung 1.25, 312 images, prior of 3 Mar 2026"
    thumbnail: str | None
    trouble: str = ""  # "2 images cannot be shown"


@dataclass(frozen=True, slots=True)
class StudyItem:
    """A study in the strip: its heading and its series."""

    uid: str
    heading: str  # "12 Oct 2026", "Prior, 3 Mar"
    prior: str  # for the corner of its images: "Prior, 7 months"; "" for a current one
    role: str
    series: tuple[SeriesItem, ...]


@dataclass(frozen=True, slots=True)
class DocumentItem:
    """A document in the panel."""

    id: str
    object: str
    title: str
    line: str  # "Referral letter, 2 pages"
    study: str | None  # the study it reports on


def studies(manifest: Manifest) -> tuple[StudyItem, ...]:
    """The studies as the strip lists them: current before prior, each newest first; those without an image are left out."""
    newest = max((day for study in manifest.studies if study.role == "current" and (day := parse_date(study.date))), default=None)
    order = sorted(manifest.studies, key=lambda study: study.date, reverse=True)
    order.sort(key=lambda study: study.role != "current")
    items = (_study(study, newest) for study in order)
    return tuple(item for item in items if item.series)


def documents(manifest: Manifest) -> tuple[DocumentItem, ...]:
    """The documents as the panel lists them: the letter first, then as the hospital ordered them."""
    newest = max((day for study in manifest.studies if (day := parse_date(study.date))), default=None)
    order = sorted(manifest.documents, key=lambda document: document.kind != "letter")
    return tuple(_document(document, newest) for document in order)


def document_of_study(items: Sequence[DocumentItem], study: str) -> DocumentItem | None:
    """The report to a study."""
    return next((item for item in items if item.study == study), None)


def drawable(series: SeriesEntry) -> tuple[InstanceEntry, ...]:
    """The instances that are images, also those that cannot be shown."""
    return tuple(each for each in series.instances if each.frames is not None or each.trouble is not None)


def count_of(number: int, what: str) -> str:
    """1 image, 312 images."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def _study(study: StudyEntry, newest: date | None) -> StudyItem:
    day = parse_date(study.date)
    prior = study.role == "prior"
    when = "without date" if day is None else short(day, newest) if prior else date_words(day)
    ago = prior_words(day, newest) if prior and day is not None and newest is not None else "Prior"
    says = f"prior, {date_words(day)}" if prior and day else when
    series = tuple(_series(study, each, says) for each in study.series if drawable(each))
    return StudyItem(study.study_instance_uid, f"Prior, {when}" if prior else when, ago if prior else "", study.role, series)


def _series(study: StudyEntry, series: SeriesEntry, when: str) -> SeriesItem:
    images = drawable(series)
    frames = sum(len(each.frames.offsets) if each.frames else 1 for each in images)
    label = series.description or study.description or series.modality
    broken = sum(1 for each in images if each.trouble is not None)
    trouble = "" if not broken else "cannot be shown" if broken == len(images) else f"{broken} cannot be shown"
    count = count_of(frames, "image")
    says = ", ".join(part for part in (series.modality, label, count, when, trouble) if part)
    return SeriesItem(series.series_instance_uid, study.study_instance_uid, label, count, says, series.thumbnail_object, trouble)


def _document(document: DocumentEntry, newest: date | None) -> DocumentItem:
    day = parse_date(document.date)
    first = document.kind == "letter"
    after = count_of(document.pages, "page") if first or day is None else short(day, newest)
    return DocumentItem(document.id, document.object, document.title, f"{document.title}, {after}", document.study)


def absent_words(manifest: Manifest) -> tuple[str, ...]:
    """What the hospital has not got, or could not read, a sentence each."""
    return tuple(f"Not available: {each.what}, because {each.because.rstrip('. ')}." for each in manifest.absent)


def instance_trouble(instance: InstanceEntry) -> Trouble | None:
    """Why an instance cannot be shown, as the hospital found it."""
    return None if instance.trouble is None else Trouble.from_dict(instance.trouble)
