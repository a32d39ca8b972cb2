"""In which order frames are fetched: three lanes, seeded again around the reader at every move; pure, no thread and no clock."""

from __future__ import annotations

from enum import IntEnum
from itertools import chain, islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

AHEAD = 8  # frames around the reader that come before the rest


class Lane(IntEnum):
    """Who waits: the smaller goes first."""

    INTERACTION = 0  # what stands on a screen
    AROUND = 1  # what a reader who goes on sees next; then first, middle and last
    PREFETCH = 2  # the gaps, the nearest first


class Course:
    """The frames of one series in the order in which they are wanted, each once.

    Args:
        count: how many there are.
        most: how many are fetched at most from one place of the reader (a series that does not fit keeps no more).
    """

    def __init__(self, count: int, most: int) -> None:
        self._count, self._ahead = count, count if most >= count else most - 2  # beside the one shown and the one before it
        self._at, self._direction = 0, 1
        self._lanes: dict[Lane, Iterator[int]] = {}

    def seed(self, at: int, direction: int = 1) -> None:
        """The reader is at `at` and moves in `direction` (1 or -1)."""
        self._at, self._direction = at, direction
        ends = (0, self._count // 2, self._count - 1) if self._ahead >= self._count else ()
        self._lanes = {
            Lane.INTERACTION: iter((at,)),
            Lane.AROUND: chain(self._around(at, direction)[: self._ahead], ends),
            Lane.PREFETCH: self._outwards(at, direction),
        }

    def again(self) -> None:
        """Begins anew from where the reader is: what was taken may have been put back."""
        self.seed(self._at, self._direction)

    def take(self, lane: Lane, wanted: Callable[[int], bool]) -> int | None:
        """The next index of a lane for which `wanted` holds; None: the lane is done until it is seeded again."""
        return next((index for index in self._lanes.get(lane, ()) if wanted(index)), None)

    def _around(self, at: int, direction: int) -> list[int]:
        steps = (at + sign * direction * step for step in range(1, AHEAD + 1) for sign in (1, -1))
        return [index for index in steps if 0 <= index < self._count]

    def _outwards(self, at: int, direction: int) -> Iterator[int]:
        both = (index for step in range(1, self._count) for index in (at + direction * step, at - direction * step))
        return islice((index for index in both if 0 <= index < self._count), self._ahead)
