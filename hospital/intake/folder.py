"""The case folder: `case.toml`, `images/` and `documents/` (docs/case-folder.md), read and checked as one value."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Literal, cast

from hospital.intake.toml_values import Section, wrong
from record.trouble import Kind, Trouble
from sync.protocol.messages import Absence, Identity, Patient, Referrer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_IN = re.compile(r"(\d{1,4}) (minute|hour|day|week)s?")
_UNITS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}
DOCUMENT_KINDS = ("letter", "report", "pathology", "other")


@dataclass(frozen=True, slots=True)
class StudyRule:
    """What the folder says about a study, known by its UID or by the folder below `images/` in which its files lie."""

    uid: str
    folder: str
    role: Literal["current", "prior"]
    source: str


@dataclass(frozen=True, slots=True)
class FolderDocument:
    """A document of the folder."""

    path: Path
    title: str
    kind: Literal["letter", "report", "pathology", "other"]
    date: str
    source: str
    study: str  # the UID of the study that it reports, or ""


@dataclass(frozen=True, slots=True)
class CaseFolder:
    """All that a case folder says."""

    root: Path
    reference: str
    title: str
    specialty: str
    due_at: datetime
    minutes: int
    stipend: str
    diagnoses: list[str]
    history: str
    patient: Patient
    referrer: Referrer | None
    questions: list[tuple[Literal["patient", "referrer"], str]]
    studies: list[StudyRule]
    documents: list[FolderDocument]
    absent: list[Absence]

    def image_files(self) -> list[Path]:
        """Every file below `images/`, in the order of their paths; links lead out of the folder and are not followed."""
        return sorted(one for one in (self.root / "images").rglob("*") if one.is_file() and not one.is_symlink())


def read(root: Path, now: datetime) -> CaseFolder:
    """A case folder; due times count from `now`.

    Raises:
        Trouble: INPUT, naming the key that is wrong.
    """
    top = Section(_toml(root / "case.toml"), "")
    if top.number("format", 1, 1, 1) != 1:
        raise wrong("format", "1")
    patient = _patient(top)
    title = top.text("title", most=200)
    folder = CaseFolder(
        root=root,
        reference=top.text("reference", f"{patient.patient_id}|{patient.issuer}|{title}"),
        title=title,
        specialty=top.text("specialty", "", most=120),
        due_at=_due(top.moment("due"), now),
        minutes=top.number("minutes", 30, 1, 24 * 60),
        stipend=top.text("stipend", "", most=60),
        diagnoses=top.texts("diagnoses"),
        history=top.text("history", ""),
        patient=patient,
        referrer=_referrer(top.maybe("referrer")),
        questions=list(_questions(top.sections("questions"))),
        studies=list(_studies(top.sections("studies"))),
        documents=list(_documents(top.sections("documents"), root)),
        absent=list(_absent(top.sections("absent"))),
    )
    top.finish()
    return folder


def _toml(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise Trouble(
            "This is not a case folder: its case.toml cannot be read.",
            "Name the folder that holds case.toml, images and documents.",
            str(error.strerror),
            Kind.INPUT,
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Trouble(
            "The file case.toml is not TOML.", "Correct it by docs/case-folder.md, then import the folder again.", str(error), Kind.INPUT
        ) from error


def _patient(top: Section) -> Patient:
    section = top.section("patient")
    identities = []
    for other in top.sections("identities"):
        identities.append(
            Identity(
                patient_id=other.text("patient_id", most=64),
                issuer=other.text("issuer", "", most=64),
                name=other.text("name", most=324),
                birth_date=other.day("birth_date"),
                confirmed_by=other.text("confirmed_by", most=300),
            )
        )
        other.finish()
    patient = Patient(
        name=section.text("name", most=324),
        birth_date=section.day("birth_date"),
        sex=cast("Literal['F', 'M', 'O', '']", section.text("sex", "", among=("F", "M", "O", ""))),
        patient_id=section.text("patient_id", most=64),
        issuer=section.text("issuer", "", most=64),
        identities=identities,
    )
    section.finish()
    return patient


def _due(said: str | datetime | date | None, now: datetime) -> datetime:
    """A due time: "5 days" from the import, or a time; a date means its end. Without any: a week."""
    if said is None:
        return now + timedelta(weeks=1)
    if isinstance(said, str):
        relative = _IN.fullmatch(said.strip())
        if relative:
            return now + int(relative[1]) * _UNITS[relative[2]]
        try:
            said = datetime.fromisoformat(said)
        except ValueError:
            raise wrong("due", "a span such as “5 days”, or a time such as 2026-12-01T12:00:00Z") from None
    if not isinstance(said, datetime):
        said = datetime.combine(said, time(23, 59), UTC)
    return said if said.tzinfo else said.replace(tzinfo=UTC)


def _referrer(section: Section | None) -> Referrer | None:
    if section is None:
        return None
    referrer = Referrer(
        name=section.text("name", most=200),
        institution=section.text("institution", "", most=200),
        place=section.text("place", "", most=200),
    )
    section.finish()
    return referrer


def _questions(sections: list[Section]) -> Iterator[tuple[Literal["patient", "referrer"], str]]:
    for one in sections:
        who = one.text("asked_by", among=("patient", "referrer"))
        yield ("patient" if who == "patient" else "referrer"), one.text("text", most=2000)
        one.finish()


def _studies(sections: list[Section]) -> Iterator[StudyRule]:
    for one in sections:
        uid, folder = one.text("study_instance_uid", "", most=64), one.text("folder", "", most=400)
        if not uid and not folder:
            raise wrong("studies", "known by study_instance_uid or by folder")
        role = one.text("role", "current", among=("current", "prior"))
        yield StudyRule(uid, folder.strip("/"), "prior" if role == "prior" else "current", one.text("source", "", most=200))
        one.finish()


def _documents(sections: list[Section], root: Path) -> Iterator[FolderDocument]:
    for one in sections:
        path = (root / one.text("file", most=400)).resolve()
        if not path.is_relative_to(root.resolve()) or not path.is_file():
            raise wrong("documents.file", "a file inside the case folder")
        yield FolderDocument(
            path=path,
            title=one.text("title", most=200),
            kind=cast("Literal['letter', 'report', 'pathology', 'other']", one.text("kind", "other", among=DOCUMENT_KINDS)),
            date=one.day_text("date"),
            source=one.text("source", "", most=200),
            study=one.text("study", "", most=64),
        )
        one.finish()


def _absent(sections: list[Section]) -> Iterator[Absence]:
    for one in sections:
        yield Absence(what=one.text("what", most=300), because=one.text("because", most=600))
        one.finish()
