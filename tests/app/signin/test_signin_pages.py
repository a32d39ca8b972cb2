"""Enrolment and unlock, by keys; the words about passphrases."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.look import theme
from app.look.sheet import TroublePanel
from app.signin.enrol import EnrolPage
from app.signin.enrol_form import EnrolForm
from app.signin.strength import strength
from app.signin.unlock import UnlockPage, Why
from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

GOOD = "harbor violet canoe eleven"


@pytest.fixture(autouse=True)
def _look(qapp: QApplication) -> None:
    theme.apply(qapp)


@pytest.mark.parametrize(
    ("passphrase", "enough"),
    [
        ("", False),
        ("short", False),
        ("password1234", False),
        ("aaaaaaaaaaaaaaaaaaaa", False),
        ("abcdefghijklmnop", False),
        ("adeyemiadeyemi", False),
        (GOOD, True),
        ("Vq7!rT2#mZ9x", True),
    ],
)
def test_only_what_cannot_be_guessed_soon_is_enough(passphrase: str, enough: bool) -> None:
    assert strength(passphrase, login="adeyemi").enough is enough


def test_a_longer_phrase_is_never_called_weaker() -> None:
    seen = [strength(GOOD[:length]).fraction for length in range(10, len(GOOD) + 1)]
    assert all(later >= earlier - 0.05 for earlier, later in pairwise(seen))


@pytest.fixture
def page(qtbot: QtBot) -> EnrolPage:
    made = EnrolPage()
    qtbot.addWidget(made)
    made.show()
    for field, text in ((made.code, "host:1/ABCD"), (made.login, "adeyemi"), (made.password, "p"), (made.passphrase, GOOD)):
        QTest.keyClicks(field, text)
    return made


def test_enrolment_waits_until_both_passphrases_are_alike(page: EnrolPage, qtbot: QtBot) -> None:
    assert not page.go.isEnabled()
    QTest.keyClicks(page.again, GOOD[:-1])
    assert not page.go.isEnabled()
    assert page._words.text() == "The two passphrases differ."
    QTest.keyClicks(page.again, GOOD[-1])
    assert page.go.isEnabled()


def test_enter_sends_the_form_and_nothing_of_it_is_printed(page: EnrolPage, qtbot: QtBot) -> None:
    QTest.keyClicks(page.again, GOOD)
    with qtbot.waitSignal(page.enrol_wanted) as asked:
        QTest.keyClick(page.again, Qt.Key.Key_Return)
    form = asked.args[0]
    assert form == EnrolForm("host:1/ABCD", "adeyemi", "p", GOOD)
    assert GOOD not in repr(form)


def test_while_the_hospital_is_asked_nothing_can_be_changed(page: EnrolPage, qtbot: QtBot) -> None:
    QTest.keyClicks(page.again, GOOD)
    page.busy(True)
    assert not page.code.isEnabled()
    assert not page.go.isEnabled()
    page.busy(False)
    assert page.go.isEnabled()


def test_a_trouble_stands_below_the_fields_and_what_was_typed_stays(page: EnrolPage) -> None:
    page.show_trouble(Trouble("The code has been used.", "Ask the hospital for a new one.", "409", Kind.REFUSED))
    panel = page.findChild(TroublePanel)
    assert panel is not None
    assert panel.accessibleName() == "The code has been used. Ask the hospital for a new one."
    assert page.code.text() == "host:1/ABCD"
    page.busy(True)
    assert page._trouble is None


def test_unlock_asks_once_and_forgets(qtbot: QtBot) -> None:
    page = UnlockPage(Why.IDLE)
    qtbot.addWidget(page)
    page.show()
    asked: list[str] = []
    page.unlock_wanted.connect(asked.append)
    QTest.keyClick(page.passphrase, Qt.Key.Key_Return)
    assert asked == []
    QTest.keyClicks(page.passphrase, GOOD)
    QTest.keyClick(page.passphrase, Qt.Key.Key_Return)
    page.busy(True)
    QTest.keyClick(page.passphrase, Qt.Key.Key_Return)
    assert asked == [GOOD]
    page.forget()
    assert page.passphrase.text() == ""
