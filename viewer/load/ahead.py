"""Memory made ready for series that are likely wanted next, while the reader still looks at the worklist.

The system clears each page of fresh memory when it is first written. For 1,000 slices that takes as long as decoding into them, and it can
be done before anything is known but the size. No pixel is in such memory, and none comes back into it: it is taken once and freed with
its series.
"""

from __future__ import annotations

import mmap
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from viewer.load.memory import Memory

KEY = "made ready"
SMALL = 32 << 20  # below this nobody notices
PIECE = 2 << 20
POPULATE_WRITE = 23  # madvise(2), Linux 5.14: prefaults pages as if written, and leaves what is written alone


def anonymous(size: int) -> mmap.mmap | None:
    """Fresh memory of `size` bytes in ordinary pages; None where the system has no such call."""
    if not size or not hasattr(mmap, "MAP_PRIVATE"):
        return None
    return mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)


class Ahead:
    """Room for a few series, by size. Thread-safe; where the system cannot, or memory is short, nothing is made ready.

    Args:
        memory: the account, in which it stands until it is taken; it is the first that goes when others need room.
    """

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._lock = threading.Lock()
        self._rooms: list[mmap.mmap] = []
        self._wanted = 0  # grows with each wish; an older thread sees it and ends

    def want(self, sizes: Sequence[int]) -> None:
        """Makes room for series of these sizes in bytes, in place of what was made ready before. Belongs in a thread: 512 MB take 0.2 s."""
        self.forget()
        large = [size for size in sizes if size >= SMALL]
        total = sum(large)
        if not large or total > self._memory.left() or total * 2 > available_bytes() or not self._memory.hold(KEY, total, self.forget):
            return
        rooms = [room for size in large if (room := anonymous(size)) is not None]
        with self._lock:
            self._rooms = list(rooms)
            mine = self._wanted
        for room in rooms:
            if not self._touch(room, mine):
                return

    def take(self, size: int) -> mmap.mmap | None:
        """Memory of exactly this size, once; None where none was made ready."""
        with self._lock:
            found = next((room for room in self._rooms if len(room) == size), None)
            if found is not None:
                self._rooms.remove(found)
            return found

    def forget(self) -> None:
        """Gives back what nobody took."""
        with self._lock:
            self._wanted += 1
            self._rooms.clear()
        self._memory.drop(KEY)

    def _touch(self, room: mmap.mmap, mine: int) -> bool:
        """Clears a room piece by piece, also while it is being used; False where it is no longer wished for, or cannot be done."""
        for start in range(0, len(room), PIECE):
            if mine != self._wanted:
                return False
            try:
                room.madvise(POPULATE_WRITE, start, min(PIECE, len(room) - start))
            except (OSError, ValueError, AttributeError):
                return False
            time.sleep(0)  # others may have the interpreter between two pieces
        return True


def available_bytes() -> int:
    """Memory that can be had without swapping; 0 where the system does not tell."""
    try:
        with open("/proc/meminfo", encoding="ascii") as lines:  # noqa: PTH123  a file of the kernel
            return next(int(line.split()[1]) << 10 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, StopIteration, ValueError):
        return 0
