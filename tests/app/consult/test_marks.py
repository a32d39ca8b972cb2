"""What may come over the channel of marks, and what of it is kept; without a window."""

from __future__ import annotations

import math

import pytest

from app.consult.marks import LIVE, MOST, POINTER_S, Flood, Mark, Pictures, mark_of, marks_of, numbers, tint_of, whole
from app.look.tokens import HANDS
from tests.doubles.consult_room import DOCTOR, LOCAL, NGOZI, PEOPLE, invited

CIRCLE = {"m": "circle", "x": 0.5, "y": 0.5, "r": 0.1}


@pytest.mark.parametrize("wrong", [math.nan, math.inf, -0.01, 1.01, 10**400, "0.5", None, True, [0.5], {}])
def test_a_share_is_a_number_from_nought_to_one(wrong: object) -> None:
    assert mark_of({**CIRCLE, "x": wrong}, NGOZI) is None
    assert numbers({"x": wrong, "y": 0.5}, ("x", "y")) is None


@pytest.mark.parametrize("wrong", [None, [], "circle", 7, {}, {"m": "square", "x": 0, "y": 0}, {"m": ["circle"]}, {"m": "line", "x": 0}])
def test_nonsense_is_no_mark(wrong: object) -> None:
    assert mark_of(wrong, NGOZI) is None


def test_a_mark_crosses_and_comes_back() -> None:
    line = Mark("line", (0.1, 0.2, 0.3, 0.4), NGOZI)
    assert mark_of(line.said(on=LIVE), NGOZI) == line
    assert marks_of(whole(LIVE, [line]), {NGOZI}) == [line]


def test_a_whole_set_is_cut_and_names_only_who_is_known() -> None:
    rows = [{**CIRCLE, "by": NGOZI}] * (MOST + 9) + [{**CIRCLE, "by": "nobody"}]
    assert len(marks_of({"marks": rows}, {NGOZI})) == MOST
    assert marks_of({"marks": [{**CIRCLE, "by": "nobody"}, {**CIRCLE, "by": 7}, 3]}, {NGOZI}) == []
    assert marks_of({"marks": "many"}, {NGOZI}) == []


def test_what_lies_far_outside_is_not_said() -> None:
    assert whole(LIVE, [Mark("circle", (900.0, 0.5, 0.1), NGOZI), Mark("circle", (math.nan, 0.5, 0.1), NGOZI)])["marks"] == []
    assert len(whole(LIVE, [Mark("circle", (-0.2, 0.5, 0.4), NGOZI)])["marks"]) == 1


def test_a_flood_is_dropped_and_ends() -> None:
    now = [0.0]
    flood = Flood(60.0, lambda: now[0])
    assert sum(flood.lets(NGOZI) for _ in range(1000)) == 120
    assert flood.lets(LOCAL)  # another person is not held back by it
    now[0] += 1.0
    assert sum(flood.lets(NGOZI) for _ in range(1000)) == 60


def test_the_oldest_marks_of_a_picture_go() -> None:
    pictures = Pictures()
    for number in range(MOST + 5):
        pictures.add("a", Mark("circle", (number / 100, 0.5, 0.1), NGOZI))
    assert len(pictures.marks("a")) == MOST
    assert pictures.marks("a")[0].at[0] == 0.05
    assert pictures.marks("b") == ()


def test_one_person_s_marks_are_put_anew_or_cleared_alone() -> None:
    pictures = Pictures()
    pictures.add("a", Mark("circle", (0.1, 0.1, 0.1), NGOZI))
    pictures.add("a", Mark("circle", (0.2, 0.2, 0.1), DOCTOR))
    pictures.put("a", [Mark("line", (0, 0, 1, 1), NGOZI)], NGOZI)
    assert [mark.by for mark in pictures.marks("a")] == [DOCTOR, NGOZI]
    pictures.clear("a", NGOZI)
    assert [mark.by for mark in pictures.marks("a")] == [DOCTOR]
    pictures.clear("a")
    assert pictures.marks("a") == ()


def test_a_pointer_rests_and_goes_and_what_is_gone_is_forgotten() -> None:
    now = [0.0]
    pictures = Pictures(lambda: now[0])
    pictures.point("a", NGOZI, 0.5, 0.5)
    pictures.add("a", Mark("circle", (0.1, 0.1, 0.1), NGOZI))
    assert pictures.pointers("a") == {NGOZI: (0.5, 0.5)}
    assert pictures.pointers("b") == {}
    now[0] += POINTER_S
    assert pictures.pointers("a") == {}
    pictures.keep({"b"}, {NGOZI})
    assert pictures.marks("a") == ()


def test_everybody_has_a_colour_of_their_own() -> None:
    second, third = invited("p-second", "physician", "Dr B", desk=True), invited("p-third", "physician", "Dr C", desk=True)
    people = (*PEOPLE, second, third)
    tints = [tint_of(people, each.id) for each in people]
    assert len(set(tints)) == len(people)
    assert max(tints) < len(HANDS)
    assert tint_of(people[::-1], DOCTOR) == tint_of(people, DOCTOR) == 0  # in whatever order a side lists them
