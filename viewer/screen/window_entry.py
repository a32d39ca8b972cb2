"""A small entry for a window's width and level, for those who know the numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDoubleValidator
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QWidget

from viewer.dicom.grey import Voi
from viewer.dicom.header import Window
from viewer.screen.colours import DEFAULT_COLOURS

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from viewer.screen.colours import ScreenColours


def field_style(colours: ScreenColours) -> str:
    """The style of a label and a field that open over an image."""
    return (
        f"QLabel {{ color: {colours.faint}; background: transparent; }}"
        f"QLineEdit {{ color: {colours.text}; background: {colours.ground}; border: 2px solid {colours.ground}; border-radius: 4px;"
        f" padding: 3px 6px; selection-background-color: {colours.accent}; selection-color: {colours.ground}; }}"
        f"QLineEdit:focus {{ border-color: {colours.accent}; }}"
    )


class WindowEntry(QFrame):
    """Two numbers over a viewport. Signal: `chosen(Voi)`; Esc leaves without."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget, colours: ScreenColours = DEFAULT_COLOURS) -> None:
        super().__init__(parent)
        self.setObjectName("window-entry")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setStyleSheet(f"#window-entry {{ background: {colours.surface}; border-radius: 6px; }}{field_style(colours)}")
        self._width, self._level = QLineEdit(), QLineEdit()
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.setSpacing(8)
        for name, field in (("Width", self._width), ("Level", self._level)):
            field.setObjectName(f"window-{name.casefold()}")
            field.setAccessibleName(f"Window {name.casefold()}")
            field.setValidator(QDoubleValidator(field))
            field.setFixedWidth(72)
            field.returnPressed.connect(self._take)
            label = QLabel(name)
            label.setBuddy(field)
            row.addWidget(label)
            row.addWidget(field)
        self._back: QWidget | None = None
        self._function = "LINEAR"
        self.hide()

    def ask(self, viewport: QWidget, window: Window | None) -> None:
        """Opens over the bottom right of a viewport with the window in force."""
        self._back = viewport
        self._function = window.function if window is not None else "LINEAR"
        self._width.setText(f"{window.width:g}" if window is not None else "")
        self._level.setText(f"{window.centre:g}" if window is not None else "")
        self.adjustSize()
        corner = viewport.geometry().bottomRight()
        self.move(corner.x() - self.width() - 8, corner.y() - self.height() - 8)
        self.show()
        self.raise_()
        self._width.setFocus(Qt.FocusReason.OtherFocusReason)
        self._width.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Esc leaves."""
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
        else:
            super().keyPressEvent(event)

    def _take(self) -> None:
        try:
            width, level = float(self._width.text()), float(self._level.text())
        except ValueError:
            return
        self._leave()
        self.chosen.emit(Voi("window", window=Window(level, max(width, 1.0), "", self._function)))

    def _leave(self) -> None:
        self.hide()
        if self._back is not None:
            self._back.setFocus(Qt.FocusReason.OtherFocusReason)
