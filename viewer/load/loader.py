"""Brings frames from their source into memory: what is on screen first, then what the reader is likely to want."""

from __future__ import annotations

import logging
import os
import threading
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from record.trouble import Kind, Trouble
from viewer.dicom.decode import decode_frame
from viewer.dicom.dressing import dressing
from viewer.dicom.syntaxes import BLOSC
from viewer.load.frames import SeriesFrames
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
    """A series and the order in which its frames are wanted."""

    frames: SeriesFrames
    course: Course

    def wanted(self, index: int, busy: set[tuple[str, int]]) -> bool:
        waits = not self.frames.was_let_go and (self.frames.data.key, index) not in busy
        return waits and self.frames.get(index) is None


@dataclass(frozen=True, slots=True)
class _Job:
    frames: SeriesFrames
    index: int


class Loader:
    """A few threads that follow the readers' places in the series of a case.

    Args:
        source: gives coded bytes.
        decode: for frames that are not renditions.
        memory: the account.
        arrived: called from a thread with (series key, index) when a frame or its trouble is there.
        threads: how many decode at once; renditions release the GIL.
    """

    def __init__(
        self, source: FrameSource, decode: Decode, memory: Memory, arrived: Callable[[str, int], None], threads: int = THREADS
    ) -> None:
        self._source, self._decode, self._memory, self._arrived = source, decode, memory, arrived
        self._wake = threading.Condition()
        self._lines: dict[str, _Line] = {}  # the one looked at last stands last
        self._busy: set[tuple[str, int]] = set()
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

    def _next(self) -> _Job | None:
        with self._wake:
            while not self._closed:
                job = self._first_wanted()
                if job is not None:
                    self._busy.add((job.frames.data.key, job.index))
                    return job
                self._wake.wait()
            return None

    def _first_wanted(self) -> _Job | None:
        for lane in self._lanes:
            for line in reversed(self._lines.values()):
                index = line.course.take(lane, lambda n, line=line: line.wanted(n, self._busy))  # type: ignore[misc]  # bound by its default
                if index is not None:
                    return _Job(line.frames, index)
        return None

    def _work(self) -> None:
        while (job := self._next()) is not None:
            key = job.frames.data.key
            target = job.frames.target(job.index)
            job.frames.put(job.index, self._fetch(job, target), target)
            with self._wake:
                self._busy.discard((key, job.index))
            if not self._closed:
                self._arrived(key, job.index)

    def _fetch(self, job: _Job, target: NDArray[Any] | None) -> NDArray[Any] | Trouble:
        try:
            self._dress(job)
            return self._decoded(job.frames.data, job.index, target)
        except Trouble as trouble:
            return trouble
        except Exception as error:  # a thread's edge: one image fails, the rest goes on
            log.exception("a frame could not be loaded")
            return Trouble("This image could not be loaded.", "Ask the hospital to send it again.", type(error).__name__, Kind.IMAGE)

    def _dress(self, job: _Job) -> None:
        """Before the first image of an instance, what lies over its images."""
        if job.frames.lacks_dressing(job.index):
            ref = job.frames.data.ref(job.index)
            read = partial(self._source.frame_bytes, ref.object_id)
            job.frames.wear(job.index, dressing(job.frames.data.header(job.index), read))

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
