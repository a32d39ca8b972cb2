"""From a pressed key to its act: by what the key writes, and by its place where the layout writes no Latin letter."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeySequence

from viewer.screen.keys import VIEWPORT, Act, by_key, in_force

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

# Scan codes of X11 and Wayland (evdev + 8) by rows of the keyboard, as a Latin layout writes them.
_ROWS = ((24, "QWERTYUIOP"), (38, "ASDFGHJKL"), (52, "ZXCVBNM"))
LETTER_OF_SCAN_CODE = {start + n: letter for start, letters in _ROWS for n, letter in enumerate(letters)}


def act_of(event: QKeyEvent, scope: str = VIEWPORT) -> Act | None:
    """The act of a key in a scope, with the person's own keys; None where it has none."""
    table = by_key(in_force(), scope)
    return next((table[name] for name in _names(event) if name in table), None)


def name_of(event: QKeyEvent) -> str:
    """A key as the table writes it, when a person gives it to an act: by its place, else by the sign it writes, else with its modifiers."""
    return _names(event)[-1]


def _names(event: QKeyEvent) -> tuple[str, ...]:
    """What a key may be called in the table, the most literal first."""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    key = Qt.Key.Key_Tab if event.key() == Qt.Key.Key_Backtab else Qt.Key(event.key())
    names = [_text(modifiers, key)]
    if names[0].startswith("Shift+") and event.text().isprintable() and event.text().strip() and not event.text().isalnum():
        names.append(names[0].removeprefix("Shift+"))  # signs that need Shift on this layout: "?", "+"
    letter = _place_of(event)
    return (*names, _text(modifiers, letter)) if letter is not None else tuple(names)


def _text(modifiers: Qt.KeyboardModifier, key: Qt.Key) -> str:
    return QKeySequence(QKeyCombination(modifiers, key)).toString(QKeySequence.SequenceFormat.PortableText)


def _place_of(event: QKeyEvent) -> Qt.Key | None:
    """The Latin key at the same place, for a key that writes another script's letter."""
    written = QKeySequence(event.key()).toString()
    if len(written) != 1 or written.isascii() or not written.isalpha():
        return None
    if sys.platform == "win32":
        code = event.nativeVirtualKey()
        return Qt.Key(code) if ord("A") <= code <= ord("Z") else None
    letter = LETTER_OF_SCAN_CODE.get(event.nativeScanCode())
    return Qt.Key(ord(letter)) if letter is not None else None
