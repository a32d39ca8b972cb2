"""Real world values: what stored values stand for in a unit, by the mapping that travels with the image (PS3.3 C.7.6.16.2.11).

They are made from stored values, not from modality values, by `viewer.dicom.told`; one may hold for a part of the stored values alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from viewer.dicom.header import RealWorld
from viewer.dicom.units import coded_unit
from viewer.dicom.values import items, number, numbers, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydicom.dataset import Dataset

    from viewer.dicom.header import PixelFormat

SEQUENCE = "RealWorldValueMappingSequence"
PER_FRAME, SHARED = "PerFrameFunctionalGroupsSequence", "SharedFunctionalGroupsSequence"
FIRST = ("DoubleFloatRealWorldValueFirstValueMapped", "RealWorldValueFirstValueMapped")
LAST = ("DoubleFloatRealWorldValueLastValueMapped", "RealWorldValueLastValueMapped")
ENTRIES_LIMIT = 65536
DOSE_UNITS = {"GY": "Gy", "RELATIVE": "relative"}
MAPPINGS_LIMIT = 256  # different ones in an image; more is no image that anybody reads by them


@dataclass(frozen=True, slots=True)
class Mappings:
    """All different mappings of an image, and for each frame which of them are its own, in the order of the file."""

    all: tuple[RealWorld, ...]
    of_frame: tuple[tuple[int, ...], ...]


def mappings(ds: Dataset, pixels: PixelFormat | None, count: int) -> Mappings:
    """The mappings of `count` frames: the frame's own, else the shared ones, else those of the image. What cannot be used is left out."""
    if pixels is None:
        return Mappings((), ((),) * count)
    dose = _dose(ds)
    if dose is not None:
        return Mappings((dose,), ((0,),) * count)
    found: dict[RealWorld, int] = {}
    own = items(ds, PER_FRAME)
    shared = next((one for one in (items(level, SEQUENCE) for level in (*items(ds, SHARED), ds)) if one), [])
    common = _numbered(shared, pixels, found)
    of_frame = tuple(_numbered(one, pixels, found) if (one := _own(own, index)) else common for index in range(count))
    return Mappings(tuple(found), of_frame)


def _dose(ds: Dataset) -> RealWorld | None:
    """Dose grids tell their factor and unit in attributes of their own (PS3.3 C.8.8.3)."""
    factor = number(ds, "DoseGridScaling")
    unit = DOSE_UNITS.get(text(ds, "DoseUnits").upper(), "")
    return RealWorld(0.0, float(1 << 32), unit, factor, label="Dose") if factor else None


def _own(own: Sequence[Dataset], index: int) -> Sequence[Dataset]:
    return items(own[index], SEQUENCE) if index < len(own) else ()


def _numbered(holders: Sequence[Dataset], pixels: PixelFormat, found: dict[RealWorld, int]) -> tuple[int, ...]:
    read = (_mapping(one, pixels) for one in holders)
    return tuple(found.setdefault(one, len(found)) for one in read if one is not None and (one in found or len(found) < MAPPINGS_LIMIT))


def _mapping(item: Dataset, pixels: PixelFormat) -> RealWorld | None:
    """One item, None where its range or its values are not there."""
    low, high = (_bound(item, keywords, pixels) for keywords in (FIRST, LAST))
    if low is None or high is None or high < low:
        return None
    made = RealWorld(low, high, coded_unit(item), label=text(item, "LUTLabel"))
    table = numbers(item, "RealWorldValueLUTData")
    if table:
        return replace(made, table=table) if len(table) == high - low + 1 <= ENTRIES_LIMIT else None
    slope, intercept = number(item, "RealWorldValueSlope"), number(item, "RealWorldValueIntercept")
    return None if not slope else replace(made, slope=slope, intercept=intercept or 0.0)


def _bound(item: Dataset, keywords: tuple[str, ...], pixels: PixelFormat) -> float | None:
    """An end of the range, with the sign of the pixels: without it in the file a reader has to guess, and may guess wrong."""
    double, whole = (number(item, keyword) for keyword in keywords)
    if double is not None or whole is None:
        return double
    if pixels.signed and whole > 0x7FFF:
        return whole - 0x10000
    return whole + 0x10000 if whole < 0 and not pixels.signed and not pixels.dtype.startswith("float") else whole
