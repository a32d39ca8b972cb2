"""One account of the memory that decoded frames take, out of what the machine has."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

from viewer.load.ahead import Ahead

if TYPE_CHECKING:
    from collections.abc import Callable

SHARE = 0.5  # of physical memory
FLOOR = 256 << 20


def physical_bytes() -> int:
    """The machine's memory in bytes; 4 GiB where the system does not tell."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 4 << 30


class Memory:
    """Who holds how many bytes; the longest unused holder that nobody pins is let go first. Thread-safe.

    Args:
        budget: bytes for all decoded frames together.
    """

    def __init__(self, budget: int | None = None) -> None:
        self.budget = budget or max(FLOOR, int(physical_bytes() * SHARE))
        self._lock = threading.Lock()
        self._held: OrderedDict[str, tuple[int, Callable[[], None]]] = OrderedDict()
        self._pins: dict[str, int] = {}
        self.ahead = Ahead(self)

    @property
    def used(self) -> int:
        """Bytes held now."""
        with self._lock:
            return sum(size for size, _ in self._held.values())

    def left(self) -> int:
        """Bytes that can be held without letting anybody go."""
        return self.budget - self.used

    def hold(self, key: str, size: int, let_go: Callable[[], None]) -> bool:
        """Enters a holder, letting others go where that is needed; False where it cannot fit beside what is pinned."""
        released = []
        with self._lock:
            self._held.pop(key, None)
            used = sum(each for each, _ in self._held.values())
            for other in list(self._held):
                if used + size <= self.budget:
                    break
                if not self._pins.get(other):
                    freed, drop = self._held.pop(other)
                    used -= freed
                    released.append(drop)
            fits = used + size <= self.budget
            if fits:
                self._held[key] = (size, let_go)
        for drop in released:
            drop()
        return fits

    def touch(self, key: str) -> None:
        """Marks a holder as used just now."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)

    def pin(self, key: str, by: int) -> None:
        """Adds (+1) or takes back (-1) a pin; what is pinned is on a screen and stays."""
        with self._lock:
            self._pins[key] = max(0, self._pins.get(key, 0) + by)

    def drop(self, key: str) -> None:
        """Takes a holder out."""
        with self._lock:
            self._held.pop(key, None)
            self._pins.pop(key, None)
