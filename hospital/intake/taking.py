"""Making originals ready: each goes through a worker once, and its header and frames are sealed before anything else is said of it."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from record.trouble import Kind, Trouble
from sync.protocol.messages import FrameTable, ObjectKind
from viewer.dicom.rendition import thumbnail

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future

    from hospital.store.objects import ObjectStore, Stored
    from sync.seal.keys import CaseKey
    from viewer.dicom.header import Header
    from viewer.dicom.prepared import Prepared
    from viewer.workers.pool import Pool

_BATCH = 64
_AHEAD = 2  # originals read and sealed while every worker is busy
_NO_IMAGES = {"1.2.840.10008.1.3.10"}  # Media Storage Directory: DICOMDIR says nothing that the files do not


@dataclass(frozen=True)
class TakenImage:
    """A DICOM instance that stands in the store."""

    place: str  # the folder below images/ in which its file lies
    header: Header
    header_object: str
    original_object: str
    frames: FrameTable | None
    trouble: Trouble | None


@dataclass(frozen=True)
class Made:
    """What was made of an original: an instance (its place is not known here), why it is none, or None where it holds no image; and
    every object that was stored for it, with its kind.
    """  # noqa: D205  one sentence each

    original: str
    outcome: TakenImage | Trouble | None
    stored: list[tuple[Stored, str]]

    @property
    def shown(self) -> bool:
        """Whether nothing is amiss with it."""
        return not isinstance(self.outcome, Trouble) and (self.outcome is None or self.outcome.trouble is None)


@dataclass(frozen=True)
class Taker:
    """Makes one case's records ready."""

    store: ObjectStore
    key: CaseKey
    pool: Pool
    threads: int

    def images(self, originals: Sequence[Stored], keep: Callable[[list[Made]], None]) -> None:
        """Every original, a batch at a time; a bad one is refused or one instance with its trouble, never the end.

        Args:
            originals: as they stand in the store.
            keep: makes a batch durable, in a thread: one batch while the next one is worked on, never two.

        Raises:
            Trouble: STORAGE, DAMAGED alone.
        """
        with ThreadPoolExecutor(self.threads + _AHEAD, "intake") as threads, ThreadPoolExecutor(1, "keep") as keeper:
            kept: Future[None] | None = None
            try:
                for batch in self._batches(threads, originals):
                    if kept is not None:
                        kept.result()
                    kept = keeper.submit(keep, batch)
                if kept is not None:
                    kept.result()
            finally:
                threads.shutdown(cancel_futures=True)  # after a failure what was begun ahead is of no use

    def _batches(self, threads: ThreadPoolExecutor, originals: Sequence[Stored]) -> Iterator[list[Made]]:
        """The results batch by batch; the next batch is begun before one is waited for, so that no worker waits for its last file."""
        begun: deque[Iterator[Made]] = deque()
        for at in range(0, len(originals), _BATCH):
            begun.append(threads.map(self._image, originals[at : at + _BATCH]))
            if len(begun) > 1:
                yield list(begun.popleft())
        yield from map(list, begun)

    def _image(self, original: Stored) -> Made:
        with self.store.open(self.key, original.object, original.file_id) as reader:  # its seal says that it is what was received
            data = reader.read()
        try:
            prepared: Prepared = self.pool.run("prepare", data)
        except Trouble as trouble:
            if trouble.kind is Kind.STORAGE:
                raise
            return Made(original.object, trouble, [])
        if prepared.header.sop_class_uid in _NO_IMAGES:
            return Made(original.object, None, [])
        return self._kept(prepared, original)

    def _kept(self, prepared: Prepared, original: Stored) -> Made:
        header = self.store.put(self.key, prepared.header_dicom)
        stored = [(original, ObjectKind.ORIGINAL.value), (header, ObjectKind.HEADER.value)]
        frames = None
        if prepared.frames is not None:
            bytes_of_frames = self.store.put(self.key, prepared.frames)
            stored.append((bytes_of_frames, ObjectKind.FRAMES.value))
            frames = FrameTable(
                object=bytes_of_frames.object, form=prepared.form, offsets=list(prepared.offsets), lengths=list(prepared.lengths)
            )
        return Made(original.object, TakenImage("", prepared.header, header.object, original.object, frames, prepared.trouble), stored)

    def pages(self, document: Stored) -> int:
        """How many pages a PDF has; raises `Trouble` (IMAGE, INPUT, DAMAGED) where it is none that can be read, STORAGE."""
        return len(self.pool.run("pdf_info", self.store.read(self.key, document.object, document.file_id)).pages)

    def thumbnail(self, image: TakenImage, row: Stored) -> Stored | None:
        """The picture of a series by its middle frame; None where it cannot be drawn."""
        assert image.frames is not None
        assert image.header.pixels is not None
        middle = len(image.frames.offsets) // 2
        try:
            with self.store.open(self.key, row.object, row.file_id) as reader:
                coded = reader.read(image.frames.offsets[middle], image.frames.lengths[middle])
            picture = thumbnail(image.header, self.pool.run("decode", (coded, image.frames.form, image.header.pixels)), middle)
        except Trouble as trouble:
            if trouble.kind in {Kind.STORAGE, Kind.DAMAGED}:
                raise
            return None
        stored = self.store.put(self.key, picture)
        self.store.settle(self.key, [stored])
        return stored
