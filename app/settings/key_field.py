"""The keys of an act, as a control: press it, then press the key that shall start the act."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from app.look.buttons import draw_hint, draw_ring, hint_size
from app.look.theme import colour, current, font
from viewer.screen.keys import shown
from viewer.screen.pressed import name_of

_MODIFIERS = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr, Qt.Key.Key_CapsLock)
_BACK = (Qt.Key.Key_Backspace, Qt.Key.Key_Delete)
_ASKS = "Press a key"
_GAP, _PAD = 4, 3


class KeyField(QAbstractButton):
    """Shows keys. Signals: `given(key)` in portable text once one was pressed, `usual_wanted()` for Backspace; Esc changes nothing."""

    given = Signal(str)
    usual_wanted = Signal()

    def __init__(self, words: str, keys: tuple[str, ...], *, name: str, own: bool) -> None:
        super().__init__()
        self._keys, self._own = tuple(shown(key) for key in keys), own
        self.setObjectName(name)
        self.setAccessibleName(f"{words}: {', '.join(self._keys) or 'no key'}; change")
        self.setToolTip("Press to change; then the new key, Backspace for the usual one, or Esc")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.toggled.connect(lambda _on: self.updateGeometry())

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """The keys side by side, or the words that ask for one."""
        if self.isChecked():
            metrics = QFontMetrics(font("size_small"))
            return QSize(metrics.horizontalAdvance(_ASKS) + 10 + 2 * _PAD, metrics.height() + 2 + 2 * _PAD)
        sizes = [hint_size(key) for key in self._keys or ("–",)]
        return QSize(sum(size.width() for size in sizes) + _GAP * (len(sizes) - 1) + 2 * _PAD, sizes[0].height() + 2 * _PAD)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """The keys, in the accent where they are the person's own; the question while one is awaited."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("lifted"))
            painter.drawRoundedRect(QRectF(self.rect()), current().radius_tag, current().radius_tag)
        left = float(_PAD)
        for key in (_ASKS,) if self.isChecked() else self._keys or ("–",):
            size = hint_size(key)
            asks = "accent" if self.isChecked() or self._own else "faint"
            draw_hint(painter, QRectF(left, _PAD, size.width(), size.height()), key, words=asks)
            left += size.width() + _GAP
        if self.hasFocus():
            draw_ring(painter, QRectF(self.rect()), current().radius_tag)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """While a key is awaited every key is an answer."""
        if not self.isChecked():
            super().keyPressEvent(event)
            return
        event.accept()
        if event.key() in _MODIFIERS:
            return
        self.setChecked(False)
        if event.key() in _BACK and not event.modifiers():
            self.usual_wanted.emit()
        elif event.key() != Qt.Key.Key_Escape:
            self.given.emit(name_of(event))

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: N802  Qt's name and form
        """Tab is a key like others while one is awaited."""
        return False if self.isChecked() else super().focusNextPrevChild(forward)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        """Who goes elsewhere has changed his mind."""
        self.setChecked(False)
        super().focusOutEvent(event)
