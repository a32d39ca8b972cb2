"""What is still open, in the words of the top bar; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from record.opinion.draft import Draft


def open_sentence(draft: Draft, questions: Sequence[str]) -> str:
    """Say "1 question and the recommendation are open", or nothing; `questions` are the ids of those of the case."""
    unanswered = sum(1 for question in questions if not draft.answer_to(question).strip())
    unjudged = sum(1 for each in draft.verdicts if each.verdict is None)
    parts = [_count(unanswered, "question"), _count(unjudged, "verdict"), "" if draft.recommendation.strip() else "the recommendation"]
    named = [part for part in parts if part]
    if not named:
        return ""
    one = len(named) == 1 and (unanswered + unjudged <= 1)
    listed = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
    return f"{listed[0].upper()}{listed[1:]} {'is' if one else 'are'} open"


def _count(number: int, what: str) -> str:
    return "" if not number else f"1 {what}" if number == 1 else f"{number} {what}s"
