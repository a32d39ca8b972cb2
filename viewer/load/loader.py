"""Brings frames from their source into memory: what is on screen first, then what the reader is likely to want."""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Protocol

from record.trouble import Kind, Trouble
from viewer.dicom.decode import BLOSC, decode_frame
from viewer.load.frames import SeriesFrames

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from viewer.dicom.header import PixelFormat
    from viewer.load.memory import Memory
    from viewer.load.series import SeriesData
    from viewer.load.source import FrameSource

log = logging.getLogger(__name__)
AHEAD = 8  # frames around the reader that come before the rest


class Lane(IntEnum):
    """Who waits: the smaller goes first."""

    INTERACTION = 0
    AROUND = 1
    PREFETCH = 2


class Decode(Protocol):
    """Decodes a frame that is not a rendition, away from this process (a worker)."""

    def __call__(self, coded: bytes, form: str, pixels: PixelFormat) -> NDArray[Any]:
        """Stored values, as `viewer.dicom.decode.decode_frame`; raises `Trouble`."""
        ...


def warm() -> None:
    """Imports what the first decode needs (0.25 s), so that the first image does not wait for it; belongs in a thread."""
    from viewer.dicom.decode import warm as codecs  # noqa: PLC0415  late import: the window comes first

    codecs()


@dataclass(order=True, slots=True)
class _Job:
    lane: int
    rank: int
    turn: int
    frames: SeriesFrames = field(compare=False)
    index: int = field(compare=False)


class Loader:
    """Two threads and one queue for the viewports of a case.

    Args:
        source: gives coded bytes.
        decode: for frames that are not renditions.
        memory: the account.
        arrived: called from a thread with (series key, index) when a frame or its trouble is there.
        threads: how many decode at once; renditions release the GIL.
    """

    def __init__(self, source: FrameSource, decode: Decode, memory: Memory, arrived: Callable[[str, int], None], threads: int = 2) -> None:
        self._source, self._decode, self._memory, self._arrived = source, decode, memory, arrived
        self._wake = threading.Condition()
        self._queue: list[_Job] = []
        self._turns = itertools.count()
        self._series: dict[str, SeriesFrames] = {}
        self._busy: set[tuple[str, int]] = set()
        self._closed = False
        self._threads = [threading.Thread(target=self._work, name=f"frames-{n}", daemon=True) for n in range(threads)]
        for thread in self._threads:
            thread.start()

    def attach(self, data: SeriesData, at: int) -> SeriesFrames:
        """The frames of a series, pinned; the one at `at` is fetched first. The memory of an earlier visit is used again."""
        frames = self._series.get(data.key)
        if frames is None or frames.data is not data or frames.was_let_go:
            frames = self._series[data.key] = SeriesFrames(data, self._memory)
        self._memory.pin(data.key, 1)
        self.look(data.key, at)
        return frames

    def release(self, key: str) -> None:
        """A viewport shows this series no longer; its frames stay while there is room."""
        self._memory.pin(key, -1)

    def look(self, key: str, at: int, direction: int = 1) -> None:
        """The reader is at `at`, moving in `direction`: that frame, its neighbours ahead, then first, middle, last, then the gaps."""
        frames = self._series[key]
        self._memory.touch(key)
        if frames.whole:
            return
        with self._wake:
            kept = [job for job in self._queue if job.frames is not frames]
            wanted = sorted(_order(frames.data.count, at, direction))
            for lane, rank, index in wanted if frames.array is not None else wanted[: frames.few - 1]:
                if frames.get(index) is None and (key, index) not in self._busy:
                    kept.append(_Job(lane, rank, next(self._turns), frames, index))
            heapq.heapify(kept)
            self._queue = kept
            self._wake.notify_all()

    def retry(self) -> None:
        """Tries every failed frame again."""
        for key, frames in list(self._series.items()):
            failed = frames.forget_troubles()
            if failed:
                self.look(key, failed[0])

    def frames(self, key: str) -> SeriesFrames | None:
        """The frames of a series that is or was shown."""
        return self._series.get(key)

    def close(self) -> None:
        """Ends the threads and gives the memory back."""
        with self._wake:
            self._closed = True
            self._queue.clear()
            self._wake.notify_all()
        for thread in self._threads:
            thread.join()
        for key in self._series:
            self._memory.drop(key)
        self._series.clear()

    def _next(self) -> _Job | None:
        with self._wake:
            while not self._queue and not self._closed:
                self._wake.wait()
            if self._closed:
                return None
            job = heapq.heappop(self._queue)
            self._busy.add((job.frames.data.key, job.index))
            return job

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
            return self._decoded(job.frames.data, job.index, target)
        except Trouble as trouble:
            return trouble
        except Exception as error:  # a thread's edge: one image fails, the rest goes on
            log.exception("a frame could not be loaded")
            return Trouble("This image could not be loaded.", "Ask the hospital to send it again.", type(error).__name__, Kind.IMAGE)

    def _decoded(self, data: SeriesData, index: int, target: NDArray[Any] | None) -> NDArray[Any]:
        pixels, ref = data.header(index).pixels, data.ref(index)
        if pixels is None:
            raise Trouble("This object holds no image.", "Read it among the documents.", kind=Kind.IMAGE)
        coded = self._source.frame_bytes(ref.object_id, ref.offset, ref.length)
        if ref.form == BLOSC:
            return decode_frame(coded, ref.form, pixels, target)
        values = self._decode(coded, ref.form, pixels)
        if target is None:
            return values
        target[...] = values
        return target


def _order(count: int, at: int, direction: int) -> list[tuple[int, int, int]]:
    """(lane, rank, index) of every frame, each once, as `Loader.look` says."""
    ranked: dict[int, tuple[int, int]] = {at: (Lane.INTERACTION, 0)}
    for step in range(1, AHEAD + 1):
        for rank, index in ((2 * step - 1, at + direction * step), (2 * step, at - direction * step)):
            if 0 <= index < count:
                ranked.setdefault(index, (Lane.AROUND, rank))
    for rank, index in enumerate((0, count // 2, count - 1)):
        ranked.setdefault(index, (Lane.AROUND, 2 * AHEAD + 1 + rank))
    for index in range(count):
        ranked.setdefault(index, (Lane.PREFETCH, abs(index - at)))
    return [(lane, rank, index) for index, (lane, rank) in ranked.items() if 0 <= index < count]
