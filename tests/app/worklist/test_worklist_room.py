"""The worklist room, by keys alone."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest

from app.look import theme
from app.look.words import Words
from app.shell.top import PatientLine
from app.shell.window import DeskWindow
from app.worklist.delegate import PAD
from app.worklist.model import Column, Role
from app.worklist.reason import ReasonSheet
from app.worklist.row import Talk
from app.worklist.window import WorklistRoom
from tests.doubles.shelf import ShelfInMemory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

NOW = datetime(2026, 11, 24, 14, 32, tzinfo=UTC)
Desk = tuple[DeskWindow, WorklistRoom, ShelfInMemory]


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication) -> Iterator[Desk]:
    theme.apply(qapp)
    window, shelf = DeskWindow(), ShelfInMemory(NOW)
    room = WorklistRoom(shelf)
    qtbot.addWidget(window)
    with qtbot.waitSignal(room.filled):
        window.show_rooms([room], lambda _case: PatientLine("", ""))
    window.show()
    yield window, room, shelf
    window.drop_rooms()


def _chosen(room: WorklistRoom) -> str:
    row = room.table.chosen()
    return row.case_id if row else ""


def test_the_most_urgent_case_is_chosen_and_enter_opens_it(desk: Desk, qtbot: QtBot) -> None:
    _, room, _ = desk
    assert _chosen(room) == "c1"
    with qtbot.waitSignal(room.go) as went:
        QTest.keyClick(room.table, Qt.Key.Key_Return)
    assert went.args == ["reading", "c1"]


def test_arrows_home_and_end_choose(desk: Desk, qtbot: QtBot) -> None:
    _, room, _ = desk
    QTest.keyClick(room.table, Qt.Key.Key_Down)
    assert _chosen(room) == "c2"
    QTest.keyClick(room.table, Qt.Key.Key_End)
    assert _chosen(room) == "c6"
    QTest.keyClick(room.table, Qt.Key.Key_Home)
    assert _chosen(room) == "c1"


def test_slash_finds_and_enter_leads_back_to_the_list(desk: Desk, qtbot: QtBot) -> None:
    _, room, _ = desk
    QTest.keyClicks(room.table, "/")
    assert room.window().focusWidget() is room.search
    QTest.keyClicks(room.search, "aneurysm")
    assert _chosen(room) == "c4"
    QTest.keyClick(room.search, Qt.Key.Key_Return)
    assert room.window().focusWidget() is room.table
    assert room.table.model().rowCount() == 1


def test_the_chosen_row_is_marked_also_where_the_focus_came_before_the_rows(qtbot: QtBot, qapp: QApplication) -> None:
    theme.apply(qapp)
    window, room = DeskWindow(), WorklistRoom(ShelfInMemory(NOW))
    qtbot.addWidget(window)
    window.show()
    with qtbot.waitSignal(room.filled):
        window.show_rooms([room], lambda _case: PatientLine("", ""))
        room.table.clearSelection()
        room.table.setFocus()
    assert [index.row() for index in room.table.selectionModel().selectedRows()] == [room.table.currentIndex().row()]
    window.drop_rooms()


def test_a_click_beside_the_rows_leaves_the_chosen_row_chosen(desk: Desk) -> None:
    _, room, _ = desk
    port = room.table.viewport()
    QTest.mouseClick(port, Qt.MouseButton.LeftButton, pos=QPoint(40, port.height() - 4))
    assert [index.row() for index in room.table.selectionModel().selectedRows()] == [0]


def test_words_that_no_case_has_say_so_and_escape_brings_the_list_back(desk: Desk) -> None:
    _, room, _ = desk
    room.search.setFocus()
    QTest.keyClicks(room.search, "zzzz")
    assert any("Esc shows all of them again." in words.text() for words in room.findChildren(Words) if words.isVisible())
    assert not room.table.isVisible()
    assert not room.preview.isVisible()
    QTest.keyClick(room.search, Qt.Key.Key_Escape)
    assert room.table.isVisible()
    assert _chosen(room)


def test_a_letter_that_comes_after_its_preview_went_is_put_nowhere(desk: Desk, qtbot: QtBot) -> None:
    _, room, shelf = desk
    asked, go_on = threading.Event(), threading.Event()

    def slow(_case: str, _letter: str) -> str:
        asked.set()
        go_on.wait(10)
        return "words of the letter"

    shelf.letter_text = slow  # type: ignore[method-assign,assignment]  # a shelf that is slow
    QTest.keyClick(room.table, Qt.Key.Key_Down)
    qtbot.waitUntil(asked.is_set)
    room.search.setFocus()
    QTest.keyClicks(room.search, "zzzz")
    qtbot.waitUntil(lambda: not room.preview.findChildren(Words))
    with qtbot.captureExceptions() as faults:
        go_on.set()
        qtbot.waitUntil(lambda: not room._jobs._waiting)
    assert faults == []
    QTest.keyClick(room.search, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: any("words of the letter" in one.text() for one in room.preview.findChildren(Words)))


def test_escape_empties_the_filter_first(desk: Desk, qtbot: QtBot) -> None:
    _, room, _ = desk
    room.search.setFocus()
    QTest.keyClicks(room.search, "lund")
    QTest.keyClick(room.search, Qt.Key.Key_Escape)
    assert room.search.text() == ""
    assert room.window().focusWidget() is room.search
    QTest.keyClick(room.search, Qt.Key.Key_Escape)
    assert room.window().focusWidget() is room.table


def test_control_and_a_number_sorts(desk: Desk, qtbot: QtBot) -> None:
    _, room, _ = desk
    QTest.keyClick(room.table, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert room.table.model().index(0, 0).data().startswith("Girl of 8")
    QTest.keyClick(room.table, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert room.table.model().index(0, 0).data().startswith("Okafor")


def test_enter_accepts_an_offered_case_and_no_identity_was_shown(desk: Desk, qtbot: QtBot) -> None:
    _, room, shelf = desk
    room.table.choose("c5")
    row = room.row("c5")
    assert row is not None
    assert (row.person, row.identity) == ("Girl of 8", "offered, name on acceptance")
    QTest.keyClick(room.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: shelf.done == [("c5", "accept", "")])


def test_not_me_asks_for_a_reason_and_sends_it(desk: Desk, qtbot: QtBot) -> None:
    window, room, shelf = desk
    room.do("c5", "decline")
    sheet = window.findChild(ReasonSheet)
    assert sheet is not None
    send = sheet.findChild(type(sheet._send), "reason-send")
    assert send is not None
    assert not send.isEnabled()
    sheet._group.button(1).click()
    sheet._words.setPlainText("paediatric eye")
    assert send.isEnabled()
    send.click()
    qtbot.waitUntil(lambda: shelf.done == [("c5", "decline", "Outside my field: paediatric eye")])


def test_another_reason_needs_words(desk: Desk) -> None:
    window, room, _ = desk
    room.do("c5", "decline")
    sheet = window.findChild(ReasonSheet)
    assert sheet is not None
    sheet._group.button(3).click()
    assert not sheet._send.isEnabled()
    sheet._words.setPlainText("away")
    assert sheet._send.isEnabled()


def test_enter_does_nothing_to_a_case_that_cannot_be_read_yet(desk: Desk, qtbot: QtBot) -> None:
    _, room, shelf = desk
    room.table.choose("c4")
    QTest.keyClick(room.table, Qt.Key.Key_Return)
    assert shelf.done == []
    assert room.window().findChild(ReasonSheet) is None


def test_the_choice_stays_when_the_rows_come_anew(desk: Desk, qtbot: QtBot) -> None:
    _, room, shelf = desk
    room.table.choose("c3")
    shelf.cases = list(reversed(shelf.cases))
    with qtbot.waitSignal(room.filled):
        room.refresh()
    assert _chosen(room) == "c3"


def test_an_empty_list_says_what_will_come(desk: Desk, qtbot: QtBot) -> None:
    _, room, shelf = desk
    shelf.cases = []
    with qtbot.waitSignal(room.filled):
        room.refresh()
    assert room._empty.isVisible()
    assert not room.preview.isVisible()


def test_a_consult_that_is_near_stands_in_the_row_of_its_case_and_is_never_cut(desk: Desk) -> None:
    window, room, _ = desk
    window.resize(1280, 800)
    near: dict[str, Talk] = {}
    room._talks = lambda _now: near  # what the desk around it answers
    near["c2"] = Talk("consult in 10 min", "warn", NOW)
    room.follow_talks()
    row = room.row("c2")
    assert row is not None
    assert row.talk == near["c2"]
    cell = next(room.table.model().index(n, Column.DUE) for n in range(6) if room.table.model().index(n, 0).data(Role.ROW).case_id == "c2")
    assert str(cell.data()).endswith(", consult in 10 min")
    metrics = QFontMetrics(theme.font("size_second"))
    assert room.table.columnWidth(Column.DUE) >= metrics.horizontalAdvance("consult in 10 min") + 2 * PAD
    room.search.setText("consult")
    assert room.table.model().rowCount() == 1
    room.search.setText("")
    near.clear()
    room.follow_talks()
    assert all(row.talk is None for row in room._model.rows())
