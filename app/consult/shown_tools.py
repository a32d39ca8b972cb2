"""What can be drawn over the shown viewport, or over the still picture that is open, for everybody to see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.look.buttons import Button
from app.look.flow import Flow
from app.look.words import heading

if TYPE_CHECKING:
    from app.consult.call import Call

_ACTS = (("snapshot", "Still picture…"), ("circle", "Circle"), ("line", "Line"), ("clear", "Clear"))


class ShownTools(QWidget):
    """Signals: `tool(name)`: "circle" and "line" are drawn by the next drag, "clear" takes all away, "snapshot" sends a still picture."""

    tool = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self._title = heading("")
        column.addWidget(self._title)
        tools = QWidget()
        row = Flow(tools, spacing=4)
        self.buttons: dict[str, Button] = {}
        for name, word in _ACTS:
            button = self.buttons[name] = Button(word, "plain", name=f"shown-{name}")
            button.setCheckable(True)
            button.clicked.connect(lambda _on=False, act=name: self.tool.emit(act))
            row.addWidget(button)
        column.addWidget(tools)
        self._live, self._still = False, False
        self._settle()

    def show_live(self, live: bool) -> None:
        """Whether a viewport is shown."""
        self._live = live
        self._settle()

    def show_still(self, still: bool) -> None:
        """Whether a picture is open in the pane: then the tools are its."""
        self._still = still
        self._settle()

    def _settle(self) -> None:
        """Only where there is something to draw on are there tools for it."""
        for name in ("circle", "line", "clear"):
            self.buttons[name].setVisible(self._live or self._still)
        self._title.setText("On the open picture" if self._still else "On the shown image" if self._live else "Show images")

    def raise_tool(self, name: str) -> None:
        """The tool that the next drag uses, "" for none."""
        for each, button in self.buttons.items():
            button.setChecked(each == name and each in ("circle", "line"))

    def follow(self, call: Call) -> None:
        """There is nobody to show to unless somebody is in."""
        self.setVisible(bool(call.inside()))
