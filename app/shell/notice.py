"""A notice over the room: something waits for the person, with one act that leads there. It never takes the keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.look.buttons import Button
from app.look.theme import current
from app.look.words import Words

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent


class Notice(QFrame):
    """One sentence. Signals: `acted()`, `dismissed()`."""

    acted = Signal()
    dismissed = Signal()

    def __init__(self, sentence: str, act: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.sentence = sentence
        self.setObjectName("notice")
        self.setAccessibleName(sentence)
        self.setProperty("role", "sheet")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        column.addWidget(Words(sentence, "strong", wrap=True))
        row = QHBoxLayout()
        row.setSpacing(8)
        for text, kind, name, signal in ((act, "go", "notice-act", self.acted), ("Later", "plain", "notice-later", self.dismissed)):
            button = Button(text, kind, name=name)  # type: ignore[arg-type]  # two of the kinds
            button.clicked.connect(signal)
            row.addWidget(button)
        row.addStretch()
        column.addLayout(row)

    def place(self, right: int, top: int, most: int) -> None:
        """Its upper right corner, in its parent; no wider than `most`."""
        layout = self.layout()
        assert layout is not None
        wide = min(340 * current().size_text // 13, most)
        self.setFixedSize(wide, layout.totalHeightForWidth(wide))
        self.move(right - wide, top)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """A screen reader says it at once."""
        super().showEvent(event)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))
