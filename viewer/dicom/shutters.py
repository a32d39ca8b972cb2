"""Display shutters: which part of an image is to be seen (PS3.3 C.7.6.11, C.7.6.15, C.7.6.16.2.16)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from viewer.dicom.header import Shutter
from viewer.dicom.values import first, integer, number, numbers, texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from pydicom.dataset import Dataset

EDGES = ("ShutterLeftVerticalEdge", "ShutterRightVerticalEdge", "ShutterUpperHorizontalEdge", "ShutterLowerHorizontalEdge")
WHITE = 0xFFFF  # Shutter Presentation Value is a 16-bit P-value


def shutters(ds: Dataset) -> tuple[Shutter, ...]:
    """The shutters of a data set, those of enhanced objects from the shared or the first frame's group; unusable ones left out."""
    holder = _holder(ds)
    found = (_shutter(holder, shape.upper()) for shape in texts(holder, "ShutterShape"))
    return tuple(one for one in found if one is not None)


def shutter_grey(ds: Dataset) -> float | None:
    """Shutter Presentation Value as 0 (black) to 1 (white), None where the file has none."""
    grey = number(_holder(ds), "ShutterPresentationValue")
    return None if grey is None else min(max(grey / WHITE, 0.0), 1.0)


def visible(
    found: Sequence[Shutter], rows: int, columns: int, overlays: Mapping[int, NDArray[np.bool_]] | None = None
) -> NDArray[np.bool_]:
    """Which pixels [row, column] are inside all shutters.

    Args:
        found: `Header.shutters`.
        rows: of the image.
        columns: of the image.
        overlays: for BITMAP, by group, what `viewer.dicom.overlays.on_image` gave; covered where True.
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


def _holder(ds: Dataset) -> Dataset:
    for level in ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"):
        item = first(first(ds, level), "FrameDisplayShutterSequence")
        if item is not None:
            return item
    return ds


def _shutter(ds: Dataset, shape: str) -> Shutter | None:
    values: tuple[float, ...] = ()
    if shape == "RECTANGULAR":
        edges = [integer(ds, edge) for edge in EDGES]
        values = tuple(float(one) for one in edges if one is not None)
        usable = len(values) == 4 and values[0] <= values[1] and values[2] <= values[3]
    elif shape == "CIRCULAR":
        radius = integer(ds, "RadiusOfCircularShutter")
        values = (*numbers(ds, "CenterOfCircularShutter"), *([] if radius is None else [radius]))
        usable = len(values) == 3 and values[2] > 0
    elif shape == "POLYGONAL":
        values = numbers(ds, "VerticesOfThePolygonalShutter")
        usable = len(values) >= 6 and len(values) % 2 == 0
    else:
        group = integer(ds, "ShutterOverlayGroup") if shape == "BITMAP" else None
        values = () if group is None else (group,)
        usable = group is not None
    return Shutter(shape, tuple(int(one) for one in values)) if usable else None


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
