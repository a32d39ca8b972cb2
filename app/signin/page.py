"""The frame of every page before the desk: the mark, one head, and a column to fill in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.look.fields import Field
from app.look.icons import draw_mark
from app.look.marks import Bar
from app.look.scroll import ContentScroll
from app.look.sheet import TroublePanel
from app.look.theme import current
from app.look.words import Words

if TYPE_CHECKING:
    from record.trouble import Trouble

_WIDTH = 400


class Page(QWidget):
    """A page: put fields into `column` with `add_field`, the go button last. It shows progress and troubles in the place of the eye."""

    def __init__(self, head: str, words: str, *, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("role", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(head)
        inner = QWidget()
        inner.setFixedWidth(_WIDTH * current().size_text // 13)
        self.column = QVBoxLayout(inner)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(6)
        self.column.addWidget(_Mark(), 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addSpacing(16)
        self.column.addWidget(Words(head, "head", wrap=True))
        if words:
            self.column.addWidget(Words(words, "quiet", wrap=True))
        self.column.addSpacing(14)
        self._trouble: TroublePanel | None = None
        self.progress_words = Words("", "quiet", wrap=True)
        self.progress_words.setObjectName(f"{name}-progress")
        self._bar = Bar()
        self._frame(inner)

    def _frame(self, inner: QWidget) -> None:
        middle = ContentScroll(inner)
        middle.setFixedWidth(inner.width() + 16)
        row = QHBoxLayout(self)
        row.addStretch()
        column = QVBoxLayout()
        column.setContentsMargins(0, 24, 0, 24)
        column.addStretch(2)
        column.addWidget(middle, 100)
        column.addStretch(3)
        row.addLayout(column)
        row.addStretch()

    def add_field(self, label: str, field: Field) -> Field:
        """A label above a field."""
        words = Words(label, "second")
        words.setBuddy(field)
        self.column.addWidget(words)
        self.column.addWidget(field)
        self.column.addSpacing(8)
        return field

    def close_column(self) -> None:
        """Ends the column with the places of progress and trouble."""
        self.column.addSpacing(8)
        self.column.addWidget(self.progress_words)
        self.column.addWidget(self._bar)
        self.show_progress("", None)

    def show_progress(self, words: str, fraction: float | None) -> None:
        """What goes on; "" for nothing."""
        self.progress_words.setText(words)
        self.progress_words.setVisible(bool(words))
        self._bar.setVisible(bool(words) and fraction is not None)
        self._bar.set_fraction(fraction)

    def show_trouble(self, trouble: Trouble) -> None:
        """Tells a trouble below the fields."""
        self.clear_trouble()
        self.show_progress("", None)
        self._trouble = TroublePanel(trouble, dismissable=False)
        self.column.addWidget(self._trouble)

    def clear_trouble(self) -> None:
        """Takes the trouble away."""
        if self._trouble is not None:
            self.column.removeWidget(self._trouble)
            self._trouble.hide()
            self._trouble.deleteLater()
            self._trouble = None

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """The keyboard begins in the first field that is empty."""
        super().showEvent(event)
        empty = [field for field in self.findChildren(Field) if field.isEnabled() and not field.text()]
        if empty:
            empty[0].setFocus(Qt.FocusReason.OtherFocusReason)
            self.setFocusProxy(empty[0])


class _Mark(QWidget):
    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        return QSize(36, 36)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_mark(painter, QRectF(0, 0, 36, 36))
