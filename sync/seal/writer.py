"""Writing sealed files so that a kill at any moment leaves either nothing, a `.part` to go on from, or the whole file."""

from __future__ import annotations

import errno
import hashlib
import os
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO, Self

from record.trouble import Kind, Trouble
from sync.seal.layout import HEADER_BYTES, TAG_BYTES, Layout, chunk_size, damaged, new_layout, read_layout

if TYPE_CHECKING:
    from pathlib import Path

    from sync.seal.keys import CaseKey

PART = ".part"


class PartWriter:
    """Seals one object into `<name>.part` in whole chunks, hashing as it goes; an existing `.part` is taken up again.

    A `.part` that is taken up is decrypted and hashed from its start; what does not verify (a torn last chunk, a changed byte) is cut
    off. The chunk at the cut is sealed again under the nonce it had: that is safe because an object is named by its digest, so the
    plaintext at that place is the same, and bytes that break the digest are thrown away with the whole `.part`.

    Args:
        path: where the file will stand in the end (the `.part` stands beside it).
        key: the case's key.
        length: bytes of plaintext, known before.
        chunk_bytes: how large its chunks are; 0: as fits its length.
        digest: the plaintext's SHA-256 where whoever writes has just worked it out: it is not worked out again.

    Raises:
        Trouble: STORAGE (disk full or not writable).
    """

    def __init__(self, path: Path, key: CaseKey, length: int, chunk_bytes: int = 0, digest: str | None = None) -> None:
        self.final = path
        self.part = path.with_name(path.name + PART)
        self._hash = hashlib.sha256()
        self._digest = digest
        self._pending = bytearray()
        self._index = 0
        self._file: BinaryIO
        try:
            self._layout = self._take_up(key, length) or self._start(key, length, chunk_bytes or chunk_size(length))
        except OSError as error:
            raise storage_trouble(error) from error

    @property
    def received(self) -> int:
        """Bytes of plaintext taken so far: where the sender goes on."""
        return self._written + len(self._pending)

    @property
    def file_id(self) -> bytes:
        """The file's random id, for the index."""
        return self._layout.file_id

    @property
    def complete(self) -> bool:
        """Whether all bytes have been taken and written."""
        return self._index == self._layout.chunks

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Takes the next bytes; whole chunks go to the disk at once, the rest waits.

        Raises:
            Trouble: DAMAGED, where more comes than was said; STORAGE, where the disk is full or fails.
        """
        if self.received + len(data) > self._layout.length:
            raise damaged("more plaintext than was said")
        if self._digest is None:
            self._hash.update(data)
        view = memoryview(data)
        if self._pending:
            missing = self._layout.plain_bytes(self._index) - len(self._pending)
            self._pending += view[:missing]
            view = view[missing:]
            if len(self._pending) == self._layout.plain_bytes(self._index):
                self._put(self._pending)
                self._pending = bytearray()
        while view and len(view) >= self._layout.plain_bytes(self._index):
            size = self._layout.plain_bytes(self._index)
            self._put(view[:size])
            view = view[size:]
        self._pending += view

    def finish(self) -> str:
        """Closes the `.part` and gives the SHA-256 of the plaintext; nothing is synced yet (see `commit`).

        Raises:
            Trouble: DAMAGED, where bytes are missing; STORAGE.
        """
        if not self._layout.length and not self._index:
            self._put(b"")
        if not self.complete:
            raise damaged("fewer bytes of plaintext than were said")
        self.close()
        return self._digest or self._hash.hexdigest()

    def discard(self) -> None:
        """Throws the `.part` away."""
        self.close()
        self.part.unlink(missing_ok=True)

    def close(self) -> None:
        """Closes the `.part`; what is in it stays to be taken up again."""
        with suppress(OSError):  # all chunks were written unbuffered: closing has nothing left to say
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def _written(self) -> int:
        return min(self._layout.length, self._index * self._layout.chunk_bytes)

    def _put(self, plain: bytes | bytearray | memoryview) -> None:
        try:
            self._write_all(self._layout.close_chunk(self._index, plain))
        except OSError as error:
            raise storage_trouble(error) from error
        self._index += 1

    def _write_all(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[self._file.write(view) :]

    def _start(self, key: CaseKey, length: int, chunk_bytes: int) -> Layout:
        layout = new_layout(key, length, chunk_bytes)
        self._file = self.part.open("wb", buffering=0)
        try:
            self._write_all(layout.header)
        except OSError:
            self._file.close()
            raise
        return layout

    def _take_up(self, key: CaseKey, length: int) -> Layout | None:
        """Goes on with an existing `.part`, or None where there is none worth it."""
        try:
            file = self.part.open("r+b", buffering=0)
        except FileNotFoundError:
            return None
        try:
            layout = read_layout(key, file.read(HEADER_BYTES))
            if layout.length != length:
                raise damaged("another length")
        except Trouble:
            file.close()
            return None
        self._file = file
        while self._index < layout.chunks and self._verify(layout):
            self._index += 1
        file.truncate(layout.place(self._index) if self._index < layout.chunks else layout.sealed_bytes)
        file.seek(0, os.SEEK_END)
        return layout

    def _verify(self, layout: Layout) -> bool:
        self._file.seek(layout.place(self._index))
        sealed = self._file.read(layout.plain_bytes(self._index) + TAG_BYTES)
        if len(sealed) != layout.plain_bytes(self._index) + TAG_BYTES:
            return False
        try:
            self._hash.update(layout.open_chunk(self._index, sealed))
        except Trouble:
            return False
        return True


def storage_trouble(error: OSError) -> Trouble:
    """A failure of the disk, told with its remedy."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return Trouble(
            "The disk is full.",
            "Free some space on it; Overread goes on by itself from where it stopped.",
            details=f"errno {error.errno}",
            kind=Kind.STORAGE,
        )
    return Trouble(
        "A file cannot be written to the disk.",
        "Check the disk and the rights of the data folder; Overread goes on by itself from where it stopped.",
        details=f"errno {error.errno}",
        kind=Kind.STORAGE,
    )
