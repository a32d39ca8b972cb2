"""Pointers and marks over what is shown, as values: what may come over the channel, who drew it, and how long it stands. Qt-free.

Every place is a share (0 to 1) of the width and height of the picture it lies on; a radius is a share of the width. `on` names the picture:
"live", or the SHA-256 of a still one.

    {"m": "pointer", "on", "x", "y"}
    {"m": "circle", "on", "x", "y", "r"}    {"m": "line", "on", "x", "y", "x2", "y2"}    {"m": "clear", "on"}
    {"m": "marks", "on", "marks": [{"m": "circle", …, "by": id}, …]}

A mark on the live picture is a wish: who shows it knows its image, and tells everybody the whole of what stands there ("marks") as often as
it changes. A mark on a still picture is taken by each side for itself; there "marks" repeats those of the one who sends it.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from sync.protocol.consult import Kind, RoomPerson

Shape = Literal["circle", "line"]

LIVE = "live"
MOST = 50  # marks on one picture; the oldest goes
POINTER_S = 2.5  # a pointer that rests so long is taken away
_NEEDS: dict[Shape, tuple[str, ...]] = {"circle": ("x", "y", "r"), "line": ("x", "y", "x2", "y2")}
_BEYOND = 8.0  # shares: a mark of an image that is zoomed may lie so far outside of the picture
_TINTS: dict[Kind, int] = {"physician": 0, "patient": 1, "local_physician": 2, "relative": 3, "interpreter": 4, "coordinator": 5}
_MORE_TINTS = (6, 7)  # for a second and a third person of a kind


@dataclass(frozen=True, slots=True)
class Mark:
    """One circle (x, y, r) or line (x, y, x2, y2), in shares, and the id of whoever drew it."""

    shape: Shape
    at: tuple[float, ...]
    by: str = ""

    def said(self, **more: str) -> dict[str, Any]:
        """As it crosses, to the ten thousandth."""
        return {"m": self.shape, **{name: round(value, 4) for name, value in zip(_NEEDS[self.shape], self.at, strict=True)}, **more}


def mark_of(message: object, by: str, *, beyond: float = 0.0) -> Mark | None:
    """The mark of a message; None where its shape is not known or a share is no number from 0 to 1 (`beyond`: so much further out)."""
    shape = message.get("m") if isinstance(message, dict) else None
    if not isinstance(message, dict) or not isinstance(shape, str) or shape not in _NEEDS:
        return None
    at = numbers(message, _NEEDS[shape], beyond)
    return Mark(shape, at, by) if at is not None else None


def numbers(message: dict[str, Any], names: Sequence[str], beyond: float = 0.0) -> tuple[float, ...] | None:
    """The shares of these names; None where one is missing or is something else (a text, nan, a place outside)."""
    found = [message.get(name) for name in names]
    if not all(isinstance(each, int | float) and not isinstance(each, bool) and -beyond <= each <= 1 + beyond for each in found):
        return None
    return tuple(float(each) for each in found if each is not None)


def marks_of(message: dict[str, Any], people: Collection[str]) -> list[Mark]:
    """The marks of a whole set, of people who are known; what cannot be read is left out."""
    told = message.get("marks")
    rows = [row for row in told[:MOST] if isinstance(row, dict)] if isinstance(told, list) else []
    made = [mark_of(row, row["by"], beyond=_BEYOND) for row in rows if isinstance(row.get("by"), str) and row["by"] in people]
    return [mark for mark in made if mark is not None]


def whole(on: str, marks: Sequence[Mark]) -> dict[str, Any]:
    """All marks of a picture as one message; what lies too far outside of it is not said."""
    near = [mark for mark in marks if all(math.isfinite(value) and -_BEYOND <= value <= 1 + _BEYOND for value in mark.at)]
    return {"m": "marks", "on": on, "marks": [mark.said(by=mark.by) for mark in near]}


def tint_of(people: Sequence[RoomPerson], who: str) -> int:
    """Which of the eight colours is whose: by kind, so that all sides agree; a second person of a kind has another. 0 for a stranger."""
    person = next((each for each in people if each.id == who), None)
    if person is None:
        return 0
    same = sorted(each.id for each in people if each.kind == person.kind)
    place = same.index(who)
    return _TINTS[person.kind] if place == 0 else _MORE_TINTS[min(place, len(_MORE_TINTS)) - 1]


@dataclass(slots=True)
class Flood:
    """How much one person may send: so many messages a second, and twice that at once. What is more is dropped."""

    each_second: float = 60.0
    clock: Callable[[], float] = time.monotonic
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)

    def lets(self, who: str) -> bool:
        """Whether one more message of a person is taken."""
        now, most = self.clock(), 2 * self.each_second
        left, at = self._left.get(who, (most, now))
        left = min(left + (now - at) * self.each_second, most)
        self._left[who] = (max(left - 1, 0.0), now)
        return left >= 1


@dataclass(slots=True)
class Pictures:
    """The marks and pointers of every picture that is shown, as this side sees them."""

    clock: Callable[[], float] = time.monotonic
    _marks: dict[str, list[Mark]] = field(default_factory=dict)
    _pointers: dict[str, tuple[str, float, float, float]] = field(default_factory=dict)  # by whom → on, x, y, when

    def add(self, on: str, mark: Mark) -> None:
        """One more mark."""
        self._marks[on] = [*self._marks.get(on, []), mark][-MOST:]

    def put(self, on: str, marks: Sequence[Mark], by: str = "") -> None:
        """These stand there instead of all, or of all `by` one person."""
        others = [mark for mark in self._marks.get(on, []) if by and mark.by != by]
        self._marks[on] = [*others, *marks][-MOST:]

    def clear(self, on: str, by: str = "") -> None:
        """Takes all marks of a picture away, or those of one person."""
        self.put(on, [], by)

    def point(self, on: str, by: str, x: float, y: float) -> None:
        """Where somebody points now."""
        self._pointers[by] = (on, x, y, self.clock())

    def marks(self, on: str) -> tuple[Mark, ...]:
        """The marks of a picture, the oldest first."""
        return tuple(self._marks.get(on, ()))

    def pointers(self, on: str) -> dict[str, tuple[float, float]]:
        """Who points at a picture, and where: only who did so just now."""
        now = self.clock()
        return {by: (x, y) for by, (where, x, y, at) in self._pointers.items() if where == on and now - at < POINTER_S}

    def keep(self, pictures: Collection[str], people: Collection[str]) -> None:
        """Forgets the marks of pictures that are there no longer, and the pointers of who has left."""
        self._marks = {on: marks for on, marks in self._marks.items() if on in pictures}
        self._pointers = {by: at for by, at in self._pointers.items() if by in people and at[0] in pictures}
