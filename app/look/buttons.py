"""Buttons with their key beside the word, and the key hint alone."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QPushButton, QSizePolicy, QWidget

from app.look.icons import draw_icon
from app.look.theme import colour, current, font

Kind = Literal["go", "normal", "plain", "no", "stop", "link"]

# kind → (ground at rest, ground under the pointer, word)
_LOOKS: dict[str, tuple[str, str, str]] = {
    "go": ("accent", "accent", "on_accent"),
    "normal": ("raised", "lifted", "text"),
    "plain": ("", "raised", "quiet"),
    "no": ("", "raised", "bad"),
    "stop": ("raised", "lifted", "warn"),  # something that others see or hear is on, or off
    "link": ("", "", "accent"),
}
_PAD, _GAP = 14, 8


def hint_size(text: str) -> QSize:
    """The size of a key hint, logical pixels."""
    metrics = QFontMetrics(font("size_small"))
    return QSize(max(metrics.horizontalAdvance(text) + 10, metrics.height() + 2), metrics.height() + 2)


def draw_hint(painter: QPainter, box: QRectF, text: str, *, line: str = "line", words: str = "faint") -> None:
    """Draws a key hint into a box of `hint_size`."""
    painter.setPen(QPen(colour(line), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), current().radius_tag, current().radius_tag)
    painter.setFont(font("size_small"))
    painter.setPen(colour(words))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def draw_ring(painter: QPainter, box: QRectF, radius: float) -> None:
    """The focus ring, inside a box."""
    width = current().ring
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour("accent"), width))
    painter.drawRoundedRect(box.adjusted(width / 2, width / 2, -width / 2, -width / 2), radius, radius)


class Button(QPushButton):
    """A button: `kind` says how much it asks for the eye, `key` is the hint at its right, `name` its object name.

    It takes the focus by Tab only, so that a click never takes the caret out of a field. Checkable buttons (tools) are raised while on.
    """

    def __init__(
        self,
        text: str,
        kind: Kind = "normal",
        *,
        key: str = "",
        icon: str = "",
        name: str = "",
        says: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._kind, self._key, self._icon = kind, key, icon
        self.setObjectName(name or f"button-{'-'.join(text.lower().split()) or icon}")
        self.setAccessibleName(says or text or icon)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAutoDefault(True)  # Enter presses it, as Space does: Qt does so by itself in its dialogs alone
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        if not text and says:
            self.setToolTip(f"{says}  {key}".strip())

    def set_kind(self, kind: Kind) -> None:
        """Changes how much the button asks for the eye."""
        self._kind = kind
        self.update()

    def set_face(self, text: str, icon: str = "") -> None:
        """Changes word and icon; what a screen reader says stays."""
        if (text, icon) != (self.text(), self._icon):
            self._icon = icon
            self.setText(text)
            self.updateGeometry()
            self.update()

    def set_key(self, key: str) -> None:
        """Changes the key hint."""
        self._key = key
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Word, icon and hint side by side, as high as every control."""
        pad = 0 if self._kind == "link" else self._pad()
        return QSize(round(self._content_width()) + 2 * pad, self._height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """It is never cut."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draws ground, icon, word, hint, ring."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        if not self.isEnabled():
            painter.setOpacity(0.5)
        ground = self._ground()
        if ground:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(ground))
            painter.drawRoundedRect(box, current().radius, current().radius)
        self._draw_content(painter, box)
        if self.hasFocus():
            painter.setOpacity(1)
            self._draw_focus(painter, box)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Follows the size of text."""
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange, QEvent.Type.PaletteChange):
            self.updateGeometry()
        super().changeEvent(event)

    def _draw_content(self, painter: QPainter, box: QRectF) -> None:
        words = self._words()
        left = box.left() + (box.width() - self._content_width()) / 2
        if self._icon:
            side = current().icon
            draw_icon(painter, self._icon, QRectF(left, box.center().y() - side / 2, side, side), colour(words))
            left += side + _GAP
        if self.text():
            painter.setFont(self._font())
            painter.setPen(colour(words))
            width = QFontMetrics(self._font()).horizontalAdvance(self.text())
            painter.drawText(QRectF(left, box.top(), width + 2, box.height()), Qt.AlignmentFlag.AlignVCenter, self.text())
            left += width + _GAP
        if self._key:
            size = hint_size(self._key)
            go = self._kind == "go"
            where = QRectF(left, round(box.center().y() - size.height() / 2), size.width(), size.height())
            draw_hint(painter, where, self._key, line="accent_line" if go else "line", words="on_accent" if go else "faint")

    def _draw_focus(self, painter: QPainter, box: QRectF) -> None:
        if self._kind == "go":  # a ring of the accent would not be seen on the accent
            inner = box.adjusted(3, 3, -3, -3)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour("on_accent"), 1.5))
            painter.drawRoundedRect(inner, current().radius - 2, current().radius - 2)
            return
        if self._kind == "link":  # as wide as its word: a ring would cut it
            painter.fillRect(QRectF(box.left(), box.bottom() - current().ring, box.width(), current().ring), colour("accent"))
            return
        draw_ring(painter, box, current().radius)

    def _ground(self) -> str:
        rest, over, _ = _LOOKS[self._kind]
        if self.isCheckable() and self.isChecked():
            return "raised"
        return over if self.isEnabled() and (self.underMouse() or self.isDown()) else rest

    def _words(self) -> str:
        return "text" if self.isCheckable() and self.isChecked() else _LOOKS[self._kind][2]

    def _font(self) -> QFont:
        return font("size_text", QFont.Weight.Normal if self._kind in ("link", "plain") and self.isCheckable() else QFont.Weight.Medium)

    def _pad(self) -> int:
        return 10 if self.isCheckable() else _PAD

    def _height(self) -> int:
        return QFontMetrics(self._font()).height() + 4 if self._kind == "link" else current().control

    def _content_width(self) -> float:
        parts = [current().icon] if self._icon else []
        parts += [QFontMetrics(self._font()).horizontalAdvance(self.text())] if self.text() else []
        parts += [hint_size(self._key).width()] if self._key else []
        return sum(parts) + _GAP * (len(parts) - 1)


class RailButton(QAbstractButton):
    """A room in the rail: its icon, and a short line at the left while one is in it."""

    def __init__(self, icon: str, says: str, *, key: str = "", name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        self.setCheckable(True)
        self.setObjectName(name or f"rail-{icon}")
        self.setAccessibleName(says)
        self.setToolTip(f"{says}  {key}".strip())
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._says, self._waits = says, ""

    def tell(self, waits: str) -> None:
        """Says by a dot that something waits behind the button, and what; "" where nothing does."""
        if waits != self._waits:
            self._waits = waits
            self.setAccessibleName(f"{self._says}: {waits}" if waits else self._says)
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """As wide as the rail."""
        return QSize(current().rail, current().rail_button)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draws the ground while on, the line, the icon."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side, box = current().rail_button, QRectF(self.rect())
        ground = QRectF(box.center().x() - side / 2, box.center().y() - side / 2, side, side)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked() or (self.underMouse() and self.isEnabled()):
            painter.setBrush(colour("raised"))
            painter.drawRoundedRect(ground, 8, 8)
        if self.isChecked():
            painter.setBrush(colour("accent"))
            painter.drawRoundedRect(QRectF(0, ground.top() + 12, 3, ground.height() - 24), 1.5, 1.5)
        if not self.isEnabled():
            painter.setOpacity(0.45)
        half = current().icon / 2
        icon = QRectF(box.center().x() - half, box.center().y() - half, 2 * half, 2 * half)
        draw_icon(painter, self._icon, icon, colour("text" if self.isChecked() else "faint"))
        if self._waits:
            self._draw_dot(painter, icon)
        if self.hasFocus():
            draw_ring(painter, ground, 8)

    def _draw_dot(self, painter: QPainter, icon: QRectF) -> None:
        """Amber at the icon's upper right, cut free of its lines."""
        dot = QRectF(icon.right() - 3, icon.top() - 3, 8, 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("raised" if self.isChecked() else "surface"))
        painter.drawEllipse(dot.adjusted(-2, -2, 2, 2))
        painter.setBrush(colour("warn"))
        painter.drawEllipse(dot)


class KeyHint(QWidget):
    """A key, as it is written on the keyboard; it speaks for a control beside it and takes no focus."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = text
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_text(self, text: str) -> None:
        """Changes the key."""
        self._text = text
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """The key."""
        return self._text

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """As wide as the word."""
        return hint_size(self._text)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draws the frame and the word."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_hint(painter, QRectF(self.rect()), self._text)
