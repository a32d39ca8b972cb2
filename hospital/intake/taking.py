"""Taking files in: each goes through a worker once, and its header, frames and original are sealed before anything else is said of it."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from record.trouble import Kind, Trouble
from sync.protocol.messages import FrameTable, ObjectKind
from viewer.dicom.rendition import thumbnail

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from hospital.store.objects import ObjectStore, Stored
    from sync.seal.keys import CaseKey
    from viewer.dicom.header import Header
    from viewer.dicom.prepared import Prepared
    from viewer.workers.pool import Pool

    _Result = tuple["TakenImage | Trouble | None", list[tuple[Stored, str]]]

_MOST_BYTES = 2 << 30
_BATCH = 64
_AHEAD = 2  # files read and sealed while every worker is busy
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
class TakenDocument:
    """A document that stands in the store."""

    object: str
    pages: int


@dataclass
class Taken:
    """What came out of a folder: instances, refused files and unshown images as (number, trouble), every stored object with its kind."""

    files: int = 0  # looked at so far
    images: list[TakenImage] = field(default_factory=list)
    refused: list[tuple[int, Trouble]] = field(default_factory=list)
    unshown: list[tuple[int, Trouble]] = field(default_factory=list)
    stored: list[tuple[Stored, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Taker:
    """Takes files of one case."""

    store: ObjectStore
    key: CaseKey
    pool: Pool
    threads: int

    def images(self, files: Sequence[Path], root: Path) -> Taken:
        """Every file below `images/`. A bad file is one refused file or one instance with its trouble, never the end.

        Raises:
            Trouble: STORAGE alone.
        """
        taken = Taken()
        with ThreadPoolExecutor(self.threads + _AHEAD, "intake") as threads, ThreadPoolExecutor(1, "settle") as settle:
            settled: Future[None] | None = None
            try:
                for results in self._batches(threads, files, root):
                    if settled is not None:
                        settled.result()  # one batch is made durable while the next one is worked on, never two
                    settled = settle.submit(self.store.settle, self.key, [one for _, stored in results for one, _ in stored])
                    _collect(taken, results)
                if settled is not None:
                    settled.result()
            finally:
                threads.shutdown(cancel_futures=True)  # after a failure what was begun ahead is of no use
        return taken

    def _batches(self, threads: ThreadPoolExecutor, files: Sequence[Path], root: Path) -> Iterator[list[_Result]]:
        """The results batch by batch; the next batch is begun before one is waited for, so that no worker waits for its last file."""
        begun: deque[Iterator[_Result]] = deque()
        for at in range(0, len(files), _BATCH):
            begun.append(threads.map(lambda path: self._image(path, root), files[at : at + _BATCH]))
            if len(begun) > 1:
                yield list(begun.popleft())
        yield from map(list, begun)

    def _image(self, path: Path, root: Path) -> _Result:
        try:
            data = _bytes(path)
            prepared: Prepared = self.pool.run("prepare", data)
        except Trouble as trouble:
            if trouble.kind is Kind.STORAGE:
                raise
            return trouble, []
        if prepared.header.sop_class_uid in _NO_IMAGES:
            return None, []
        return self._kept(prepared, data, path.parent.relative_to(root).as_posix())

    def _kept(self, prepared: Prepared, data: bytes, place: str) -> tuple[TakenImage, list[tuple[Stored, str]]]:
        original = self.store.put(self.key, data)
        header = self.store.put(self.key, prepared.header_dicom)
        stored = [(original, ObjectKind.ORIGINAL.value), (header, ObjectKind.HEADER.value)]
        frames = None
        if prepared.frames is not None:
            bytes_of_frames = self.store.put(self.key, prepared.frames)
            stored.append((bytes_of_frames, ObjectKind.FRAMES.value))
            frames = FrameTable(
                object=bytes_of_frames.object, form=prepared.form, offsets=list(prepared.offsets), lengths=list(prepared.lengths)
            )
        return TakenImage(place, prepared.header, header.object, original.object, frames, prepared.trouble), stored

    def document(self, path: Path) -> tuple[TakenDocument, Stored]:
        """A PDF; raises `Trouble` (IMAGE, INPUT, DAMAGED) where it is none that can be read, STORAGE."""
        data = _bytes(path)
        info = self.pool.run("pdf_info", data)
        stored = self.store.put(self.key, data)
        self.store.settle(self.key, [stored])
        return TakenDocument(stored.object, len(info.pages)), stored

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


def _collect(taken: Taken, results: list[_Result]) -> None:
    for found, stored in results:
        taken.files += 1
        number = taken.files
        taken.stored += stored
        if isinstance(found, Trouble):
            taken.refused.append((number, found))
        elif found is not None:
            taken.images.append(found)
            taken.unshown += [(number, found.trouble)] if found.trouble is not None else []


def rows_by_object(taken: Taken) -> Iterator[tuple[str, Stored]]:
    """Every stored object by its id."""
    return ((one.object, one) for one, _ in taken.stored)


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise Trouble(
                "This file is larger than two gigabytes and was not taken.", "Ask the sender for it in smaller parts.", kind=Kind.IMAGE
            )
        return path.read_bytes()
    except OSError as error:
        raise Trouble("This file cannot be read.", "Check the disk or the medium it is on.", str(error.strerror), Kind.IMAGE) from error
