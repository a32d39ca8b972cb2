from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from tests.viewer.load.made import never, stack
from tests.viewer.screen.conftest import pixels
from tests.viewer.screen.hands import hang_pair, wheel
from viewer.load.identity import Identity
from viewer.load.memory import Memory
from viewer.screen.colours import DEFAULT_COLOURS
from viewer.screen.grid import Hung, ViewportGrid

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from tests.viewer.load.made import Source


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


def test_a_case_larger_than_the_memory_opens_and_says_what_is_here(qtbot: QtBot, source: Source) -> None:
    grid = ViewportGrid(memory=Memory(40_000))  # 26 images' worth
    qtbot.addWidget(grid)
    grid.open(source, never)
    grid.resize(802, 400)
    grid.show()
    with qtbot.waitSignal(grid.first_painted):
        grid.hang(1, 1, [Hung(stack(source, 60), 30)])
    viewport = grid.viewports[0]
    qtbot.waitUntil(lambda: viewport.frames_loaded() >= 5)
    assert [mark.word for mark in viewport.marks_now() if "loaded" in mark.word] == [f"{viewport.frames_loaded()} of 60 loaded"]
    for index in (0, 59, 12):
        viewport.go_to(index)
        qtbot.waitUntil(lambda: viewport.stored() is not None)
        assert viewport.frames_loaded() <= 6
        assert grid.memory.used <= 40_000
    assert not grid.all_loaded()
    grid.close_case()
    assert grid.memory.used == 0
