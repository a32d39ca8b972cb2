"""The desk's own keys, beside those of the viewports (`viewer.screen.keys`): act, keys, words for the help."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent


@dataclass(frozen=True, slots=True)
class DeskKey:
    """One row: where it works, what it does, the keys as written, and how it is recognised."""

    scope: str  # "desk" or "worklist"
    act: str
    keys: tuple[str, ...]
    words: str
    key: Qt.Key | None = None
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    text: str = ""  # recognised by what it types, on whatever layout


_ALT = Qt.KeyboardModifier.AltModifier
_CTRL = Qt.KeyboardModifier.ControlModifier

DESK_KEYS: tuple[DeskKey, ...] = (
    DeskKey("desk", "room-1", ("Alt+1",), "Worklist", Qt.Key.Key_1, _ALT),
    DeskKey("desk", "room-2", ("Alt+2",), "Reading, the open case", Qt.Key.Key_2, _ALT),
    DeskKey("desk", "room-3", ("Alt+3",), "Opinion, the open case", Qt.Key.Key_3, _ALT),
    DeskKey("desk", "room-4", ("Alt+4",), "Consult", Qt.Key.Key_4, _ALT),
    DeskKey("desk", "lock", ("Ctrl+L",), "Lock the desk", Qt.Key.Key_L, _CTRL),
    DeskKey("desk", "settings", ("F10",), "Settings, status, about", Qt.Key.Key_F10),
    DeskKey("desk", "help", ("?", "F1"), "All keys", Qt.Key.Key_F1, text="?"),
    DeskKey("worklist", "find", ("/",), "Find a case"),
    DeskKey("worklist", "open", ("↵",), "Open the case, or accept what is offered"),
    DeskKey("worklist", "move", ("↑", "↓", "Home", "End"), "Choose a case"),
    DeskKey("worklist", "sort", ("Ctrl+1", "…", "Ctrl+5"), "Sort by a column; again turns the order round"),
)


def desk_act(event: QKeyEvent) -> str:
    """The desk's act for a key, or ""."""
    pressed = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    for row in DESK_KEYS:
        if row.scope != "desk":
            continue
        if row.text and event.text() == row.text:
            return row.act
        if row.key is not None and event.key() == row.key and pressed == row.modifiers:
            return row.act
    return ""
