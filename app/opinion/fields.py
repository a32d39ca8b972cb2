"""Fields to write into, bound to a place of the text."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextBlockFormat, QTextCursor, QTextOption
from PySide6.QtWidgets import QSizePolicy, QTextEdit, QWidget

from app.look.theme import current

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QResizeEvent, QWheelEvent

    from app.opinion.text import OpinionText

_FRAME, _PAD = 2, 8  # as the style sheet has it
_LINE = 20 / 13  # of the size of text


class TextField(QTextEdit):
    """A text that grows with what is written into it. Tab leads on, the wheel scrolls what lies around it.

    Signals: `entered()` the caret came.
    """

    entered = Signal()

    def __init__(self, name: str, says: str, hint: str = "", *, lines: int = 1, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = lines
        self.setObjectName(name)
        self.setAccessibleName(says)
        self.setPlaceholderText(hint)
        self.setTabChangesFocus(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # never by the wheel
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAcceptRichText(False)
        self.document().setDocumentMargin(4)
        self._space_lines()
        self.document().documentLayout().documentSizeChanged.connect(self._grow)
        self._grow()

    def raise_ground(self) -> None:
        """Stands on a panel: a ground that is told apart from it."""
        self.setProperty("role", "raised")

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """As high as what is written, at least `lines` lines."""
        return QSize(240, self._wanted())

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """No smaller."""
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """A narrower field is a higher one."""
        super().resizeEvent(event)
        self._grow()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Follows the size of text."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._space_lines()
            self._grow()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802  Qt's name
        """Left to what lies around the field, which shows all of itself."""
        event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        """Tells that the caret came."""
        super().focusInEvent(event)
        self.entered.emit()

    def setPlainText(self, text: str) -> None:  # noqa: N802  Qt's name
        """Puts words in; what was typed before cannot be taken back."""
        super().setPlainText(text)
        self._space_lines()

    def _space_lines(self) -> None:
        """Lines as far apart as those of the words around the field; new paragraphs take it over from the one before."""
        spacing = QTextBlockFormat()
        spacing.setLineHeight(_line(), QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        every = QTextCursor(self.document())
        every.select(QTextCursor.SelectionType.Document)
        every.mergeBlockFormat(spacing)
        self.document().clearUndoRedoStacks()

    def _wanted(self) -> int:
        least = self._lines * _line() + 2 * round(self.document().documentMargin())
        return max(math.ceil(self.document().size().height()), least) + 2 * (_FRAME + _PAD)

    def _grow(self) -> None:
        wanted = self._wanted()
        if wanted != self.height() or wanted != self.minimumHeight():
            self.setFixedHeight(wanted)
            self.updateGeometry()


def _line() -> int:
    return round(current().size_text * _LINE)


class BoundField(TextField):
    """A field that writes into a text at an address and follows it when another field writes there."""

    def __init__(self, name: str, says: str, hint: str = "", *, lines: int = 1, parent: QWidget | None = None) -> None:
        super().__init__(name, says, hint, lines=lines, parent=parent)
        self._text: OpinionText | None = None
        self.address = ""
        self.setProperty("of-the-text", True)
        self.textChanged.connect(self._written)

    def bind(self, text: OpinionText, address: str) -> None:
        """Shows the text at an address from now on."""
        self.unbind()
        self.address = address
        self._show(text.text(address))
        self._text = text
        text.changed.connect(self._follow)

    def unbind(self) -> None:
        """Lets go of the text."""
        if self._text is not None:
            self._text.changed.disconnect(self._follow)
            self._text = None

    def insert(self, words: str) -> None:
        """Puts words where the caret stands, with a space before them where one is wanted."""
        cursor = self.textCursor()
        before = self.toPlainText()[: cursor.position()]
        cursor.insertText(words if not before or before[-1].isspace() or before[-1] == "(" else f" {words}")

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Ctrl+K is the room's (a measurement into the text) and never cuts a line off, as it would on some systems."""
        if event.key() == Qt.Key.Key_K and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            event.ignore()
            return
        super().keyPressEvent(event)

    def _follow(self, address: str) -> None:
        if address == self.address and self._text is not None:
            self._show(self._text.text(address))

    def _show(self, words: str) -> None:
        if words != self.toPlainText():
            self.blockSignals(True)
            self.setPlainText(words)
            self.blockSignals(False)

    def _written(self) -> None:
        if self._text is not None:
            self._text.write(self.address, self.toPlainText())
