"""Where a file shall go or comes from: the one question that is a dialog of the system (Qt's own, where a desktop has none)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QHeaderView, QTreeView

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

_SIZE = (880, 560)  # Qt's own dialog shows whole dates at this size


def ask_file(parent: QWidget, title: str, name: str, kinds: str) -> Path | None:
    """A file to write, `name` proposed in the person's documents; None where they think better of it. Overwriting is asked about."""
    dialog = _dialog(parent, title)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilter(kinds)
    dialog.selectFile(name)
    return _answer(dialog)


def ask_for(parent: QWidget, title: str) -> Path | None:
    """A file that exists; None where they think better of it."""
    dialog = _dialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    return _answer(dialog)


def ask_folder(parent: QWidget, title: str) -> Path | None:
    """A folder that exists; None where they think better of it."""
    dialog = _dialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    return _answer(dialog)


def _dialog(parent: QWidget, title: str) -> QFileDialog:
    documents = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
    dialog = QFileDialog(parent, title, str(documents if documents.is_dir() else Path.home()))
    dialog.resize(*_SIZE)
    for tree in dialog.findChildren(QTreeView):
        tree.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    return dialog


def _answer(dialog: QFileDialog) -> Path | None:
    try:
        return Path(dialog.selectedFiles()[0]) if dialog.exec() else None
    finally:
        dialog.deleteLater()
