"""Brings frames from their source into memory: what is on screen first, then what the reader is likely to want."""

from __future__ import annotations

import logging
import os
import threading
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol

from record.trouble import Kind, Trouble
from viewer.dicom.decode import decode_frame
from viewer.dicom.dressing import dressing
from viewer.dicom.syntaxes import BLOSC
from viewer.load.frames import SeriesFrames, frame_bytes
from viewer.load.lanes import Course, Lane

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from viewer.dicom.header import PixelFormat
    from viewer.load.memory import Memory
    from viewer.load.series import SeriesData
    from viewer.load.source import FrameSource

log = logging.getLogger(__name__)
THREADS = max(2, min(4, (os.cpu_count() or 2) // 2))
AT_ONCE, AT_ONCE_BYTES = 8, 4 << 20  # frames that one thread takes in one go, and what they hold


class Decode(Protocol):
    """Decodes a frame that is not a rendition, away from this process (a worker)."""

    def __call__(self, coded: bytes, form: str, pixels: PixelFormat) -> NDArray[Any]:
        """Stored values, as `viewer.dicom.decode.decode_frame`; raises `Trouble`."""
        ...


def warm() -> None:
    """Imports what the first decode needs (0.25 s), so that the first image does not wait for it; belongs in a thread."""
    from viewer.dicom.decode import warm as codecs  # noqa: PLC0415  late import: the window comes first

    codecs()


@dataclass(slots=True)
class _Line:
    """A series, the order in which its frames are wanted, and which of them a thread has in hand."""

    frames: SeriesFrames
    course: Course
    busy: set[int] = field(default_factory=set)

    def take(self, lane: Lane) -> int | None:
        """The next frame of a lane, from now on in hand; None where there is none."""
        index = None if self.frames.was_let_go else self.course.take(lane, self._wanted)
        if index is not None:
            self.busy.add(index)
        return index

    def _wanted(self, index: int) -> bool:
        return index not in self.busy and self.frames.lacks(index)

    def most_at_once(self, index: int) -> int:
        """How many frames a thread takes in one go: few locks and words for small ones that are decoded here."""
        data = self.frames.data
        pixels = data.header(index).pixels
        if pixels is None or data.form(index) != BLOSC:
            return 1
        return max(1, min(AT_ONCE, AT_ONCE_BYTES // max(frame_bytes(pixels), 1)))


@dataclass(frozen=True, slots=True)
class _Hand:
    """What a thread took in one go; `looks` says how often readers had moved by then."""

    line: _Line
    indices: list[int]
    looks: int


class Loader:
    """A few threads that follow the readers' places in the series of a case.

    Args:
        source: gives coded bytes.
        decode: for frames that are not renditions.
        memory: the account.
        arrived: called from a thread with (series key, indices) when frames or their troubles are there.
        threads: how many decode at once; renditions release the GIL.
    """

    def __init__(
        self, source: FrameSource, decode: Decode, memory: Memory, arrived: Callable[[str, list[int]], None], threads: int = THREADS
    ) -> None:
        self._source, self._decode, self._memory, self._arrived = source, decode, memory, arrived
        self._wake = threading.Condition()
        self._lines: dict[str, _Line] = {}  # the one looked at last stands last
        self._looks = 0
        self._closed = False
        self._lanes: tuple[Lane, ...] = tuple(Lane)
        self._threads = [threading.Thread(target=self._work, name=f"frames-{n}", daemon=True) for n in range(threads)]
        for thread in self._threads:
            thread.start()

    def attach(self, data: SeriesData, at: int) -> SeriesFrames:
        """The frames of a series, pinned; the one at `at` is fetched first. The memory of an earlier visit is used again."""
        line = self._lines.get(data.key)
        if line is None or line.frames.data is not data or line.frames.was_let_go:
            frames = SeriesFrames(data, self._memory)
            line = _Line(frames, Course(data.count, data.count if frames.array is not None else frames.few))
            with self._wake:
                self._lines[data.key] = line
        self._memory.pin(data.key, 1)
        self.look(data.key, at)
        return line.frames

    def release(self, key: str) -> None:
        """A viewport shows this series no longer; its frames stay while there is room."""
        self._memory.pin(key, -1)

    def look(self, key: str, at: int, direction: int = 1) -> None:
        """The reader is at `at`, moving in `direction`: that frame, its neighbours ahead, then first, middle, last, then the gaps."""
        self._memory.touch(key)
        with self._wake:
            line = self._lines.pop(key)
            self._lines[key] = line
            self._looks += 1
            if not line.frames.whole:
                line.course.seed(at, direction)
                self._wake.notify_all()

    def only_shown(self, *, only: bool) -> None:
        """Whether nothing but what stands on a screen is fetched: until the first image is painted all else would slow it down."""
        with self._wake:
            self._lanes = (Lane.INTERACTION,) if only else tuple(Lane)
            self._wake.notify_all()

    def retry(self) -> None:
        """Tries every failed frame again."""
        for key, line in list(self._lines.items()):
            failed = line.frames.forget_troubles()
            if failed:
                self.look(key, failed[0])

    def frames(self, key: str) -> SeriesFrames | None:
        """The frames of a series that is or was shown."""
        line = self._lines.get(key)
        return None if line is None else line.frames

    def close(self) -> None:
        """Ends the threads and gives the memory back."""
        with self._wake:
            self._closed = True
            self._wake.notify_all()
        for thread in self._threads:
            thread.join()
        for key in self._lines:
            self._memory.drop(key)
        self._lines.clear()

    def _next(self) -> _Hand | None:
        with self._wake:
            while not self._closed:
                hand = self._first_wanted()
                if hand is not None:
                    return hand
                self._wake.wait()
            return None

    def _first_wanted(self) -> _Hand | None:
        for lane in self._lanes:
            for line in reversed(self._lines.values()):
                index = line.take(lane)
                if index is not None:  # what somebody waits for goes alone
                    more = 0 if lane is Lane.INTERACTION else line.most_at_once(index) - 1
                    return _Hand(line, [index, *islice(iter(partial(line.take, lane), None), more)], self._looks)
        return None

    def _work(self) -> None:
        while (hand := self._next()) is not None:
            done = self._fetched(hand)
            with self._wake:
                hand.line.busy.difference_update(hand.indices)
                if len(done) < len(hand.indices):
                    hand.line.course.again()
                    self._wake.notify_all()
            if not self._closed:
                self._arrived(hand.line.frames.data.key, done)

    def _fetched(self, hand: _Hand) -> list[int]:
        """Which frames were fetched; the rest is left for later as soon as a reader has moved."""
        done: list[int] = []
        for index in hand.indices:
            if done and (self._closed or self._looks != hand.looks):
                break
            target = hand.line.frames.target(index)
            hand.line.frames.put(index, self._fetch(hand.line.frames, index, target), target)
            done.append(index)
        return done

    def _fetch(self, frames: SeriesFrames, index: int, target: NDArray[Any] | None) -> NDArray[Any] | Trouble:
        try:
            self._dress(frames, index)
            return self._decoded(frames.data, index, target)
        except Trouble as trouble:
            return trouble
        except Exception as error:  # a thread's edge: one image fails, the rest goes on
            log.exception("a frame could not be loaded")
            return Trouble("This image could not be loaded.", "Ask the hospital to send it again.", type(error).__name__, Kind.IMAGE)

    def _dress(self, frames: SeriesFrames, index: int) -> None:
        """Before the first image of an instance, what lies over its images."""
        if frames.lacks_dressing(index):
            read = partial(self._source.frame_bytes, frames.data.ref(index).object_id)
            frames.wear(index, dressing(frames.data.header(index), read))

    def _decoded(self, data: SeriesData, index: int, target: NDArray[Any] | None) -> NDArray[Any]:
        pixels, ref = data.header(index).pixels, data.ref(index)
        if pixels is None:
            raise Trouble("This object holds no image.", "Read it among the documents.", kind=Kind.IMAGE)
        if ref.form == BLOSC:
            return decode_frame(self._source.lend_frame(ref.object_id, ref.offset, ref.length), ref.form, pixels, target)
        values = self._decode(self._source.frame_bytes(ref.object_id, ref.offset, ref.length), ref.form, pixels)
        if target is None:
            return values
        target[...] = values
        return target
