"""Every text that a physician wrote into a draft, by its address and heading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from record.opinion.draft import Draft
    from record.opinion.facts import Facts

HEADINGS = {
    "history": "Summary of history",
    "findings": "Findings",
    "impression": "Impression",
    "reasoning": "Reasoning",
    "recommendation": "Recommendation",
    "local_physician": "For the local physician",
    "plain_language": "In plain words",
    "limits": "Limits",
    "conflicts": "Conflicts of interest",
}


@dataclass(frozen=True)
class Written:
    """A text, where it stands, and what its place is called."""

    address: str
    heading: str
    text: str


def texts(draft: Draft, facts: Facts) -> tuple[Written, ...]:
    """All texts that are not empty: answers, reasons of verdicts, sections, captions, labels of measurements."""
    numbers = {question.id: question.number for question in facts.questions}
    answers = [
        Written(f"answers/{one.question}", f"The answer to question {numbers.get(one.question, '')}".rstrip(), one.text)
        for one in draft.answers
    ]
    reasons = [Written(f"verdicts/{number}", f"The verdict on “{one.diagnosis}”", one.reason) for number, one in enumerate(draft.verdicts)]
    sections = [Written(address, heading, getattr(draft, address)) for address, heading in HEADINGS.items()]
    captions = [
        Written(f"key_images/{one.id}", f"The caption of figure {number}", one.caption) for number, one in enumerate(draft.key_images, 1)
    ]
    labels = [Written(f"measurements/{one.id}", "The name of a measurement", one.label) for one in draft.measurements]
    return tuple(one for one in (*answers, *reasons, *sections, *captions, *labels) if one.text.strip())
