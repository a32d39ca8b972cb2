"""The rail: the program's mark, a button for each room, settings at the bottom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.look.buttons import RailButton
from app.look.icons import draw_mark
from app.look.theme import current

if TYPE_CHECKING:
    from app.shell.room import Room


class Rail(QFrame):
    """Switches rooms: `room_wanted(name)`, `settings_wanted()`."""

    room_wanted = Signal(str)
    settings_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self.setProperty("role", "panel")
        self._buttons: dict[str, RailButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 12)
        column.setSpacing(4)
        column.addWidget(_Mark(), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(12)
        self._rooms = QVBoxLayout()
        self._rooms.setSpacing(4)
        column.addLayout(self._rooms)
        column.addStretch()
        self.gear = RailButton("gear", "Settings, status, keys, about", key="F10", name="rail-settings")
        self.gear.setCheckable(False)
        self.gear.clicked.connect(self.settings_wanted)
        column.addWidget(self.gear)
        self.follow_size_of_text()

    def follow_size_of_text(self) -> None:
        """Takes the width from the tokens."""
        self.setFixedWidth(current().rail)
        self.updateGeometry()

    def add(self, room: Room) -> None:
        """Adds a room's button."""
        button = RailButton(room.icon, room.room_title, key=f"Alt+{len(self._buttons) + 1}", name=f"rail-{room.name}")
        button.clicked.connect(lambda: self._pressed(room.name))
        self._buttons[room.name] = button
        self._rooms.addWidget(button)

    def clear(self) -> None:
        """Takes all rooms away."""
        for button in self._buttons.values():
            self._rooms.removeWidget(button)
            button.deleteLater()
        self._buttons.clear()

    def show_room(self, name: str) -> None:
        """Marks the room one is in."""
        for own, button in self._buttons.items():
            button.setChecked(own == name)

    def allow(self, name: str, allowed: bool) -> None:
        """Whether a room can be entered now."""
        self._buttons[name].setEnabled(allowed)

    def tell(self, name: str, waits: str) -> None:
        """Says by a dot at a room's button that something waits there, and what; "" takes it away."""
        if name in self._buttons:
            self._buttons[name].tell(waits)

    def _pressed(self, name: str) -> None:
        self._buttons[name].setChecked(not self._buttons[name].isChecked())  # the shell decides; `show_room` marks
        self.room_wanted.emit(name)


class _Mark(QWidget):
    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        return QSize(28, 28)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_mark(painter, QRectF((self.width() - 28) / 2, (self.height() - 28) / 2, 28, 28))
