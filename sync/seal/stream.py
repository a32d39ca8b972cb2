"""Sealing and unsealing from one end to the other: pieces of any size in, sealed or plain pieces out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.seal.layout import CHUNK_BYTES, HEADER_BYTES, TAG_BYTES, Layout, damaged, new_layout, read_layout

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sync.seal.keys import CaseKey

Piece = bytes | bytearray | memoryview


def seal_stream(pieces: Iterable[Piece], length: int, key: CaseKey, chunk_bytes: int = CHUNK_BYTES) -> Iterator[bytes]:
    """The sealed file of `length` bytes of plaintext, piece by piece: the header, then chunks.

    Raises:
        Trouble: DAMAGED, where the pieces hold more or fewer bytes than `length`.
    """
    return seal_by(new_layout(key, length, chunk_bytes), pieces)


def seal_by(layout: Layout, pieces: Iterable[Piece]) -> Iterator[bytes]:
    """Seals by a layout that was made before (test vectors)."""
    yield layout.header
    at = 0
    for at, plain in enumerate(_chunks(pieces, layout.chunk_bytes)):
        if at >= layout.chunks or len(plain) != layout.plain_bytes(at):
            raise damaged("the plaintext has another length than was said")
        yield layout.close_chunk(at, plain)
    if at != layout.chunks - 1:
        raise damaged("the plaintext has another length than was said")


def unseal_stream(pieces: Iterable[Piece], key: CaseKey) -> Iterator[bytes]:
    """The plaintext of a sealed file, piece by piece; nothing leaves before its tag is checked.

    Raises:
        Trouble: DAMAGED, where anything was changed, cut or added (then the plaintext given so far must not be used as a whole).
    """
    chunks = _after_header(pieces)
    layout = read_layout(key, next(chunks))
    at = 0
    for at, sealed in enumerate(_chunks(chunks, layout.chunk_bytes + TAG_BYTES)):
        if at >= layout.chunks or len(sealed) != layout.plain_bytes(at) + TAG_BYTES:
            raise damaged("the file has another size than its header says")
        yield layout.open_chunk(at, sealed)
    if at != layout.chunks - 1:
        raise damaged("the file is cut")


def seal(data: bytes, key: CaseKey) -> bytes:
    """A whole sealed file in memory."""
    return b"".join(seal_stream([data], len(data), key))


def unseal(sealed: bytes, key: CaseKey) -> bytes:
    """The plaintext of a whole sealed file in memory. Raises `Trouble` (DAMAGED)."""
    return b"".join(unseal_stream([sealed], key))


def _chunks(pieces: Iterable[Piece], size: int) -> Iterator[bytes]:
    """The bytes of `pieces` in chunks of `size`, the last from 1 byte up; one empty chunk where there are none at all."""
    pending = bytearray()
    given = False
    for piece in pieces:
        pending += piece
        while len(pending) >= size:
            yield bytes(pending[:size])
            del pending[:size]
            given = True
    if pending or not given:
        yield bytes(pending)


def _after_header(pieces: Iterable[Piece]) -> Iterator[bytes]:
    """First exactly the header, then the rest as it comes."""
    pending = bytearray()
    source = iter(pieces)
    for piece in source:
        pending += piece
        if len(pending) >= HEADER_BYTES:
            break
    yield bytes(pending[:HEADER_BYTES])
    yield bytes(pending[HEADER_BYTES:])
    yield from (bytes(piece) for piece in source)
