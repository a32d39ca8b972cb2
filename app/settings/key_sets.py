"""Ready sets of keys for other viewers' habits: what each changes of the table, as data. A set is kept as a person's own keys are.

Keys are those that the other viewers document or ship: OHIF's `hotkeyBindings`, the default hot keys of OsiriX and Horos, the
shortcuts of Weasis, which follow IHE's Basic Image Review. An act of ours whose key such a habit takes gets another one here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from viewer.screen.keys import Act

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.settings.own_keys import Kept

OWN = "Your own keys"


@dataclass(frozen=True, slots=True)
class KeySet:
    """A name as people know it, and the acts whose keys differ from the table."""

    words: str
    keys: Mapping[Act, tuple[str, ...]] = field(default_factory=dict)

    @property
    def kept(self) -> Kept:
        """As settings keep it."""
        return {act.value: keys for act, keys in self.keys.items()}


SETS: tuple[KeySet, ...] = (
    KeySet("Overread"),
    KeySet(
        "Horos, OsiriX",
        {
            Act.WINDOW_STORED: ("0", "~"),
            Act.PAN_TOOL: ("M",),
            Act.ROTATE: ("I",),
            Act.LENGTH: ("L",),
            Act.ARROW: ("Q",),
            Act.INVERT: ("Ctrl+I",),
            Act.MPR: ("Y",),
        },
    ),
    KeySet(
        "OHIF",
        {
            Act.VIEWPORT_NEXT: ("Right", "Tab"),
            Act.VIEWPORT_PREVIOUS: ("Left", "Shift+Tab"),
            Act.SERIES_PREVIOUS: ("PgUp",),
            Act.SERIES_NEXT: ("PgDown",),
            Act.ZOOM_IN: ("+",),
            Act.RESET: ("=", "Ctrl+R"),
            Act.REDO: ("Ctrl+Y", "Ctrl+Shift+Z"),
            Act.DELETE: ("Backspace", "Del"),
        },
    ),
    KeySet(
        "Weasis, IHE Basic Image Review",
        {
            Act.PAN_TOOL: ("T",),
            Act.TEXT: ("B",),
            Act.MARKS: ("I", "O"),
            Act.ROTATE: ("Alt+R", "R"),
            Act.FLIP_HORIZONTAL: ("Alt+F", "H"),
            Act.ZOOM_IN: ("Ctrl++", "+", "="),
            Act.ZOOM_OUT: ("Ctrl+-", "-"),
            Act.INVERT: ("Shift+I",),
            Act.SLAB_MODE: ("Shift+B",),
        },
    ),
)


def set_of(kept: Mapping[str, tuple[str, ...]]) -> KeySet | None:
    """The set whose keys these are, None where a person changed some of them."""
    return next((one for one in SETS if one.kept == dict(kept)), None)
