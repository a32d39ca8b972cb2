"""Small marks of state: a dot with a word, a tag, a bar of progress."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.look.theme import colour, current, font

State = Literal["good", "warn", "bad", "accent", "none"]
DOT = 7


def draw_dot(painter: QPainter, box: QRectF, state: State) -> None:
    """A dot of state; "none" is an empty ring. It always has a word beside it."""
    if state == "none":
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour("faint"), 1.5))
        painter.drawEllipse(box.adjusted(0.75, 0.75, -0.75, -0.75))
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(state))
    painter.drawEllipse(box)


def tag_size(text: str) -> QSize:
    """The size of a tag, logical pixels."""
    metrics = QFontMetrics(font("size_small"))
    return QSize(metrics.horizontalAdvance(text) + 14, metrics.height() + 4)


def draw_tag(painter: QPainter, box: QRectF, text: str, *, ground: str = "raised") -> None:
    """A small word on a ground of its own."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(ground))
    painter.drawRoundedRect(box, current().radius_tag, current().radius_tag)
    painter.setFont(font("size_small"))
    painter.setPen(colour("quiet"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def draw_bar(painter: QPainter, box: QRectF, fraction: float) -> None:
    """A bar of progress, `fraction` from 0 to 1."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour("line"))
    painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
    painter.setBrush(colour("accent"))
    done = QRectF(box.left(), box.top(), box.width() * min(max(fraction, 0.0), 1.0), box.height())
    painter.drawRoundedRect(done, box.height() / 2, box.height() / 2)


class Dot(QWidget):
    """A dot of state, as high as the line of words beside it."""

    def __init__(self, state: State = "none", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state: State = state
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)

    def set_state(self, state: State) -> None:
        """Changes the state."""
        self._state = state
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """The dot alone."""
        return QSize(DOT, DOT)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draws the dot in the middle."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_dot(painter, QRectF(0, (self.height() - DOT) / 2, DOT, DOT), self._state)


class Tag(QWidget):
    """A small word on a ground of its own ("CT", "2 priors")."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = text
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """As wide as the word."""
        return tag_size(self._text)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draws ground and word."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_tag(painter, QRectF(self.rect()), self._text)


class Bar(QWidget):
    """A bar of progress; `set_fraction(None)` says that it is not known how much there is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fraction: float | None = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_fraction(self, fraction: float | None) -> None:
        """How much is done, 0 to 1."""
        self._fraction = fraction
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Thin."""
        return QSize(120, 3)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draws what is done over what there is."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_bar(painter, QRectF(self.rect()), 0.0 if self._fraction is None else self._fraction)
