"""Values inside an ellipse and under a point, in the unit in which they are told; padding is left out (viewing.md 4.3)."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from viewer.dicom.grey import padding_mask
from viewer.dicom.told import Told, told

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from viewer.dicom.header import Frame, Header

Point = tuple[float, float]  # column_row
SMALL = 0.1  # from here down a value is told by its figures


@dataclass(frozen=True, slots=True)
class Region:
    """`count` pixels whose centres lie inside; `deviation` is that of all of them (not estimated). None: no value to give."""

    count: int
    mean: float | None
    deviation: float | None
    smallest: float | None
    largest: float | None
    area_mm2: float | None
    unit: str

    @property
    def text(self) -> str:
        """Two lines: mean and deviation, extremes and area; "–" where there is nothing to tell."""
        unit = f" {self.unit}" if self.unit else ""
        if self.mean is None or self.deviation is None or self.smallest is None or self.largest is None:
            return f"–\n{_area(self.area_mm2, self.count)}"
        first = f"mean {_number(self.mean)}{unit}, SD {_spread(self.deviation)}"
        return f"{first}\n{_number(self.smallest)} to {_number(self.largest)}, {_area(self.area_mm2, self.count)}"


def ellipse(header: Header, frame: Frame, stored: NDArray[Any], corner: Point, opposite: Point) -> Region:
    """The ellipse inside the box between two corners; `stored` is [row, column] (colour gives its area alone)."""
    centre = (corner[0] + opposite[0]) / 2, (corner[1] + opposite[1]) / 2
    across, down = abs(opposite[0] - corner[0]) / 2, abs(opposite[1] - corner[1]) / 2
    spacing = header.spacing
    area = math.pi * across * down * spacing.column_mm * spacing.row_mm if spacing.column_mm and spacing.row_mm else None
    if stored.ndim != 2 or header.pixels is None:
        return Region(0, None, None, None, None, area, "")
    found = _inside(header, frame, stored, centre, (across, down))
    values = found.values
    if not values.size:
        return Region(0, None, None, None, None, area, found.unit)
    return Region(int(values.size), float(values.mean()), float(values.std()), float(values.min()), float(values.max()), area, found.unit)


def probe(header: Header, frame: Frame, stored: NDArray[Any], point: Point) -> str:
    """The value of the pixel under a point, with its unit; "–" outside, in padding, and where it is no number."""
    column, row = math.floor(point[0] + 0.5), math.floor(point[1] + 0.5)
    if not (0 <= row < stored.shape[0] and 0 <= column < stored.shape[1]):
        return "–"
    if stored.ndim == 3:
        return " / ".join(str(int(value)) for value in stored[row, column])
    found = _known(header, frame, stored[row : row + 1, column : column + 1])
    unit = f" {found.unit}" if found.unit else ""
    return f"{_number(float(found.values[0]))}{unit}" if found.values.size else "–"


def _inside(header: Header, frame: Frame, stored: NDArray[Any], centre: tuple[float, float], half: tuple[float, float]) -> Told:
    rows, columns = stored.shape
    top, bottom = max(0, math.floor(centre[1] - half[1])), min(rows, math.ceil(centre[1] + half[1]) + 1)
    left, right = max(0, math.floor(centre[0] - half[0])), min(columns, math.ceil(centre[0] + half[0]) + 1)
    if top >= bottom or left >= right or not (half[0] and half[1]):
        return _known(header, frame, stored[:0, :0])
    y = (np.arange(top, bottom)[:, None] - centre[1]) / half[1]
    x = (np.arange(left, right)[None, :] - centre[0]) / half[0]
    return _known(header, frame, stored[top:bottom, left:right][x * x + y * y <= 1])


def _known(header: Header, frame: Frame, stored: NDArray[Any]) -> Told:
    """The values that are numbers and no padding, in one dimension."""
    assert header.pixels is not None
    stored = np.ascontiguousarray(stored).ravel()
    mask = padding_mask(header.pixels, stored)
    keep = np.isfinite(stored) if mask is None else np.isfinite(stored) & ~mask
    found = told(header, frame, stored[keep])
    return replace(found, values=found.values[np.isfinite(found.values)])


def _number(value: float) -> str:
    """Whole where the numbers are large, two decimals where they are small, three figures where they are smaller; a true minus."""
    words = _size(abs(value))
    return f"\N{MINUS SIGN}{words}" if value < 0 and words.strip("0.") else words


def _size(size: float) -> str:
    if 0 < size < SMALL:
        return _figures(size)
    return f"{size:.0f}" if size >= 20 or size == round(size) else f"{size:.2f}"


def _spread(value: float) -> str:
    return _figures(value) if 0 < value < SMALL else f"{value:.1f}"


def _figures(size: float) -> str:
    """Three figures, with a power of ten where a person would write one: "0.0123", "1.23·10⁻⁵"."""
    figures, _, power = f"{size:.2e}".partition("e")
    if int(power) >= -3:
        return f"{size:.{2 - int(power)}f}"
    return f"{figures}·10{power.replace('-0', '-').translate(_RAISED)}"


_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _area(mm2: float | None, count: int) -> str:
    if mm2 is None:
        return f"{count} px"
    return f"{mm2:.1f} mm²" if mm2 < 100 else f"{mm2 / 100:.2f} cm²"
