"""The table of a colour profile, and colours through it (PS3.3 C.11.15); it is made from a profile by `viewer.dicom.profile`."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from viewer.dicom.header import PixelFormat

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIZE = 33
TABLE_FORMAT = PixelFormat(SIZE * SIZE, SIZE, 3, 8, 8, 7, signed=False, photometric="RGB", dtype="uint8")  # [red·green, blue, channel]


def to_srgb(rgb: NDArray[np.uint8], table: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """RGB [row, column, 3] by a table (`decode_frame` with `TABLE_FORMAT` gives it flat); linear between its colours.

    Against the profile itself half a level apart on average; 99 of 100 values within four, dark colours bend most.
    """
    colours = _fine(table.tobytes())
    index = (rgb[..., 0] >> 2).astype(np.int32) << 12 | (rgb[..., 1] >> 2).astype(np.int32) << 6 | rgb[..., 2] >> 2
    low = colours[index]
    rest = (rgb & 3).astype(np.float32)[..., None, :]  # what the coarse colour lacks, by channel
    slopes = _slopes(table.tobytes())[index]  # [row, column, out, in]
    return np.asarray(np.clip(np.floor(low + (slopes * rest).sum(axis=-1) + 0.5), 0, 255), np.uint8)


def _between(table: NDArray[np.uint8], colours: NDArray[np.float64]) -> NDArray[np.float64]:
    """Trilinear interpolation at colours 0 to 255 [n, 3]."""
    steps = np.round(np.linspace(0, 255, SIZE))
    at = np.stack([np.interp(colours[:, channel], steps, np.arange(SIZE)) for channel in range(3)], axis=-1)
    low = np.minimum(at.astype(np.intp), SIZE - 2)
    rest = at - low
    found = np.zeros((len(colours), 3))
    for corner in np.ndindex(2, 2, 2):
        weight = np.prod(np.where(np.array(corner) == 1, rest, 1 - rest), axis=-1)
        r, g, b = (low + np.array(corner)).T
        found += weight[:, None] * table[r, g, b]
    return found


def _coarse() -> NDArray[np.float64]:
    steps = np.arange(64) * 4.0
    return cast("NDArray[np.float64]", np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(-1, 3))


@lru_cache(maxsize=2)
def _fine(table: bytes) -> NDArray[np.float32]:
    """Colours at every fourth level of each channel, [64³, 3]."""
    return _between(_unflat(table), _coarse()).astype(np.float32)


@lru_cache(maxsize=2)
def _slopes(table: bytes) -> NDArray[np.float32]:
    """How much each output grows for a level of each input there, [64³, out, in]."""
    base, flat = _coarse(), _unflat(table)
    here: NDArray[Any] = _between(flat, base)
    parts = [(_between(flat, np.minimum(base + 4.0 * np.eye(3)[channel], 255.0)) - here) / 4.0 for channel in range(3)]
    return np.stack(parts, axis=-1).astype(np.float32)


def _unflat(table: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(table, np.uint8).reshape(SIZE, SIZE, SIZE, 3)
