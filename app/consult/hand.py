"""One's own hand over a shown picture: the next drag makes a circle or a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.consult.marks import Mark

if TYPE_CHECKING:
    from PySide6.QtCore import QPointF, QRectF

_LEAST = 3.0  # logical pixels: a shorter drag is a slip


class MarkHand:
    """`tool` is "circle", "line" or "" (none)."""

    def __init__(self) -> None:
        self.tool = ""
        self._from: QPointF | None = None
        self._to: QPointF | None = None

    def take(self, tool: str) -> None:
        """The next drag draws this; what was begun is dropped."""
        self.tool, self._from, self._to = tool, None, None

    def press(self, at: QPointF) -> None:
        """Begins."""
        if self.tool:
            self._from = self._to = at

    def move(self, at: QPointF) -> bool:
        """Goes on; whether something is drawn."""
        if self._from is not None:
            self._to = at
        return self._from is not None

    def release(self, at: QPointF, box: QRectF) -> Mark | None:
        """The mark, in shares of a picture that fills `box`; None for a slip."""
        self.move(at)
        made = self.draft(box)
        self._from = self._to = None
        return made

    def draft(self, box: QRectF) -> Mark | None:
        """The mark under way."""
        start, end = self._from, self._to
        if start is None or end is None or box.isEmpty():
            return None
        away = end - start
        long = (away.x() ** 2 + away.y() ** 2) ** 0.5
        if long < _LEAST:
            return None
        x, y = share(start, box)
        if self.tool == "circle":
            return Mark("circle", (x, y, min(long / box.width(), 1.0)))
        return Mark("line", (x, y, *share(end, box)))


def share(at: QPointF, box: QRectF) -> tuple[float, float]:
    """A place in shares of a picture that fills `box`; at its edge where it is outside."""
    x, y = (at.x() - box.left()) / box.width(), (at.y() - box.top()) / box.height()
    return min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)
