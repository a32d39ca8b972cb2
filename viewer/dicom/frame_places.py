"""Where frames lie that have no functional groups: planes of dose and of reconstructed emission (PS3.3 C.8.8.3.2, C.8.4.9, C.8.4.15)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from viewer.dicom.groups import directions, position
from viewer.dicom.values import first, number, numbers, texts

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pydicom.dataset import Dataset

    from viewer.dicom.header import Frame
    from viewer.dicom.notes import Notes

TOMOGRAPHIC = {"RECON TOMO", "RECON GATED TOMO"}  # value 3 of Image Type of NM
VECTORS = ("TimeSlotVector", "RRIntervalVector", "EnergyWindowVector")  # what sets NM frames apart that lie at one place


def placed(ds: Dataset, frames: tuple[Frame, ...], notes: Notes) -> tuple[Frame, ...]:
    """The frames with the place of each, where the object tells it by a vector; else as they are."""
    if len(frames) < 2 or "PerFrameFunctionalGroupsSequence" in ds:
        return frames
    if "GridFrameOffsetVector" in ds:
        return _dose(ds, frames)
    if "SliceVector" in ds and TOMOGRAPHIC & set(texts(ds, "ImageType")):
        return _emission(ds, frames, notes)
    return frames


def _dose(ds: Dataset, frames: tuple[Frame, ...]) -> tuple[Frame, ...]:
    """Offsets along the normal from the first plane; where they begin with another number than zero they are places on the z axis."""
    offsets = np.array(numbers(ds, "GridFrameOffsetVector"))
    return _along(frames, offsets - offsets[0]) if len(offsets) == len(frames) else frames


def _emission(ds: Dataset, frames: tuple[Frame, ...], notes: Notes) -> tuple[Frame, ...]:
    """The first detector's plane is that of slice 1; the others follow by Spacing Between Slices, which may be negative."""
    detector, step = first(ds, "DetectorInformationSequence"), number(ds, "SpacingBetweenSlices")
    slices = np.array(numbers(ds, "SliceVector"))
    if detector is None or not step or len(slices) != len(frames):
        return frames
    row, column = directions([], detector, notes)
    begun = tuple(replace(one, position=position([], detector, notes), row_direction=row, column_direction=column) for one in frames)
    vectors = [(name, found) for name in VECTORS if len(found := texts(ds, name)) == len(frames) and len(set(found)) > 1]
    apart = tuple(
        replace(one, dimensions=(*one.dimensions, *(f"{name}={found[index]}" for name, found in vectors)))
        for index, one in enumerate(begun)
    )
    return _along(apart, (slices - 1) * step)


def _along(frames: tuple[Frame, ...], distances: NDArray[np.float64]) -> tuple[Frame, ...]:
    """Each frame moved along the normal of the first, in mm; as they are where it has no place."""
    one = frames[0]
    if one.position is None or one.row_direction is None or one.column_direction is None:
        return frames
    normal = np.cross(one.row_direction, one.column_direction)
    places = np.array(one.position) + np.outer(distances, normal)
    return tuple(replace(frame, position=(float(x), float(y), float(z))) for frame, (x, y, z) in zip(frames, places, strict=True))
