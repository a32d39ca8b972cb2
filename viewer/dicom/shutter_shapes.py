"""Which pixels display shutters let through (PS3.3 C.7.6.11, C.7.6.15); they are read from a file by `viewer.dicom.shutters`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from viewer.dicom.header import Shutter


def visible(
    found: Sequence[Shutter], rows: int, columns: int, overlays: Mapping[int, NDArray[np.bool_]] | None = None
) -> NDArray[np.bool_]:
    """Which pixels [row, column] are inside all shutters.

    Args:
        found: `Header.shutters`.
        rows: of the image.
        columns: of the image.
        overlays: for BITMAP, by group, what `viewer.dicom.overlay_planes.on_image` gave; covered where True.
    """
    mask = np.ones((rows, columns), np.bool_)
    for one in found:
        if one.shape == "BITMAP":
            covered = (overlays or {}).get(one.numbers[0])
            if covered is not None:
                mask &= ~covered
        else:
            mask &= _SHAPES[one.shape](one.numbers, rows, columns)
    return mask


def _rectangle(numbers: tuple[int, ...], rows: int, columns: int) -> NDArray[np.bool_]:
    left, right, upper, lower = numbers
    row, column = np.ogrid[1 : rows + 1, 1 : columns + 1]
    return np.asarray((row >= upper) & (row <= lower) & (column >= left) & (column <= right))


def _circle(numbers: tuple[int, ...], rows: int, columns: int) -> NDArray[np.bool_]:
    middle_row, middle_column, radius = numbers
    row, column = np.ogrid[1 : rows + 1, 1 : columns + 1]
    return np.asarray((row - middle_row) ** 2 + (column - middle_column) ** 2 <= radius**2)


def _polygon(numbers: tuple[int, ...], rows: int, columns: int) -> NDArray[np.bool_]:
    """Inside by the even-odd rule; the edges belong to the inside."""
    row, column = np.ogrid[1 : rows + 1, 1 : columns + 1]
    inside = np.zeros((rows, columns), np.bool_)
    edge = np.zeros((rows, columns), np.bool_)
    corners = list(zip(numbers[::2], numbers[1::2], strict=True))
    for (row_0, column_0), (row_1, column_1) in zip(corners, corners[1:] + corners[:1], strict=True):
        across = (column_1 - column_0) * (row - row_0) - (column - column_0) * (row_1 - row_0)
        between = (np.minimum(row_0, row_1) <= row) & (row <= np.maximum(row_0, row_1))
        edge |= (across == 0) & between & (np.minimum(column_0, column_1) <= column) & (column <= np.maximum(column_0, column_1))
        if row_0 != row_1:
            crosses = (row_0 > row) != (row_1 > row)
            inside ^= crosses & (column < (column_1 - column_0) * (row - row_0) / (row_1 - row_0) + column_0)
    return inside | edge


_SHAPES = {"RECTANGULAR": _rectangle, "CIRCULAR": _circle, "POLYGONAL": _polygon}
