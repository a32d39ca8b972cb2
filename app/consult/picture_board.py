"""A picture that somebody showed, whole, with pointers and marks over it; one's own pointer and marks are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.consult.hand import MarkHand, share
from app.look.theme import current, font

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QMouseEvent, QResizeEvent

    from app.consult.mark_paint import Over

POINTER_MS = 33
_EMPTY_HIGH = 0.6  # of the width, while there is no picture


class PictureBoard(QWidget):
    """The board. `over(on)` gives what stands on a picture. Signals: `drawn(on, Mark)`, `pointed(on, x, y)` in shares of the picture."""

    drawn = Signal(str, object)
    pointed = Signal(str, float, float)

    def __init__(self, over: Callable[[str], Over]) -> None:
        super().__init__()
        self._over, self._hand = over, MarkHand()
        self._on, self._image, self._without = "", QImage(), ""
        self._at: QPointF | None = None
        self._pointer = QTimer(self)
        self._pointer.setSingleShot(True)
        self._pointer.setInterval(POINTER_MS)
        self._pointer.timeout.connect(self._point)
        self.setObjectName("consult-still")
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def on(self) -> str:
        """Which picture is open."""
        return self._on

    def show_picture(self, on: str, image: QImage, label: str, without: str = "") -> None:
        """Opens a picture; `without` stands where it is not here yet."""
        fresh = on != self._on or image.size() != self._image.size()
        self._on, self._image, self._without = on, image, without
        self.setAccessibleName(label)
        if fresh:
            self._hand.take(self._hand.tool)
            self._fit()
        self.update()

    def tool(self, name: str) -> None:
        """The next drag draws "circle" or "line"; "" nothing."""
        self._hand.take(name)
        self.setCursor(Qt.CursorShape.CrossCursor if name else Qt.CursorShape.ArrowCursor)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """As high as the picture asks."""
        return QSize(self.width(), self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Follows the width."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        size = self._image.size()
        shape = size.height() / size.width() if not size.isEmpty() else _EMPTY_HIGH
        self.setFixedHeight(max(min(round(self.width() * shape), round(self.window().height() * 0.6)), 80))

    def _box(self) -> QRectF:
        """Where the picture stands: whole, in the middle."""
        size = self._image.size()
        fitted = size.scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        box = QRectF(0, 0, fitted.width(), fitted.height())
        box.moveCenter(QRectF(self.rect()).center())
        return box

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Begins a mark."""
        if event.button() == Qt.MouseButton.LeftButton and not self._image.isNull():
            self._hand.press(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Points, and draws a mark larger."""
        if self._hand.move(event.position()):
            self.update()
        if not self._image.isNull() and self._box().contains(event.position()):
            self._at = event.position()
            if not self._pointer.isActive():
                self._pointer.start()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """A mark stands."""
        made = self._hand.release(event.position(), self._box())
        if made is not None:
            self.drawn.emit(self._on, made)
        self.update()

    def _point(self) -> None:
        if self._at is not None and not self._image.isNull():
            self.pointed.emit(self._on, *share(self._at, self._box()))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """The picture, or why there is none; what stands over it."""
        del event
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), QColor(current().film))
        if self._image.isNull():
            painter.setFont(font("size_text"))
            painter.setPen(QColor(current().on_film))
            painter.drawText(QRectF(self.rect()), int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), self._without)
        else:
            box = self._box()
            painter.drawImage(box, self._image)
            self._over(self._on).draw(painter, box, self._hand.draft(box))
        painter.end()
