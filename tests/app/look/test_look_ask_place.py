"""The one dialog of the system: where a file shall go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from app.look.ask_place import ask_file, ask_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot


def _then(act: Callable[[QFileDialog], None]) -> None:
    """Does something with the dialog as soon as it stands."""

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QFileDialog):
            act(dialog)
        else:
            QTimer.singleShot(20, look)

    QTimer.singleShot(0, look)


@pytest.fixture
def room(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


def test_a_file_is_named_where_the_person_says(room: QWidget, tmp_path: Path) -> None:
    def choose(dialog: QFileDialog) -> None:
        assert dialog.selectedFiles()[0].endswith("original.dcm")
        dialog.setDirectory(str(tmp_path))
        dialog.selectFile("mine.dcm")
        dialog.accept()

    _then(choose)
    assert ask_file(room, "Save", "original.dcm", "DICOM (*.dcm)") == tmp_path / "mine.dcm"


def test_a_folder_is_named(room: QWidget, tmp_path: Path) -> None:
    def choose(dialog: QFileDialog) -> None:
        dialog.setDirectory(str(tmp_path))
        dialog.accept()

    _then(choose)
    assert ask_folder(room, "A folder") == tmp_path


def test_who_thinks_better_of_it_names_nothing(room: QWidget) -> None:
    _then(QFileDialog.reject)
    assert ask_file(room, "Save", "original.dcm", "DICOM (*.dcm)") is None
