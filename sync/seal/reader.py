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


class SealedReader:
    """An open sealed file. Any number of threads may read from it at once (positioned reads, no shared state).

    Args:
        path: the file.
        key: its case's key.
        file_id: where given, the file must be the very one that was written under this id, not another of the same case.

    Raises:
        Trouble: DAMAGED (absent, changed, cut, another's), STORAGE (not readable).
    """

    def __init__(self, path: Path, key: CaseKey, file_id: bytes | None = None) -> None:
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
        size = self.length - offset if length is None else length
        if offset < 0 or size < 0 or offset + size > self.length:
            raise damaged("a range beyond the end")
        if not size:
            return b""
        first, last = offset // self._layout.chunk_bytes, (offset + size - 1) // self._layout.chunk_bytes
        if first == last:
            start = offset - first * self._layout.chunk_bytes
            return self._layout.open_chunk(first, self._sealed(first, 1))[start : start + size]
        return self._read_many(first, last, offset, size)

    def _read_many(self, first: int, last: int, offset: int, size: int) -> bytes:
        layout = self._layout
        start = first * layout.chunk_bytes
        plain = bytearray(min(self.length, (last + 1) * layout.chunk_bytes) - start)
        view = memoryview(plain)
        step = layout.chunk_bytes + TAG_BYTES
        for group in range(first, last + 1, _AT_ONCE):
            count = min(_AT_ONCE, last + 1 - group)
            sealed = memoryview(self._sealed(group, count))
            for index in range(group, group + count):
                at = (index - first) * layout.chunk_bytes
                piece = sealed[(index - group) * step : (index - group + 1) * step]
                layout.open_chunk_into(index, piece, view[at : at + layout.plain_bytes(index)])
        return bytes(view[offset - start : offset - start + size])

    def _sealed(self, first: int, count: int) -> bytes:
        layout = self._layout
        last = first + count - 1
        end = layout.place(last) + layout.plain_bytes(last) + TAG_BYTES
        data = self._pread(end - layout.place(first), layout.place(first))
        if len(data) != end - layout.place(first):
            raise damaged("the file is cut")
        return data

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


def _open(path: Path) -> int:
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
