from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from viewer.load.lanes import AHEAD, Course, Lane


def taken(course: Course, lane: Lane) -> list[int]:
    """A lane to its end, each index wanted once."""
    found: list[int] = []
    while (index := course.take(lane, lambda n: n not in found)) is not None:
        found.append(index)
    return found


def test_first_what_is_shown_then_ahead_then_the_ends_then_the_gaps() -> None:
    course = Course(100, 100)
    course.seed(50, -1)
    assert taken(course, Lane.INTERACTION) == [50]
    around = taken(course, Lane.AROUND)
    assert around[:4] == [49, 51, 48, 52]  # in the direction of the reader
    assert around[2 * AHEAD :] == [0, 50, 99]
    assert taken(course, Lane.PREFETCH)[:2] == [49, 51]


@given(st.integers(1, 60), st.data())
def test_every_frame_is_wanted_wherever_the_reader_is(count: int, data: st.DataObject) -> None:
    course = Course(count, count)
    for _ in range(data.draw(st.integers(1, 3))):
        course.seed(data.draw(st.integers(0, count - 1)), data.draw(st.sampled_from((1, -1))))
    found = [index for lane in Lane for index in taken(course, lane)]
    assert set(found) == set(range(count))


@given(st.integers(5, 60), st.data())
def test_a_series_that_does_not_fit_asks_for_no_more_than_it_keeps(count: int, data: st.DataObject) -> None:
    most = data.draw(st.integers(4, count - 1))
    course = Course(count, most)
    course.seed(data.draw(st.integers(0, count - 1)))
    found = {index for lane in Lane for index in taken(course, lane)}
    assert len(found) <= most - 1
