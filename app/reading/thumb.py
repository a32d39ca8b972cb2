"""A small picture with a word or two under it, which can be chosen: a series, a key image."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from app.look.buttons import draw_ring
from app.look.theme import colour, current, font

_GAP = 5
_FRAME = 2


class Thumb(QAbstractButton):
    """A picture and its lines. `on` frames it: what it stands for is on screen.

    It takes the keyboard by Tab only, so a press leaves the keys where they are.
    """

    def __init__(self, name: str, says: str, lines: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(says)
        self.setToolTip(says)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._lines, self._picture, self._on, self._warn = lines, QImage(), False, False

    def set_picture(self, picture: QImage) -> None:
        """The picture, of any size."""
        most = 3 * current().thumb  # sharp up to three device pixels for one
        if max(picture.width(), picture.height()) > most:
            picture = picture.scaled(most, most, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
        self._picture = picture
        self.update()

    def has_picture(self) -> bool:
        """Whether the picture has come."""
        return not self._picture.isNull()

    def set_lines(self, lines: tuple[str, ...]) -> None:
        """The words under the picture; each is one paragraph."""
        if lines != self._lines:
            self._lines = lines
            self.updateGeometry()
            self.update()

    def set_on(self, on: bool) -> None:
        """Frames the picture."""
        if on != self._on:
            self._on = on
            self.update()

    def set_warn(self, warn: bool) -> None:
        """Colours the last line: it says what is wrong."""
        self._warn = warn
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """The picture, the frame around it, the words."""
        side = current().thumb
        return QSize(side + 2 * _FRAME, side + 2 * _FRAME + _GAP + sum(self._heights()))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """No smaller."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draws picture, frame, words."""
        del event
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        side = current().thumb
        box = QRectF(_FRAME, _FRAME, side, side)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("film"))
        painter.drawRoundedRect(box, current().radius_tag, current().radius_tag)
        if not self._picture.isNull():
            self._draw_picture(painter, box)
        if self._on:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour("accent"), _FRAME))
            painter.drawRoundedRect(box.adjusted(-1, -1, 1, 1), current().radius_tag, current().radius_tag)
        self._draw_lines(painter)
        if self.hasFocus():
            draw_ring(painter, QRectF(self.rect()), current().radius_tag)

    def _draw_picture(self, painter: QPainter, box: QRectF) -> None:
        size = self._picture.size().scaled(box.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
        where = QRectF(0, 0, size.width(), size.height())
        where.moveCenter(box.center())
        painter.drawImage(where, self._picture)

    def _draw_lines(self, painter: QPainter) -> None:
        painter.setFont(font("size_small"))
        top = current().thumb + 2 * _FRAME + _GAP
        for number, (line, height) in enumerate(zip(self._lines, self._heights(), strict=True)):
            last = number == len(self._lines) - 1
            lit = self._on or self.underMouse()
            painter.setPen(colour("warn" if self._warn and last else "text" if lit else "quiet"))
            painter.drawText(QRect(_FRAME, top, current().thumb, height), Qt.TextFlag.TextWordWrap, line)
            top += height

    def _heights(self) -> list[int]:
        metrics = QFontMetrics(font("size_small"))
        limit = 3 * metrics.lineSpacing()
        box = QRect(0, 0, current().thumb, limit)
        return [min(metrics.boundingRect(box, Qt.TextFlag.TextWordWrap, line or " ").height(), limit) for line in self._lines]
