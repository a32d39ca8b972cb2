"""ICC profiles: a colour image's own colours to those of the screen, sRGB (PS3.3 C.11.15).

A profile is a stranger's bytes, so it is met in a worker alone, and becomes a table of SIZE³ colours that any process may use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from viewer.dicom.profile_table import SIZE
from viewer.dicom.values import first, value

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pydicom.dataset import Dataset

    from viewer.dicom.notes import Notes

NEAR = 1  # a profile that changes no colour by more is sRGB
RELATIVE = 1  # relative colorimetric, white stays white


def profile_of(ds: Dataset) -> bytes | None:
    """The ICC profile of an image, of its optical path where it is a slide's; None where it has none."""
    for one in (ds, first(ds, "OpticalPathSequence")):
        found = value(one, "ICCProfile") if one is not None else None
        if isinstance(found, bytes):
            return found
    return None


def table_of(profile: bytes, notes: Notes) -> NDArray[np.uint8] | None:
    """The table [red, green, blue, channel] from the profile's RGB to sRGB; None where it is sRGB, or (noted) no usable profile."""
    import imagecodecs  # noqa: PLC0415  late import: colour profiles are rare

    grid = _grid()
    try:
        found = imagecodecs.cms_transform(
            grid.reshape(-1, SIZE, 3), profile, imagecodecs.cms_profile("srgb"), colorspace="rgb", outcolorspace="rgb", intent=RELATIVE
        )
    except (RuntimeError, ValueError, TypeError):
        notes.add("profile_unusable")
        return None
    table = np.asarray(found, np.uint8).reshape(SIZE, SIZE, SIZE, 3)
    return None if int(np.abs(table.astype(np.int16) - grid).max()) <= NEAR else table


def _grid() -> NDArray[np.uint8]:
    steps = np.round(np.linspace(0, 255, SIZE)).astype(np.uint8)
    return np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1)
