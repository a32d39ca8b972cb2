"""From a draft and the facts to the document of fourteen parts. Pure; an absent part says so in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from record.opinion.attached import opinion_json
from record.opinion.document import (
    Asked,
    Block,
    Fact,
    Figure,
    Figures,
    Grid,
    Heading,
    OpinionDocument,
    Part,
    PartName,
    SignaturePlace,
    Text,
)
from record.opinion.draft import Confidence, Urgency, Verdict
from record.person import age_words, date_words, display_name, time_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from record.opinion.draft import DiagnosisVerdict, Draft, KeyImage, Measurement
    from record.opinion.facts import Facts, Material, PersonFacts, QuestionFacts

VERDICTS = {
    Verdict.CONFIRMED: "Confirmed",
    Verdict.REFINED: "Refined",
    Verdict.CHANGED: "Changed",
    Verdict.CANNOT_JUDGE: "Cannot be judged from these records",
}
CONFIDENCES = {Confidence.LOW: "low confidence", Confidence.MODERATE: "moderate confidence", Confidence.HIGH: "high confidence"}
URGENCIES = {
    Urgency.ROUTINE: "No hurry: at the next routine visit.",
    Urgency.WITHIN_WEEKS: "Within weeks.",
    Urgency.WITHIN_DAYS: "Within days.",
    Urgency.AT_ONCE: "At once.",
}
SEXES = {"F": "female", "M": "male", "O": "other", "": ""}
ASKED_BY = {"patient": "from the patient", "referrer": "from the referring physician"}


def make_document(draft: Draft, facts: Facts) -> OpinionDocument:
    """The document of a draft: fourteen parts in order, absent ones stated, with its canonical `opinion.json`.

    Pure: equal arguments give an equal document.
    """
    return OpinionDocument(
        title="Addendum to a second opinion" if facts.amends else "Second opinion",
        subtitle=" · ".join(part for part in (facts.hospital, facts.service) if part),
        identity=identity(facts),
        parts=tuple(_part(name, draft, facts) for name in PartName),
        footer=facts.hospital_statement,
        opinion_json=opinion_json(draft, facts),
    )


def identity(facts: Facts) -> str:
    """The identifiers that stand on every page: name, birth date, number."""
    patient = facts.patient
    return " · ".join(part for part in (display_name(patient.name), date_words(patient.birth_date), patient.patient_id) if part)


def _part(name: PartName, draft: Draft, facts: Facts) -> Part:
    title, make, absent = _PARTS[name]
    blocks = make(draft, facts)
    return Part(name, title, blocks or (Text(absent, quiet=True),), stated=bool(blocks))


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _paragraphs(text: str) -> tuple[Block, ...]:
    """The paragraphs of a text; empty lines part them, single line ends stay."""
    return tuple(Text(paragraph.strip("\n")) for paragraph in text.strip().split("\n\n") if paragraph.strip())


def _person(person: PersonFacts) -> str:
    return _joined(person.name, person.institution, person.place)


def _parties(_: Draft, facts: Facts) -> tuple[Block, ...]:
    patient = facts.patient
    who = (display_name(patient.name), date_words(patient.birth_date), _number(patient.patient_id, patient.issuer))
    age = f"{age_words(patient.birth_date, facts.composed_at.date())} old"
    blocks: list[Block] = [
        Text(" · ".join(part for part in who if part)),
        Text(_joined(SEXES[patient.sex], age), quiet=True),
        Fact("Asked by", _person(facts.requester) if facts.requester else "the patient; no referring physician is on file"),
        Fact("Addressed to", _person(facts.addressee) if facts.addressee else "whoever asked; no other addressee is on file"),
        Fact("Case", facts.case),
    ]
    if facts.title:
        blocks.append(Fact("Subject", facts.title))
    return tuple(blocks)


def _number(number: str, issuer: str) -> str:
    return f"{number} ({issuer})" if number and issuer else number


AS_BEFORE = "As in the opinion that this addendum amends."


def _heading(question: QuestionFacts) -> str:
    return f"Question {question.number}, {ASKED_BY[question.asked_by]}"


def _questions(_: Draft, facts: Facts) -> tuple[Block, ...]:
    return tuple(Asked(_heading(question), question.text) for question in facts.questions)


def _answers(draft: Draft, facts: Facts) -> tuple[Block, ...]:
    return tuple(
        Asked(_heading(question), question.text, draft.answer_to(question.id).strip() or _absent(facts, "This question is not answered."))
        for question in facts.questions
    )


def _verdicts(draft: Draft, facts: Facts) -> tuple[Block, ...]:
    given = {verdict.diagnosis: verdict for verdict in draft.verdicts}
    asked = [*facts.diagnoses, *(name for name in given if name not in facts.diagnoses)]
    return tuple(block for name in asked for block in _verdict(name, given.get(name), _absent(facts, "No verdict is given.")))


def _absent(facts: Facts, words: str) -> str:
    """What stands where nothing was written; an addendum leaves there what it amends."""
    return AS_BEFORE if facts.amends else words


def _verdict(diagnosis: str, verdict: DiagnosisVerdict | None, absent: str) -> tuple[Block, ...]:
    if verdict is None or verdict.verdict is None:
        return (Heading(diagnosis), Text(absent, quiet=True))
    words = VERDICTS[verdict.verdict] + (f", {CONFIDENCES[verdict.confidence]}" if verdict.confidence else "")
    return (Heading(diagnosis), Text(f"{words}."), *_paragraphs(verdict.reason))


def _material(_: Draft, facts: Facts) -> tuple[Block, ...]:
    roles = {"current": "", "prior": "prior", "document": ""}
    rows = tuple(
        (_joined(item.what, roles[item.role]), date_words(item.date) if item.date else "no date", item.source or "not known", item.extent)
        for item in facts.material
    )
    grid: tuple[Block, ...] = (Grid(("What", "Date", "From", "Extent"), rows, (0.36, 0.18, 0.22, 0.24)),) if rows else ()
    quality = tuple(Text(f"{_which(item)}: {item.quality}.") for item in facts.material if item.quality)
    absent = tuple(Text(f"Not available: {item.what}, because {item.because.rstrip('. ')}.") for item in facts.absent)
    none = (Text("Nothing that was asked for is missing.", quiet=True),) if rows and not absent else ()
    version = (Text(f"This is version {facts.manifest_version} of the case's records.", quiet=True),)
    return (*grid, *quality, *absent, *none, *version) if rows or absent else ()


def _which(item: Material) -> str:
    return _joined(item.what, "prior" if item.role == "prior" else "", f"of {date_words(item.date)}" if item.date else "")


def _history(draft: Draft, facts: Facts) -> tuple[Block, ...]:
    if draft.history.strip():
        return _paragraphs(draft.history)
    collected = _paragraphs(facts.history)
    return (Text("As collected by the hospital:", quiet=True), *collected) if collected else ()


def _findings(draft: Draft, _: Facts) -> tuple[Block, ...]:
    measured = tuple(_measured(one) for one in draft.measurements)
    grid = (Grid(("Measured", "Value", "Calibration"), measured, (0.5, 0.2, 0.3)),) if measured else ()
    figures = tuple(Figure(image.id, _caption(number, image)) for number, image in enumerate(draft.key_images, 1))
    return (*_paragraphs(draft.findings), *grid, *((Figures(figures),) if figures else ()))


def _measured(one: Measurement) -> tuple[str, ...]:
    side = f", {one.side}" if one.side else ""
    return (f"{one.label or 'Measurement'}{side}", f"{one.value:.1f} {one.unit}".strip(), one.calibration or "not stated")


def _caption(number: int, image: KeyImage) -> str:
    words = [text.rstrip(".") for text in (image.caption.strip(), image.source) if text]
    told = f"Figure {number}. {', '.join(words)}" if words else f"Figure {number}"
    return f"{told}. Picture: {image.fidelity}" if image.fidelity else told


def _reasoning(draft: Draft, _: Facts) -> tuple[Block, ...]:
    impression, reasoning = _paragraphs(draft.impression), _paragraphs(draft.reasoning)
    alternatives: tuple[Block, ...] = (Heading("Reasoning and alternatives"), *reasoning) if impression and reasoning else reasoning
    return (*impression, *alternatives)


def _recommendation(draft: Draft, _: Facts) -> tuple[Block, ...]:
    urgency = (Fact("How soon", URGENCIES[draft.urgency]),) if draft.urgency else ()
    return (*_paragraphs(draft.recommendation), *urgency)


def _limits(draft: Draft, facts: Facts) -> tuple[Block, ...]:
    relation = "It does not replace the patient's own physician and makes no other treatment relationship than the one stated here."
    waived = tuple(
        Text(f"Left open on purpose: {(waiver.sentence or waiver.code).rstrip('.')}. Reason: {waiver.reason}") for waiver in draft.waivers
    )
    return (Text(facts.no_examination_notice), Text(relation), *_paragraphs(draft.limits), *waived)


def _signature(_: Draft, facts: Facts) -> tuple[Block, ...]:
    signer = facts.signer
    licences = "; ".join(signer.licences) or "none stated"
    blocks: tuple[Block, ...] = (
        SignaturePlace((_joined(signer.name, signer.specialty), f"Licences: {licences}")),
        Fact("Composed", time_words(facts.composed_at)),
        Fact("Version", f"{facts.revision}, on records version {facts.manifest_version}"),
    )
    return (*blocks, Fact("Amends", f"opinion {facts.amends}, which stays as it is")) if facts.amends else blocks


def _conflicts(draft: Draft, _: Facts) -> tuple[Block, ...]:
    return _paragraphs(draft.conflicts)


_PARTS: dict[PartName, tuple[str, Callable[[Draft, Facts], tuple[Block, ...]], str]] = {
    PartName.PARTIES: ("Patient", _parties, ""),
    PartName.QUESTIONS: ("Questions", _questions, "No question was put in writing."),
    PartName.ANSWERS: ("Answers", _answers, "There is no question to answer."),
    PartName.VERDICTS: ("First diagnoses", _verdicts, "No first diagnosis or plan was put forward for a verdict."),
    PartName.MATERIAL: ("Material reviewed", _material, "No material is on record."),
    PartName.HISTORY: ("Summary of history", _history, "No history is on record."),
    PartName.FINDINGS: ("Findings", _findings, "No findings are stated."),
    PartName.REASONING: ("Impression and reasoning", _reasoning, "No impression is stated beyond the answers."),
    PartName.RECOMMENDATION: ("Recommendation", _recommendation, "No recommendation is made."),
    PartName.LOCAL_PHYSICIAN: (
        "For the local physician",
        lambda draft, _: _paragraphs(draft.local_physician),
        "Nothing beyond the recommendation.",
    ),
    PartName.PLAIN_LANGUAGE: (
        "In plain words",
        lambda draft, _: _paragraphs(draft.plain_language),
        "No version in plain words was written; the answers stand for themselves.",
    ),
    PartName.LIMITS: ("Limits", _limits, ""),
    PartName.SIGNATURE: ("Signature", _signature, ""),
    PartName.CONFLICTS: ("Conflicts of interest", _conflicts, "None declared."),
}
