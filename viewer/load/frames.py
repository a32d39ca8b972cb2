"""The decoded frames of one series: one array where all are alike and fit, else the frames around the reader."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

import numpy as np

from record.trouble import Trouble
from viewer.dicom.dressing import NOTHING, is_dressed
from viewer.load.ahead import anonymous

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from viewer.dicom.dressing import Dressing
    from viewer.dicom.header import PixelFormat
    from viewer.load.ahead import Ahead
    from viewer.load.memory import Memory
    from viewer.load.series import SeriesData

FEWEST, SHARE = 4, 4  # of a series that does not fit whole: frames kept at least, and the part of the budget that they take


def room(shape: tuple[int, ...], dtype: np.dtype[Any], ahead: Ahead | None = None) -> NDArray[Any]:
    """Memory for a whole series, in ordinary pages; what was made ready ahead, where it fits.

    numpy asks for huge pages; where no piece of 2 MB is at hand (a busy or a virtual machine) the system spends a second on making them,
    five times what reading 1,000 slices takes.
    """
    size = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
    memory = (ahead and ahead.take(size)) or anonymous(size)
    return np.empty(shape, dtype) if memory is None else np.ndarray(shape, dtype, buffer=memory)


def one_shape(data: SeriesData) -> tuple[tuple[int, ...], np.dtype[Any]] | None:
    """Shape [k, row, column(, sample)] and dtype of a series whose frames are all alike; None where they are not."""
    formats = {(p.rows, p.columns, p.samples, p.dtype) for p in (data.header(n).pixels for n in range(data.count)) if p is not None}
    if len(formats) != 1 or any(data.header(n).pixels is None for n in range(data.count)):
        return None
    rows, columns, samples, dtype = formats.pop()
    return (data.count, rows, columns) if samples == 1 else (data.count, rows, columns, samples), np.dtype(dtype)


def frame_bytes(pixels: PixelFormat) -> int:
    """Bytes of one frame's stored values."""
    return pixels.rows * pixels.columns * pixels.samples * np.dtype(pixels.dtype).itemsize


def size_of(data: SeriesData) -> int:
    """Bytes of a series held in one piece; 0 where it cannot be."""
    form = one_shape(data)
    return 0 if form is None else int(np.prod(form[0], dtype=np.int64)) * form[1].itemsize


class SeriesFrames:
    """Stored values by index in the series' order. Thread-safe; a frame once given never changes.

    `array` is [k, row, column(, sample)] in the stored dtype where the whole series is held in one piece, else None.
    """

    def __init__(self, data: SeriesData, memory: Memory) -> None:
        self.data = data
        self._memory = memory
        self._lock = threading.Lock()
        self._state: list[Trouble | bool] = [False] * data.count
        self._loose: OrderedDict[int, NDArray[Any]] = OrderedDict()
        self._dressings: dict[int, Dressing] = {}  # by instance
        self._here = 0  # frames in the array, and troubles
        self.few = FEWEST  # frames that are kept where the series is not held in one piece
        self.array: NDArray[Any] | None = None
        self.was_let_go = False  # others needed the room
        form, size = one_shape(data), size_of(data)
        if form is not None and memory.hold(data.key, size, self._let_go):
            self.array = room(*form, memory.ahead)
        else:
            self.few = self._few(size // data.count if size else self._largest())

    def _largest(self) -> int:
        every = (p for p in (self.data.header(n).pixels for n in range(self.data.count)) if p is not None)
        return max((frame_bytes(p) for p in every), default=1)

    def _few(self, size: int) -> int:
        """How many frames of `size` bytes are kept, entered into the account; a few always are, whatever it says."""
        most = min(self.data.count, max(FEWEST, self._memory.budget // SHARE // max(size, 1)))
        return most if self._memory.hold(self.data.key, most * size, self._let_go) else FEWEST

    def _let_go(self) -> None:
        with self._lock:
            self._loose.clear()
            self.array, self.was_let_go = None, True
            self._state = [s if isinstance(s, Trouble) else False for s in self._state]
            self._here = sum(s is not False for s in self._state)

    def target(self, index: int) -> NDArray[Any] | None:
        """Where a frame is to be decoded to; None: anywhere."""
        array = self.array
        return None if array is None else array[index]

    def put(self, index: int, values: NDArray[Any] | Trouble, target: NDArray[Any] | None) -> None:
        """Enters a decoded frame (or why there is none); a frame whose target was let go meanwhile is kept loose."""
        with self._lock:
            if isinstance(values, Trouble):
                self._enter(index, values)
                return
            if target is not None and self.array is not None and target.base is self.array:
                self._enter(index, True)
                return
            self._loose[index] = values if target is None else values.copy()
            while len(self._loose) > self.few:
                self._loose.popitem(last=False)

    def _enter(self, index: int, state: Trouble | bool) -> None:
        self._here += self._state[index] is False
        self._state[index] = state

    def get(self, index: int) -> NDArray[Any] | Trouble | None:
        """The stored values, or why there are none, or None: not here yet."""
        with self._lock:
            state = self._state[index]
            if isinstance(state, Trouble):
                return state
            if state and self.array is not None:
                found: NDArray[Any] = self.array[index]
                return found
            if index in self._loose:
                self._loose.move_to_end(index)
                return self._loose[index]
            return None

    def lacks(self, index: int) -> bool:
        """Whether a frame is not here, and nothing is known against its coming."""
        return self._state[index] is False and index not in self._loose

    def lacks_dressing(self, index: int) -> bool:
        """Whether the parts that lie over an image are still to be read."""
        place = self.data.order[index]
        return is_dressed(self.data.headers[place.instance]) and place.instance not in self._dressings

    def wear(self, index: int, worn: Dressing) -> None:
        """Enters the parts that lie over an image and the others of its instance."""
        self._dressings[self.data.order[index].instance] = worn

    def dressing(self, index: int) -> Dressing:
        """The parts that lie over an image; `NOTHING` where there are none, or not yet."""
        return self._dressings.get(self.data.order[index].instance, NOTHING)

    def forget_troubles(self) -> list[int]:
        """Makes failed frames wanted again and names them."""
        with self._lock:
            failed = [n for n, s in enumerate(self._state) if isinstance(s, Trouble)]
            for n in failed:
                self._state[n] = False
            self._here -= len(failed)
            return failed

    @property
    def loaded(self) -> int:
        """How many frames are here (or are known not to come)."""
        with self._lock:
            return self._here + sum(self._state[n] is False for n in self._loose)

    @property
    def whole(self) -> bool:
        """Whether every frame is here without trouble, in one array."""
        with self._lock:
            return self.array is not None and self._here == len(self._state) and not any(isinstance(s, Trouble) for s in self._state)
