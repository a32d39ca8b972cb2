"""Orientation letters: towards which side of the patient the edges of a picture point (PS3.3 C.7.6.1.1.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from viewer.dicom.header import Header

LETTERS = (("L", "R"), ("P", "A"), ("H", "F"))  # +x −x, +y −y, +z −z
OPPOSITE = {"L": "R", "R": "L", "A": "P", "P": "A", "H": "F", "F": "H"}
OBLIQUE = 0.2  # a component below this (about 12 degrees) gets no letter


def letters_of(direction: NDArray[np.float64]) -> str:
    """Up to three letters of a direction in patient space (`xyz_mm`), the strongest first; "" for no direction."""
    length = float(np.linalg.norm(direction))
    if not length > 0:
        return ""
    unit = direction / length
    strongest = sorted(range(3), key=lambda axis: -abs(unit[axis]))
    return "".join(LETTERS[axis][int(unit[axis] < 0)] for axis in strongest if abs(unit[axis]) >= OBLIQUE)


def opposite(letters: str) -> str:
    """The letters of the opposite direction."""
    return "".join(OPPOSITE.get(one, "") for one in letters)


def orientation_letters(header: Header, frame: int, device_from_image: NDArray[np.float64] | None = None) -> tuple[str, str, str, str]:
    """Letters at the left, right, top and bottom edge of the picture as it is drawn; "" where unknown.

    Args:
        header: of the image.
        frame: which frame.
        device_from_image: 2x2 (or larger; the upper left part counts) from (column, row) to (right, down) on screen; None:
            as stored. So letters follow flips and rotations, computed from the matrix that is really drawn.
    """
    place = header.frames[frame] if frame < len(header.frames) else None
    turn = np.eye(2) if device_from_image is None else np.asarray(device_from_image, np.float64)[:2, :2]
    image_from_device = np.linalg.inv(turn)
    right, down = image_from_device[:, 0], image_from_device[:, 1]
    if place is not None and place.row_direction is not None and place.column_direction is not None:
        axes = np.array([place.row_direction, place.column_direction])
        to_right, to_bottom = letters_of(right @ axes), letters_of(down @ axes)
        return opposite(to_right), to_right, opposite(to_bottom), to_bottom
    return _by_words(header, right, down)


def _by_words(header: Header, right: NDArray[np.floating], down: NDArray[np.floating]) -> tuple[str, str, str, str]:
    """From Patient Orientation, for pictures without a matrix; only turns by quarters keep letters."""
    words = tuple(_known(one) for one in header.patient_orientation)
    if len(words) != 2 or not all(words):
        return "", "", "", ""
    to_right, to_bottom = _word(right, words), _word(down, words)
    return opposite(to_right), to_right, opposite(to_bottom), to_bottom


def _known(word: str) -> str:
    return word if word and set(word) <= set(OPPOSITE) and len(word) <= 3 else ""


def _word(direction: NDArray[np.floating], words: tuple[str, ...]) -> str:
    axis = int(np.argmax(np.abs(direction)))
    if abs(direction[1 - axis]) > 0.05 * abs(direction[axis]):
        return ""
    return words[axis] if direction[axis] > 0 else opposite(words[axis])
