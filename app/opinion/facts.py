"""What the opinion states beside the draft, from the case and its manifest; and the signing sheet's view of what was opened. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.reading.contents import documents, studies
from record.opinion.checks import ReadItem, ReadState
from record.opinion.facts import Absent, Facts, PatientFacts, PersonFacts, QuestionFacts, SignerFacts
from record.opinion.material import material_reviewed

if TYPE_CHECKING:
    from datetime import date, datetime

    from app.opinion.kept import Opened
    from app.reading.case import OpenCase


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs on this desk, for which hospital, and until when; `valid_until` is None while no certificate has come."""

    name: str
    hospital: str
    specialty: str = ""
    licences: tuple[str, ...] = ()
    valid_until: date | None = None
    no_examination_notice: str = ""
    statement: str = ""


def facts_of(opened: OpenCase, signer: Signer, composed_at: datetime, amends: str | None = None) -> Facts:
    """The facts of a case for its opinion; `amends` where it is an addendum that this desk began."""
    case, assignment, manifest = opened.case, opened.assignment, opened.manifest
    patient = case.patient
    who = case.referrer
    requester = None if who is None else PersonFacts(who.name, who.institution, who.place)
    notice = {"no_examination_notice": signer.no_examination_notice} if signer.no_examination_notice else {}
    return Facts(
        case=case.id,
        assignment=assignment.id,
        revision=opened.revision,
        manifest_version=manifest.version,
        manifest_digest=opened.digest,
        hospital=signer.hospital,
        patient=PatientFacts(patient.name, patient.birth_date, patient.sex, patient.patient_id, patient.issuer),
        signer=SignerFacts(signer.name, signer.specialty, signer.licences),
        composed_at=composed_at,
        title=case.title,
        amends=amends or assignment.amends,
        requester=requester,
        addressee=requester,
        questions=tuple(QuestionFacts(q.id, q.number, q.asked_by, q.text) for q in sorted(case.questions, key=lambda q: q.number)),
        diagnoses=tuple(case.diagnoses),
        history=case.history,
        material=material_reviewed(manifest.model_dump(mode="json", exclude={"objects"})),
        absent=tuple(Absent(each.what, each.because) for each in manifest.absent),
        hospital_statement=signer.statement,
        **notice,
    )


def read_state(opened: OpenCase, seen: Opened, seen_version: int) -> ReadState:
    """What was opened of what there is, and what came after the version that was seen."""
    series = tuple(
        ReadItem(each.uid, f"{study.heading}: {each.label}", each.uid in seen.series)
        for study in studies(opened.manifest)
        for each in study.series
    )
    papers = tuple(ReadItem(each.id, each.title, each.id in seen.documents) for each in documents(opened.manifest))
    since = opened.manifest.version
    came = (f"version {since} of the records",) if seen_version and since > seen_version else ()
    return ReadState(series, papers, came)
