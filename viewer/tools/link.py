"""Linked scroll: by position inside one frame of reference, else by an offset that the reader set (viewing.md 4.4)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from viewer.dicom.header import Frame
    from viewer.load.series import SeriesData

NEAR_PARALLEL = math.cos(math.radians(10))


def by_position(one: SeriesData, other: SeriesData) -> bool:
    """Whether two series lie in one frame of reference in near-parallel planes, so that positions can be compared."""
    first, second = one.header(0).frame_of_reference_uid, other.header(0).frame_of_reference_uid
    normals = _normal(one.frame(0)), _normal(other.frame(0))
    if not first or first != second or normals[0] is None or normals[1] is None:
        return False
    return abs(float(normals[0] @ normals[1])) >= NEAR_PARALLEL


def nearest(one: SeriesData, index: int, other: SeriesData) -> int | None:
    """The image of `other` nearest to image `index` of `one` along the common normal; None where it lies beyond the end."""
    normal, place = _normal(one.frame(index)), one.frame(index).position
    if normal is None or place is None:
        return None
    return _at_height(other, normal, float(np.dot(place, normal)))


def at_place(series: SeriesData, xyz_mm: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> int | None:
    """The image of a stack nearest to a place in the patient; None where it lies beyond the stack's ends."""
    normal = _normal(series.frame(0))
    return None if normal is None else _at_height(series, normal, float(xyz_mm @ normal))


def _at_height(other: SeriesData, normal: np.ndarray[tuple[int, ...], np.dtype[np.float64]], here: float) -> int | None:
    heights = np.array([np.dot(p, normal) if (p := other.frame(n).position) is not None else np.inf for n in range(other.count)])
    at = int(np.argmin(np.abs(heights - here)))
    steps = np.abs(np.diff(np.sort(heights)))
    reach = float(np.median(steps)) if steps.size else 1.0
    return at if abs(heights[at] - here) <= max(reach, 1.0) else None


def by_offset(index: int, offset: int, other: SeriesData) -> int:
    """The image of `other` at a fixed distance in images; never beyond its ends."""
    return min(max(index + offset, 0), other.count - 1)


def _normal(frame: Frame) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]] | None:
    if frame.row_direction is None or frame.column_direction is None:
        return None
    return np.cross(np.array(frame.row_direction, np.float64), np.array(frame.column_direction, np.float64))
