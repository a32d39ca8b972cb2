"""The tools of the reading room in the top bar: the tool that a drag uses, linked scroll, planes, key image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.look.buttons import Button
from app.look.theme import colour
from viewer.screen.keys import Act, first_key

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent


@dataclass(frozen=True, slots=True)
class Tool:
    """One button: its word; `stays` means that it shows a state (a tool in the hand, linked scroll); `spare` is left out first."""

    act: Act
    word: str
    stays: bool = True
    spare: int = 0  # the higher, the sooner it is left out of a narrow window; its key works all the same


GROUPS: tuple[tuple[Tool, ...], ...] = (
    (Tool(Act.WINDOW_TOOL, "Window"), Tool(Act.ZOOM_TOOL, "Zoom", spare=2), Tool(Act.PAN_TOOL, "Pan", spare=3)),
    (
        Tool(Act.LENGTH, "Length"),
        Tool(Act.ANGLE, "Angle", spare=1),
        Tool(Act.ELLIPSE, "Region", spare=1),
        Tool(Act.TEXT, "Text", spare=4),
    ),
    (Tool(Act.LINK, "Linked", spare=1), Tool(Act.MPR, "MPR", spare=1)),
)
_GAP = 2
_BEFORE_KEY_IMAGE = 16
_WAYS = ((0, True), (0, False), (4, False), (3, False), (2, False), (1, False))  # from all to few


class ToolBar(QWidget):
    """The tools. Signals: `chosen(Act)` a button was pressed; it shows no state of its own until `show_tool`, `show_link` say so."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("reading-tools")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._buttons: dict[Act, Button] = {}
        self._spare: dict[Act, int] = {}
        self._gives_way = False
        self._lines: list[QWidget] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 0, 0, 0)
        self._row.setSpacing(_GAP)
        for number, group in enumerate(GROUPS):
            if number:
                self._row.addWidget(self._line())
            for tool in group:
                self._row.addWidget(self._button(tool))
        self._row.addStretch()
        self._row.addSpacing(_BEFORE_KEY_IMAGE)
        self.key_image = Button("Key image", key=first_key(Act.KEY_IMAGE), name="tool-key_image", says="Keep this image as a key image")
        self.key_image.clicked.connect(lambda: self.chosen.emit(Act.KEY_IMAGE))
        self._row.addWidget(self.key_image)

    def show_tool(self, act: Act | None) -> None:
        """Raises the tool in the hand."""
        for each, button in self._buttons.items():
            if each not in (Act.LINK, Act.MPR):
                button.setChecked(each is act)

    def show_link(self, words: str) -> None:
        """Linked scroll and by what ("by position"), or "" where it is off."""
        button = self._buttons[Act.LINK]
        button.setText(f"Linked {words}".strip() if words else "Link")
        button.setAccessibleName(f"Linked scroll: {words or 'off'}")
        button.setChecked(bool(words))
        button.updateGeometry()
        self._fit()

    def show_planes(self, on: bool) -> None:
        """Whether three planes are shown."""
        self._buttons[Act.MPR].setChecked(on)

    def allow(self, act: Act, allowed: bool) -> None:
        """Whether a tool can do something here."""
        self._buttons[act].setEnabled(allowed)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """As little as it must; it grows into what the patient's line leaves."""
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """The key image's button alone; nothing where it gives way."""
        if self._gives_way:
            return QSize(0, self._row.sizeHint().height())
        return QSize(self.key_image.sizeHint().width() + _BEFORE_KEY_IMAGE, self._row.sizeHint().height())

    def give_way(self, on: bool) -> None:
        """Whether the tools may go altogether where others need the place (in a call); their keys work all the same."""
        self._gives_way = on
        self.updateGeometry()
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Fewer words in a narrow window."""
        super().resizeEvent(event)
        self._fit()

    def follow_keys(self) -> None:
        """Takes the keys from the table again."""
        self._fit()

    def _fit(self) -> None:
        """Leaves out first the keys, then the spare tools, until all fits."""
        self._show_any(True)
        if not any(self._shown_as(level, keys=keys) <= self.width() for level, keys in _WAYS) and self._gives_way:
            self._show_any(False)

    def _show_any(self, shown: bool) -> None:
        for widget in (*self._buttons.values(), *self._lines, self.key_image):
            widget.setVisible(shown)

    def _shown_as(self, level: int, *, keys: bool) -> int:
        """Shows the tools whose spare is below a level (0: all), and gives the width that they take."""
        self.key_image.set_key(first_key(Act.KEY_IMAGE) if level != 1 else "")
        for act, button in self._buttons.items():
            button.set_key(first_key(act) if keys and act is not Act.PAN_TOOL else "")
            button.setVisible(not level or self._spare[act] < level)
        self._row.invalidate()
        return self._row.minimumSize().width()

    def _button(self, tool: Tool) -> Button:
        button = Button(tool.word, "plain", key=first_key(tool.act), name=f"tool-{tool.act.value}", says=tool.word)
        button.setCheckable(True)
        button.clicked.connect(lambda: self._press(tool.act))
        self._buttons[tool.act] = button
        self._spare[tool.act] = tool.spare
        return button

    def _press(self, act: Act) -> None:
        button = self._buttons[act]
        button.setChecked(not button.isChecked())  # the state comes from what it does, not from the press
        self.chosen.emit(act)

    def _line(self) -> QWidget:
        line = _Line()
        self._lines.append(line)
        return line


class _Line(QWidget):
    """A short upright line between two groups of tools."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(13, 18)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draws it."""
        del event
        QPainter(self).fillRect(6, 0, 1, self.height(), colour("line"))
