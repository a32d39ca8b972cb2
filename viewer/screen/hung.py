"""What hangs where: values for `ViewportGrid.hang`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from viewer.load.series import SeriesData


@dataclass(frozen=True, slots=True)
class Hung:
    """What hangs in one place: a series (or a sentence why none), its first image and a window preset's key."""

    series: SeriesData | None
    index: int = 0
    preset: int | None = None
    sentence: tuple[str, str] = ("", "")


def first_index(series: SeriesData, first: str) -> int:
    """Where a protocol's "first", "middle" or "last" begins; an image that cannot be shown gives way to the nearest that can."""
    return series.nearest_whole({"first": 0, "last": series.count - 1}.get(first, series.count // 2))


def grid_for(count: int) -> tuple[int, int]:
    """Rows and columns for a number of viewports."""
    columns = max(1, math.ceil(math.sqrt(count)))
    return max(1, math.ceil(count / columns)), columns
