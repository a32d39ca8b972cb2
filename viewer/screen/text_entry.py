"""A field over an image for the words of a text mark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from viewer.screen.colours import DEFAULT_COLOURS
from viewer.screen.window_entry import field_style

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QFocusEvent, QKeyEvent

    from viewer.screen.colours import ScreenColours
    from viewer.tools.marks import Mark


class TextEntry(QLineEdit):
    """Opens where the mark stands. Signal: `written(Mark, str)`; Esc, or no words, leaves without."""

    written = Signal(object, str)

    def __init__(self, parent: QWidget, colours: ScreenColours = DEFAULT_COLOURS) -> None:
        super().__init__(parent)
        self.setStyleSheet(field_style(colours))
        self._room = parent
        self.setObjectName("mark-text")
        self.setAccessibleName("Text of the mark")
        self.setPlaceholderText("Text")
        self.setFixedWidth(200)
        self.setMaxLength(120)
        self.returnPressed.connect(self._take)
        self._mark: Mark | None = None
        self._back: QWidget | None = None
        self.hide()

    def ask(self, viewport: QWidget, mark: Mark, at: QPoint) -> None:
        """Opens at a place of the grid, kept inside it."""
        self._mark, self._back = mark, viewport
        self.clear()
        self.adjustSize()
        room = self._room.rect()
        self.move(min(at.x(), room.right() - self.width()), min(at.y(), room.bottom() - self.height()))
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Esc leaves."""
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        """Leaving the field keeps what was written."""
        super().focusOutEvent(event)
        if self.isVisible():
            self._take()

    def _take(self) -> None:
        mark, words = self._mark, self.text().strip()
        self._leave()
        if mark is not None and words:
            self.written.emit(mark, words)

    def _leave(self) -> None:
        self._mark = None
        self.hide()
        if self._back is not None:
            self._back.setFocus(Qt.FocusReason.OtherFocusReason)
