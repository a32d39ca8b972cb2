"""A person's own keys: given, refused where another act has them, kept, taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.look import theme
from app.look.buttons import Button
from app.look.words import Words
from app.settings.key_field import KeyField
from app.settings.keys_page import KeysPage
from app.settings.model import Settings
from app.settings.own_keys import own_keys, taken_by, with_key, without
from viewer.screen.keys import Act

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


def _field(page: KeysPage, act: Act) -> KeyField:
    return page.findChildren(KeyField, f"key-{act.value}")[-1]


def _said(page: KeysPage) -> str:
    words = page.findChild(Words, "keys-said")
    assert words is not None
    return words.text() if words.isVisible() else ""


def _press(page: KeysPage, act: Act, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    field = _field(page, act)
    QTest.mouseClick(field, Qt.MouseButton.LeftButton)
    assert field.isChecked()
    QTest.keyClick(field, key, modifiers)


def test_a_key_is_given_and_kept(page: KeysPage, settings: Settings, tmp_path: Path) -> None:
    _press(page, Act.LENGTH, Qt.Key.Key_J)
    assert settings.values.keys == {"length": ("J",)}
    assert own_keys(Settings(tmp_path).values.keys) == {Act.LENGTH: ("J",)}
    assert "J" in _field(page, Act.LENGTH).accessibleName()


def test_tab_and_modifiers_are_keys_too(page: KeysPage, settings: Settings) -> None:
    _press(page, Act.LENGTH, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    assert settings.values.keys == {"length": ("Ctrl+J",)}
    _press(page, Act.VIEWPORT_NEXT, Qt.Key.Key_N)
    _press(page, Act.LENGTH, Qt.Key.Key_Tab)
    assert settings.values.keys == {"viewport_next": ("N",), "length": ("Tab",)}


def test_a_key_of_another_act_is_refused_with_its_name(page: KeysPage, settings: Settings) -> None:
    _press(page, Act.LENGTH, Qt.Key.Key_K)
    assert settings.values.keys == {}
    assert "“Key image”" in _said(page)
    _press(page, Act.LENGTH, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert "“Lock the desk”" in _said(page)


def test_backspace_gives_the_usual_key_back_unless_another_act_has_it_now(page: KeysPage, settings: Settings) -> None:
    _press(page, Act.LENGTH, Qt.Key.Key_J)
    _press(page, Act.ANGLE, Qt.Key.Key_D)
    _press(page, Act.LENGTH, Qt.Key.Key_Backspace)
    assert "“Angle”" in _said(page)
    assert settings.values.keys == {"length": ("J",), "angle": ("D",)}
    _press(page, Act.ANGLE, Qt.Key.Key_Backspace)
    _press(page, Act.LENGTH, Qt.Key.Key_Backspace)
    assert settings.values.keys == {}


def test_escape_changes_nothing(page: KeysPage, settings: Settings) -> None:
    _press(page, Act.LENGTH, Qt.Key.Key_Escape)
    assert settings.values.keys == {}
    assert not _field(page, Act.LENGTH).isChecked()


def test_all_keys_can_be_had_back(page: KeysPage, settings: Settings) -> None:
    _press(page, Act.LENGTH, Qt.Key.Key_J)
    button = page.findChild(Button, "keys-usual")
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert settings.values.keys == {}
    assert not button.isVisible()


def test_what_is_kept_names_acts_and_leaves_out_the_usual() -> None:
    kept = with_key({}, Act.INVERT, "J")
    assert taken_by(kept, Act.LENGTH, "J") == "Invert"
    assert taken_by(kept, Act.INVERT, "J") == ""
    assert taken_by(kept, Act.LENGTH, "I") == ""
    assert with_key(kept, Act.INVERT, "I") == {}
    assert without(kept, Act.INVERT) == {}
    assert own_keys({"an act of another version": ("J",), **kept}) == {Act.INVERT: ("J",)}
