"""Left and right at odds: between a mark and its caption, and between texts about the same thing.

A text that names both sides, or none, is not judged against a mark. Between texts, a side at odds is one where the same anatomical word
is named left in one text and right in another, and no text names it on both sides.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from record.opinion.draft import Side
from record.opinion.texts import Written, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from record.opinion.draft import Draft, KeyImage
    from record.opinion.facts import Facts

_SIDE = re.compile(r"\b(left|right)(?:[- ]sided|[- ]side)?\b", re.IGNORECASE)
_NOT_A_SIDE = re.compile(
    r"\b(?:is|are|was|were|been|be|has|have)\s+left\b|\bleft\s+(?:open|out|untreated|alone|as)\b|\bright\s+(?:away|now|after|before)\b",
    re.IGNORECASE,
)
_BOTH = re.compile(r"\b(?:bilateral(?:ly)?|both\s+sides|(?:left\s+(?:and|or)\s+right)|(?:right\s+(?:and|or)\s+left))\b", re.IGNORECASE)
_THING = re.compile(
    r"\b(left|right)(?:[- ]sided)?\s+((?:(?:upper|lower|middle|main|inferior|superior|anterior|posterior|medial|lateral)\s+)*)"
    r"([a-z]{4,})",
    re.IGNORECASE,
)
_NO_THING = frozenset({"side", "sided", "than", "then", "with", "from", "away", "hand", "open", "untreated", "alone", "after", "before"})


def named_sides(text: str) -> frozenset[Side]:
    """The sides that a text names; "bilateral" names both; "is left untreated" and "right away" name none."""
    if _BOTH.search(text):
        return frozenset(Side)
    return frozenset(Side(found.group(1).lower()) for found in _SIDE.finditer(_NOT_A_SIDE.sub(" ", text)))


def sided_things(text: str) -> dict[str, frozenset[Side]]:
    """The anatomical words that stand behind a side: "left upper lobe" gives {"upper lobe": {left}}."""
    found: dict[str, set[Side]] = {}
    for match in _THING.finditer(_NOT_A_SIDE.sub(" ", text)):
        noun = match.group(3).lower()
        if noun not in _NO_THING:
            found.setdefault(f"{match.group(2).lower()}{noun.removesuffix('s')}", set()).add(Side(match.group(1).lower()))
    return {thing: frozenset(sides) for thing, sides in found.items()}


def sides_at_odds(draft: Draft, facts: Facts) -> Iterator[tuple[str, str]]:
    """Address and sentence of each place where sides contradict."""
    for number, image in enumerate(draft.key_images, 1):
        yield from _caption_against_marks(number, image)
    for measurement in draft.measurements:
        named = named_sides(measurement.label)
        if measurement.side and named == {_other(measurement.side)}:
            yield (
                f"measurements/{measurement.id}",
                f"A measurement is called “{measurement.label}” and lies on the patient's {measurement.side}.",
            )
    yield from _texts_against_texts(texts(draft, facts))


def _other(side: Side) -> Side:
    return Side.LEFT if side is Side.RIGHT else Side.RIGHT


def _caption_against_marks(number: int, image: KeyImage) -> Iterator[tuple[str, str]]:
    marked = {mark.side for mark in image.marks if mark.side} | ({image.side} if image.side else set())
    if len(marked) != 1:
        return
    side = marked.pop()
    words = " ".join((image.caption, *(mark.text for mark in image.marks)))
    if named_sides(words) == {_other(side)}:
        yield (f"key_images/{image.id}", f"Figure {number} says {_other(side)}, and what is marked lies on the patient's {side}.")


def _texts_against_texts(written: tuple[Written, ...]) -> Iterator[tuple[str, str]]:
    """Each thing that is left in one text and right in a later one; told once, at the later one."""
    named = [(one, sided_things(one.text)) for one in written]
    on_both = {thing for _, things in named for thing, sides in things.items() if len(sides) > 1}
    first: dict[str, tuple[Side, str]] = {}
    told: set[str] = set()
    for one, things in named:
        for thing in sorted(things.keys() - on_both - told):
            (side,) = things[thing]
            before, heading = first.setdefault(thing, (side, one.heading))
            if before is not side:
                told.add(thing)
                yield (one.address, f"“{thing.capitalize()}” is {before} in “{heading}” and {side} in “{one.heading}”.")
