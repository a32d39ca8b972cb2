"""A sentence of state in which a few words are strong."""

from __future__ import annotations

import html

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QLabel, QWidget

from app.look.theme import current

_STRONG = QFont.Weight.Medium.value


class Sentence(QLabel):
    """Shows "up to date at **14:32**": words between double stars are strong. Everything else is taken literally."""

    def __init__(self, text: str = "", *, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("role", "second")
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self._plain = ""
        self.tell(text)

    def tell(self, text: str) -> None:
        """The sentence."""
        parts = text.split("**")
        self._plain = "".join(parts)
        strong = f'<span style="color:{current().text}; font-weight:{_STRONG}">{{}}</span>'
        self.setText("".join(strong.format(html.escape(part)) if number % 2 else html.escape(part) for number, part in enumerate(parts)))
        self.setAccessibleName(self._plain)

    def told(self) -> str:
        """The sentence without its stars."""
        return self._plain
