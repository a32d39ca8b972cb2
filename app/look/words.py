"""Labels by what they say: titles, headings, second words, sentences of state."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

Role = Literal["title", "head", "heading", "text", "strong", "quiet", "second", "faint", "tiny", "good", "warn", "bad", "link"]

_PARAGRAPH = '<p style="margin:0; line-height:125%">{}</p>'

_FEW = 8  # letters: fewer tell nothing


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


class CutWords(Words):
    """One line of words that gives way: what does not fit ends in an ellipsis, and the tip has the whole."""

    _plain, _least = "", 0  # the style asks for sizes before there are words

    def __init__(self, text: str = "", role: Role = "text", *, least: int = 0, parent: QWidget | None = None) -> None:
        self._least = least  # letters that are always there
        super().__init__(text, role, parent=parent)

    def setText(self, text: str) -> None:  # noqa: N802  Qt's name
        """The words, in full."""
        super().setText(text)
        self.setAccessibleName(text)
        self._cut()
        self.updateGeometry()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """As wide as all of it."""
        return QSize(self.fontMetrics().horizontalAdvance(self._plain) + 2, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """The letters that are always there."""
        least = self.fontMetrics().averageCharWidth() * self._least
        return QSize(min(self.sizeHint().width(), least), super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """As much of it as fits."""
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        whole = self.width() >= self.sizeHint().width()
        few = self.width() < self.fontMetrics().averageCharWidth() * _FEW
        shown = "" if few else self.fontMetrics().elidedText(self._plain, Qt.TextElideMode.ElideRight, self.width())
        QLabel.setText(self, self._plain if whole else shown)
        self.setToolTip("" if whole else self._plain)


def heading(text: str) -> Words:
    """The small word over a part of a panel."""
    made = Words(text, "heading")
    made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    return made
