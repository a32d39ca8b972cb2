"""The amber frame around the shown viewport, with the pointers and marks of both sides; it takes the mouse only while one draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.look.tokens import DARK  # over film, which is dark in every theme

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent

POINTER_MS = 2500  # a pointer that rests so long is taken away
_MOST = 200  # marks
_CORNER = 26


class ShownFrame(QWidget):
    """Lies over a viewport. Signals: `drawn(message)` a mark of one's own, in shares of the picture."""

    drawn = Signal(object)

    def __init__(self, viewport: QWidget) -> None:
        super().__init__(viewport)
        self._viewport = viewport
        self.setObjectName("shown-frame")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._marks: list[dict[str, Any]] = []
        self._pointer: tuple[float, float] | None = None
        self._tool, self._from, self._to = "", QPointF(), QPointF()
        self._drawing = False
        self._gone = QTimer(self)
        self._gone.setSingleShot(True)
        self._gone.setInterval(POINTER_MS)
        self._gone.timeout.connect(self._no_pointer)
        viewport.installEventFilter(self)
        self.setGeometry(viewport.rect())
        self.show()
        self.raise_()

    @property
    def marks(self) -> tuple[dict[str, Any], ...]:
        """The marks that stand here."""
        return tuple(self._marks)

    @property
    def pointer(self) -> tuple[float, float] | None:
        """Where the other side points, in shares of the picture."""
        return self._pointer

    def heard(self, message: dict[str, Any]) -> None:
        """What the other side points at or draws; what cannot be read is left out."""
        kind, numbers = message.get("m"), _numbers(message)
        if numbers is None:
            return
        if kind == "pointer" and {"x", "y"} <= numbers.keys():
            self._pointer = (numbers["x"], numbers["y"])
            self._gone.start()
        elif kind == "clear":
            self._marks.clear()
        elif (kind == "circle" and {"x", "y", "r"} <= numbers.keys()) or (kind == "line" and {"x", "y", "x2", "y2"} <= numbers.keys()):
            self._marks = [*self._marks[-_MOST:], {"m": kind, **numbers}]
        self.update()

    def tool(self, name: str) -> None:
        """The next drag draws; "clear" takes all away here and there."""
        if name == "clear":
            self._marks.clear()
            self.drawn.emit({"m": "clear", "on": "live"})
            name = ""
        self._tool = name
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
        self._from = self._to = event.position()
        self._drawing = True

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Draws it larger."""
        self._to = event.position()
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """It stands, here and there."""
        self._to, self._drawing = event.position(), False
        made = self._made()
        self._marks.append(made)
        self.drawn.emit({**made, "on": "live"})
        self.update()

    def _made(self) -> dict[str, Any]:
        wide, high = self.width(), self.height()
        x, y = round(self._from.x() / wide, 4), round(self._from.y() / high, 4)
        if self._tool == "circle":
            away = self._to - self._from
            return {"m": "circle", "x": x, "y": y, "r": round(max((away.x() ** 2 + away.y() ** 2) ** 0.5, 6) / wide, 4)}
        return {"m": "line", "x": x, "y": y, "x2": round(self._to.x() / wide, 4), "y2": round(self._to.y() / high, 4)}

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Frame, corners, marks, pointer."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        amber, wide, high = QColor(DARK.warn), float(self.width()), float(self.height())
        painter.setPen(QPen(amber, 2))
        painter.drawRect(QRectF(1, 1, wide - 2, high - 2))
        painter.setPen(QPen(amber, 4))
        for x, y, right, down in ((2, 2, 1, 1), (wide - 2, 2, -1, 1), (2, high - 2, 1, -1), (wide - 2, high - 2, -1, -1)):
            painter.drawPolyline([QPointF(x + right * _CORNER, y), QPointF(x, y), QPointF(x, y + down * _CORNER)])
        for mark in [*self._marks, *([self._made()] if self._drawing else [])]:
            self._mark(painter, mark)
        if self._pointer is not None:
            self._mark(painter, {"m": "circle", "x": self._pointer[0], "y": self._pointer[1], "r": 10 / wide})
        painter.end()

    def _mark(self, painter: QPainter, mark: dict[str, Any]) -> None:
        wide, high = self.width(), self.height()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for width, ink in ((4.0, QColor(DARK.halo)), (2.0, QColor(DARK.accent))):
            painter.setPen(QPen(ink, width))
            at = QPointF(mark["x"] * wide, mark["y"] * high)
            if mark["m"] == "circle":
                painter.drawEllipse(at, mark["r"] * wide, mark["r"] * wide)
            else:
                painter.drawLine(at, QPointF(mark["x2"] * wide, mark["y2"] * high))

    def _no_pointer(self) -> None:
        self._pointer = None
        self.update()


def _numbers(message: dict[str, Any]) -> dict[str, float] | None:
    """The shares of a message, each between 0 and 1; None where one is something else."""
    made = {key: message[key] for key in ("x", "y", "x2", "y2", "r") if key in message}
    if not all(isinstance(each, int | float) and not isinstance(each, bool) and 0 <= each <= 1 for each in made.values()):
        return None
    return {key: float(each) for key, each in made.items()}
