"""What stands before the desk in bad days: a forgotten passphrase, and a hospital that shut the desk out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from app.desk import Desk, Options
from app.look import theme
from app.look.words import Words
from app.settings.model import Settings
from app.signin.forgot import AnswerPage, ForgotPage
from app.signin.shut_out import ShutOutPage
from app.signin.unlock import UnlockPage
from sync.protocol.recovery import RecoveryAnswer, RecoveryRequest, answer_purpose, check_code, from_text, to_text, wrap_purpose
from sync.seal import hpke
from sync.vault.vault import Vault
from tests.doubles.demo_case import DemoCase
from tests.doubles.demo_vault import PASSPHRASE, make_vault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

NEW = "lantern copper meadow nine"
SIGNED = b"%PDF-1.7 composed and signed"


@pytest.fixture(scope="module")
def safe() -> tuple[bytes, bytes]:
    """Private and public half of the hospital's recovery key."""
    return hpke.new_pair()


@pytest.fixture
def data(tmp_path: Path, safe: tuple[bytes, bytes]) -> Path:
    case = DemoCase("chest-radiographs")
    with make_vault(tmp_path / "desk" / "vault", [case], recovery=safe[1]) as vault:
        assignment = f"a{case.id[:8]}"
        vault.save_draft(case.id, assignment, {"text": "words"})
        digest = vault.case(case.id).manifest_digest or ""
        vault.store_composed(case.id, assignment, 1, SIGNED[:17], manifest_version=1, manifest_digest=digest)
        vault.store_signed(assignment, 1, SIGNED, vault.certificate() or "")
    return tmp_path / "desk"


@pytest.fixture
def desk(data: Path, qtbot: QtBot, qapp: QApplication) -> Iterator[Desk]:
    theme.apply(qapp)
    made = Desk(Options(data, "passphrase"), Settings(data))
    qtbot.addWidget(made.window)
    made.begin()
    yield made
    made.window.close()
    made.end()


def _answer(private: bytes, text: str) -> str:
    asked = from_text(RecoveryRequest, text)
    vault_key = hpke.opened_with(private, bytes.fromhex(asked.wrap), wrap_purpose(asked.vault))
    sealed = hpke.sealed_to(bytes.fromhex(asked.answer_key), vault_key, answer_purpose(asked.vault))
    return to_text(RecoveryAnswer(vault=asked.vault, sealed=sealed.hex()))


def _asked(desk: Desk, qtbot: QtBot) -> AnswerPage:
    assert isinstance(desk._page, UnlockPage)
    desk._page.forgot.click()
    page = desk._page
    assert isinstance(page, ForgotPage)
    assert not page.go.isEnabled()
    QTest.keyClicks(page.passphrase, NEW)
    QTest.keyClicks(page.again, NEW)
    QTest.keyClick(page.again, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: isinstance(desk._page, AnswerPage), timeout=20_000)
    shown = desk._page
    assert isinstance(shown, AnswerPage)
    return shown


def test_a_forgotten_passphrase_leads_through_the_hospital_back_to_the_worklist(
    desk: Desk, qtbot: QtBot, safe: tuple[bytes, bytes], data: Path
) -> None:
    page = _asked(desk, qtbot)
    page.copy.click()
    request = QGuiApplication.clipboard().text()
    told = [words.text() for words in page.findChildren(Words)]
    assert any(check_code(from_text(RecoveryRequest, request)) in text for text in told)
    page.back.click()
    unlock = desk._page
    assert isinstance(unlock, UnlockPage)
    unlock.forgot.click()
    assert desk._page is not unlock
    assert isinstance(desk._page, AnswerPage), "the request is still awaited"
    page = desk._page
    QTest.keyClicks(page.passphrase, NEW)
    page.answer.setText("AAAA")
    page.go.click()
    qtbot.waitUntil(lambda: page._trouble is not None, timeout=20_000)
    page.answer.setText(_answer(safe[0], request))
    with qtbot.waitSignal(desk.signed_in, timeout=20_000) as opened:
        QTest.keyClick(page.answer, Qt.Key.Key_Return)
    with qtbot.waitSignal(opened.args[0].first_rows, timeout=20_000):
        pass
    desk.window.close()
    desk.end()
    with Vault.open(data / "vault", NEW) as vault:
        case = vault.cases()[0]
        assert vault.draft(case.assignment.case, case.assignment.id) == {"text": "words"}


def test_a_desk_that_was_shut_out_saves_what_was_signed(desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    unlock = desk._page
    assert isinstance(unlock, UnlockPage)
    QTest.keyClicks(unlock.passphrase, PASSPHRASE)
    with qtbot.waitSignal(desk.signed_in, timeout=20_000):
        QTest.keyClick(unlock.passphrase, Qt.Key.Key_Return)
    assert desk._work is not None
    desk._work.vault.shut_out("lost")
    desk._work._tell_foot()
    page = desk._page
    assert isinstance(page, ShutOutPage)
    assert page.save.isVisible()
    assert "One signed opinion was not sent" in page.progress_words.text()
    monkeypatch.setattr("app.shut_out.ask_folder", lambda *_: tmp_path)
    page.save.click()
    qtbot.waitUntil(lambda: page.progress_words.text() == "1 saved.", timeout=20_000)
    assert (tmp_path / "opinion-1.pdf").read_bytes() == SIGNED
