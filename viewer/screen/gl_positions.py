"""Where each device pixel of a picture takes its grey from: the arithmetic of Qt's raster engine, for the GL back end; pure.

Qt steps through a row in units of 1/65536 pixel, from the first pixel that is wholly covered, and anew every 2048; what is rounded
on the way is rounded here too, so that both back ends weigh the same neighbours alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

ONE = 1 << 16
SPAN = 2048  # pixels that Qt's raster engine fetches at once


@dataclass(frozen=True, slots=True)
class Edge:
    """A stretch of device pixels along one direction that the picture covers alike: `first` to before `end`, by `cover` (0.0 to 1.0)."""

    first: int
    end: int
    cover: float


@dataclass(frozen=True, slots=True)
class Positions:
    """`across` [column] and `down` [row] of the device pixels from `left`, `top` on: where in the picture they look, int32, 1/65536 pixel.

    `swapped`: columns of the device run along rows of the picture. `columns` and `rows`: how the picture covers them.
    """

    left: int
    top: int
    across: NDArray[np.int32]
    down: NDArray[np.int32]
    swapped: bool
    columns: tuple[Edge, ...]
    rows: tuple[Edge, ...]


def positions(
    device_from_picture: NDArray[np.float64], shape: tuple[int, int], size: tuple[int, int], *, blended: bool
) -> Positions | None:
    """None where nothing of the picture is in sight.

    Args:
        device_from_picture: 3x3 of whole quarters of a turn; the picture's corner is at (0, 0), pixels are of size 1.
        shape: rows and columns of the picture.
        size: width and height of the viewport, device pixels.
        blended: four neighbours are weighed and edges half covered, else each pixel takes the one it lies in.
    """
    corners = device_from_picture @ np.array([[0.0, shape[1]], [0.0, shape[0]], [1.0, 1.0]])
    columns, rows = (_edges(float(corners[axis].min()), float(corners[axis].max()), size[axis], blended=blended) for axis in (0, 1))
    if not columns or not rows:
        return None
    nudge = np.array(
        [[1.0, 0.0, 1 / ONE], [0.0, 1.0, 1 / ONE], [0.0, 0.0, 1.0]]
    )  # Qt's, so that a place on an edge falls to its inner side
    back = np.linalg.inv(device_from_picture @ nudge)
    swapped = abs(back[0, 0]) < abs(back[0, 1])
    half = ONE // 2 if blended else 0
    across = np.concatenate([_steps(edge, back[int(swapped), 0], back[int(swapped), 2]) for edge in columns]) - half
    places = np.arange(rows[0].first, rows[-1].end) + 0.5
    down = np.trunc((back[int(not swapped), 1] * places + back[int(not swapped), 2]) * ONE) - half
    return Positions(columns[0].first, rows[0].first, across.astype(np.int32), down.astype(np.int32), bool(swapped), columns, rows)


def _edges(low: float, high: float, limit: int, *, blended: bool) -> tuple[Edge, ...]:
    """The stretches of one direction inside 0 to limit."""
    if not blended:
        low, high = round(low), round(high)
    first, end = int(np.ceil(low - 1e-9)), int(np.floor(high + 1e-9))
    if end < first:  # all of it within one pixel
        parts = [Edge(end, first, high - low)]
    else:
        parts = [Edge(first - 1, first, first - low), Edge(first, end, 1.0), Edge(end, end + 1, high - end)]
    cut = [Edge(max(one.first, 0), min(one.end, limit), one.cover) for one in parts if one.cover > 1 / 512]
    return tuple(one for one in cut if one.first < one.end)


def _steps(edge: Edge, step: float, start: float) -> NDArray[np.float64]:
    whole = float(np.trunc(step * ONE))
    spans = np.arange(edge.first, edge.end)
    heads = edge.first + (spans - edge.first) // SPAN * SPAN
    return np.asarray(np.trunc((step * (heads + 0.5) + start) * ONE) + (spans - heads) * whole, np.float64)
