"""The signing sheet: what a careful colleague would ask before the signature."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from record.opinion.sides import sides_at_odds
from record.opinion.texts import texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from record.opinion.draft import Draft
    from record.opinion.facts import Facts

LEFTOVERS = re.compile(
    r"\[[^\]\n]{0,80}\]|\{[^}\n]{0,80}\}|<[A-Za-z][^>\n]{0,60}>|_{3,}|\.{4,}|\b(?:TODO|TBD|FIXME|XXX)\b|\bx{2,}\b|\*{3,}"
    r"|\b[Ll]orem ipsum\b|\?{3,}"
)
"""What templates leave behind: brackets, blanks, "xx mm", notes to oneself."""


class Code(StrEnum):
    """What a finding is about."""

    QUESTION_UNANSWERED = "question_unanswered"
    VERDICT_MISSING = "verdict_missing"
    RECOMMENDATION_MISSING = "recommendation_missing"
    FINDINGS_MISSING = "findings_missing"
    URGENCY_MISSING = "urgency_missing"
    SERIES_UNOPENED = "series_unopened"
    DOCUMENT_UNOPENED = "document_unopened"
    SIDES_AT_ODDS = "sides_at_odds"
    TEMPLATE_LEFT = "template_left"
    RECORDS_SINCE = "records_since"


@dataclass(frozen=True)
class Finding:
    """One thing to answer or to waive: `where` names the place ("answers/<question id>", "recommendation", "series/<uid>" …)."""

    code: Code
    sentence: str
    where: str


@dataclass(frozen=True)
class ReadItem:
    """A series or document of the case, and whether it was opened."""

    id: str
    label: str
    opened: bool


@dataclass(frozen=True)
class ReadState:
    """What was opened, and what came to the case since the reading began (labels for people)."""

    series: tuple[ReadItem, ...] = ()
    documents: tuple[ReadItem, ...] = ()
    came_since: tuple[str, ...] = ()


def signing_sheet(draft: Draft, facts: Facts, read: ReadState) -> tuple[Finding, ...]:
    """All findings, those already waived too, in the order of the document. Pure.

    `where` is the address of the text ("answers/<question id>", "verdicts/<n>", "recommendation", "key_images/<id>"), or
    "series/<id>", "documents/<id>", "case".
    """
    whole = (*_unanswered(draft, facts), *_verdicts(draft, facts), *_missing(draft))
    return (
        *(_said_nothing(draft, facts) if facts.amends else whole),
        *_unopened(read),
        *(Finding(Code.SIDES_AT_ODDS, sentence, where) for where, sentence in sides_at_odds(draft, facts)),
        *_leftovers(draft, facts),
        *_came_since(read),
    )


def still_open(findings: tuple[Finding, ...], draft: Draft) -> tuple[Finding, ...]:
    """The findings that the draft waives by no reason; signing may go on when it is empty."""
    waived = {(waiver.code, waiver.where) for waiver in draft.waivers if waiver.reason.strip()}
    return tuple(finding for finding in findings if (finding.code.value, finding.where) not in waived)


def _unanswered(draft: Draft, facts: Facts) -> Iterator[Finding]:
    for question in facts.questions:
        if not draft.answer_to(question.id).strip():
            yield Finding(Code.QUESTION_UNANSWERED, f"Question {question.number} is not answered.", f"answers/{question.id}")


def _said_nothing(draft: Draft, facts: Facts) -> Iterator[Finding]:
    """An addendum may leave everything as it was, but one thing."""
    judged = any(verdict.verdict is not None for verdict in draft.verdicts)
    if not judged and not draft.key_images and not any(text.text.strip() for text in texts(draft, facts)):
        yield Finding(Code.FINDINGS_MISSING, "The addendum says nothing yet.", "findings")


def _verdicts(draft: Draft, facts: Facts) -> Iterator[Finding]:
    given = {verdict.diagnosis for verdict in draft.verdicts if verdict.verdict is not None}
    places = {verdict.diagnosis: number for number, verdict in enumerate(draft.verdicts)}
    for number, diagnosis in enumerate(facts.diagnoses):
        if diagnosis not in given:
            where = f"verdicts/{places.get(diagnosis, number)}"
            yield Finding(Code.VERDICT_MISSING, f"There is no verdict on the first diagnosis “{diagnosis}”.", where)


def _missing(draft: Draft) -> Iterator[Finding]:
    if not draft.findings.strip():
        yield Finding(Code.FINDINGS_MISSING, "No findings are stated.", "findings")
    if not draft.recommendation.strip():
        yield Finding(Code.RECOMMENDATION_MISSING, "There is no recommendation.", "recommendation")
    elif draft.urgency is None:
        yield Finding(Code.URGENCY_MISSING, "The recommendation does not say how soon.", "urgency")


def _unopened(read: ReadState) -> Iterator[Finding]:
    for series in read.series:
        if not series.opened:
            yield Finding(Code.SERIES_UNOPENED, f"The series “{series.label}” was not opened.", f"series/{series.id}")
    for document in read.documents:
        if not document.opened:
            yield Finding(Code.DOCUMENT_UNOPENED, f"The document “{document.label}” was not opened.", f"documents/{document.id}")


def _leftovers(draft: Draft, facts: Facts) -> Iterator[Finding]:
    for text in texts(draft, facts):
        found = LEFTOVERS.search(text.text)
        if found:
            yield Finding(Code.TEMPLATE_LEFT, f"{text.heading} still holds template text: “{found.group()}”.", text.address)


def _came_since(read: ReadState) -> Iterator[Finding]:
    if read.came_since:
        what = ", ".join(read.came_since)
        yield Finding(Code.RECORDS_SINCE, f"New records came since you began to read: {what}.", "case")
