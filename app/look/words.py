"""Labels by what they say: titles, headings, second words, sentences of state."""

from __future__ import annotations

import html
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

Role = Literal["title", "head", "heading", "text", "strong", "quiet", "second", "faint", "tiny", "good", "warn", "bad", "link"]

_PARAGRAPH = '<p style="margin:0; line-height:125%">{}</p>'


class Words(QLabel):
    """Plain words in one of the roles of the style sheet. What comes from outside is never interpreted: it is shown letter by letter.

    With `wrap` it is a paragraph: lines break where they must and stand a little apart.
    """

    def __init__(self, text: str = "", role: Role = "text", *, wrap: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plain, self._paragraph = "", wrap
        self.setTextFormat(Qt.TextFormat.RichText if wrap else Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self.setProperty("role", role)
        self.ensurePolished()  # sizes asked before the first showing are those of the role
        self.setText(text)

    def setText(self, text: str) -> None:  # noqa: N802  Qt's name
        """The words."""
        self._plain = text
        super().setText(_PARAGRAPH.format(html.escape(text).replace("\n", "<br>")) if self._paragraph and text else text)

    def text(self) -> str:
        """The words, as they were given."""
        return self._plain

    def set_role(self, role: Role) -> None:
        """Changes how the words look."""
        if self.property("role") == role:
            return
        self.setProperty("role", role)
        self.style().unpolish(self)
        self.style().polish(self)


def heading(text: str) -> Words:
    """The small word over a part of a panel."""
    made = Words(text, "heading")
    made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    return made
