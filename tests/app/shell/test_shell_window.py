"""The one window: rooms, keys, troubles, and that everything in it can be named and reached."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget

from app.look import theme
from app.look.sheet import TroublePanel
from app.settings.model import Settings
from app.settings.sheet import SettingsSheet
from app.settings.status import StatusRow
from app.shell.foot import FootState
from app.shell.room import Room
from app.shell.top import PatientLine
from app.shell.window import TITLE, DeskWindow
from app.signin.enrol import EnrolPage
from app.signin.unlock import LeaseOverPage, NoticePage, UnlockPage, Why
from app.worklist.reason import ReasonSheet
from app.worklist.window import WorklistRoom
from record.trouble import Kind, Trouble
from tests.doubles.named_widgets import faults
from tests.doubles.shelf import ShelfInMemory

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

NOW = datetime(2026, 11, 24, 14, 32, tzinfo=UTC)
OKAFOR = PatientLine("Okafor, Ngozi", "F · 14 May 1965 · 4471-0093")


class _Reading(Room):
    name: ClassVar[str] = "reading"
    room_title: ClassVar[str] = "Reading"
    icon: ClassVar[str] = "read"

    def __init__(self) -> None:
        super().__init__()
        self.entered: list[str] = []
        self.stays = False
        self.field = QLineEdit(self)
        self.field.setObjectName("answer")
        self.field.setAccessibleName("Answer")

    def enter(self, case_id: str) -> None:
        self.entered.append(case_id)
        self.setFocus()

    def leave(self) -> bool:
        return not self.stays


class _Status:
    def status(self) -> tuple[StatusRow, ...]:
        return (StatusRow("Hospital", "good", "Reached."),)


Desk = tuple[DeskWindow, WorklistRoom, _Reading]


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication) -> Iterator[Desk]:
    theme.apply(qapp)
    window, worklist, reading = DeskWindow(), WorklistRoom(ShelfInMemory(NOW)), _Reading()
    qtbot.addWidget(window)
    with qtbot.waitSignal(worklist.filled):
        window.show_rooms([worklist, reading], lambda case: OKAFOR if case == "c1" else PatientLine("", ""))
    window.show()
    yield window, worklist, reading
    window.drop_rooms()


def test_the_patient_stands_in_the_top_bar_of_every_room_but_the_worklist(desk: Desk) -> None:
    window, worklist, reading = desk
    assert window.top.title.text() == "Worklist"
    worklist.go.emit("reading", "c1")
    assert (window.top.title.text(), window.top.second.text()) == (OKAFOR.name, OKAFOR.identity)
    assert reading.entered == ["c1"]
    window.go("worklist", "")
    assert OKAFOR.name not in window.top.title.text()


def test_the_title_of_the_window_never_holds_a_name(desk: Desk) -> None:
    window, worklist, _ = desk
    worklist.go.emit("reading", "c1")
    assert window.windowTitle() == TITLE == "Overread"


def test_without_a_case_only_the_worklist_can_be_entered(desk: Desk) -> None:
    window, _, reading = desk
    window.go("reading", "")
    assert window.present() == ("worklist", "")
    assert reading.entered == []
    assert not window.rail._buttons["reading"].isEnabled()


def test_alt_and_a_number_switch_rooms(desk: Desk, qtbot: QtBot) -> None:
    window, worklist, reading = desk
    worklist.go.emit("reading", "c1")
    QTest.keyClick(reading, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    assert window.present() == ("worklist", "c1")
    QTest.keyClick(worklist.table, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert window.present() == ("reading", "c1")


def test_a_question_mark_opens_the_keys_but_not_while_typing(desk: Desk, qtbot: QtBot) -> None:
    window, worklist, reading = desk
    pages: list[str] = []
    window.settings_wanted.connect(pages.append)
    QTest.keyClicks(worklist.table, "?")
    assert pages == ["keys"]
    worklist.go.emit("reading", "c1")
    reading.field.setFocus()
    QTest.keyClicks(reading.field, "?")
    assert (pages, reading.field.text()) == (["keys"], "?")


def test_a_room_that_wants_to_stay_stays(desk: Desk) -> None:
    window, worklist, reading = desk
    worklist.go.emit("reading", "c1")
    reading.stays = True
    window.go("worklist", "")
    assert window.present() == ("reading", "c1")
    reading.stays = False


def test_a_trouble_is_told_in_two_sentences_and_escape_takes_it_away(desk: Desk, qtbot: QtBot) -> None:
    window, worklist, _ = desk
    worklist.trouble.emit(Trouble("The disk is full.", "Make room.", "ENOSPC", Kind.STORAGE))
    panel = window.findChild(TroublePanel)
    assert panel is not None
    assert panel.isVisible()
    assert panel.accessibleName() == "The disk is full. Make room."
    QTest.keyClick(worklist.table, Qt.Key.Key_Escape)
    assert not panel.isVisible()


def test_the_foot_gives_way_to_the_rooms_own_sentences(desk: Desk) -> None:
    window, worklist, reading = desk
    window.foot.put(FootState("good", "Hospital reached", "", "Dr M. Adeyemi"))
    worklist.go.emit("reading", "c1")
    reading.foot_text.emit("step 1 of 3")
    reading.foot_state.emit("Signed")
    assert (window.foot.hospital.told(), window.foot.right.told()) == ("Signed", "step 1 of 3")
    window.go("worklist", "")
    assert (window.foot.hospital.told(), window.foot.right.told()) == ("Hospital reached", "Dr M. Adeyemi")


def test_what_comes_from_outside_is_never_interpreted(desk: Desk) -> None:
    window, _, _ = desk
    window.foot.put(FootState("good", "<b>x</b> & **y**", "", ""))
    assert window.foot.hospital.told() == "<b>x</b> & y"
    assert "&lt;b&gt;" in window.foot.hospital.text()


def test_locking_lets_every_room_and_name_go(desk: Desk) -> None:
    window, worklist, _ = desk
    worklist.go.emit("reading", "c1")
    window.drop_rooms()
    window.show_page(UnlockPage(Why.ASKED))
    words = " ".join(text for widget in window.findChildren(QWidget) if isinstance(text := getattr(widget, "text", lambda: "")(), str))
    assert "Okafor" not in words


@pytest.mark.parametrize("page", ["settings", "status", "keys", "about"])
def test_every_control_of_the_sheets_can_be_named_and_reached(desk: Desk, tmp_path: Path, page: str) -> None:
    window, _, _ = desk
    sheet = SettingsSheet(window, Settings(tmp_path), _Status(), page=page)
    sheet.open()
    assert faults(sheet) == []
    sheet.close_sheet()


def test_every_control_of_the_rooms_can_be_named_and_reached(desk: Desk) -> None:
    window, worklist, _ = desk
    for case in ("c1", "c3", "c5", "c6"):
        worklist.table.choose(case)
        assert faults(window) == []
    sheet = ReasonSheet(window, "Not me")
    sheet.open()
    assert faults(sheet) == []


@pytest.mark.parametrize(
    "make",
    [EnrolPage, lambda: UnlockPage(Why.START), lambda: LeaseOverPage("24 November 2026"), lambda: NoticePage("a", "b")],
    ids=["enrol", "unlock", "lease", "notice"],
)
def test_every_control_before_the_desk_can_be_named_and_reached(qtbot: QtBot, qapp: QApplication, make: type[QWidget]) -> None:
    theme.apply(qapp)
    page = make()
    qtbot.addWidget(page)
    page.show()
    assert faults(page) == []


def test_tab_goes_round_inside_a_sheet(desk: Desk, qtbot: QtBot) -> None:
    window, _, _ = desk
    sheet = ReasonSheet(window, "Not me")
    sheet.open()
    for _ in range(12):
        QTest.keyClick(window.focusWidget() or sheet, Qt.Key.Key_Tab)
        focus = window.focusWidget()
        assert focus is not None
        assert sheet.isAncestorOf(focus)


def test_escape_closes_a_sheet_and_the_keyboard_is_where_it_was(desk: Desk, qtbot: QtBot) -> None:
    window, worklist, _ = desk
    worklist.table.setFocus()
    sheet = ReasonSheet(window, "Not me")
    sheet.open()
    with qtbot.waitSignal(sheet.closed):
        QTest.keyClick(window.focusWidget() or sheet, Qt.Key.Key_Escape)
    assert window.focusWidget() is worklist.table


@pytest.mark.parametrize(("name", "percent"), [("light", 100), ("dark", 200), ("light", 150)])
def test_theme_and_size_of_text_change_at_once(desk: Desk, qapp: QApplication, name: str, percent: int) -> None:
    window, worklist, _ = desk
    theme.apply(qapp, name, percent)
    qapp.processEvents()
    assert window.rail.width() == theme.current().rail
    assert window.grab().toImage().pixelColor(window.width() // 2, 4).name().lower() == theme.current().ground.lower()
    assert worklist.table.verticalHeader().defaultSectionSize() == theme.current().row
