"""Where the plane of one image crosses that of another, and where a place of one lies in the other; patient millimetres (LPS)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from viewer.dicom.geometry import xyz_mm_from_column_row

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from viewer.dicom.header import Header

Point = tuple[float, float]  # column_row
PARALLEL = 0.985  # cosine from which on (10 degrees) no line is drawn


def crossing(header: Header, frame: int, other: Header, other_frame: int) -> tuple[Point, Point] | None:
    """The line in which the other image's area cuts this one, as two points in this image's `column_row`; None where it does not.

    Both must lie in one frame of reference, which the caller knows.
    """
    here, there = xyz_mm_from_column_row(header, frame), xyz_mm_from_column_row(other, other_frame)
    if here is None or there is None or header.pixels is None or other.pixels is None:
        return None
    if abs(float(here[:3, 2] @ there[:3, 2])) >= PARALLEL:
        return None
    normal = there[:3, 2]
    across, down = float(normal @ here[:3, 0]), float(normal @ here[:3, 1])
    away = float(normal @ (there[:3, 3] - here[:3, 3]))
    size = across * across + down * down
    start = np.array([across, down]) * away / size
    way = np.array([-down, across]) / np.sqrt(size)
    in_other = np.linalg.inv(there)
    place = in_other @ here @ np.array([*start, 0.0, 1.0])
    along = in_other @ here @ np.array([*way, 0.0, 0.0])
    spans = [
        _span(start, way, header.pixels.columns, header.pixels.rows),
        _span(place[:2], along[:2], other.pixels.columns, other.pixels.rows),
    ]
    low, high = max(span[0] for span in spans), min(span[1] for span in spans)
    if not low < high:
        return None
    first, last = start + way * low, start + way * high
    return (float(first[0]), float(first[1])), (float(last[0]), float(last[1]))


def place_mm(header: Header, frame: int, point: Point) -> NDArray[np.float64] | None:
    """A point of an image in `xyz_mm`; None where the image has no place."""
    matrix = xyz_mm_from_column_row(header, frame)
    return None if matrix is None else np.asarray((matrix @ np.array([point[0], point[1], 0.0, 1.0]))[:3], np.float64)


def _span(start: NDArray[np.float64], way: NDArray[np.float64], columns: int, rows: int) -> tuple[float, float]:
    """From where to where along `way` a line lies within an image's edges."""
    low, high = -np.inf, np.inf
    for axis, size in ((0, columns), (1, rows)):
        if abs(way[axis]) < 1e-9:
            if not -0.5 <= start[axis] <= size - 0.5:
                return 1.0, 0.0
            continue
        ends = sorted(((-0.5 - start[axis]) / way[axis], (size - 0.5 - start[axis]) / way[axis]))
        low, high = max(low, ends[0]), min(high, ends[1])
    return float(low), float(high)
