"""Random access into a sealed file: a range is read by decrypting only the chunks that hold it."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from record.trouble import Kind, Trouble
from sync.seal.layout import HEADER_BYTES, TAG_BYTES, damaged, read_layout

if TYPE_CHECKING:
    from pathlib import Path

    from sync.seal.keys import CaseKey
    from sync.seal.layout import Layout

_AT_ONCE = 64  # chunks read by one call to the system
_KEPT_BYTES = 4 << 20  # what is longer is lent in memory of its own, or a mammogram would stay in it
_lent = threading.local()


class _Room:
    """Memory for sealed and for opened chunks, grown as needed; what was given before stays valid until it is given again."""

    def __init__(self) -> None:
        self._plain, self._sealed = bytearray(), bytearray()

    def plain(self, size: int) -> memoryview:
        """`size` bytes."""
        if len(self._plain) < size:
            self._plain = bytearray(size)
        return memoryview(self._plain)[:size]

    def sealed(self, size: int) -> memoryview:
        """`size` bytes."""
        if len(self._sealed) < size:
            self._sealed = bytearray(size)
        return memoryview(self._sealed)[:size]


def _own_room() -> _Room:
    """This thread's."""
    room: _Room | None = getattr(_lent, "room", None)
    if room is None:
        room = _lent.room = _Room()
    return room


class SealedReader:
    """An open sealed file. Any number of threads may read from it at once (positioned reads, no shared state).

    Args:
        path: the file.
        key: its case's key.
        file_id: where given, the file must be the very one that was written under this id, not another of the same case.

    Raises:
        Trouble: DAMAGED (absent, changed, cut, another's), STORAGE (not readable).
    """

    def __init__(self, path: Path | str, key: CaseKey, file_id: bytes | None = None) -> None:
        self._seeking = threading.Lock()
        self._file = _open(path)
        try:
            self._layout = self._checked_layout(key, file_id)
        except BaseException:
            self.close()
            raise

    def _checked_layout(self, key: CaseKey, file_id: bytes | None) -> Layout:
        layout = read_layout(key, self._pread(HEADER_BYTES, 0))
        if os.fstat(self._file).st_size != layout.sealed_bytes:
            raise damaged("the file has another size than its header says")
        if file_id is not None and layout.file_id != file_id:
            raise damaged("another file of the same case stands in its place")
        return layout

    @property
    def length(self) -> int:
        """Bytes of plaintext."""
        return self._layout.length

    @property
    def file_id(self) -> bytes:
        """The file's random id."""
        return self._layout.file_id

    def read(self, offset: int = 0, length: int | None = None) -> bytes:
        """`length` bytes of plaintext from `offset` on (to the end by default).

        Raises:
            Trouble: DAMAGED, where a chunk in the range was changed or the range leaves the file; STORAGE, where the disk fails.
        """
        return bytes(self._into(offset, self.length - offset if length is None else length, _Room()))

    def lend(self, offset: int, length: int) -> memoryview:
        """As `read`, in memory that is this thread's and is written over when the thread is lent something again.

        A frame after a frame takes a quarter of the time so: fresh memory for each costs the system more than reading and decrypting.
        """
        return self._into(offset, length, _own_room() if length <= _KEPT_BYTES else _Room())

    def _into(self, offset: int, size: int, room: _Room) -> memoryview:
        if offset < 0 or size < 0 or offset + size > self.length:
            raise damaged("a range beyond the end")
        if not size:
            return memoryview(b"")
        layout = self._layout
        first, last = offset // layout.chunk_bytes, (offset + size - 1) // layout.chunk_bytes
        start = first * layout.chunk_bytes
        plain = room.plain(min(self.length, (last + 1) * layout.chunk_bytes) - start)
        for group in range(first, last + 1, _AT_ONCE):
            self._open(group, min(_AT_ONCE, last + 1 - group), plain[group * layout.chunk_bytes - start :], room)
        return plain[offset - start : offset - start + size]

    def _open(self, first: int, count: int, plain: memoryview, room: _Room) -> None:
        """Chunks into the beginning of `plain`."""
        layout = self._layout
        place, last = layout.place(first), first + count - 1
        sealed = room.sealed(layout.place(last) + layout.plain_bytes(last) + TAG_BYTES - place)
        if self._read_at(place, sealed) != len(sealed):
            raise damaged("the file is cut")
        for number in range(count):
            at, size = number * layout.chunk_bytes, layout.plain_bytes(first + number)
            begin = at + number * TAG_BYTES
            layout.open_chunk_into(first + number, sealed[begin : begin + size + TAG_BYTES], plain[at : at + size])

    def _read_at(self, place: int, target: memoryview) -> int:
        """Fills `target` from there on; how many bytes there were."""
        if not hasattr(os, "preadv"):
            found = self._pread(len(target), place)
            target[: len(found)] = found
            return len(found)
        try:
            return os.preadv(self._file, [target], place)
        except OSError as error:
            raise _unreadable(error) from error

    def _pread(self, size: int, place: int) -> bytes:
        try:
            if hasattr(os, "pread"):
                return os.pread(self._file, size, place)
            with self._seeking:
                os.lseek(self._file, place, os.SEEK_SET)
                return os.read(self._file, size)
        except OSError as error:
            raise _unreadable(error) from error

    def close(self) -> None:
        """Closes the file; harmless when done twice."""
        file, self._file = self._file, -1
        if file >= 0:
            with suppress(OSError):
                os.close(file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _open(path: Path | str) -> int:
    try:
        return os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0))
    except FileNotFoundError as error:
        raise damaged("the file is gone") from error
    except OSError as error:
        raise _unreadable(error) from error


def _unreadable(error: OSError) -> Trouble:
    return Trouble(
        "A file of the vault cannot be read from the disk.",
        "Check the disk and the rights of the data folder, then try again.",
        details=f"errno {error.errno}",
        kind=Kind.STORAGE,
    )
