"""What is painted over an image: corner text, orientation letters, scale bar, marks, a sentence where there is no image."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from viewer.screen.view import apply

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from record.trouble import Trouble
    from viewer.screen.colours import ScreenColours
    from viewer.screen.corner import Corners
    from viewer.tools.marks import Mark

EDGE = 12.0  # logical pixels from the viewport's edge
Lines = tuple[str, ...]
SHADOW = QColor(0, 0, 0, 205)  # under words and lines, so that they are seen on white
HALO = QColor(0, 0, 0, 130)
AROUND = tuple((right, down) for right in (-1.2, 0.0, 1.2) for down in (-1.2, 0.0, 1.2) if right or down)
SCALES_MM = (1, 2, 5, 10, 20, 50, 100, 200)


class Overlay:
    """Paints in logical pixels over one viewport of `size` (width, height); `ratio` is device pixels for each of them."""

    def __init__(self, painter: QPainter, size: tuple[float, float], ratio: float, font: QFont, colours: ScreenColours) -> None:
        self._p, self._ratio, self._colours = painter, ratio, colours
        self._w, self._h = size
        self._font = QFont(font)
        self._metrics = QFontMetricsF(self._font)
        self._above = self._below = 0.0  # the height that corner text takes at the middle of the upper and lower side
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def corners(self, corners: Corners) -> None:
        """Corner text as in the reading room: identity, study, geometry, window."""
        line = self._metrics.height() + 1
        left, right, stacked = self._apart(corners.top_left, corners.top_right)
        self._lines(left, EDGE - 2, right=False)
        self._lines(right, EDGE - 2 + line * len(left) * stacked, right=True)
        if corners.other:
            self._band(corners.other, EDGE + line * (len(left) + stacked * len(right)) + 2)
        self._above = line * (len(left) + len(right)) if stacked else 0.0
        self._bottom(corners, line)

    def _bottom(self, corners: Corners, line: float) -> None:
        right = (*corners.bottom_right, *corners.warn)
        low = self._h - EDGE + 2
        stacked = self._meet(corners.bottom_left, right)
        self._lines(corners.bottom_left, low - line * len(corners.bottom_left), right=False)
        top = low - line * (len(right) + stacked * len(corners.bottom_left))
        self._lines(corners.bottom_right, top, right=True)
        self._lines(corners.warn, top + line * len(corners.bottom_right), right=True, colour=self._colours.warn)
        self._below = low - top if stacked else 0.0

    def _apart(self, left: Lines, right: Lines) -> tuple[Lines, Lines, bool]:
        """Two corners that do not meet: as they are, else broken between their parts, else one under the other (True)."""
        broken = self._broken(left), self._broken(right)
        for pair in ((left, right), broken):
            if not self._meet(*pair):
                return *pair, False
        return left, right, True

    def _broken(self, lines: Lines) -> Lines:
        parts = (line.split(" · ") if self._metrics.horizontalAdvance(line) > self._w / 2 - EDGE else (line,) for line in lines)
        return tuple(part for line in parts for part in line)

    def _meet(self, left: Lines, right: Lines) -> bool:
        """Whether the words of two corners would meet, or the letter between them: then one stands under the other."""
        sides = [max((self._metrics.horizontalAdvance(text) for text in lines), default=0.0) for lines in (left, right)]
        return all(sides) and (self._w / 2 - EDGE - max(sides)) < self._metrics.height()

    def _band(self, words: str, top: float) -> None:
        """Words that nobody may overlook: a band across the viewport and a frame of its colour, under the identity."""
        bold = QFont(self._font)
        bold.setWeight(QFont.Weight.DemiBold)
        if QFontMetricsF(bold).horizontalAdvance(words) > self._w - 2 * EDGE:
            words = words.partition(":")[0]  # never cut in the middle of what nobody may overlook
        colour = QColor(self._colours.bad)
        box = QRectF(0, top, self._w, self._metrics.height() + 12)
        self._p.fillRect(box, colour)
        self._p.setPen(QPen(colour, 4))
        self._p.setBrush(Qt.BrushStyle.NoBrush)
        self._p.drawRect(QRectF(0, 0, self._w, self._h))
        self._p.setFont(bold)
        self._p.setPen(QColor(self._colours.ground))
        self._p.drawText(box.adjusted(EDGE, 0, -EDGE, 0), int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), words)

    def letters(self, left: str, right: str, top: str, bottom: str) -> None:
        """Orientation letters at the middle of the four sides."""
        bold = QFont(self._font)
        bold.setWeight(QFont.Weight.DemiBold)
        m = QFontMetricsF(bold)
        middle = self._h / 2 + m.ascent() / 2
        self._word(left, EDGE, middle, bold, self._colours.words)
        self._word(right, self._w - EDGE - m.horizontalAdvance(right), middle, bold, self._colours.words)
        high, low = EDGE + m.ascent() - 2 + self._above, self._h - EDGE - self._below
        self._word(top, (self._w - m.horizontalAdvance(top)) / 2, high, bold, self._colours.words)
        self._word(bottom, (self._w - m.horizontalAdvance(bottom)) / 2, low, bold, self._colours.words)

    def scale_bar(self, device_px_per_mm: float, provenance: str) -> None:
        """A bar of a round length at the right, at most a third of the height; nothing where there are no millimetres."""
        per_mm = device_px_per_mm / self._ratio
        fitting = [mm for mm in SCALES_MM if 24 <= mm * per_mm <= self._h / 3]
        if not fitting:
            return
        mm = fitting[-1]
        tall, x = mm * per_mm, self._w - EDGE - 22
        top = (self._h - tall) / 2
        for width, colour in ((3.0, SHADOW), (1.0, QColor(self._colours.words))):
            self._p.setPen(QPen(colour, width))
            self._p.drawPolyline([QPointF(x - 5, top), QPointF(x, top), QPointF(x, top + tall), QPointF(x - 5, top + tall)])
        words = f"{mm // 10} cm" if mm >= 10 else f"{mm} mm"
        words += "" if provenance == "mm" else f" {provenance.removeprefix('mm').strip()}"
        advance = self._metrics.horizontalAdvance(words)
        self._word(
            words, min(x - advance / 2, self._w - EDGE - advance), top + tall + self._metrics.ascent() + 4, self._font, self._colours.words
        )

    def mark(self, mark: Mark, device_from_image: NDArray[np.float64], *, chosen: bool) -> None:
        """One mark with its text, drawn so that it is seen on black and on white."""
        points = [QPointF(*(v / self._ratio for v in apply(device_from_image, p))) for p in mark.points]
        for width, colour in ((3.5, SHADOW), (2.2 if chosen else 1.5, QColor(self._colours.mark))):
            self._p.setPen(QPen(colour, width))
            self._shape(mark.kind, points)
        if points and mark.text:
            self._beside(mark.text, max(points, key=lambda p: p.x()))

    def crossing(self, start: tuple[float, float], end: tuple[float, float], device_from_image: NDArray[np.float64]) -> None:
        """Where another image cuts this one: thin, so that it hides nothing."""
        a, b = (QPointF(*(v / self._ratio for v in apply(device_from_image, p))) for p in (start, end))
        colour = QColor(self._colours.accent)
        colour.setAlpha(140)
        self._p.setPen(QPen(colour, 1))
        self._p.drawLine(a, b)

    def frame(self) -> None:
        """The line around the viewport that has the keys."""
        self._p.setPen(QPen(QColor(self._colours.accent), 1.5))
        self._p.setBrush(Qt.BrushStyle.NoBrush)
        self._p.drawRect(QRectF(0.75, 0.75, self._w - 1.5, self._h - 1.5))

    def sentence(self, first: str, second: str = "") -> None:
        """One or two sentences in the middle, in place of an image."""
        box = QRectF(self._w * 0.15, self._h * 0.3, self._w * 0.7, self._h * 0.4)
        flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
        self._p.setFont(self._font)
        self._p.setPen(QColor(self._colours.text if second else self._colours.faint))
        self._p.drawText(box, flags, f"{first}\n{second}".strip())

    def trouble(self, trouble: Trouble) -> None:
        """Why there is no image, and the remedy."""
        self.sentence(trouble.what_happened, trouble.what_to_do)

    def _beside(self, text: str, point: QPointF) -> None:
        """Words at the right of a point; where they would leave the viewport, at its left."""
        lines = text.split("\n")
        step = self._metrics.height() + 1
        wide = max(self._metrics.horizontalAdvance(line) for line in lines)
        x = point.x() + 8 if point.x() + 8 + wide <= self._w - 4 else point.x() - 8 - wide
        for number, line in enumerate(lines):
            self._word(line, x, point.y() + self._metrics.ascent() / 2 + number * step, self._font, self._colours.mark)

    def _shape(self, kind: str, points: list[QPointF]) -> None:
        self._p.setBrush(Qt.BrushStyle.NoBrush)
        if kind == "length" and len(points) == 2:
            self._p.drawLine(points[0], points[1])
            self._ends(points[0], points[1])
        elif kind == "ellipse" and len(points) == 2:
            self._p.drawEllipse(QRectF(points[0], points[1]).normalized())
        elif kind == "arrow" and len(points) == 2:
            self._arrow(points[0], points[1])
        elif kind == "cobb":
            for start, end in zip(points[::2], points[1::2], strict=False):
                self._p.drawLine(start, end)
        elif kind == "probe" and points:
            x, y = points[0].x(), points[0].y()
            self._p.drawPolyline([QPointF(x - 6, y), QPointF(x + 6, y)])
            self._p.drawPolyline([QPointF(x, y - 6), QPointF(x, y + 6)])
        elif kind != "text":
            self._p.drawPolyline(points)

    def _ends(self, a: QPointF, b: QPointF) -> None:
        across = math.hypot(b.x() - a.x(), b.y() - a.y()) or 1.0
        nx, ny = -(b.y() - a.y()) / across * 5, (b.x() - a.x()) / across * 5
        for p in (a, b):
            self._p.drawLine(QPointF(p.x() - nx, p.y() - ny), QPointF(p.x() + nx, p.y() + ny))

    def _arrow(self, tail: QPointF, tip: QPointF) -> None:
        self._p.drawLine(tail, tip)
        back = math.atan2(tail.y() - tip.y(), tail.x() - tip.x())
        for side in (-0.45, 0.45):
            self._p.drawLine(tip, QPointF(tip.x() + 11 * math.cos(back + side), tip.y() + 11 * math.sin(back + side)))

    def _lines(self, lines: tuple[str, ...], top: float, *, right: bool, colour: str | None = None) -> None:
        step = self._metrics.height() + 1
        limit = self._w - 2 * EDGE
        for number, text in enumerate(lines):
            shown = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, limit)
            x = self._w - EDGE - self._metrics.horizontalAdvance(shown) if right else EDGE
            self._word(shown, x, top + number * step + self._metrics.ascent(), self._font, colour or self._colours.words)

    def _word(self, text: str, x: float, baseline: float, font: QFont, colour: str) -> None:
        if not text:
            return
        self._p.setFont(font)
        self._p.setPen(HALO)
        for right, down in AROUND:  # ten times faster than the outline of a path
            self._p.drawText(QPointF(x + right, baseline + down), text)
        self._p.setPen(QColor(colour))
        self._p.drawText(QPointF(x, baseline), text)
