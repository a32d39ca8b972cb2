"""Ready sets for other viewers' habits: whole, without two acts on one key, chosen on the page of keys, kept, left again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.look import theme
from app.look.choice import Choice
from app.settings.key_field import KeyField
from app.settings.key_sets import OWN, SETS, KeySet, set_of
from app.settings.keys_page import KeysPage
from app.settings.model import Settings
from app.settings.own_keys import own_keys
from app.shell.keys import DESK_KEYS
from viewer.screen.keys import TABLE, Act, bindings, clashes

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path)


@pytest.fixture
def page(qtbot: QtBot, qapp: QApplication, settings: Settings) -> KeysPage:
    theme.apply(qapp)
    page = KeysPage(settings)
    qtbot.addWidget(page)
    page.resize(720, 500)
    page.show()
    return page


def _choice(page: KeysPage) -> Choice:
    found = page.findChild(Choice, "keys-set")
    assert found is not None
    return found


def _choose(page: KeysPage, words: str) -> None:
    choice = _choice(page)
    choice.setCurrentText(words)
    choice.activated.emit(choice.currentIndex())


@pytest.mark.parametrize("one", SETS, ids=[one.words for one in SETS])
def test_no_key_starts_two_acts_and_none_is_lost(one: KeySet) -> None:
    rows = bindings(own_keys(one.kept))
    assert clashes(rows) == []
    assert [row.act for row in rows if not row.keys] == [row.act for row in TABLE if not row.keys]
    desk = {key for row in DESK_KEYS if row.scope == "desk" for key in row.keys} - {"?"}  # of which the table has its own row
    assert desk.isdisjoint(key for row in rows for key in row.keys)


@pytest.mark.parametrize("one", SETS, ids=[one.words for one in SETS])
def test_a_set_names_only_what_it_changes(one: KeySet) -> None:
    usual = {row.act: row.keys for row in TABLE}
    assert [act for act, keys in one.keys.items() if usual[act] == keys] == []
    assert set_of(one.kept) is one


def test_a_set_is_chosen_kept_and_left_again(page: KeysPage, settings: Settings, tmp_path: Path) -> None:
    assert _choice(page).currentText() == "Overread"
    _choose(page, "Horos, OsiriX")
    assert own_keys(Settings(tmp_path).values.keys)[Act.LENGTH] == ("L",)
    assert "L" in page.findChildren(KeyField, "key-length")[-1].accessibleName()
    assert _choice(page).currentText() == "Horos, OsiriX"
    _choose(page, "Overread")
    assert settings.values.keys == {}


def test_a_key_of_ones_own_on_a_set_is_told_as_such(page: KeysPage, settings: Settings) -> None:
    _choose(page, "OHIF")
    field = page.findChildren(KeyField, "key-length")[-1]
    QTest.mouseClick(field, Qt.MouseButton.LeftButton)
    QTest.keyClick(field, Qt.Key.Key_J)
    assert _choice(page).currentText() == OWN
    assert settings.values.keys["length"] == ("J",)
    assert settings.values.keys["reset"] == ("=", "Ctrl+R")
    _choose(page, OWN)
    assert settings.values.keys["length"] == ("J",)
