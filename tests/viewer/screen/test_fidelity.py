from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip

from tests.viewer.load.made import Source, stack
from viewer.dicom.header import Note
from viewer.load.series import Place
from viewer.screen.fidelity import WHOLE, fidelity, told
from viewer.screen.hung import Hung

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from viewer.screen.grid import ViewportGrid


def words(zoom: float = 1.0, loaded: int = 6, resampled: str = "", **changes: Any) -> tuple[str, ...]:
    series = replace(stack(Source(), 6), resampled=resampled)
    series = replace(series, headers=tuple(replace(h, **changes) for h in series.headers))
    marks = fidelity(series, 2, zoom, loaded=loaded)
    assert all(mark.reason.endswith(".") for mark in marks)
    return tuple(mark.word for mark in marks)


@pytest.mark.parametrize("zoom", [1.0, 1.7, 2.0])
def test_stored_pixels_need_no_word(zoom: float) -> None:
    assert words(zoom) == ()


def test_each_way_of_showing_less_is_said() -> None:
    assert words(0.42) == ("reduced to 42 %",)
    assert words(loaded=4) == ("4 of 6 loaded",)
    assert words(lossy_ratio=10.0) == ("source was lossy 10:1",)
    assert words(lossy_ratio=0.0) == ("source was lossy",)
    assert words(resampled="resampled") == ("resampled",)
    assert words(resampled="resampled, turned 15°, MIP 5 mm") == ("resampled", "turned 15°, MIP 5 mm")
    assert words(extra={"PresentationIntentType": "FOR PROCESSING"}) == ("for processing, not for reading",)
    assert words(notes=(Note("pixels_short", "Image data are missing."),)) == ("file with doubts",)


def test_without_a_picture_nothing_is_reduced() -> None:
    assert words(0.0) == ()


def test_the_hover_tells_how_pixels_are_drawn() -> None:
    series = stack(Source(), 6)
    header = series.header(0)
    assert told((), header, 1.0).splitlines() == [WHOLE, "One stored pixel is one pixel of the screen."]
    assert told((), header, 3.0).endswith("drawn 3 times larger.")
    assert told((), header, 1.7).endswith("smoothed between pixels.")
    noted = replace(header, notes=(Note("a", "First."), Note("b", "Second.")))
    marks = fidelity(replace(series, headers=(noted,) * 6), 0, 1.0, loaded=6)
    assert told(marks, noted, 1.0).splitlines()[:2] == ["First.", "Second."]


def test_the_reason_is_told_over_the_words(qtbot: QtBot, grid: ViewportGrid, source: Source) -> None:
    lossy = stack(source, 3)
    lossy = replace(lossy, headers=tuple(replace(h, lossy_ratio=12.0) for h in lossy.headers))
    grid.hang(1, 1, [Hung(lossy, 1)])
    qtbot.waitUntil(grid.all_loaded)
    viewport = grid.viewports[0]
    for at, reason in ((QPoint(viewport.width() - 30, viewport.height() - 30), "about 12 to 1"), (QPoint(30, 30), "")):
        QApplication.sendEvent(viewport, QHelpEvent(QEvent.Type.ToolTip, at, viewport.mapToGlobal(at)))
        if reason:
            assert reason in QToolTip.text()
    qtbot.waitUntil(lambda: not QToolTip.isVisible())


def test_images_that_came_twice_are_told() -> None:
    series = stack(Source(), 3)
    twice = replace(series, left_out=(Place(0, 0), Place(1, 0)))
    assert [mark.word for mark in fidelity(series, 0, 1.0, loaded=3)] == []
    (mark,) = fidelity(twice, 0, 1.0, loaded=3)
    assert mark.word == "2 came twice"
    assert "shown once" in mark.reason


def test_slices_that_are_no_volume_say_why() -> None:
    series = stack(Source(), 4)
    uneven = replace(series, is_volume=False, verdict="distance between slices not even (missing slice)")
    (mark,) = fidelity(uneven, 0, 1.0, loaded=4)
    assert (mark.word, mark.reason) == ("stack", "A stack and no volume: distance between slices not even (missing slice).")
    nowhere = tuple(replace(one, frames=(replace(one.frames[0], position=None),)) for one in series.headers)
    assert fidelity(replace(uneven, headers=nowhere), 0, 1.0, loaded=4) == ()
    assert fidelity(series, 0, 1.0, loaded=4) == ()
