"""Places in a draft by address, so that a field, the signing sheet and a finding speak of the same place.

Addresses: "answers/<question id>", "verdicts/<n>" (the nth first diagnosis, from 0; its text is the reason), and the names in `TEXTS`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from record.opinion.draft import DiagnosisVerdict

if TYPE_CHECKING:
    from record.opinion.draft import Draft


@dataclass(frozen=True, slots=True)
class Place:
    """A text of the opinion: where it is kept, its heading, and what stands in the empty field."""

    address: str
    heading: str
    hint: str
    short: str = ""  # the hint where there is little room


TEXTS: tuple[Place, ...] = (
    Place("findings", "Findings", "What the images and documents show, with comparison", "What the images show"),
    Place("impression", "Impression", "The short of it"),
    Place("recommendation", "Recommendation", "What should happen next, and how soon", "What next, and how soon"),
    Place("reasoning", "Reasoning and alternatives", "Why this and not something else"),
    Place("history", "Summary of history", "Left empty, the hospital’s own summary is printed"),
    Place("local_physician", "For the local physician", "What the physician at home should know or do"),
    Place("plain_language", "In plain words", "The same for the patient, without the field’s words"),
    Place("limits", "Limits", "What this opinion cannot say, and why"),
    Place("conflicts", "Conflicts of interest", "Left empty, “none declared” is printed"),
)
SELDOM = ("reasoning", "history", "local_physician", "plain_language", "limits", "conflicts")


def text_at(draft: Draft, address: str) -> str:
    """The text at an address; empty where nothing was written."""
    part, _, rest = address.partition("/")
    if part == "answers":
        return draft.answer_to(rest)
    if part == "verdicts":
        number = int(rest)
        return draft.verdicts[number].reason if number < len(draft.verdicts) else ""
    return str(getattr(draft, address))


def with_text(draft: Draft, address: str, text: str) -> Draft:
    """The draft with a text at an address; a verdict must be there before it can have a reason (`with_diagnoses`)."""
    part, _, rest = address.partition("/")
    if part == "answers":
        return draft.with_answer(rest, text)
    if part == "verdicts":
        return with_verdict(draft, int(rest), replace(draft.verdicts[int(rest)], reason=text))
    changes: dict[str, Any] = {address: text}
    return replace(draft, **changes)


def with_verdict(draft: Draft, number: int, verdict: DiagnosisVerdict) -> Draft:
    """The draft with its nth verdict replaced."""
    return replace(draft, verdicts=tuple(verdict if n == number else each for n, each in enumerate(draft.verdicts)))


def with_diagnoses(draft: Draft, diagnoses: tuple[str, ...]) -> Draft:
    """The draft with a place for each first diagnosis, in the case's order; what was written is kept, also of one no longer asked."""
    written = {each.diagnosis: each for each in draft.verdicts}
    asked = tuple(written.pop(each, DiagnosisVerdict(each)) for each in diagnoses)
    return replace(draft, verdicts=(*asked, *(each for each in written.values() if each.verdict or each.reason)))
