"""What is on screen, its words and its patient come from one frame, in whatever order results arrive and hands move."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.viewer.load.made import Source, stack, values
from viewer.dicom.dressing import NOTHING, Dressing
from viewer.screen import canvas, corner
from viewer.screen.book import Book
from viewer.screen.viewport import Viewport

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from pytestqt.qtbot import QtBot

    from viewer.load.series import SeriesData
    from viewer.screen.corner import Corners

SERIES = tuple(stack(Source(), 5, f"series{n}", patient_name=f"Patient{n}^", patient_id=f"id-{n}") for n in range(3))
ACTS = st.one_of(
    st.tuples(st.just("show"), st.integers(0, 2), st.integers(0, 4)),
    st.tuples(st.just("scroll"), st.integers(-3, 3), st.just(0)),
    st.tuples(st.just("arrive"), st.integers(0, 2), st.integers(0, 4)),
    st.tuples(st.just("drop"), st.integers(0, 2), st.integers(0, 4)),
    st.tuples(st.just("paint"), st.just(0), st.just(0)),
)


class Here:
    """Frames of one series that come when the test says so; each holds a value that no other frame has."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.here: dict[int, NDArray[np.int16]] = {}

    @property
    def loaded(self) -> int:
        return len(self.here)

    def get(self, index: int) -> NDArray[np.int16] | None:
        return self.here.get(index)

    def dressing(self, _index: int) -> Dressing:
        return NOTHING

    def bring(self, index: int) -> None:
        self.here[index] = values(0) * 0 + 100 * self.number + index


class Seen:
    """Takes part in a paint: what picture was drawn, and under which words."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.pictures: list[int] = []
        self.words: list[Corners] = []
        draw, words = canvas.Canvas._picture, corner.corners

        def picture(self_: Any, painter: Any, series: SeriesData, index: int, stored: NDArray[Any]) -> None:
            self.pictures.append(int(stored[0, 0]))
            draw(self_, painter, series, index, stored)

        def corners(*args: Any, **named: Any) -> Corners:
            self.words.append(words(*args, **named))
            return self.words[-1]

        monkeypatch.setattr(canvas.Canvas, "_picture", picture)
        monkeypatch.setattr(canvas, "corners", corners)


@pytest.fixture
def viewport(qtbot: QtBot) -> Viewport:
    made = Viewport(1, Book(lambda: None))
    qtbot.addWidget(made)
    made.resize(300, 300)
    return made


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Seen:
    return Seen(monkeypatch)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACTS, min_size=3, max_size=25))
def test_picture_words_and_patient_are_of_one_frame(viewport: Viewport, seen: Seen, acts: list[tuple[str, int, int]]) -> None:
    frames = tuple(Here(n) for n in range(3))
    viewport.clear()
    for act, one, other in itertools.chain(acts, [("paint", 0, 0)]):
        if act == "show":
            viewport.show_series(SERIES[one], frames[one], other)
        elif act == "scroll":
            viewport.go_to(viewport.index + one)
        elif act == "arrive":
            frames[one].bring(other)
            viewport.arrived(SERIES[one].key, [other])
        elif act == "drop":
            frames[one].here.pop(other, None)
        seen.pictures.clear()
        seen.words.clear()
        viewport.grab()
        if viewport.series is None:
            assert not seen.pictures
            continue
        shown = SERIES.index(viewport.series)
        assert len(seen.words) == 1
        assert seen.words[0].top_left[1].startswith(f"id-{shown}")
        if seen.pictures:
            number, index = divmod(seen.pictures[0], 100)
            assert number == shown
            assert seen.words[0].bottom_left[0] == f"Image {index + 1} of 5"
            assert seen.words[0].top_left[0] == f"Patient{number}"
        if viewport.index in frames[shown].here:
            assert seen.pictures == [100 * shown + viewport.index]


def test_the_image_before_stays_with_its_own_words_until_the_next_is_there(viewport: Viewport, seen: Seen) -> None:
    frames = Here(0)
    frames.bring(1)
    viewport.show_series(SERIES[0], frames, 1)
    viewport.grab()
    viewport.go_to(2)
    seen.pictures.clear()
    seen.words.clear()
    viewport.grab()
    assert (seen.pictures, seen.words[0].bottom_left[0]) == ([1], "Image 2 of 5")
    frames.bring(2)
    viewport.arrived(SERIES[0].key, [2])
    viewport.grab()
    assert (seen.pictures[-1], seen.words[-1].bottom_left[0]) == (2, "Image 3 of 5")
