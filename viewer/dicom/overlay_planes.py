"""Overlay planes as they are kept and drawn (PS3.3 C.9.2); they are read from a file by `viewer.dicom.overlays`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from viewer.dicom.header import PixelFormat

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from viewer.dicom.header import Overlay


def plane_format(overlay: Overlay) -> PixelFormat:
    """How the planes stand in the object of the frames: form "blosc2", planes one below the other; for `decode_frame`."""
    return PixelFormat(
        max(overlay.frames, 1) * overlay.rows, overlay.columns, 1, 8, 8, 7, signed=False, photometric="MONOCHROME2", dtype="uint8"
    )


def on_image(overlay: Overlay, planes: NDArray[np.uint8], frame: int, rows: int, columns: int) -> NDArray[np.bool_]:
    """Which pixels of frame `frame` (from 0) of an image of rows x columns the overlay covers; clipped to the image.

    Args:
        overlay: of the header.
        planes: what `decode_frame` gave for `plane_format`.
        frame: of the image.
        rows: of the image.
        columns: of the image.
    """
    covered = np.zeros((rows, columns), np.bool_)
    number = 0 if overlay.frames == 0 else frame + 1 - overlay.first_frame
    if not 0 <= number < max(overlay.frames, 1):
        return covered
    plane = planes.reshape(-1, overlay.rows, overlay.columns)[number]
    top, left = overlay.row - 1, overlay.column - 1
    below, right = min(top + overlay.rows, rows), min(left + overlay.columns, columns)
    if below > max(top, 0) and right > max(left, 0):
        covered[max(top, 0) : below, max(left, 0) : right] = plane[max(-top, 0) : below - top, max(-left, 0) : right - left] != 0
    return covered
