"""How one viewport looks at an image: which, how turned, how large, under which window; pure arithmetic, no Qt.

Spaces: `column_row` (pixel centres at integers), `device_px` (origin top left of the viewport). Matrices are 3x3, named
`target_from_source`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from viewer.dicom.picture import pixel_shape

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from viewer.dicom.grey import Voi
    from viewer.dicom.header import Header

SMALLEST, LARGEST = 0.05, 40.0


@dataclass(frozen=True, slots=True)
class View:
    """The state of a viewport, a value. `zoom` is device pixels for each image column, None: fitted. `pan` is in device pixels."""

    voi: Voi | None = None  # None: as stored
    inverted: bool = False
    beneath: bool = False  # what shutters cover is seen
    zoom: float | None = None
    pan: tuple[float, float] = (0.0, 0.0)
    quarters: int = 0  # clockwise
    flipped: bool = False  # left and right, before turning

    def turned(self) -> View:
        """A quarter clockwise."""
        return replace(self, quarters=(self.quarters + 1) % 4)

    def mirrored(self, *, vertical: bool) -> View:
        """Left and right (or top and bottom) as seen on screen, whatever the turn."""
        swap = vertical != (self.quarters % 2 == 1)
        return replace(self, flipped=not self.flipped, quarters=(self.quarters + (2 if swap else 0)) % 4)


def turn(view: View) -> NDArray[np.float64]:
    """2x2: (column, row) to (right, down) on screen, without scale."""
    made = np.array([[-1.0, 0.0], [0.0, 1.0]]) if view.flipped else np.eye(2)
    quarter = np.array([[0.0, -1.0], [1.0, 0.0]])  # clockwise, where y goes down
    turned: NDArray[np.float64] = np.linalg.matrix_power(quarter, view.quarters) @ made
    return turned


def fit_zoom(header: Header, view: View, size: tuple[int, int]) -> float:
    """The zoom at which the whole image just fits into a viewport of `size` device pixels (width, height)."""
    assert header.pixels is not None
    extent = np.abs(turn(view)) @ np.array([header.pixels.columns, header.pixels.rows * pixel_shape(header)], np.float64)
    return float(min(size[0] / extent[0], size[1] / extent[1]))


def zoom_of(header: Header, view: View, size: tuple[int, int]) -> float:
    """The zoom in force."""
    return view.zoom if view.zoom is not None else fit_zoom(header, view, size)


def device_from_image(header: Header, view: View, size: tuple[int, int]) -> NDArray[np.float64]:
    """3x3: `column_row` (pixel centres at integers) to `device_px`. Where one image pixel is n device pixels the corner is whole."""
    assert header.pixels is not None
    zoom = zoom_of(header, view, size)
    scale = np.diag([zoom, zoom * pixel_shape(header)])
    linear = turn(view) @ scale
    half = np.array([header.pixels.columns / 2, header.pixels.rows / 2])
    corner = np.array(size, np.float64) / 2 + np.array(view.pan) - linear @ half
    if abs(zoom - round(zoom)) < 1e-6 and round(zoom) >= 1:
        corner = np.floor(corner + 0.5)
    made = np.eye(3)
    made[:2, :2] = linear
    made[:2, 2] = corner + linear @ np.array([0.5, 0.5])
    return made


def apply(matrix: NDArray[np.float64], point: tuple[float, float]) -> tuple[float, float]:
    """A point through a 3x3 matrix."""
    x, y, _ = matrix @ np.array([point[0], point[1], 1.0])
    return float(x), float(y)


def zoomed(header: Header, view: View, size: tuple[int, int], factor: float, around: tuple[float, float]) -> View:
    """The view `factor` times larger, with the place under `around` (device_px) kept where it is."""
    old = zoom_of(header, view, size)
    new = min(max(old * factor, SMALLEST), LARGEST)
    centre = np.array(size, np.float64) / 2 + np.array(view.pan)
    pan = np.array(around) + (centre - np.array(around)) * (new / old) - np.array(size, np.float64) / 2
    return replace(view, zoom=new, pan=(float(pan[0]), float(pan[1])))
