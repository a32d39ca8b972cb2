"""Fields to type into: search, secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.look.buttons import draw_hint, hint_size
from app.look.theme import current

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent


class Field(QLineEdit):
    """One line; `says` is what a screen reader calls it, `secret` hides what is typed."""

    def __init__(self, name: str, says: str, *, hint: str = "", secret: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(says)
        self.setPlaceholderText(hint)
        if secret:
            self.setEchoMode(QLineEdit.EchoMode.Password)
            self.setInputMethodHints(Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhNoPredictiveText)


class SearchField(Field):
    """A field that filters as one types: Esc empties it, Down and Enter lead back to what it filters."""

    left_down = Signal()

    def __init__(self, name: str, says: str, *, hint: str, key: str = "/", parent: QWidget | None = None) -> None:
        super().__init__(name, says, hint=hint, parent=parent)
        self._key = key

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Esc empties, then leaves; Down and Enter leave."""
        leaves = event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() == Qt.Key.Key_Escape:
            leaves = not self.text()
            self.clear()
            event.accept()
        if leaves:
            self.left_down.emit()
            return
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        """The key hint is there again."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """The field, and the key that leads here while it is empty."""
        super().paintEvent(event)
        if self.text() or self.hasFocus():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        size = hint_size(self._key)
        left = 14 + self.fontMetrics().horizontalAdvance(self.placeholderText()) + 2 * current().unit
        draw_hint(painter, QRectF(left, (self.height() - size.height()) // 2, size.width(), size.height()), self._key)
