"""From a key event to the act that the one key table gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeySequence

from viewer.screen.keys import TABLE, Act, by_key

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent


def act_of(event: QKeyEvent, scope: str) -> Act | None:
    """The act of a key in a scope, with the person's own keys where they are set."""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    combination = QKeyCombination(modifiers, Qt.Key(event.key()))
    return by_key(TABLE, scope).get(QKeySequence(combination).toString(QKeySequence.SequenceFormat.PortableText))
