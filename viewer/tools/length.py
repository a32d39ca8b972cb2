"""A length between two points of one image, with the provenance of its millimetres (viewing.md 2.6; PS3.3 10.7.1, C.8.5.5)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from viewer.dicom.header import Header, Region

Point = tuple[float, float]  # column_row
PIXELS = "px"


@dataclass(frozen=True, slots=True)
class Length:
    """A length; `unit` is "mm", "cm" … or "px"; `provenance` says where the unit comes from; `short`: below two pixels."""

    value: float
    unit: str
    provenance: str
    short: bool = False

    @property
    def text(self) -> str:
        """As it is shown: a tenth below 100, whole above; "≈" where the pixels do not bear more."""
        number = f"{self.value:.1f}" if self.value < 100 else f"{self.value:.0f}"
        source = "" if self.provenance in (self.unit, "") else f" {self.provenance.removeprefix(self.unit).strip()}"
        return f"{'≈ ' if self.short else ''}{number} {self.unit}{source}"


def length(header: Header, start: Point, end: Point) -> Length:
    """The length between two points in `column_row` of one image."""
    columns, rows = end[0] - start[0], end[1] - start[1]
    short = math.hypot(columns, rows) < 2
    if header.regions:
        region = _region(header.regions, start, end)
        if region is not None and region.unit_x == region.unit_y and region.unit_x:
            return Length(math.hypot(columns * region.delta_x, rows * region.delta_y), region.unit_x, region.unit_x, short)
        return Length(math.hypot(columns, rows), PIXELS, "no scale here", short)
    spacing = header.spacing
    if spacing.row_mm is None or spacing.column_mm is None:
        return Length(math.hypot(columns, rows), PIXELS, PIXELS, short)
    return Length(math.hypot(columns * spacing.column_mm, rows * spacing.row_mm), "mm", spacing.provenance, short)


def _region(regions: tuple[Region, ...], start: Point, end: Point) -> Region | None:
    """The one region that holds both points."""
    for region in regions:
        if all(region.x0 <= x <= region.x1 and region.y0 <= y <= region.y1 for x, y in (start, end)):
            return region
    return None
