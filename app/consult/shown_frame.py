"""The amber frame around the shown viewport, with the pointers and marks of all sides; it takes the mouse only while one draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.consult.hand import MarkHand
from app.look.tokens import DARK  # over film, which is dark in every theme

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QMouseEvent

    from app.consult.mark_paint import Over

_CORNER = 26


class ShownFrame(QWidget):
    """Lies over a viewport. `over` gives what stands on the shown image now. Signals: `drawn(Mark)` a mark of one's own."""

    drawn = Signal(object)

    def __init__(self, viewport: QWidget, over: Callable[[], Over]) -> None:
        super().__init__(viewport)
        self._viewport, self._over, self._hand = viewport, over, MarkHand()
        self.setObjectName("shown-frame")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        viewport.installEventFilter(self)
        self.setGeometry(viewport.rect())
        self.show()
        self.raise_()

    def tool(self, name: str) -> None:
        """The next drag draws "circle" or "line"; "" leaves the mouse to the viewport."""
        self._hand.take(name)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not name)
        self.setCursor(Qt.CursorShape.CrossCursor if name else Qt.CursorShape.ArrowCursor)
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """As large as the viewport."""
        if watched is self._viewport and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._viewport.rect())
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Begins a mark."""
        self._hand.press(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Draws it larger."""
        if self._hand.move(event.position()):
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """It stands, here and there."""
        made = self._hand.release(event.position(), QRectF(self.rect()))
        if made is not None:
            self.drawn.emit(made)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Frame, corners, marks, pointers."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        amber, wide, high = QColor(DARK.warn), float(self.width()), float(self.height())
        painter.setPen(QPen(amber, 2))
        painter.drawRect(QRectF(1, 1, wide - 2, high - 2))
        painter.setPen(QPen(amber, 4))
        for x, y, right, down in ((2, 2, 1, 1), (wide - 2, 2, -1, 1), (2, high - 2, 1, -1), (wide - 2, high - 2, -1, -1)):
            painter.drawPolyline([QPointF(x + right * _CORNER, y), QPointF(x, y), QPointF(x, y + down * _CORNER)])
        box = QRectF(self.rect())
        self._over().draw(painter, box, self._hand.draft(box))
        painter.end()
