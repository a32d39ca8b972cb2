"""Per-frame values: functional groups of enhanced objects, frame before shared before top level (PS3.3 C.7.6.16)."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from viewer.dicom.cine import times_ms
from viewer.dicom.header import Frame, Vector, Window
from viewer.dicom.values import first, items, number, numbers, text, texts

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from viewer.dicom.notes import Notes

FUNCTIONS = {"LINEAR", "LINEAR_EXACT", "SIGMOID"}
# What tells frames of an enhanced object apart that lie at one place: the group and the attribute in it.
DIMENSIONS = (
    ("FrameContentSequence", "StackID"),
    ("FrameContentSequence", "TemporalPositionIndex"),
    ("MREchoSequence", "EffectiveEchoTime"),
    ("MRDiffusionSequence", "DiffusionBValue"),
    ("CardiacSynchronizationSequence", "NominalCardiacTriggerDelayTime"),
    ("MRImageFrameTypeSequence", "FrameType"),
    ("CTImageFrameTypeSequence", "FrameType"),
    ("PETFrameTypeSequence", "FrameType"),
    ("DiffusionGradientDirectionSequence", "DiffusionGradientOrientation"),
    ("SegmentIdentificationSequence", "ReferencedSegmentNumber"),
    ("RealWorldValueMappingSequence", "LUTLabel"),
)
UNIT_TOLERANCE = 0.01  # how far a direction's length may be from 1, and the cosine between two from 0


def frames(ds: Dataset, count: int, notes: Notes) -> tuple[Frame, ...]:
    """One `Frame` for each of `count` frames."""
    own = items(ds, "PerFrameFunctionalGroupsSequence")
    shared = first(ds, "SharedFunctionalGroupsSequence")
    times = times_ms(ds, count)
    if not own and shared is None:
        top = _frame([ds], ds, notes)
        return tuple(_timed(top, time) for time in times)
    return tuple(
        _timed(_frame([one for one in (own[index] if index < len(own) else None, shared) if one is not None], ds, notes), time)
        for index, time in enumerate(times)
    )


def group(levels: list[Dataset], ds: Dataset, sequence: str, attribute: str) -> Dataset:
    """The data set that holds `attribute`: the item of `sequence` in the first level that has it, else the top level."""
    for level in levels:
        item = first(level, sequence)
        if item is not None and attribute in item:
            return item
    return ds


def _timed(frame: Frame, time: float | None) -> Frame:
    if time is None:
        return frame
    return replace(frame, time_ms=time)


def _frame(levels: list[Dataset], ds: Dataset, notes: Notes) -> Frame:
    values = group(levels, ds, "PixelValueTransformationSequence", "RescaleSlope")
    slope, intercept = number(values, "RescaleSlope", notes), number(values, "RescaleIntercept", notes)
    if slope == 0:
        notes.add("slope_zero")
        slope, intercept = 1.0, 0.0
    row, column = directions(levels, ds, notes)
    return Frame(
        1.0 if slope is None else slope,
        intercept or 0.0,
        windows(group(levels, ds, "FrameVOILUTSequence", "WindowCenter"), notes),
        position(levels, ds, notes),
        row,
        column,
        dimensions=_dimensions(levels),
    )


def _dimensions(levels: list[Dataset]) -> tuple[str, ...]:
    within = [one for one in (first(level, "MRDiffusionSequence") for level in levels) if one is not None]  # the direction lies in there
    found = (
        (keyword, next((one for one in (first(level, sequence) for level in (*levels, *within)) if one is not None), None))
        for sequence, keyword in DIMENSIONS
    )
    told = ((keyword, "\\".join(texts(item, keyword)) if item is not None else "") for keyword, item in found)
    return tuple(f"{keyword}={value}" for keyword, value in told if value)


def windows(ds: Dataset, notes: Notes) -> tuple[Window, ...]:
    """The windows of a data set that are allowed (PS3.3 C.11.2.1.2: width of LINEAR at least 1, else above 0)."""
    centres, widths = numbers(ds, "WindowCenter", notes), numbers(ds, "WindowWidth", notes)
    named = text(ds, "VOILUTFunction").upper()
    function = named if named in FUNCTIONS else "LINEAR"
    words = texts(ds, "WindowCenterWidthExplanation")
    found = tuple(
        Window(centre, width, words[index] if index < len(words) else "", function)
        for index, (centre, width) in enumerate(zip(centres, widths, strict=False))
        if width >= 1 or (width > 0 and function != "LINEAR")
    )
    if len(found) < max(len(centres), len(widths)):
        notes.add("window_unusable")
    return found


def position(levels: list[Dataset], ds: Dataset, notes: Notes) -> Vector | None:
    """Image Position (Patient) of the first level that has it, else of `ds`."""
    return _vector(numbers(group(levels, ds, "PlanePositionSequence", "ImagePositionPatient"), "ImagePositionPatient", notes))


def directions(levels: list[Dataset], ds: Dataset, notes: Notes) -> tuple[Vector | None, Vector | None]:
    """Two unit vectors at a right angle, or none (PS3.3 C.7.6.2.1.1)."""
    holder = group(levels, ds, "PlaneOrientationSequence", "ImageOrientationPatient")
    found = numbers(holder, "ImageOrientationPatient", notes)
    if not found:
        if "ImageOrientationPatient" in holder and "number_unreadable" in notes.codes:
            notes.add("orientation_unusable")
        return None, None
    row, column = _vector(found[:3]), _vector(found[3:6])
    if row is None or column is None or not _right_angle(row, column):
        notes.add("orientation_unusable")
        return None, None
    return row, column


def _right_angle(row: Vector, column: Vector) -> bool:
    lengths = math.dist(row, (0, 0, 0)), math.dist(column, (0, 0, 0))
    dot = sum(one * other for one, other in zip(row, column, strict=True))
    return all(abs(length - 1) <= UNIT_TOLERANCE for length in lengths) and abs(dot) <= UNIT_TOLERANCE


def _vector(found: tuple[float, ...]) -> Vector | None:
    return (found[0], found[1], found[2]) if len(found) == 3 else None
