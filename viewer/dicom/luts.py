"""Lookup tables in the file: Modality LUT, VOI LUT, palettes with and without segments (PS3.3 C.11.1, C.11.2, C.7.9)."""

from __future__ import annotations

import struct
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from viewer.dicom.header import Lut, Palette
from viewer.dicom.values import UNREADABLE, items, text, value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydicom.dataset import Dataset

    from viewer.dicom.notes import Notes

ENTRIES_LIMIT = 65536


def tables(ds: Dataset | None, sequence: str, *, signed: bool, little: bool, notes: Notes) -> tuple[Lut, ...]:
    """The tables of a LUT sequence that can be read."""
    read = (_table(item, "LUTDescriptor", "LUTData", signed=signed, little=little, notes=notes) for item in items(ds, sequence))
    return tuple(one for one in read if one is not None)


def palette(ds: Dataset, *, signed: bool, little: bool, notes: Notes) -> Palette | None:
    """The palette of a PALETTE COLOR image, None where it is absent or cannot be read."""
    red, green, blue = (_colour(ds, colour, signed=signed, little=little, notes=notes) for colour in ("Red", "Green", "Blue"))
    if red is None or green is None or blue is None:
        return None
    return Palette(*(replace(one, bits=_true_bits((red, green, blue))) for one in (red, green, blue)))


def _true_bits(channels: tuple[Lut, Lut, Lut]) -> int:
    """8 or 16, by the values: some writers announce 16 bits and write 8, or the other way round."""
    return 16 if max(max(one.data) for one in channels) > 0xFF else 8


def _colour(ds: Dataset, colour: str, *, signed: bool, little: bool, notes: Notes) -> Lut | None:
    descriptor = f"{colour}PaletteColorLookupTableDescriptor"
    segmented = f"Segmented{colour}PaletteColorLookupTableData"
    if segmented in ds:
        return _segmented(ds, descriptor, segmented, signed=signed, little=little, notes=notes)
    return _table(ds, descriptor, f"{colour}PaletteColorLookupTableData", signed=signed, little=little, notes=notes)


def _descriptor(ds: Dataset, keyword: str, *, signed: bool) -> tuple[int, int, int] | None:
    """Entries (0 means 65536), first value mapped (with the sign of the pixels), bits of an entry."""
    found = value(ds, keyword)
    try:
        entries, first, bits = (int(one) for one in found)
    except UNREADABLE:
        return None
    first &= 0xFFFF
    return entries & 0xFFFF or 65536, first - 65536 if signed and first >= 32768 else first, bits


def _table(ds: Dataset, descriptor: str, data: str, *, signed: bool, little: bool, notes: Notes) -> Lut | None:
    head = _descriptor(ds, descriptor, signed=signed)
    found = value(ds, data, notes)
    if head is None or found is None:
        if descriptor in ds:
            notes.add("element_unreadable")
        return None
    entries, first, bits = head
    read = _words(found, entries, bits, little=little)
    if not read or not 1 <= bits <= 16:
        notes.add("element_unreadable")
        return None
    return Lut(first, bits, tuple(read[:entries]), text(ds, "LUTExplanation"))


def _words(found: bytes | Sequence[int] | int, entries: int, bits: int, *, little: bool) -> list[int]:
    """LUT Data as numbers: 16 bit words, or two 8 bit entries in a word (PS3.3 C.11.1.1.1)."""
    order = "<" if little else ">"
    if isinstance(found, bytes):
        if bits <= 8 and len(found) < 2 * entries:
            pairs = np.frombuffer(found[: len(found) & ~1], f"{order}u2").astype("<u2")
            return [int(one) for one in pairs.view(np.uint8)]
        return [int(one) for one in np.frombuffer(found[: len(found) & ~1], f"{order}u2")]
    read = [int(one) & 0xFFFF for one in ([found] if isinstance(found, int) else found)]
    if bits <= 8 and len(read) < entries:
        return [part for word in read for part in (word & 0xFF, word >> 8)]
    return read


def _segmented(ds: Dataset, descriptor: str, data: str, *, signed: bool, little: bool, notes: Notes) -> Lut | None:
    head = _descriptor(ds, descriptor, signed=signed)
    found = value(ds, data, notes)
    if head is None or not isinstance(found, bytes):
        notes.add("element_unreadable")
        return None
    entries, first, bits = head
    wide = bits > 8
    try:
        words = struct.unpack(f"{'<' if little else '>'}{len(found) // 2}H", found[: len(found) & ~1]) if wide else tuple(found)
        read = _expand(words, wide=wide)
    except (IndexError, struct.error):
        notes.add("element_unreadable")
        return None
    return Lut(first, bits, tuple(read[:entries]))


def _expand(words: Sequence[int], *, wide: bool) -> list[int]:
    """Segments (PS3.3 C.7.9.2): 0 discrete, 1 linear, 2 indirect (which names earlier segments by offset)."""
    out: list[int] = []
    at = 0
    while at + 1 < len(words) and len(out) <= ENTRIES_LIMIT:
        at = _segment(words, at, out, wide=wide)
    return out


def _segment(words: Sequence[int], at: int, out: list[int], *, wide: bool) -> int:
    kind, length = words[at], words[at + 1]
    if kind == 0:
        out.extend(words[at + 2 : at + 2 + length])
        return at + 2 + length
    if kind == 1:
        start, end = out[-1], words[at + 2]
        out.extend(round(start + (end - start) * step / length) for step in range(1, length + 1))
        return at + 3
    if kind == 2:
        parts = words[at + 2 : at + 4] if wide else words[at + 2 : at + 6]
        offset = parts[0] | parts[1] << 16 if wide else sum(part << 8 * index for index, part in enumerate(parts))
        back = offset // 2 if wide else offset
        for _ in range(length):
            if back >= at or words[back] == 2:
                raise IndexError(back)
            back = _segment(words, back, out, wide=wide)
        return at + (4 if wide else 6)
    raise IndexError(kind)
