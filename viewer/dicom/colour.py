"""Colour images to RGB for the screen (PS3.3 C.7.6.3.1.2, C.7.6.3.1.5). Windows do not apply to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from viewer.dicom.header import Header, Lut

# R, G, B from Y, Cb − 128, Cr − 128 (C.7.6.3.1.2, the inverse of CCIR 601-2)
_FULL = np.array([[1.0, 0.0, 1.402], [1.0, -0.344136, -0.714136], [1.0, 1.772, 0.0]])
_PARTIAL = np.array([[1.164384, 0.0, 1.596027], [1.164384, -0.391762, -0.812968], [1.164384, 2.017232, 0.0]])


def is_colour(header: Header) -> bool:
    """Whether the image is drawn by `to_rgb8` and not by `grey`."""
    return header.pixels is not None and header.pixels.photometric not in ("MONOCHROME1", "MONOCHROME2") and _drawable(header)


def to_rgb8(header: Header, stored: NDArray[Any]) -> NDArray[np.uint8]:
    """RGB [row, column, 3] of stored values [row, column, sample], or [row, column] for palettes.

    More than 8 stored bits are cut to the highest 8.
    """
    pixels = header.pixels
    assert pixels is not None
    if pixels.photometric == "PALETTE COLOR":
        return _from_palette(header, stored)
    three = _eight_bit(stored[..., :3], pixels.bits_stored)
    if pixels.photometric.startswith("YBR_PARTIAL"):
        return _matrix(three, _PARTIAL, 16.0)
    if pixels.photometric.startswith("YBR"):
        return _matrix(three, _FULL, 0.0)
    return np.ascontiguousarray(three)


def supplemented(header: Header, stored: NDArray[Any], grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """RGB [row, column, 3] of a grey image with a supplemental palette: `grey` below its first value, colour from there on.

    Args:
        header: of a grey image with a `palette` (PS3.3 C.7.6.19).
        stored: stored values [row, column].
        grey: what `viewer.dicom.grey.apply` made of them.
    """
    assert header.palette is not None
    out = np.repeat(grey[..., None], 3, axis=-1)
    coloured = stored >= header.palette.red.first
    out[coloured] = _from_palette(header, stored)[coloured]
    return out


def _drawable(header: Header) -> bool:
    return header.pixels is not None and (header.pixels.photometric != "PALETTE COLOR" or header.palette is not None)


def _eight_bit(stored: NDArray[Any], bits: int) -> NDArray[np.uint8]:
    moved = stored if bits <= 8 else stored >> (bits - 8)
    return moved.astype(np.uint8)


def _matrix(three: NDArray[np.uint8], matrix: NDArray[np.float64], black: float) -> NDArray[np.uint8]:
    centred = three.astype(np.float32) - np.array([black, 128.0, 128.0], np.float32)
    rgb = centred @ matrix.T.astype(np.float32)
    rounded: NDArray[np.uint8] = np.clip(np.floor(rgb + 0.5), 0, 255).astype(np.uint8)
    return rounded


def _from_palette(header: Header, stored: NDArray[Any]) -> NDArray[np.uint8]:
    assert header.palette is not None
    channels = [_channel(lut, stored) for lut in (header.palette.red, header.palette.green, header.palette.blue)]
    return np.stack(channels, axis=-1)


def _channel(lut: Lut, stored: NDArray[Any]) -> NDArray[np.uint8]:
    data = np.asarray(lut.data, np.uint16)
    eight = (data >> 8 if lut.bits > 8 else data).astype(np.uint8)
    index = np.clip(stored.astype(np.int64) - lut.first, 0, len(eight) - 1)
    return np.asarray(eight[index])
