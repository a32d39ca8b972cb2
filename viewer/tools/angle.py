"""Angles in the plane of an image, in its millimetres (both spacings count, never one of them; viewing.md 4.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from viewer.dicom.header import Header

Point = tuple[float, float]  # column_row


def angle(header: Header, first: Point, corner: Point, last: Point) -> float | None:
    """Degrees, 0 to 180, at `corner`; None where two points coincide."""
    scale = _scale(header)
    here = np.array(corner) * scale
    return _between(np.array(first) * scale - here, np.array(last) * scale - here)


def cobb(header: Header, first: tuple[Point, Point], second: tuple[Point, Point]) -> float | None:
    """Degrees, 0 to 180, between two end plates, each drawn in the same direction; parallel ones give 0."""
    scale = _scale(header)
    one, other = (np.subtract(line[1], line[0]) * scale for line in (first, second))
    return _between(one, other)


def words(degrees: float | None) -> str:
    """As it is shown: a tenth up to 10 degrees, whole above."""
    if degrees is None:
        return ""
    return f"{degrees:.1f}°" if degrees <= 10 else f"{degrees:.0f}°"


def _scale(header: Header) -> NDArray[np.float64]:
    spacing = header.spacing
    if spacing.column_mm and spacing.row_mm:
        return np.array([spacing.column_mm, spacing.row_mm])
    aspect = header.pixels.aspect if header.pixels is not None and header.pixels.aspect else (1, 1)
    return np.array([1.0, aspect[0] / aspect[1]])


def _between(one: NDArray[np.float64], other: NDArray[np.float64]) -> float | None:
    size = float(np.linalg.norm(one) * np.linalg.norm(other))
    if not size:
        return None
    return float(np.degrees(np.arccos(np.clip(one @ other / size, -1.0, 1.0))))
