"""A choice from a list, and a tick: Qt's own, with marks drawn from the tokens."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QComboBox, QRadioButton, QSizePolicy, QWidget

from app.look.buttons import draw_ring
from app.look.icons import draw_icon
from app.look.theme import colour, current, font

_BOX = 18
_GAP = 10


class Choice(QComboBox):
    """One of a few."""

    def __init__(self, name: str, says: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(says)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """The field, and an arrow at its right."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = round(current().icon * 0.7)
        where = QRectF(self.width() - side - 10, (self.height() - side) / 2, side, side)
        draw_icon(painter, "down", where, colour("faint" if not self.isEnabled() else "quiet"), 2.0)


class Tick(QCheckBox):
    """Yes or no."""

    def __init__(self, text: str, *, name: str, says: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setObjectName(name)
        self.setAccessibleName(says or text)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Box and words."""
        return _size_with_mark(self.text())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """The box, the tick, the words."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(1, (self.height() - _BOX) / 2, _BOX, _BOX)
        if self.isChecked():
            painter.setPen(QPen(colour("accent"), 1))
            painter.setBrush(colour("accent"))
        else:
            painter.setPen(QPen(colour("faint"), 1.2))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), current().radius_tag, current().radius_tag)
        if self.isChecked():
            draw_icon(painter, "check", box.adjusted(2, 2, -2, -2), colour("on_accent"), 2.6)
        _draw_words(painter, self, box)
        if self.hasFocus():
            draw_ring(painter, box.adjusted(-1, -1, 1, 1) if not self.text() else QRectF(self.rect()), current().radius_tag)


class Pick(QRadioButton):
    """One of several that all stand in sight."""

    def __init__(self, text: str, *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setObjectName(name)
        self.setAccessibleName(text)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Circle and words."""
        return _size_with_mark(self.text())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """The circle, its middle, the words."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(1, (self.height() - _BOX) / 2, _BOX, _BOX)
        painter.setPen(QPen(colour("accent" if self.isChecked() else "faint"), 1.4))
        painter.drawEllipse(box.adjusted(1, 1, -1, -1))
        if self.isChecked():
            painter.setBrush(colour("accent"))
            painter.drawEllipse(box.adjusted(5, 5, -5, -5))
        _draw_words(painter, self, box)
        if self.hasFocus():
            draw_ring(painter, QRectF(self.rect()), current().radius_tag)


def _size_with_mark(text: str) -> QSize:
    metrics = QFontMetrics(font())
    words = metrics.horizontalAdvance(text) + _GAP + 6 if text else 0
    return QSize(_BOX + 2 + words, max(_BOX + 4, metrics.height() + 8))


def _draw_words(painter: QPainter, widget: Tick | Pick, box: QRectF) -> None:
    painter.setFont(font())
    painter.setPen(colour("text" if widget.isEnabled() else "faint"))
    baseline = (widget.height() + painter.fontMetrics().ascent() - painter.fontMetrics().descent()) / 2
    painter.drawText(round(box.right() + _GAP), round(baseline), widget.text())
