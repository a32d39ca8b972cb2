"""The window stands where it stood."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from app.shell import place

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot


def _window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(500, 400)
    return window


def test_a_window_comes_back_in_its_size(qtbot: QtBot, tmp_path: Path) -> None:
    first = _window(qtbot)
    first.resize(613, 411)
    place.keep(first, tmp_path)
    second = _window(qtbot)
    place.take_up(second, tmp_path)
    assert (second.width(), second.height()) == (613, 411)


def test_a_spoilt_or_missing_file_changes_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    window = _window(qtbot)
    place.take_up(window, tmp_path)
    (tmp_path / place.FILE).write_bytes(b"no geometry")
    place.take_up(window, tmp_path)
    assert (window.width(), window.height()) == (500, 400)


def test_a_folder_that_is_gone_keeps_nobody_from_closing(qtbot: QtBot, tmp_path: Path) -> None:
    place.keep(_window(qtbot), tmp_path / "gone")
    assert not (tmp_path / "gone").exists()
