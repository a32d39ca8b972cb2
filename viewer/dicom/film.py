"""How a video travels: as records that each decode by themselves, in which a frame is named by the length it is asked with.

A video's frames depend on each other, a frame table holds only (offset, length) for each. So the coded pictures from one key
picture to the next become a record; frame j of a record is asked for as the record with j bytes of its tail:

| bytes | |
|---|---|
| 4 | count of coded pictures, little endian |
| 4 for each | their lengths |
| | the coded pictures in decoding order, elementary (MPEG-2, or Annex B of H.264 and HEVC) |
| 4 | count of frames to show |
| 4 for each | which coded picture shows it, in the order of display |
| tail | one byte for each frame to show |
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from viewer.dicom.refusal import cut

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Record:
    """Coded pictures in decoding order, and which of them are shown, in the order of display."""

    pictures: tuple[bytes, ...]
    shown: tuple[int, ...]

    def packed(self) -> bytes:
        """The bytes of the record with its whole tail."""
        sizes = struct.pack(f"<I{len(self.pictures)}I", len(self.pictures), *map(len, self.pictures))
        frames = struct.pack(f"<I{len(self.shown)}I", len(self.shown), *self.shown)
        return sizes + b"".join(self.pictures) + frames + bytes(len(self.shown))


@dataclass(frozen=True, slots=True)
class Asked:
    """One frame of a record: the coded pictures, and the one that shows the frame."""

    pictures: tuple[memoryview, ...]
    picture: int


def asked(coded: bytes | memoryview) -> Asked:
    """What the bytes of one row of a frame table ask for.

    Raises:
        Trouble: IMAGE, where they are no record.
    """
    view = memoryview(coded)
    try:
        (count,) = struct.unpack("<I", view[:4])
        sizes = struct.unpack(f"<{count}I", view[4 : 4 + 4 * count])
        ends = _ends(sizes, 4 + 4 * count)
        at = ends[-1]
        (frames,) = struct.unpack("<I", view[at : at + 4])
        shown = struct.unpack(f"<{frames}I", view[at + 4 : at + 4 + 4 * frames])
        picture = shown[len(view) - (at + 4 + 4 * frames)]
    except (struct.error, IndexError) as error:
        raise cut() from error
    return Asked(tuple(view[end - size : end] for size, end in zip(sizes, ends, strict=True)), picture)


def table(records: Sequence[Record]) -> tuple[bytes, tuple[int, ...], tuple[int, ...]]:
    """All records in one piece, and offset and length of every frame in it, in the order of display."""
    parts: list[bytes] = []
    offsets: list[int] = []
    lengths: list[int] = []
    at = 0
    for one in records:
        packed = one.packed()
        base = len(packed) - len(one.shown)
        offsets += [at] * len(one.shown)
        lengths += range(base, len(packed))
        parts.append(packed)
        at += len(packed)
    return b"".join(parts), tuple(offsets), tuple(lengths)


def records(pictures: Sequence[bytes], keys: Sequence[int], order: Sequence[int]) -> tuple[Record, ...]:
    """Records that each begin with a key picture.

    Pictures that are shown before the key that precedes them in decoding order (open groups) lean on the record before, so
    they belong to it, with a copy of that key.

    Args:
        pictures: all coded pictures, in decoding order.
        keys: which of them are key pictures, ascending; the first picture is taken for one.
        order: for each shown frame in the order of display, its picture.
    """
    place = {picture: index for index, picture in enumerate(order)}
    begins = sorted({0, *(one for one in keys if one in place)})
    limits = [*begins[1:], len(pictures)]
    found = []
    for number, (begin, end) in enumerate(zip(begins, limits, strict=True)):
        first = 0 if number == 0 else place[begin]
        last = place[end] if end in place else len(order)
        own = [one for one in range(begin, end) if one == begin or place.get(one, first) >= first]
        after = [] if end == len(pictures) else _leading(end, limits[number + 1], place)
        chosen = [*own, *after]
        index = {picture: at for at, picture in enumerate(chosen)}
        shown = tuple(index[one] for one in order[first:last] if one in index)
        found.append(Record(tuple(pictures[one] for one in chosen), shown))
    return tuple(found)


def _leading(key: int, limit: int, place: dict[int, int]) -> list[int]:
    """A key picture and what follows it in decoding order but is shown before it; nothing where there is none."""
    before = [one for one in range(key + 1, limit) if place.get(one, place[key]) < place[key]]
    return [key, *before] if before else []


def _ends(sizes: tuple[int, ...], start: int) -> list[int]:
    found = []
    for size in sizes:
        start += size
        found.append(start)
    return found


@dataclass(frozen=True, slots=True)
class Film:
    """A video taken apart: pictures in decoding order, which of them are keys, and for each shown frame its picture."""

    codec: str
    rows: int
    columns: int
    bits: int
    pictures: tuple[bytes, ...]
    keys: tuple[int, ...]
    order: tuple[int, ...]

    def records(self) -> tuple[Record, ...]:
        """As it travels."""
        return records(self.pictures, self.keys, self.order)
