"""The opinion as a document of fourteen parts, each stated even where there is nothing to state.

The parts are, in order: parties, questions, answers, verdicts, material reviewed, history, findings, reasoning, recommendation, for the
local physician, in plain words, limits, signature, conflicts. `record.opinion.parts` makes them from a draft and the facts.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PartName(StrEnum):
    """The fourteen parts in their order."""

    PARTIES = "parties"
    QUESTIONS = "questions"
    ANSWERS = "answers"
    VERDICTS = "verdicts"
    MATERIAL = "material"
    HISTORY = "history"
    FINDINGS = "findings"
    REASONING = "reasoning"
    RECOMMENDATION = "recommendation"
    LOCAL_PHYSICIAN = "local_physician"
    PLAIN_LANGUAGE = "plain_language"
    LIMITS = "limits"
    SIGNATURE = "signature"
    CONFLICTS = "conflicts"


@dataclass(frozen=True)
class Text:
    """A paragraph; `quiet` is set in grey."""

    text: str
    quiet: bool = False


@dataclass(frozen=True)
class Heading:
    """A small heading inside a part."""

    text: str


@dataclass(frozen=True)
class Fact:
    """A label and its value on one line."""

    label: str
    value: str


@dataclass(frozen=True)
class Asked:
    """A question; in part 3 with its answer ("" in part 2)."""

    heading: str
    question: str
    answer: str = ""


@dataclass(frozen=True)
class Grid:
    """A table: heads and rows of the same length, `widths` as fractions of the text's width."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]


@dataclass(frozen=True)
class Figure:
    """A key image by the id of its picture, and its caption ("Figure 1. …")."""

    key_image: str
    caption: str


@dataclass(frozen=True)
class Figures:
    """Key images, two in a row."""

    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class SignaturePlace:
    """The lines under which the electronic signature stands; the first is the signer."""

    lines: tuple[str, ...]


Block = Text | Heading | Fact | Asked | Grid | Figures | SignaturePlace


@dataclass(frozen=True)
class Part:
    """One of the fourteen parts; `stated` is False where its blocks only say that there is nothing."""

    name: PartName
    title: str
    blocks: tuple[Block, ...]
    stated: bool


@dataclass(frozen=True)
class OpinionDocument:
    """The whole document by value; `compose` turns it into a PDF, always the same one."""

    title: str
    subtitle: str
    identity: str  # at least two identifiers, on every page
    parts: tuple[Part, ...]
    footer: str
    opinion_json: bytes
    language: str = "en"

    def part(self, name: PartName) -> Part:
        """One of the fourteen parts."""
        return next(part for part in self.parts if part.name is name)
