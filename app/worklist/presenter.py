"""The worklist from the vault: an assignment and its case as a row and a preview. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from app.worklist.row import (
    Act,
    Due,
    OnDesk,
    Row,
    count_words,
    day_words,
    due_words,
    left_words,
    pair_words,
    size_words,
    weekday_words,
)
from app.worklist.shelf import Preview, PreviewQuestion, Thumb
from record.person import age_words, date_words, display_name, parse_date
from record.trouble import Kind, Trouble
from sync.vault.values import CaseState, OpinionState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime

    from sync.protocol.messages import CaseBody, DocumentEntry, Manifest, OfferSummary, Referrer, StudyEntry
    from sync.vault.values import OpinionView, WorklistRow

_THUMBS = 12
_WAITING = {
    "accept": ("Accepted", "leaves by itself"),
    "decline": ("Declined", "leaves by itself"),
    "give_back": ("Given back", "leaves by itself"),
    "pause": ("Put off", "leaves by itself"),
}


class WorklistVault(Protocol):
    """What the presenter reads."""

    def cases(self) -> tuple[WorklistRow, ...]:
        """All assignments of this desk."""
        ...

    def manifest(self, case: str) -> Manifest:
        """The adopted manifest; raises `Trouble` (STATE) while nothing is here."""
        ...

    def read_object(self, case: str, object_id: str) -> bytes:
        """A whole object."""
        ...


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast objects of a case come in, bytes for each second; 0 while unknown."""

    bytes_per_second: float = 0.0


@dataclass(frozen=True, slots=True)
class Presenter:
    """Fulfils `app.worklist.shelf.Shelf` from the vault.

    Args:
        vault: cases, manifests, objects.
        first_page: the words of a PDF's first page (a worker process reads it).
        intend: sends an act as an intent: (row, act, reason).
        paces: how fast each case comes, by its id; filled by the desk from the engine's events.
        draft_kept: when a draft of (case, assignment) was last kept, or None.
    """

    vault: WorklistVault
    first_page: Callable[[bytes], str]
    intend: Callable[[WorklistRow, Act, str], None]
    paces: Mapping[str, Pace]
    draft_kept: Callable[[str, str], datetime | None]

    def rows(self, now: datetime) -> list[Row]:
        """All rows."""
        return [self._row(kept, now) for kept in self.vault.cases()]

    def preview(self, case_id: str, now: datetime) -> Preview:
        """The preview of a case."""
        manifest = self._manifest(case_id)  # first: whether it is damaged is known after it was read
        kept = self._kept(case_id)
        row = self._row(kept, now)
        notice = f"{kept.trouble.what_happened} {kept.trouble.what_to_do}" if kept.trouble else ""
        if kept.case is None:
            return Preview(case_id, facts=_offer_facts(kept.assignment.offer, row.due), notice=notice, acts=row.acts)
        letter = _letter(manifest)
        questions = tuple(PreviewQuestion(each.number, each.text, each.asked_by == "patient") for each in kept.case.questions)
        return Preview(
            case_id,
            questions,
            letter_title=letter.title if letter else "Letter",
            letter_object=letter.object if letter and (kept.readiness.ready_offline or kept.readiness.stood) else "",
            letter_pages=letter.pages if letter else 0,
            letter_id=letter.id if letter else "",
            thumbs=_thumbs(manifest) if manifest else (),
            notice=notice,
            acts=row.acts,
        )

    def letter_text(self, case_id: str, object_id: str) -> str:
        """The words of the letter's first page."""
        return self.first_page(self.vault.read_object(case_id, object_id))

    def thumbnail(self, case_id: str, object_id: str) -> bytes:
        """A PNG of 128 px."""
        return self.vault.read_object(case_id, object_id)

    def act(self, case_id: str, act: Act, reason: str) -> None:
        """Sends the act as an intent; only the hospital moves a case."""
        kept = self._kept(case_id)
        if act not in _acts(kept):
            raise Trouble("This case has changed meanwhile.", "Look at its state in the worklist, and choose again.", act, Kind.STATE)
        self.intend(kept, act, reason)

    def _manifest(self, case_id: str) -> Manifest | None:
        try:
            return self.vault.manifest(case_id)
        except Trouble as trouble:
            if trouble.kind in (Kind.STATE, Kind.DAMAGED):
                return None
            raise

    def _kept(self, case_id: str) -> WorklistRow:
        for kept in self.vault.cases():
            if kept.assignment.case == case_id:
                return kept
        raise Trouble("This case is no longer on this desk.", "Look at the worklist, which is up to date.", "", Kind.STATE)

    def _row(self, kept: WorklistRow, now: datetime) -> Row:
        offer, case = kept.assignment.offer, kept.case
        done = kept.opinion is not None and kept.opinion.state is OpinionState.RECEIVED
        pace = self.paces.get(kept.assignment.case, Pace())
        return Row(
            case_id=kept.assignment.case,
            assignment_id=kept.assignment.id,
            person=display_name(case.patient.name) if case else offer.person,
            identity=_identity(case, now.date()) if case else "name on acceptance",
            asked=case.title if case else offer.asked,
            by=_by(case.specialty, case.referrer) if case else f"{offer.specialty} · about {offer.minutes} min",
            tags=_tags(kept),
            due=due_words(kept.due_at, now, done=done),
            on_desk=_on_desk(kept, now, pace, self.draft_kept),
            acts=_acts(kept),
            done=done,
        )


# -- words -----------------------------------------------------------------------------------------------------------


def identity_line(case: CaseBody) -> str:
    """The second words of the top bar: sex, birth date, number."""
    patient = case.patient
    return " · ".join(part for part in (patient.sex, date_words(patient.birth_date), patient.patient_id) if part)


def _identity(case: CaseBody, today: date) -> str:
    patient = case.patient
    age = age_words(patient.birth_date, today).removesuffix(" years")
    who = ", ".join(part for part in (patient.sex, age) if part)
    return f"{who} · {patient.patient_id}"


def _by(specialty: str, referrer: Referrer | None) -> str:
    if referrer is None:
        return " · ".join(part for part in (specialty, "self-referred") if part)
    who = ", ".join(part for part in (referrer.name, referrer.place or referrer.institution) if part)
    return " · ".join(part for part in (specialty, who) if part)


def _tags(kept: WorklistRow) -> tuple[str, ...]:
    offer = kept.assignment.offer
    modalities = kept.modalities or tuple(offer.modalities)
    shown = tuple(dict.fromkeys("PET" if each == "PT" else each for each in modalities))
    priors = (count_words(offer.priors, "prior", "priors"),) if offer.priors else ()
    return shown[:4] + priors


def _acts(kept: WorklistRow) -> tuple[Act, ...]:
    if kept.pending_intent in ("accept", "decline", "give_back"):
        return ()
    if kept.assignment.state == "offered":
        return ("accept", "decline", "pause")
    if kept.opinion is not None and kept.opinion.state is OpinionState.RECEIVED:
        return ("read",)
    read: tuple[Act, ...] = ("read",) if kept.readiness.stood else ()
    table: dict[CaseState, tuple[Act, ...]] = {
        CaseState.READY_OFFLINE: ("read", "give_back"),
        CaseState.FETCHING: (*read, "pause", "give_back"),
        CaseState.ANNOUNCED: ("give_back",),
        CaseState.PAUSED: (*read, "resume", "give_back"),
        CaseState.RELEASED: ("read",),
    }
    return table.get(kept.readiness.state, ())


def _on_desk(kept: WorklistRow, now: datetime, pace: Pace, draft_kept: Callable[[str, str], datetime | None]) -> OnDesk:
    if kept.pending_intent in _WAITING:
        words, more = _WAITING[kept.pending_intent]
        return OnDesk("accent", words, more, rank=1)
    if kept.assignment.state == "offered":
        until = kept.assignment.offer.offered_until
        return OnDesk("none", f"Offered until {weekday_words(until, now)}" if until else "Offered", rank=0)
    if kept.opinion is not None and kept.opinion.state is not OpinionState.DRAFTING:
        told = _opinion(kept.opinion, now)
        if told is not None:
            return told
    if kept.readiness.damaged:
        return OnDesk("warn", "Being repaired", f"{count_words(kept.readiness.damaged, 'part', 'parts')} damaged", rank=2)
    return _arriving(kept, now, pace, draft_kept)


def _arriving(kept: WorklistRow, now: datetime, pace: Pace, draft_kept: Callable[[str, str], datetime | None]) -> OnDesk:
    ready = kept.readiness
    if ready.state is CaseState.READY_OFFLINE:
        draft = draft_kept(kept.assignment.case, kept.assignment.id)
        here = f"{count_words(kept.instances, 'image', 'images')}, {size_words(ready.total_bytes)}"
        return OnDesk("good", "Ready offline", f"draft kept {day_words(draft, now)}" if draft else here, rank=2)
    if ready.state is CaseState.FETCHING and ready.present_bytes < ready.total_bytes:  # else the list alone is here
        left = ready.total_bytes - ready.present_bytes
        when = f", {left_words(left / pace.bytes_per_second)} left" if pace.bytes_per_second > 0 and left else ""
        return OnDesk("accent", f"{int(ready.fraction * 100)} %{when}", progress=ready.fraction, rank=3)
    words: dict[CaseState, tuple[str, str]] = {
        CaseState.ANNOUNCED: ("Accepted", "images come next"),
        CaseState.FETCHING: ("Coming", "the list of its images is fetched"),
        CaseState.PAUSED: ("Paused", f"{pair_words(ready.present_bytes, ready.total_bytes)} here" if ready.total_bytes else ""),
        CaseState.RELEASED: ("Released", "to the patient and the referrer"),
        CaseState.WITHDRAWN: ("Withdrawn", "the hospital took the case back"),
    }
    first, second = words.get(ready.state, (ready.state.value, ""))
    return OnDesk("none", first, second, rank=4)


def _opinion(opinion: OpinionView, now: datetime) -> OnDesk | None:
    if opinion.receipt is not None:
        short = "-".join(opinion.receipt.id.split("-")[:2])
        when = day_words(opinion.receipt.received_at, now)
        held = ", kept for a coordinator" if opinion.receipt.quarantined else ""
        return OnDesk("", "Received by the hospital", f"receipt {short}, {when}{held}", level="good", rank=9)
    if opinion.state in (OpinionState.SIGNED, OpinionState.SENDING):
        return OnDesk("accent", "Signed, on its way", "leaves by itself when the hospital is reached", rank=5)
    if opinion.state is OpinionState.REFUSED:
        reason = opinion.refusal.what_happened if opinion.refusal else "open it to see why"
        return OnDesk("bad", "Not taken by the hospital", reason, rank=0)
    return None


def _offer_facts(offer: OfferSummary, due: Due) -> tuple[tuple[str, str], ...]:
    images = [", ".join(offer.modalities), count_words(offer.images, "image", "images"), size_words(offer.bytes)]
    if offer.priors:
        images.insert(1, count_words(offer.priors, "prior", "priors"))
    facts = [
        ("Asked", offer.asked),
        ("Person", offer.person),
        ("From", _by("", offer.referrer)),
        ("Takes", f"about {offer.minutes} min"),
        ("Due", due.words),
        ("Stipend", offer.stipend or "none"),
        ("Images", ", ".join(part for part in images if part)),
    ]
    return tuple((label, words) for label, words in facts if words)


def _letter(manifest: Manifest | None) -> DocumentEntry | None:
    documents = manifest.documents if manifest else []
    return next((each for each in documents if each.kind == "letter"), documents[0] if documents else None)


def _thumbs(manifest: Manifest) -> tuple[Thumb, ...]:
    ordered = sorted(manifest.studies, key=lambda study: (study.role == "prior", [-ord(c) for c in study.date]))
    made = []
    for study in ordered:
        for series in study.series:
            if any(each.frames for each in series.instances):
                words = series.description or series.body_part or f"Series {series.number or ''}".strip()
                title = words if words.upper().startswith(series.modality) else f"{series.modality} {words}"
                made.append(Thumb(series.thumbnail_object or "", title, _when(study)))
    return tuple(made[:_THUMBS])


def _when(study: StudyEntry) -> str:
    day = parse_date(study.date)
    words = date_words(day) if day else "no date"
    return f"prior, {words.rsplit(' ', 1)[0] if day else words}" if study.role == "prior" else words
