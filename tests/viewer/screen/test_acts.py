from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from tests.viewer.load.made import stack
from tests.viewer.screen.hands import NONE, drag, hang_pair, wheel
from viewer.dicom.header import Window
from viewer.screen.grid import Hung
from viewer.screen.keys import Act
from viewer.screen.view import View

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from tests.viewer.load.made import Source
    from viewer.screen.grid import ViewportGrid


def test_wheel_and_keys_scroll_and_stop_at_the_ends(qtbot: QtBot, grid: ViewportGrid, source: Source) -> None:
    first, _ = hang_pair(qtbot, grid, source, 30)
    for key, modifiers, want in (
        (Qt.Key.Key_Down, NONE, 3),
        (Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier, 13),
        (Qt.Key.Key_Up, NONE, 12),
        (Qt.Key.Key_End, NONE, 29),
        (Qt.Key.Key_Down, NONE, 29),
        (Qt.Key.Key_Home, NONE, 0),
        (Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier, 0),
    ):
        QTest.keyClick(first, key, modifiers)
        assert first.index == want
    wheel(first, 2)
    assert first.index == 2
    wheel(first, 1, Qt.KeyboardModifier.ShiftModifier)
    assert first.index == 12


def test_the_wheel_never_takes_the_keys(qtbot: QtBot, grid: ViewportGrid, source: Source) -> None:
    first, second = hang_pair(qtbot, grid, source)
    wheel(second, 1)
    assert second.index == 3
    assert grid.active() is first
    assert first.hasFocus()


def test_letters_do_nothing_in_a_field(qtbot: QtBot, grid: ViewportGrid, source: Source) -> None:
    first, _ = hang_pair(qtbot, grid, source)
    field = QLineEdit(grid)
    field.show()
    field.setFocus()
    before = first.view
    QTest.keyClicks(field, "i1rd")
    assert field.text() == "i1rd"
    assert first.view == before


def test_window_by_drag_by_preset_and_as_stored(qtbot: QtBot, grid: ViewportGrid, source: Source) -> None:
    first, _ = hang_pair(qtbot, grid, source)
    stored = first.voi()
    drag(first, (40, -20), Qt.MouseButton.LeftButton)
    dragged = first.voi()
    assert stored is not None
    assert dragged is not None
    assert stored.window is not None
    assert dragged.window is not None
    assert dragged.window.width > stored.window.width  # right is wider
    assert dragged.window.centre < stored.window.centre  # up is brighter
    QTest.keyClick(first, Qt.Key.Key_1)
    lung = first.voi()
    assert lung is not None
    assert lung.window is not None
    assert (lung.window.width, lung.window.centre) == (1500, -600)
    QTest.keyClick(first, Qt.Key.Key_0)
    assert first.voi() == stored


def test_ctrl_drag_windows_with_any_tool(qtbot: QtBot, grid: ViewportGrid, source: Source) -> None:
    first, _ = hang_pair(qtbot, grid, source)
    QTest.keyClick(first, Qt.Key.Key_D)
    before = first.voi()
    drag(first, (40, 0), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier)
    assert first.voi() != before
    assert not grid.book.marks.now


def test_zoom_keeps_the_place_under_the_pointer(qtbot: QtBot, grid: ViewportGrid, source: Source) -> None:
    first, _ = hang_pair(qtbot, grid, source)
    at = QPointF(60, 60)
    before = first.image_point(at)
    wheel(first, -2, Qt.KeyboardModifier.ControlModifier)
    after = first.image_point(at)
    assert before is not None
    assert after is not None
    np.testing.assert_allclose(after, before, atol=0.05)  # whole scales are drawn from a whole corner
    zoom = first.view.zoom
    drag(first, (0, -30), Qt.MouseButton.RightButton)
    assert zoom is not None
    assert first.view.zoom is not None
    assert first.view.zoom > zoom
    assert first.index == 2


def test_pan_by_the_middle_button_and_with_space(qtbot: QtBot, grid: ViewportGrid, source: Source) -> None:
    first, _ = hang_pair(qtbot, grid, source)
    drag(first, (10, 6), Qt.MouseButton.MiddleButton)
    assert first.view == View(pan=(10, 6))
    QTest.keyPress(first, Qt.Key.Key_Space)
    drag(first, (4, 4), Qt.MouseButton.LeftButton)
    QTest.keyRelease(first, Qt.Key.Key_Space)
    assert first.view == View(pan=(14, 10))
    QTest.keyClick(first, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert first.view == View()


def test_a_length_is_drawn_measured_undone_and_done_again(qtbot: QtBot, grid: ViewportGrid, source: Source) -> None:
    first, _ = hang_pair(qtbot, grid, source)
    QTest.keyClick(first, Qt.Key.Key_D)
    drag(first, (60, 0), Qt.MouseButton.LeftButton)
    (mark,) = grid.book.marks.now
    columns = mark.points[1][0] - mark.points[0][0]
    assert mark.text == f"{columns * 0.5:.1f} mm"
    assert (mark.sop_instance_uid, mark.frame) == ("1.2.one.2", 0)
    QTest.keyClick(first, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not grid.book.marks.now
    QTest.keyClick(first, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert grid.book.marks.now == (mark,)
    QTest.keyClick(first, Qt.Key.Key_Delete)
    assert not grid.book.marks.now


def test_w_twice_types_the_window(qtbot: QtBot, grid: ViewportGrid, source: Source) -> None:
    first, _ = hang_pair(qtbot, grid, source)
    QTest.keyClick(first, Qt.Key.Key_W)
    QTest.keyClick(first, Qt.Key.Key_W)
    width = grid.findChild(QLineEdit, "window-width")
    level = grid.findChild(QLineEdit, "window-level")
    assert width is not None
    assert level is not None
    assert width.hasFocus()
    width.selectAll()
    QTest.keyClicks(width, "123")
    level.selectAll()
    QTest.keyClicks(level, "-45")
    QTest.keyClick(level, Qt.Key.Key_Return)
    voi = first.voi()
    assert voi is not None
    assert voi.window is not None
    assert (voi.window.width, voi.window.centre) == (123, -45)
    assert first.hasFocus()


def test_what_is_not_the_grids_is_handed_on(qtbot: QtBot, grid: ViewportGrid, source: Source) -> None:
    first, _ = hang_pair(qtbot, grid, source)
    for key, act in ((Qt.Key.Key_K, Act.KEY_IMAGE), (Qt.Key.Key_PageDown, Act.SERIES_NEXT), (Qt.Key.Key_Comma, Act.STAGE_PREVIOUS)):
        with qtbot.waitSignal(grid.act) as told:
            QTest.keyClick(first, key)
        assert told.args == [act]


def test_a_text_mark_is_written_where_it_stands(qtbot: QtBot, grid: ViewportGrid, source: Source) -> None:
    first, _ = hang_pair(qtbot, grid, source)
    QTest.keyClick(first, Qt.Key.Key_T)
    QTest.mouseClick(first, Qt.MouseButton.LeftButton, NONE, QPoint(120, 150))
    field = grid.findChild(QLineEdit, "mark-text")
    assert field is not None
    assert field.hasFocus()
    QTest.keyClicks(field, "nodule")
    QTest.keyClick(field, Qt.Key.Key_Return)
    (mark,) = grid.book.marks.now
    assert (mark.kind, mark.text) == ("text", "nodule")
    assert first.hasFocus()
    QTest.mouseClick(first, Qt.MouseButton.LeftButton, NONE, QPoint(150, 150))
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert grid.book.marks.now == (mark,)


def test_a_mark_is_taken_by_its_end_and_measured_anew(qtbot: QtBot, grid: ViewportGrid, source: Source) -> None:
    first, _ = hang_pair(qtbot, grid, source)
    QTest.keyClick(first, Qt.Key.Key_D)
    drag(first, (60, 0), Qt.MouseButton.LeftButton)
    QTest.keyClick(first, Qt.Key.Key_Escape)
    (before,) = grid.book.marks.now
    QTest.mousePress(first, Qt.MouseButton.LeftButton, NONE, QPoint(161, 121))
    QTest.mouseMove(first, QPoint(200, 120))
    QTest.mouseRelease(first, Qt.MouseButton.LeftButton, NONE, QPoint(200, 120))
    (after,) = grid.book.marks.now
    assert after.points[0] == before.points[0]
    assert after.points[1][0] > before.points[1][0]
    assert after.text != before.text
    QTest.keyClick(first, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert grid.book.marks.now == (before,)


def test_play_follows_the_clock_and_stops(qtbot: QtBot, grid: ViewportGrid, source: Source) -> None:
    series = stack(source, 6)
    quick = replace(series, headers=tuple(replace(h, frame_time_ms=20.0) for h in series.headers))
    grid.hang(1, 1, [Hung(quick, 0)])
    qtbot.waitUntil(grid.all_loaded)
    grid.viewports[0].setFocus()
    with qtbot.waitSignal(grid.viewports[0].moved):
        QTest.keyClick(grid.viewports[0], Qt.Key.Key_C)
    qtbot.waitUntil(lambda: grid.viewports[0].index == 4)
    QTest.keyClick(grid.viewports[0], Qt.Key.Key_C)
    assert not grid._acts.playing


def test_0_again_goes_through_the_files_own_windows(qtbot: QtBot, grid: ViewportGrid, source: Source) -> None:
    first, _ = hang_pair(qtbot, grid, source)
    series = first.series
    assert series is not None
    second = Window(100.0, 50.0, "SECOND")
    headers = tuple(replace(one, frames=(replace(one.frames[0], windows=(*one.frames[0].windows, second)),)) for one in series.headers)
    grid.put(replace(series, headers=headers, key="several"), 2)
    qtbot.waitUntil(lambda: first.stored() is not None)
    first.setFocus()
    told = []
    for _ in range(3):
        QTest.keyClick(first, Qt.Key.Key_0)
        told.append(first.view.voi and first.view.voi.window)
    assert told == [None, second, None]
    QTest.keyClick(first, Qt.Key.Key_1)
    QTest.keyClick(first, Qt.Key.Key_0)
    assert first.view.voi is None
