from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from tests.viewer.load.made import stack, values
from tests.viewer.screen.conftest import pixels
from tests.viewer.screen.hands import NONE, hang_pair
from viewer.screen.grid import Hung

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from tests.viewer.load.made import Source
    from viewer.screen.grid import ViewportGrid


def test_three_planes_and_back_to_what_hung_before(qtbot: QtBot, grid: ViewportGrid, source: Source) -> None:
    first, second = hang_pair(qtbot, grid, source)
    QTest.keyClick(first, Qt.Key.Key_Down)
    QTest.keyClick(first, Qt.Key.Key_1)
    view = first.view
    QTest.keyClick(first, Qt.Key.Key_M)
    shown = [v.series for v in grid.viewports[:3]]
    assert [s.label.rsplit(", ", 1)[1] for s in shown if s is not None] == ["axial", "coronal", "sagittal"]
    assert all(pixels(v).max() > 0 for v in grid.viewports[:3])
    QTest.keyClick(grid.viewports[0], Qt.Key.Key_M)
    assert [v.series.key if v.series is not None else "" for v in (first, second)] == ["one", "other"]
    assert (first.index, first.view) == (3, view)


def test_a_mark_on_a_plane_shows_on_no_image_and_on_no_other_plane(qtbot: QtBot, grid: ViewportGrid, source: Source) -> None:
    first, _ = hang_pair(qtbot, grid, source)
    QTest.keyClick(first, Qt.Key.Key_M)
    axial, coronal, sagittal = grid.viewports[:3]
    QTest.keyClick(axial, Qt.Key.Key_D)
    QTest.mousePress(coronal, Qt.MouseButton.LeftButton, NONE, QPoint(60, 180))
    QTest.mouseMove(coronal, QPoint(120, 180))
    QTest.mouseRelease(coronal, Qt.MouseButton.LeftButton, NONE, QPoint(120, 180))
    (mark,) = grid.book.marks.now
    here = [v.series.header(0).sop_instance_uid for v in (axial, coronal, sagittal) if v.series is not None]
    assert [uid == mark.sop_instance_uid for uid in here] == [False, True, False]
    assert mark.sop_instance_uid not in {f"1.2.one.{n}" for n in range(6)}


def test_planes_of_slices_with_different_slopes_show_their_values(qtbot: QtBot, grid: ViewportGrid, source: Source) -> None:
    series = stack(source, 6)
    headers = tuple(replace(h, frames=(replace(h.frames[0], slope=1.0 + n, intercept=0.0),)) for n, h in enumerate(series.headers))
    grid.hang(1, 1, [Hung(replace(series, headers=headers), 0)])
    qtbot.waitUntil(grid.all_loaded)
    grid.viewports[0].setFocus()
    QTest.keyClick(grid.viewports[0], Qt.Key.Key_M)
    axial = grid.viewports[0]
    axial.go_to(5)  # 2.5 mm in steps of 0.5: the second slice
    cut = axial.stored()
    assert cut is not None
    np.testing.assert_allclose(cut, values(1).astype(np.float32) * 2)


def test_a_place_pressed_with_shift_is_shown_in_the_other_planes(qtbot: QtBot, grid: ViewportGrid, source: Source) -> None:
    first, _ = hang_pair(qtbot, grid, source)
    QTest.keyClick(first, Qt.Key.Key_M)
    axial, coronal, sagittal = grid.viewports[:3]
    at = QPoint(92, 193)
    QTest.mouseClick(axial, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, at)
    point = axial.image_point(QPointF(at))
    assert point is not None
    assert (coronal.index, sagittal.index) == (round(point[1]), round(point[0]))
    lines = axial.crossings()
    assert sorted(round(line[0][axis]) for axis, line in zip((1, 0), lines, strict=True)) == sorted((round(point[1]), round(point[0])))


def test_planes_are_turned_and_thickened_and_say_so(qtbot: QtBot, grid: ViewportGrid, source: Source) -> None:
    first, _ = hang_pair(qtbot, grid, source)
    QTest.keyClick(first, Qt.Key.Key_M)
    coronal = grid.viewports[1]
    coronal.setFocus()
    before = coronal.stored()
    for _ in range(3):
        QTest.keyClick(coronal, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(coronal, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    series = coronal.series
    assert series is not None
    assert series.resampled == "resampled, turned 15°, MIP 5 mm"
    assert series.label.endswith(", oblique")
    row = series.frame(0).row_direction
    assert row is not None
    np.testing.assert_allclose(row, (np.cos(np.radians(15)), -np.sin(np.radians(15)), 0), atol=1e-9)
    assert before is not None
    assert coronal.stored() is not None
    QTest.keyClick(coronal, Qt.Key.Key_B)
    assert coronal.series is not None
    assert coronal.series.resampled.endswith("MinIP 5 mm")
    for _ in range(3):
        QTest.keyClick(coronal, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(coronal, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert coronal.series.resampled == "resampled"
    again = coronal.stored()
    assert again is not None
    np.testing.assert_array_equal(again, before)
