"""Overlays and shutters on the screen: there from the first picture on, off by a key, never without a word."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.viewer.load.made import stack
from tests.viewer.screen.conftest import pixels
from viewer.dicom.decode import pack
from viewer.dicom.dressing import GRAPHICS
from viewer.dicom.header import Overlay, Shutter
from viewer.screen.grid import Hung, ViewportGrid

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from tests.viewer.load.made import Source
    from viewer.load.series import SeriesData

SHIFT = Qt.KeyboardModifier.ShiftModifier


def _dressed(source: Source) -> SeriesData:
    """One image whose lower half a shutter covers, with an overlay over the whole of its upper half."""
    series = stack(source, 1)
    packed, name = pack(np.ones((12, 32), np.uint8)), "s-0"
    overlay = Overlay(0x6000, 12, 32, 1, 1, offset=len(source.objects[name]), length=len(packed))
    source.objects[name] += packed
    shutter = Shutter("RECTANGULAR", (1, 32, 1, 12))
    return replace(series, headers=tuple(replace(one, overlays=(overlay,), shutters=(shutter,)) for one in series.headers))


def _shown(grid: ViewportGrid) -> tuple[int, int]:
    """How many pixels have the colour of overlays, and how many of the lower half are not black."""
    seen = pixels(grid.viewports[0])
    low = seen[seen.shape[0] * 5 // 8 : seen.shape[0] * 7 // 8, seen.shape[1] * 3 // 8 : seen.shape[1] * 5 // 8]
    return int((seen == GRAPHICS).all(axis=2).sum()), int(low.any(axis=2).sum())


def test_overlay_and_shutter_are_drawn_and_keys_take_them_away(qtbot: QtBot, grid: ViewportGrid, source: Source) -> None:
    series = _dressed(source)
    with qtbot.waitSignal(grid.first_painted):
        grid.hang(1, 1, [Hung(series, 0)])
    viewport = grid.viewports[0]
    viewport.setFocus()
    QTest.keyClick(viewport, Qt.Key.Key_I)  # so that what is not covered is white
    graphics, low = _shown(grid)
    assert graphics > 1000
    assert low == 0
    assert [mark.word for mark in viewport.marks_now() if "shutter" in mark.word] == ["shutter"]
    QTest.keyClick(viewport, Qt.Key.Key_O, SHIFT)
    assert _shown(grid)[1] > 1000
    assert "shutter open" in [mark.word for mark in viewport.marks_now()]
    QTest.keyClick(viewport, Qt.Key.Key_O)
    assert _shown(grid)[0] == 0


def test_an_overlay_that_is_lost_is_told_and_the_image_stands(qtbot: QtBot, grid: ViewportGrid, source: Source) -> None:
    series = _dressed(source)
    lost = tuple(replace(one, overlays=(replace(one.overlays[0], length=0),), shutters=()) for one in series.headers)
    with qtbot.waitSignal(grid.first_painted):
        grid.hang(1, 1, [Hung(replace(series, headers=lost, key="lost"), 0)])
    assert "overlay missing" in [mark.word for mark in grid.viewports[0].marks_now()]
    assert _shown(grid)[0] == 0
