"""The case panel in a window of its own, for a second screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.look.icons import program_icon

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QCloseEvent, QKeyEvent


class Detached(QWidget):
    """Holds the panel until it is closed; then `back` takes it in again. The room's keys work here too."""

    def __init__(
        self, panel: QWidget, back: Callable[[], None], room_key: Callable[[QKeyEvent], bool], name: str = "detached-panel"
    ) -> None:
        super().__init__(panel.window(), Qt.WindowType.Window)
        self.setObjectName(name)
        self.setWindowTitle("Overread")  # never a name
        self.setWindowIcon(program_icon())
        self._panel, self._back, self._room_key = panel, back, room_key
        size = (max(panel.width(), 420), panel.window().height())  # as high as the window that it leaves
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(panel)
        self.resize(*size)
        self._to_another_screen()
        self.show()

    def give_back(self) -> None:
        """Closes without a question."""
        self.close()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """The room's keys."""
        if not self._room_key(event):
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  Qt's name
        """Gives the panel back."""
        layout = self.layout()
        if layout is not None:
            layout.removeWidget(self._panel)
        self._back()
        event.accept()
        self.deleteLater()

    def _to_another_screen(self) -> None:
        parent = self.parentWidget()
        here = parent.screen() if parent is not None else None
        other = next((screen for screen in here.virtualSiblings() if screen is not here), None) if here is not None else None
        if other is not None:
            self.move(other.availableGeometry().topLeft())
