"""Where slices lie: order by position, volume or stack, the affine, the letters of orientation (PS3.3 C.7.6.2).

Patient space is LPS in mm (`xyz_mm`): +x left, +y posterior, +z head. `ijk`: column, row, slice, centres at integers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from viewer.dicom.letters import orientation_letters as orientation_letters  # noqa: PLC0414  one door for geometry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from viewer.dicom.header import Header, Vector

DIRECTION_TOLERANCE = 0.001  # each component of the direction cosines
EVEN_RELATIVE, EVEN_MM = 0.01, 0.01  # neighbour distances against their median: the larger counts
DRIFT_MM, DRIFT_RELATIVE = 0.1, 0.05  # of slice origins off the normal, in mm or of the stack's height
SAME_POSITION_MM = 0.001
SAME_SPACING_MM = 0.0001
MISSING = 1.5  # from this many medians on, a gap is a missing slice


@dataclass(frozen=True, slots=True)
class Slice:
    """One frame of one instance, by its place in the sequence given to `order`."""

    instance: int
    frame: int


@dataclass(frozen=True, slots=True)
class Ordering:
    """The slices of a series in the order in which they are shown: every frame given is there, once.

    `verdict` is "volume" or "stack"; `reason_code` one of REASONS, `reason` its sentence. A volume has its affine
    `xyz_mm_from_ijk` (4x4 float64), the spacing of columns, rows and slices in mm, and its size in voxels.
    """

    slices: tuple[Slice, ...]
    verdict: str
    reason_code: str
    reason: str
    xyz_mm_from_ijk: NDArray[np.float64] | None = None
    spacing_mm: Vector | None = None
    size: tuple[int, int, int] | None = None  # columns, rows, slices


REASONS = (
    "even",
    "uneven_spacing",
    "missing_slice",
    "orientations",
    "colour",
    "repeated_positions",
    "gantry_tilt",
    "sizes",
    "pixel_spacings",
    "no_positions",
    "no_spacing",
    "single",
)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A slice with its geometry as arrays."""

    slice: Slice
    header: Header
    origin: NDArray[np.float64]
    row: NDArray[np.float64]
    column: NDArray[np.float64]


def order(headers: Sequence[Header]) -> Ordering:
    """All frames of the instances of one series: by position along the slice normal where every frame has one.

    Ties and frames without position go by acquisition time or number, then instance number, then the order given.
    Slices go up along row direction x column direction (PS3.3 C.7.6.2.1.1). Tolerances as the constants above.
    """
    listed = [Slice(index, frame) for index, header in enumerate(headers) for frame in range(len(header.frames))]
    placed = [one for one in (_placed(slice_, headers) for slice_ in listed) if one is not None]
    if len(placed) < len(listed) or not listed:
        return _stack(sorted(listed, key=lambda one: _number(one, headers)), "no_positions", "images without a position in the patient")
    normal = np.cross(placed[0].row, placed[0].column)
    ordered = sorted(placed, key=lambda one: (round(float(one.origin @ normal), 3), *_number(one.slice, headers)))
    if not _one_orientation(placed):
        by_plane = sorted(ordered, key=lambda one: _plane(one, placed))
        return _stack([one.slice for one in by_plane], "orientations", "more than one orientation")
    return _judged(ordered, normal)


def _judged(ordered: list[_Placed], normal: NDArray[np.float64]) -> Ordering:
    slices = [one.slice for one in ordered]
    heights = np.array([float(one.origin @ normal) for one in ordered])
    fault = _shape_fault(ordered) or _position_fault(heights) or _tilt_fault(ordered, heights, normal)
    if fault is not None:
        return _stack(slices, *fault)
    step = float(np.median(np.diff(heights)))
    spacing = ordered[0].header.spacing
    assert spacing.row_mm is not None
    assert spacing.column_mm is not None
    affine = np.eye(4)
    affine[:3, 0] = ordered[0].row * spacing.column_mm
    affine[:3, 1] = ordered[0].column * spacing.row_mm
    affine[:3, 2] = (ordered[-1].origin - ordered[0].origin) / (len(ordered) - 1)
    affine[:3, 3] = ordered[0].origin
    pixels = ordered[0].header.pixels
    assert pixels is not None
    return Ordering(
        tuple(slices),
        "volume",
        "even",
        "one orientation, even spacing",
        affine,
        (spacing.column_mm, spacing.row_mm, step),
        (pixels.columns, pixels.rows, len(slices)),
    )


def _stack(slices: Sequence[Slice], code: str, reason: str) -> Ordering:
    assert code in REASONS
    return Ordering(tuple(slices), "stack", code, reason)


def _placed(one: Slice, headers: Sequence[Header]) -> _Placed | None:
    frame = headers[one.instance].frames[one.frame]
    if frame.position is None or frame.row_direction is None or frame.column_direction is None:
        return None
    return _Placed(one, headers[one.instance], np.array(frame.position), np.array(frame.row_direction), np.array(frame.column_direction))


def _number(one: Slice, headers: Sequence[Header]) -> tuple[float, int, int, int]:
    header = headers[one.instance]
    time = header.frames[one.frame].time_ms
    return (0.0 if time is None else time, header.instance_number or 0, one.instance, one.frame)


def _one_orientation(placed: list[_Placed]) -> bool:
    rows, columns = np.array([one.row for one in placed]), np.array([one.column for one in placed])
    return all(float(np.abs(many - many[0]).max()) <= DIRECTION_TOLERANCE for many in (rows, columns))


def _plane(one: _Placed, placed: list[_Placed]) -> int:
    """Which of the orientations, in the order in which they were met."""
    for index, other in enumerate(placed):
        if max(np.abs(one.row - other.row).max(), np.abs(one.column - other.column).max()) <= DIRECTION_TOLERANCE:
            return index
    return len(placed)


def _shape_fault(ordered: list[_Placed]) -> tuple[str, str] | None:
    pixels = [one.header.pixels for one in ordered]
    if any(one is None or one.samples != 1 or one.photometric == "PALETTE COLOR" for one in pixels):
        return "colour", "colour images"
    if len({(one.rows, one.columns) for one in pixels if one is not None}) > 1:
        return "sizes", "more than one image size"
    spacings = [(one.header.spacing.row_mm, one.header.spacing.column_mm) for one in ordered]
    known = np.array([one for one in spacings if None not in one], np.float64)
    if 0 < len(known) < len(spacings) or (len(known) and float(np.abs(known - known[0]).max()) > SAME_SPACING_MM):
        return "pixel_spacings", "more than one pixel spacing"
    if not len(known):
        return "no_spacing", "images without pixel spacing"
    return ("single", "one image") if len(ordered) < 2 else None


def _position_fault(heights: NDArray[np.float64]) -> tuple[str, str] | None:
    steps = np.diff(heights)
    repeated = int(np.count_nonzero(steps <= SAME_POSITION_MM))
    if repeated:
        groups = int(np.count_nonzero(np.diff(np.concatenate(([0], (steps <= SAME_POSITION_MM).astype(int)))) == 1))
        return "repeated_positions", f"{groups} positions used more than once"
    median = float(np.median(steps))
    off = np.abs(steps - median)
    if float(off.max()) <= max(EVEN_MM, EVEN_RELATIVE * median):
        return None
    worst = int(np.argmax(off > max(EVEN_MM, EVEN_RELATIVE * median)))
    sentence = f"distance between slices not even: {median:.3f} mm, but {steps[worst]:.3f} mm after slice {worst + 1} by position"
    if steps[worst] >= MISSING * median:
        return "missing_slice", f"{sentence} (missing slice)"
    return "uneven_spacing", sentence


def _tilt_fault(ordered: list[_Placed], heights: NDArray[np.float64], normal: NDArray[np.float64]) -> tuple[str, str] | None:
    shift = ordered[-1].origin - ordered[0].origin
    height = float(heights[-1] - heights[0])
    drift = float(np.linalg.norm(shift - normal * float(shift @ normal)))
    if drift <= max(DRIFT_MM, DRIFT_RELATIVE * height):
        return None
    return "gantry_tilt", f"slices sheared by {np.degrees(np.arctan2(drift, height)):.2f} degrees (gantry tilt)"


def xyz_mm_from_column_row(header: Header, frame: int) -> NDArray[np.float64] | None:
    """4x4: a pixel (column, row, 0, 1) to patient mm, None where the image has no position or scale (C.7.6.2.1.1)."""
    place, spacing = header.frames[frame], header.spacing
    if place.position is None or place.row_direction is None or place.column_direction is None:
        return None
    if spacing.row_mm is None or spacing.column_mm is None:
        return None
    row, column = np.array(place.row_direction), np.array(place.column_direction)
    affine: NDArray[Any] = np.eye(4)
    affine[:3, 0] = row * spacing.column_mm
    affine[:3, 1] = column * spacing.row_mm
    affine[:3, 2] = np.cross(row, column)
    affine[:3, 3] = place.position
    return affine
