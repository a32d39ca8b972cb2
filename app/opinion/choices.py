"""A few words in a row of which at most one holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from app.look.buttons import Button
from app.look.flow import Flow

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent


class Choices(QWidget):
    """Words of which one is chosen, or none; choosing it again takes the choice back. Left and right lead along the row.

    Signals: `chosen(str)` the value, "" where the choice was taken back; only by the person's act.
    """

    chosen = Signal(str)

    def __init__(self, name: str, says: str, options: tuple[tuple[str, str], ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(says)
        row = Flow(self, spacing=2)
        row.setContentsMargins(5, 0, 0, 0)
        self._buttons: dict[str, Button] = {}
        for value, word in options:
            button = Button(word, "plain", name=f"{name}-{value}", says=f"{says}: {word}")
            button.setCheckable(True)
            button.clicked.connect(lambda checked, value=value: self._choose(value, checked))
            row.addWidget(button)
            self._buttons[value] = button

    def value(self) -> str:
        """What is chosen, or an empty string."""
        return next((value for value, button in self._buttons.items() if button.isChecked()), "")

    def set_value(self, value: str) -> None:
        """Shows a choice without telling of it."""
        for each, button in self._buttons.items():
            button.setChecked(each == value)

    def set_writable(self, writable: bool) -> None:
        """Where nothing can be chosen any more only the choice is shown."""
        self.setEnabled(writable)
        for button in self._buttons.values():
            button.setVisible(writable or button.isChecked())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Left and right lead along the row."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        buttons = list(self._buttons.values())
        focused = next((n for n, button in enumerate(buttons) if button.hasFocus()), None)
        if step and focused is not None:
            buttons[(focused + step) % len(buttons)].setFocus(Qt.FocusReason.TabFocusReason)
            return
        super().keyPressEvent(event)

    def _choose(self, value: str, checked: bool) -> None:
        self.set_value(value if checked else "")
        self.chosen.emit(value if checked else "")
