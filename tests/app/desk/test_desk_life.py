"""The desk from start to lock and back, on a real vault, with no hospital to be reached."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Protocol

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.desk import Desk, Options
from app.look import theme
from app.settings.model import Settings
from app.settings.sheet import SettingsSheet
from app.signin.enrol import EnrolPage
from app.signin.enrol_form import EnrolForm
from app.signin.unlock import LeaseOverPage, NoticePage, UnlockPage, Why
from record.trouble import Trouble
from sync.vault.values import Awaited
from sync.vault.vault import Vault
from tests.doubles.demo_case import DemoCase
from tests.doubles.demo_vault import PASSPHRASE, make_vault
from tests.doubles.named_widgets import faults

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from app.signed_in import SignedIn
    from app.worklist.row import Row


class Make(Protocol):
    """Makes a desk that is closed at the end of the test."""

    def __call__(self, data: Path, passphrase: str | None = None) -> Desk: ...


def _work(desk: Desk) -> SignedIn:
    assert desk._work is not None
    return desk._work


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("stored")
    make_vault(data / "vault", [DemoCase("chest-radiographs"), DemoCase("ct-chest", most=4)]).close()
    return data


@pytest.fixture
def data(stored: Path, tmp_path: Path) -> Path:
    shutil.copytree(stored, tmp_path / "desk")
    return tmp_path / "desk"


@pytest.fixture
def make(qtbot: QtBot, qapp: QApplication) -> Iterator[Make]:
    theme.apply(qapp)
    made: list[Desk] = []

    def desk(data: Path, passphrase: str | None = None) -> Desk:
        one = Desk(Options(data, "passphrase", passphrase), Settings(data))
        made.append(one)
        qtbot.addWidget(one.window)
        return one

    yield desk
    for one in made:
        one.window.close()
        one.end()


def _open(desk: Desk, qtbot: QtBot) -> None:
    with qtbot.waitSignal(desk.signed_in, timeout=20_000) as opened:
        desk.begin()
    with qtbot.waitSignal(opened.args[0].first_rows, timeout=20_000):
        pass


def _words(window: QWidget) -> str:
    texts = (getattr(widget, "text", None) for widget in window.findChildren(QWidget))
    return " ".join(str(text()) for text in texts if callable(text))


def test_without_a_vault_the_desk_asks_to_be_joined(make: Make, tmp_path: Path) -> None:
    desk = make(tmp_path / "none")
    desk.begin()
    assert isinstance(desk._page, EnrolPage)
    assert faults(desk.window) == []


def test_a_hospital_that_does_not_answer_is_told_on_the_page_and_nothing_is_left(make: Make, tmp_path: Path, qtbot: QtBot) -> None:
    desk = make(tmp_path / "none")
    desk.begin()
    page = desk._page
    assert isinstance(page, EnrolPage)
    desk._enrol(page, EnrolForm("127.0.0.1:9/AAAA", "a", "b", PASSPHRASE))
    qtbot.waitUntil(lambda: page._trouble is not None, timeout=20_000)
    assert page.code.isEnabled()
    assert not (tmp_path / "none" / "vault").exists()


def test_the_worklist_stands_and_the_foot_says_that_there_is_no_network(make: Make, data: Path, qtbot: QtBot) -> None:
    desk = make(data, PASSPHRASE)
    _open(desk, qtbot)
    names = [row.person for row in _work(desk).worklist._model.rows()]
    assert names == ["Haddad, Samira", "Okafor, Ngozi", "Girl of 8"]
    assert desk.window.windowTitle() == "Overread"
    qtbot.waitUntil(lambda: "No network" in desk.window.foot.hospital.told(), timeout=20_000)
    assert "may work offline until" in desk.window.foot.right.told()


def test_a_wrong_passphrase_is_told_and_can_be_typed_again(make: Make, data: Path, qtbot: QtBot) -> None:
    desk = make(data)
    desk.begin()
    page = desk._page
    assert isinstance(page, UnlockPage)
    QTest.keyClicks(page.passphrase, "wrong words here")
    QTest.keyClick(page.passphrase, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page._trouble is not None, timeout=20_000)
    assert page.passphrase.isEnabled()
    with qtbot.waitSignal(desk.signed_in, timeout=20_000):
        page.passphrase.setText(PASSPHRASE)
        QTest.keyClick(page.passphrase, Qt.Key.Key_Return)


def test_locking_closes_the_vault_and_no_name_stays_on_the_screen(make: Make, data: Path, qtbot: QtBot) -> None:
    desk = make(data, PASSPHRASE)
    _open(desk, qtbot)
    desk.lock(Why.ASKED)
    page = desk._page
    assert isinstance(page, UnlockPage)
    words = _words(desk.window)
    assert "Okafor" not in words
    assert "Adeyemi" not in words
    vault = desk._vault
    assert vault is not None
    qtbot.waitUntil(lambda: vault.locked, timeout=20_000)
    with qtbot.waitSignal(desk.signed_in, timeout=20_000):
        page.passphrase.setText(PASSPHRASE)
        QTest.keyClick(page.passphrase, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(_work(desk).worklist._model.rows()), timeout=20_000)


def test_an_original_that_was_to_be_saved_is_taken_up_after_the_lock(
    make: Make, data: Path, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = make(data, PASSPHRASE)
    _open(desk, qtbot)
    vault = desk._vault
    assert vault is not None
    case = next(row.case.id for row in vault.cases() if row.case is not None)
    vault.parts.places.put(Awaited(case, "2.25.5", str(tmp_path / "original.dcm")))
    desk.lock(Why.ASKED)
    page = desk._page
    assert isinstance(page, UnlockPage)
    qtbot.waitUntil(lambda: vault.locked, timeout=20_000)
    monkeypatch.setattr(Vault, "want_original", lambda *_: True)  # it came before the lock
    monkeypatch.setattr(Vault, "take_out_original", lambda *_: b"the file")
    with qtbot.waitSignal(desk.signed_in, timeout=20_000):
        page.passphrase.setText(PASSPHRASE)
        QTest.keyClick(page.passphrase, Qt.Key.Key_Return)
    qtbot.waitUntil((tmp_path / "original.dcm").exists, timeout=20_000)
    qtbot.waitUntil(lambda: vault.originals_awaited() == (), timeout=20_000)
    assert (tmp_path / "original.dcm").read_bytes() == b"the file"


def test_the_keys_of_the_desk_lock_and_help(make: Make, data: Path, qtbot: QtBot) -> None:
    desk = make(data, PASSPHRASE)
    _open(desk, qtbot)
    QTest.keyClicks(_work(desk).worklist.table, "?")
    sheet = desk.window.findChild(SettingsSheet)
    assert sheet is not None
    assert faults(sheet) == []
    QTest.keyClick(desk.window.focusWidget() or sheet, Qt.Key.Key_Escape)
    QTest.keyClick(_work(desk).worklist.table, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert isinstance(desk._page, UnlockPage)


def test_accepting_waits_in_the_outbox_without_a_network(make: Make, data: Path, qtbot: QtBot) -> None:
    desk = make(data, PASSPHRASE)
    _open(desk, qtbot)
    worklist = _work(desk).worklist
    worklist.do("offered", "accept")

    def row() -> Row:
        found = worklist.row("offered")
        assert found is not None
        return found

    qtbot.waitUntil(lambda: row().on_desk.words == "Accepted", timeout=20_000)
    assert row().acts == ()
    assert desk._vault is not None
    assert [item.case for item in desk._vault.parts.outbox.pending()] == ["offered"]


def test_a_second_desk_on_the_same_vault_is_refused_in_two_sentences(make: Make, data: Path, qtbot: QtBot) -> None:
    first, second = make(data, PASSPHRASE), make(data, PASSPHRASE)
    _open(first, qtbot)
    second.begin()
    assert isinstance(second._page, NoticePage)  # before anybody is asked for a passphrase
    assert "Another Overread is open on this vault." in _words(second.window)


def test_a_lease_that_is_over_locks_and_wipes_nothing(make: Make, data: Path, qtbot: QtBot) -> None:
    desk = make(data, PASSPHRASE)
    _open(desk, qtbot)
    desk._lease_over(Trouble("This desk has not heard from the hospital for too long.", "Connect to the network."))
    assert isinstance(desk._page, LeaseOverPage)
    assert "Okafor" not in _words(desk.window)
    assert (data / "vault" / "work.db").exists()
