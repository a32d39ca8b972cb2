"""The marks on a viewport that is shown: each belongs to the image on which it was drawn, at its place in that image.

As a radiologist expects of a mark: it follows zoom, pan and turn, is not seen on any other image, and is there again when the reader comes
back to its image. All of them end with the showing; none goes into the case (what shall stay is a measurement or a still picture).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from app.consult.marks import MOST, Mark
from viewer.screen.view import apply

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from viewer.screen.viewport import Viewport

_Key = tuple[str, int]  # SOP Instance UID and frame; in memory only
_Point = tuple[float, float]


class LiveMarks:
    """The marks of one showing, of every image that was marked in it."""

    def __init__(self, viewport: Viewport) -> None:
        self._viewport = viewport
        self._kept: list[tuple[_Key, Mark, _Point, _Point]] = []  # two points in `column_row`: ends of a line, or centre and rim

    def add(self, mark: Mark) -> None:
        """A mark in shares of the viewport as it is now; nothing without an image."""
        key, matrix = self._image(), self._viewport.matrix()
        if key is None or matrix is None:
            return
        back = np.asarray(np.linalg.inv(matrix), np.float64)
        wide, high = self._viewport.device_size()
        x, y = mark.at[0] * wide, mark.at[1] * high
        other = (x + mark.at[2] * wide, y) if mark.shape == "circle" else (mark.at[2] * wide, mark.at[3] * high)
        here = [entry for entry in self._kept if entry[0] == key]
        if len(here) >= MOST:
            self._kept.remove(here[0])
        self._kept.append((key, mark, apply(back, (x, y)), apply(back, other)))

    def clear(self, by: str = "") -> None:
        """Takes the marks of the image on screen away, all or those of one person."""
        key = self._image()
        self._kept = [entry for entry in self._kept if entry[0] != key or (by and entry[1].by != by)]

    def now(self) -> tuple[Mark, ...]:
        """The marks of the image on screen, in shares of the viewport as it is now."""
        key, matrix = self._image(), self._viewport.matrix()
        if key is None or matrix is None:
            return ()
        return tuple(self._placed(mark, one, other, matrix) for of, mark, one, other in self._kept if of == key)

    def _placed(self, mark: Mark, one: _Point, other: _Point, matrix: NDArray[np.float64]) -> Mark:
        wide, high = self._viewport.device_size()
        (x, y), (x2, y2) = apply(matrix, one), apply(matrix, other)
        if mark.shape == "circle":
            return Mark("circle", (x / wide, y / high, float(np.hypot(x2 - x, y2 - y)) / wide), mark.by)
        return Mark("line", (x / wide, y / high, x2 / wide, y2 / high), mark.by)

    def _image(self) -> _Key | None:
        current, series = self._viewport.current(), self._viewport.series
        if current is None or series is None:
            return None
        return current[0].sop_instance_uid, series.order[self._viewport.index].frame
