"""Overlay planes, packed for themselves or hidden in the pixel words (PS3.3 C.9.2, PS3.5 8.1.2)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from viewer.dicom.header import Overlay, PixelFormat
from viewer.dicom.values import integer, numbers, text

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pydicom.dataset import Dataset

    from viewer.dicom.notes import Notes

GROUPS = range(0x6000, 0x6020, 2)
ROWS, COLUMNS, FRAMES, KIND, ORIGIN, FIRST, ALLOCATED, BIT, LABEL, DESCRIPTION, DATA = (
    *(0x0010, 0x0011, 0x0015, 0x0040, 0x0050, 0x0051, 0x0100, 0x0102, 0x1500, 0x0022),
    0x3000,
)
SIZE_LIMIT = 65535
PLANES_LIMIT = 400_000_000  # pixels of all planes of one overlay


def overlays(ds: Dataset, pixels: PixelFormat | None, count: int, notes: Notes) -> tuple[Overlay, ...]:
    """The overlays of a data set with `count` frames that can be drawn; what is wrong with another is noted."""
    found = []
    for group in GROUPS:
        if (group << 16 | ROWS) not in ds and (group << 16 | DATA) not in ds:
            continue
        one = _overlay(ds, group, pixels, count)
        if one is None:
            notes.add("overlay_unreadable")
        else:
            found.append(one)
    return tuple(found)


def _overlay(ds: Dataset, group: int, pixels: PixelFormat | None, count: int) -> Overlay | None:
    base = group << 16
    rows, columns = integer(ds, base | ROWS), integer(ds, base | COLUMNS)
    bit = None
    if (base | DATA) not in ds:
        bit = integer(ds, base | BIT)
        if pixels is None or pixels.samples != 1 or bit is None or not 0 <= bit < pixels.bits_allocated:
            return None
        rows, columns = pixels.rows, pixels.columns
    frames = count if bit is not None and count > 1 else integer(ds, base | FRAMES) or 0
    if not rows or not columns or not (0 < rows <= SIZE_LIMIT and 0 < columns <= SIZE_LIMIT and frames >= 0):
        return None
    if rows * columns * max(frames, 1) > PLANES_LIMIT:
        return None
    origin = numbers(ds, base | ORIGIN)
    row, column = (int(origin[0]), int(origin[1])) if len(origin) == 2 else (1, 1)
    label = text(ds, base | LABEL) or text(ds, base | DESCRIPTION)
    return Overlay(
        group,
        rows,
        columns,
        row,
        column,
        integer(ds, base | FIRST) or 1,
        frames,
        text(ds, base | KIND).upper() == "R",
        label,
        bit,
    )


def packed_planes(ds: Dataset, overlay: Overlay, *, little: bool) -> NDArray[np.uint8] | None:
    """The planes of Overlay Data as 0 and 1 [plane, row, column], None where there are too few bits."""
    element = ds.get(overlay.group << 16 | DATA)
    data = getattr(element, "value", None)
    if not isinstance(data, bytes):
        return None
    if not little and element.VR == "OW":
        data = np.frombuffer(data[: len(data) & ~1], "<u2").byteswap().tobytes()
    shape = (max(overlay.frames, 1), overlay.rows, overlay.columns)
    bits = np.unpackbits(np.frombuffer(data, np.uint8), bitorder="little")
    needed = int(np.prod(shape))
    return bits[:needed].reshape(shape) if len(bits) >= needed else None


def word_planes(words: NDArray[Any], overlay: Overlay) -> NDArray[np.uint8]:
    """A plane out of the pixel words [row, column], whole and unsigned, of the retired form."""
    assert overlay.bit is not None
    return np.asarray((words >> words.dtype.type(overlay.bit)) & words.dtype.type(1), np.uint8)


def placed(overlay: Overlay, offset: int, length: int) -> Overlay:
    """The overlay with the place of its planes in the object of the frames."""
    return replace(overlay, offset=offset, length=length)
