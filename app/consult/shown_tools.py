"""What can be drawn over the shown viewport for everybody to see, and the still pictures that were sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.look.buttons import Button
from app.look.flow import Flow
from app.look.words import Words, heading

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
        column.addWidget(heading("On the shown image"))
        tools = QWidget()
        row = Flow(tools, spacing=4)
        self.buttons: dict[str, Button] = {}
        for name, word in _ACTS:
            button = self.buttons[name] = Button(word, "plain", name=f"shown-{name}")
            button.setCheckable(True)
            button.clicked.connect(lambda _on=False, act=name: self.tool.emit(act))
            row.addWidget(button)
        column.addWidget(tools)
        self._sent = Words("", "faint", wrap=True)
        self._sent.setObjectName("consult-snapshots")
        column.addWidget(self._sent)
        self._live = False

    def show_live(self, live: bool) -> None:
        """Whether a viewport is shown: only then is there something to draw on."""
        self._live = live
        for name in ("circle", "line", "clear"):
            self.buttons[name].setVisible(live)

    def raise_tool(self, name: str) -> None:
        """The tool that the next drag uses, "" for none."""
        for each, button in self.buttons.items():
            button.setChecked(each == name and each in ("circle", "line"))

    def follow(self, call: Call) -> None:
        """The still pictures that everybody has."""
        sent = call.state.snapshots if call.state is not None else ()
        self._sent.setText("\n".join(f"{each.at.astimezone():%H:%M} {each.label}{', with name' if each.identity else ''}" for each in sent))
        self._sent.setVisible(bool(sent))
        self.setVisible(bool(call.inside()))
