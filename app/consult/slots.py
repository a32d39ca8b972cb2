"""Pictures between two processes of one machine: shared memory of two places, the newest picture wins, nobody waits.

One writes, one reads. Each place stands behind three numbers: which picture it holds (0 while it is written), its rows, its columns. A
reader copies and looks again; a place that changed meanwhile is read anew.
"""

from __future__ import annotations

from multiprocessing.shared_memory import SharedMemory

import numpy as np
from numpy.typing import NDArray

PLACES, NUMBERS = 2, 3
HEAD = PLACES * NUMBERS * 8
MOST = (720, 1280)  # rows and columns of the largest picture
TRIES = 5

Picture = NDArray[np.uint8]


class Slots:
    """The memory for pictures of up to `most` (rows, columns), RGB, under a name of its own.

    Args:
        name: of memory that another process made; empty: it is made here, and `close` gives it back.
        most: rows and columns.
    """

    def __init__(self, name: str = "", most: tuple[int, int] = MOST) -> None:
        self._size = most[0] * most[1] * 3
        self._made = not name
        self._memory = SharedMemory(name or None, create=self._made, size=HEAD + PLACES * self._size)
        self.most = most
        self._count = 0

    @property
    def name(self) -> str:
        """What the other process opens it by."""
        return self._memory.name

    def put(self, picture: Picture) -> None:
        """A newer picture, (rows, columns, 3); one that is too large for the memory is not taken."""
        if picture.size > self._size:
            return
        self._count += 1
        place = self._count % PLACES
        head = self._head()
        head[place, 0] = 0
        self._pixels(place)[: picture.size] = picture.reshape(-1)
        head[place, 1:] = picture.shape[:2]
        head[place, 0] = self._count

    def newest(self) -> Picture | None:
        """A copy of the newest picture; None where there is none."""
        for _ in range(TRIES):
            head = self._head()
            place = int(head[:, 0].argmax())
            count, rows, columns = (int(n) for n in head[place])
            if not count:
                return None
            if 0 < rows * columns * 3 <= self._size:
                copy = self._pixels(place)[: rows * columns * 3].copy()
                if int(head[place, 0]) == count:
                    return copy.reshape(rows, columns, 3)
        return None

    def clear(self) -> None:
        """No picture any more."""
        self._head()[:, 0] = 0

    def close(self) -> None:
        """Leaves the memory; whoever made it gives it back to the system."""
        self._memory.close()
        if self._made:
            self._memory.unlink()

    def _head(self) -> NDArray[np.int64]:
        return np.ndarray((PLACES, NUMBERS), np.int64, self._memory.buf)

    def _pixels(self, place: int) -> Picture:
        return np.ndarray((self._size,), np.uint8, self._memory.buf, HEAD + place * self._size)
