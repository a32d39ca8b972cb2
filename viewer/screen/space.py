"""Viewports that show images of one frame of reference: lines where they cut each other, and a place shown in all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from viewer.tools.cross import crossing, place_mm
from viewer.tools.link import at_place

if TYPE_CHECKING:
    from collections.abc import Iterable

    from viewer.screen.viewport import Viewport

Point = tuple[float, float]  # column_row


def cut(viewport: Viewport, other: Viewport) -> tuple[Point, Point] | None:
    """Where the image in `other` cuts the one in `viewport`, in the latter's `column_row`."""
    if viewport.series is None or other.series is None or not viewport.shares_space(other):
        return None
    here, there = viewport.series.order[viewport.index], other.series.order[other.index]
    return crossing(viewport.series.header(viewport.index), here.frame, other.series.header(other.index), there.frame)


def cuts(viewport: Viewport, others: Iterable[Viewport]) -> list[tuple[Point, Point]]:
    """The same for every other viewport that can be seen."""
    seen = (other for other in others if other is not viewport and other.isVisible())
    return [line for other in seen if (line := cut(viewport, other)) is not None]


def show_place(source: Viewport, point: Point, others: Iterable[Viewport]) -> list[Viewport]:
    """Every other viewport in the same space goes to the image nearest to a place; gives those that did."""
    if source.series is None:
        return []
    place = place_mm(source.series.header(source.index), source.series.order[source.index].frame, point)
    gone = []
    for other in others:
        if place is None or other is source or other.series is None or not source.shares_space(other):
            continue
        at = at_place(other.series, place)
        if at is not None:
            other.go_to(at, tell=False)
            gone.append(other)
    return gone
