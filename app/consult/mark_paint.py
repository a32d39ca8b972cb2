"""How marks and pointers look: a line of its person's colour with a dark edge, and the person's name at a pointer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from app.look.theme import font
from app.look.tokens import DARK, HANDS  # over film, which is dark in every theme

if TYPE_CHECKING:
    from app.consult.marks import Mark

_POINTER = 9.0  # radius, logical pixels


@dataclass(frozen=True, slots=True)
class Over:
    """What stands over one picture: marks with the colour of whoever drew them; places that are pointed at, with colour and name."""

    marks: tuple[tuple[Mark, int], ...] = ()
    pointers: tuple[tuple[tuple[float, float], int, str], ...] = ()
    mine: int = 0  # one's own colour

    def draw(self, painter: QPainter, box: QRectF, draft: Mark | None) -> None:
        """All of it and the mark under way, over a picture that fills `box`."""
        for mark, tint in (*self.marks, *(((draft, self.mine),) if draft is not None else ())):
            draw_mark(painter, box, mark, tint)
        for at, tint, name in self.pointers:
            draw_pointer(painter, box, at, tint, name)


def draw_mark(painter: QPainter, box: QRectF, mark: Mark, tint: int) -> None:
    """A mark over a picture that fills `box`."""
    at = _place(box, mark.at[0], mark.at[1])
    for pen in _pens(tint):
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if mark.shape == "circle":
            painter.drawEllipse(at, mark.at[2] * box.width(), mark.at[2] * box.width())
        else:
            painter.drawLine(at, _place(box, mark.at[2], mark.at[3]))


def draw_pointer(painter: QPainter, box: QRectF, at: tuple[float, float], tint: int, name: str) -> None:
    """Where somebody points: a ring with a dot, and the name beside it, inside the picture."""
    middle = _place(box, *at)
    for pen in _pens(tint):
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(middle, _POINTER, _POINTER)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(HANDS[tint]))
    painter.drawEllipse(middle, 2.5, 2.5)
    painter.setFont(font("size_small", 600))
    metrics = QFontMetricsF(painter.font())
    wide, high = metrics.horizontalAdvance(name) + 10, metrics.height() + 4
    right = middle.x() + _POINTER + 4
    left = right if right + wide <= box.right() else middle.x() - _POINTER - 4 - wide
    tag = QRectF(left, min(max(middle.y() - high / 2, box.top()), box.bottom() - high), wide, high)
    painter.drawRoundedRect(tag, 4, 4)
    painter.setPen(QColor(DARK.on_accent))
    painter.drawText(tag, Qt.AlignmentFlag.AlignCenter, name)


def _pens(tint: int) -> tuple[QPen, QPen]:
    return QPen(QColor(DARK.halo), 4.0), QPen(QColor(HANDS[tint]), 2.0)


def _place(box: QRectF, x: float, y: float) -> QPointF:
    return QPointF(box.left() + x * box.width(), box.top() + y * box.height())
