"""A frame as a picture without a screen: 8-bit grey or RGB, shrunk by averaging or enlarged by repeating."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from viewer.dicom.colour import is_colour, to_rgb8
from viewer.dicom.dressing import coloured
from viewer.dicom.grey import Voi, apply, initial_voi, lookup_table
from viewer.dicom.png import png

if TYPE_CHECKING:
    from viewer.dicom.header import Header

Picture = NDArray[np.uint8]
THUMBNAIL = 128


def draw(header: Header, frame: int, stored: NDArray[Any], voi: Voi | None = None) -> Picture:
    """The whole frame, a pixel for a pixel: RGB [row, column, 3], or grey [row, column] by `voi` (None: as at first)."""
    if is_colour(header):
        return to_rgb8(header, stored)
    if stored.ndim == 3:
        stored = stored[..., 0]
    place = header.frames[frame]
    grey = apply(lookup_table(header, place, voi or initial_voi(header, place, stored)), stored)
    return coloured(header, stored, grey)


def fitted(picture: Picture, columns: int, rows: int, pixel_shape: float = 1.0) -> Picture:
    """As large as fits into columns x rows, in proportion; `pixel_shape` is a pixel's height divided by its width."""
    high, wide = picture.shape[0] * pixel_shape, float(picture.shape[1])
    scale = min(columns / wide, rows / high)
    return _resized(picture, max(1, round(high * scale)), max(1, round(wide * scale)))


def thumbnail(header: Header, stored: NDArray[Any], frame: int = 0) -> bytes:
    """PNG bytes of a frame as it is first shown, in proportion, its longer side `THUMBNAIL` pixels."""
    return png(fitted(draw(header, frame, stored), THUMBNAIL, THUMBNAIL, pixel_shape(header)))


def centred(picture: Picture, columns: int, rows: int) -> Picture:
    """The picture in the middle of a black one of columns x rows, which must be large enough."""
    out = np.zeros((rows, columns, *picture.shape[2:]), np.uint8)
    top, left = (rows - picture.shape[0]) // 2, (columns - picture.shape[1]) // 2
    out[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
    return out


def pixel_shape(header: Header) -> float:
    """Height of a pixel divided by its width: by spacing, else by Pixel Aspect Ratio, else 1."""
    spacing, pixels = header.spacing, header.pixels
    if spacing.row_mm and spacing.column_mm:
        return spacing.row_mm / spacing.column_mm
    return pixels.aspect[0] / pixels.aspect[1] if pixels is not None and pixels.aspect else 1.0


def _resized(picture: Picture, rows: int, columns: int) -> Picture:
    out = picture.astype(np.float32)
    for axis, size in ((0, rows), (1, columns)):
        out = _resized_axis(out, axis, size)
    rounded: Picture = np.floor(out + 0.5).astype(np.uint8)
    return rounded


def _resized_axis(values: NDArray[np.float32], axis: int, size: int) -> NDArray[np.float32]:
    old = values.shape[axis]
    if size >= old:
        return np.asarray(np.take(values, np.arange(size) * old // size, axis=axis))
    edges = np.arange(size) * old // size
    counts = np.diff(np.append(edges, old)).astype(np.float32)
    sums = np.add.reduceat(values, edges, axis=axis)
    shape = [1] * values.ndim
    shape[axis] = size
    return np.asarray(sums / counts.reshape(shape), np.float32)
