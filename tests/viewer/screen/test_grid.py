from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from tests.viewer.load.made import stack, values
from tests.viewer.screen.conftest import pixels
from viewer.load.identity import Identity
from viewer.screen.colours import DEFAULT_COLOURS
from viewer.screen.grid import Hung
from viewer.screen.keys import Act
from viewer.screen.view import View

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from tests.viewer.load.made import Source
    from viewer.screen.grid import ViewportGrid
    from viewer.screen.viewport import Viewport

NONE = Qt.KeyboardModifier.NoModifier


def hang_pair(qtbot: QtBot, grid: ViewportGrid, source: Source, count: int = 6) -> tuple[Viewport, Viewport]:
    one, other = stack(source, count, "one"), stack(source, count, "other", prior="Prior, 7 months")
    with qtbot.waitSignal(grid.first_painted):
        grid.hang(1, 2, [Hung(one, 2), Hung(other, 2)], linked=False)
    qtbot.waitUntil(grid.all_loaded)
    first, second = grid.viewports[:2]
    first.setFocus()
    return first, second


def wheel(viewport: Viewport, steps: int, modifiers: Qt.KeyboardModifier = NONE) -> None:
    at = QPointF(60, 60)
    button = Qt.MouseButton.NoButton
    turn, phase = QPoint(0, -120 * steps), Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(at, viewport.mapToGlobal(at), QPoint(), turn, button, modifiers, phase, False)
    QApplication.sendEvent(viewport, event)


def drag(viewport: Viewport, way: tuple[int, int], button: Qt.MouseButton, modifiers: Qt.KeyboardModifier = NONE) -> None:
    start = QPoint(100, 120)
    QTest.mousePress(viewport, button, modifiers, start)
    QTest.mouseMove(viewport, start + QPoint(*way) / 2)
    QTest.mouseMove(viewport, start + QPoint(*way))
    QTest.mouseRelease(viewport, button, modifiers, start + QPoint(*way))


def test_the_first_image_is_painted_while_all_others_are_still_to_come(qtbot: QtBot, grid: ViewportGrid, source: Source) -> None:
    series = stack(source, 30)
    held = source.frame_bytes

    def one_then_wait(object_id: str, offset: int, length: int) -> bytes:
        if object_id != "s-12":
            source.gate.clear()
        return held(object_id, offset, length)

    source.frame_bytes = one_then_wait  # type: ignore[method-assign]  # the double is held up after the visible frame
    with qtbot.waitSignal(grid.first_painted):
        grid.hang(1, 1, [Hung(series, 12)])
    assert grid.viewports[0].frames_loaded() == 1
    assert pixels(grid.viewports[0]).max() > 0


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


def test_linked_by_position_inside_one_frame_of_reference(qtbot: QtBot, grid: ViewportGrid, source: Source) -> None:
    first, second = hang_pair(qtbot, grid, source)
    with qtbot.waitSignal(grid.link) as told:
        QTest.keyClick(first, Qt.Key.Key_S)
    assert told.args == ["by position"]
    QTest.keyClick(first, Qt.Key.Key_End)
    assert second.index == 5
    wheel(second, -2)
    assert first.index == 3


def test_without_a_common_frame_scrolling_is_linked_where_the_reader_says(qtbot: QtBot, grid: ViewportGrid, source: Source) -> None:
    first, second = hang_pair(qtbot, grid, source)
    other = second.series
    assert other is not None
    apart = replace(other, headers=tuple(replace(h, frame_of_reference_uid="9") for h in other.headers), key="apart")
    grid.put(apart, 0, 1)
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_S)
    QTest.keyClick(first, Qt.Key.Key_Down)
    assert (first.index, second.index) == (3, 0)  # nothing says how they belong together
    with qtbot.waitSignal(grid.link) as told:
        QTest.keyClick(first, Qt.Key.Key_S, Qt.KeyboardModifier.ShiftModifier)
    assert told.args == ["by offset"]
    QTest.keyClick(first, Qt.Key.Key_Down)
    assert (first.index, second.index) == (4, 1)
    QTest.keyClick(first, Qt.Key.Key_Home)
    assert (first.index, second.index) == (0, 0)  # never beyond its end


def test_tab_goes_round_the_viewports_and_enter_makes_one_large(qtbot: QtBot, grid: ViewportGrid, source: Source) -> None:
    first, second = hang_pair(qtbot, grid, source)
    QTest.keyClick(first, Qt.Key.Key_Tab)
    assert grid.active() is second
    QTest.keyClick(second, Qt.Key.Key_Return)
    assert not first.isVisible()
    assert second.isVisible()
    QTest.keyClick(second, Qt.Key.Key_Return)
    assert first.isVisible()
    QTest.keyClick(second, Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    assert grid.active() is first


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


def test_what_is_not_the_grids_is_handed_on(qtbot: QtBot, grid: ViewportGrid, source: Source) -> None:
    first, _ = hang_pair(qtbot, grid, source)
    for key, act in ((Qt.Key.Key_K, Act.KEY_IMAGE), (Qt.Key.Key_PageDown, Act.SERIES_NEXT), (Qt.Key.Key_Comma, Act.STAGE_PREVIOUS)):
        with qtbot.waitSignal(grid.act) as told:
            QTest.keyClick(first, key)
        assert told.args == [act]


def test_a_frame_that_cannot_be_decoded_says_so_and_is_never_black(qtbot: QtBot, grid: ViewportGrid, source: Source) -> None:
    series = stack(source)
    source.damaged.add("s-3")
    grid.hang(1, 1, [Hung(series, 3)])
    qtbot.waitUntil(grid.all_loaded)
    shown = pixels(grid.viewports[0])
    middle = shown[shown.shape[0] // 3 : -shown.shape[0] // 3]
    assert (middle > 100).sum() > 500  # words stand there


def test_viewports_can_be_found_and_are_named(qtbot: QtBot, grid: ViewportGrid, source: Source) -> None:
    hang_pair(qtbot, grid, source)
    assert [(v.objectName(), v.accessibleName()) for v in grid.viewports[:2]] == [
        ("viewport-1", "Viewport 1"),
        ("viewport-2", "Viewport 2"),
    ]
    assert grid.viewports[0].accessibleDescription() == "CT chest, lung 2.5, image 3 of 6"
    assert all(field.accessibleName() for field in grid.findChildren(QLineEdit))


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
    assert not grid._cine.playing


def test_another_patient_s_image_is_marked_in_a_colour_of_its_own(qtbot: QtBot, grid: ViewportGrid, source: Source) -> None:
    series = stack(source, 3)
    foreign = replace(series, identities=(Identity("Else^Anna", "1", "", "19700101"),))
    grid.hang(1, 1, [Hung(foreign, 1)])
    qtbot.waitUntil(grid.all_loaded)
    bad = np.array([int(DEFAULT_COLOURS.bad[n : n + 2], 16) for n in (1, 3, 5)])
    shown = pixels(grid.viewports[0])
    assert (shown[:, :300] == bad).all(2).sum() > 300 * 12
    own = replace(series, identities=(Identity("Test^Tessa", "4471-0093", "", ""),), key="own")
    grid.hang(1, 1, [Hung(own, 1)])
    qtbot.waitUntil(grid.all_loaded)
    assert not (pixels(grid.viewports[0]) == bad).all(2).any()


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
