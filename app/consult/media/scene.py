"""One picture of a call as a recording keeps it: what is shown large, the people beside it; or the people alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import av
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.consult.slots import Picture

ROWS, COLUMNS = 480, 848
_SIDE = 212  # columns for people, beside what is shown


def drawn(shown: Picture | None, faces: Sequence[Picture]) -> Picture:
    """A picture, (480, 848, 3) RGB, of pictures of any size; each is fitted into its place whole, on black."""
    made = np.zeros((ROWS, COLUMNS, 3), np.uint8)
    if shown is not None:
        _put(made[:, : COLUMNS - _SIDE], shown)
    ground = made[:, COLUMNS - _SIDE :] if shown is not None else made
    for place, face in zip(_places(ground, len(faces), stacked=shown is not None), faces, strict=True):
        _put(place, face)
    return made


def _places(ground: Picture, count: int, *, stacked: bool) -> list[Picture]:
    if not count:
        return []
    columns = 1 if stacked or count == 1 else 2
    rows = -(-count // columns)
    high, wide = ground.shape[0] // rows, ground.shape[1] // columns
    return [ground[row * high : (row + 1) * high, column * wide : (column + 1) * wide] for row in range(rows) for column in range(columns)][
        :count
    ]


def _put(place: Picture, picture: Picture) -> None:
    share = min(place.shape[0] / picture.shape[0], place.shape[1] / picture.shape[1])
    high, wide = (max(int(side * share) // 2 * 2, 2) for side in picture.shape[:2])
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
    small = frame.reformat(width=wide, height=high).to_ndarray(format="rgb24")
    top, left = (place.shape[0] - high) // 2, (place.shape[1] - wide) // 2
    place[top : top + high, left : left + wide] = small
