from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from record.opinion.paper.bidi import base_level, levels, visual_runs


def shown(text: str) -> str:
    """Characters in visual order; mirroring is the shaper's."""
    found = levels(text, base_level(text))
    return "".join(text[start:end][:: -1 if level % 2 else 1] for start, end, level in visual_runs(found))


@pytest.mark.parametrize(
    ("logical", "visual"),
    [
        ("plain text 12", "plain text 12"),
        ("אבג", "גבא"),
        ("name אבג here", "name גבא here"),
        ("name (אבג) · 14 May", "name (גבא) · 14 May"),
        ("אבג 12 דה", "הד 12 גבא"),
        ("אבג abc דה", "הד abc גבא"),
        ("אבג 1.5 mm", "mm 1.5 גבא"),
        ("سنة 61,5", "61,5 ةنس"),
        ("$5 אב", "בא $5"),
    ],
)
def test_order_on_the_line(logical: str, visual: str) -> None:
    assert shown(logical) == visual


@settings(deadline=None)
@given(st.text(alphabet="abאבجد 12.,()-\u0301", max_size=40))
def test_nothing_is_lost_or_doubled(text: str) -> None:
    runs = visual_runs(levels(text, base_level(text)))
    assert sorted(at for start, end, _ in runs for at in range(start, end)) == list(range(len(text)))


@settings(deadline=None)
@given(st.text(alphabet="abc xyz 0123.,()", max_size=40))
def test_text_of_one_direction_keeps_its_order(text: str) -> None:
    assert shown(text) == text
