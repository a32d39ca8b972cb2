"""Version, statement, and the licences of everything inside."""

from __future__ import annotations

from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from app.look.choice import Choice
from app.look.words import Words, heading
from app.settings.about import STATEMENT, licence_text, parts, version


class AboutPage(QWidget):
    """About this program."""

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 12, 0)
        column.setSpacing(8)
        column.addWidget(Words(f"Overread {version()}", "title"))
        column.addWidget(Words(STATEMENT, "quiet", wrap=True))
        column.addWidget(Words("Licensed under the Apache License 2.0. It stands on the work of these people:", "quiet", wrap=True))
        column.addSpacing(8)
        column.addWidget(heading("Licences"))
        self._parts = parts()
        self._choice = Choice("about-part", "Program")
        for part in self._parts:
            self._choice.addItem(f"{part.name} {part.versions}, {part.licence}")
        self._text = QPlainTextEdit()
        self._text.setObjectName("about-licence")
        self._text.setAccessibleName("Text of the licence")
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        column.addWidget(self._choice)
        column.addWidget(self._text, 1)
        self._choice.currentIndexChanged.connect(self._show)
        if self._parts:
            self._show(0)

    def _show(self, at: int) -> None:
        self._text.setPlainText(licence_text(self._parts[at]))
