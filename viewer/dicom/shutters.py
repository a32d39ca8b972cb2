"""Display shutters: which part of an image is to be seen (PS3.3 C.7.6.11, C.7.6.15, C.7.6.16.2.16)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from viewer.dicom.header import Shutter
from viewer.dicom.values import first, integer, number, numbers, texts

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

EDGES = ("ShutterLeftVerticalEdge", "ShutterRightVerticalEdge", "ShutterUpperHorizontalEdge", "ShutterLowerHorizontalEdge")
WHITE = 0xFFFF  # Shutter Presentation Value is a 16-bit P-value


def shutters(ds: Dataset) -> tuple[Shutter, ...]:
    """The shutters of a data set, those of enhanced objects from the shared or the first frame's group; unusable ones left out."""
    holder = _holder(ds)
    found = (_shutter(holder, shape.upper()) for shape in texts(holder, "ShutterShape"))
    return tuple(one for one in found if one is not None)


def shutter_grey(ds: Dataset) -> float | None:
    """Shutter Presentation Value as 0 (black) to 1 (white), None where the file has none."""
    grey = number(_holder(ds), "ShutterPresentationValue")
    return None if grey is None else min(max(grey / WHITE, 0.0), 1.0)


def _holder(ds: Dataset) -> Dataset:
    for level in ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"):
        item = first(first(ds, level), "FrameDisplayShutterSequence")
        if item is not None:
            return item
    return ds


def _shutter(ds: Dataset, shape: str) -> Shutter | None:
    values: tuple[float, ...] = ()
    if shape == "RECTANGULAR":
        edges = [integer(ds, edge) for edge in EDGES]
        values = tuple(float(one) for one in edges if one is not None)
        usable = len(values) == 4 and values[0] <= values[1] and values[2] <= values[3]
    elif shape == "CIRCULAR":
        radius = integer(ds, "RadiusOfCircularShutter")
        values = (*numbers(ds, "CenterOfCircularShutter"), *([] if radius is None else [radius]))
        usable = len(values) == 3 and values[2] > 0
    elif shape == "POLYGONAL":
        values = numbers(ds, "VerticesOfThePolygonalShutter")
        usable = len(values) >= 6 and len(values) % 2 == 0
    else:
        group = integer(ds, "ShutterOverlayGroup") if shape == "BITMAP" else None
        values = () if group is None else (group,)
        usable = group is not None
    return Shutter(shape, tuple(int(one) for one in values)) if usable else None
