"""Planes of a volume as further series, so that a viewport shows them like any other: they are resampled, and say so.

Three directions, which the reader may turn (oblique) and thicken (a slab: largest, smallest or mean value).
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from viewer.dicom.dressing import NOTHING
from viewer.dicom.grey import modality_values
from viewer.dicom.header import Frame, Spacing
from viewer.load.series import Place, SeriesData
from viewer.tools.resample import Plane, Volume

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from record.trouble import Trouble
    from viewer.dicom.dressing import Dressing
    from viewer.dicom.header import Header, Vector

# name, towards growing column, towards growing row, step from image to image (patient axes, LPS): as radiologists look at them
PLANES: tuple[tuple[str, Vector, Vector, Vector], ...] = (
    ("axial", (1, 0, 0), (0, 1, 0), (0, 0, 1)),
    ("coronal", (1, 0, 0), (0, 0, -1), (0, 1, 0)),
    ("sagittal", (0, 1, 0), (0, 0, -1), (1, 0, 0)),
)
MODES = ("mip", "minip", "average")
MODE_WORDS = {"mip": "MIP", "minip": "MinIP", "average": "mean of"}
KEPT = 24
SLAB_MM = 50.0  # at most


@dataclass(frozen=True, slots=True)
class Direction:
    """One stack of planes: its name, its axes (columns: along rows, along columns, from image to image), turned by `degrees` in all."""

    name: str
    axes: NDArray[np.float64]
    turned: int = 0
    slab_mm: float = 0.0
    mode: str = "mip"

    def turn(self, axis: int, degrees: int) -> Direction:
        """Turned about its own horizontal (0) or vertical (1) axis."""
        about, angle = self.axes[:, axis], np.radians(degrees)
        cross = np.array([[0, -about[2], about[1]], [about[2], 0, -about[0]], [-about[1], about[0], 0]])
        rotation = np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross
        axes = rotation @ self.axes
        first = next(np.stack([np.array(v, np.float64) for v in row[1:]], 1) for row in PLANES if row[0] == self.name)
        away = np.degrees(np.arccos(np.clip((np.trace(first.T @ axes) - 1) / 2, -1, 1)))
        return replace(self, axes=axes, turned=round(float(away)))

    def thicker(self, by_mm: float) -> Direction:
        """With another slab."""
        return replace(self, slab_mm=min(max(self.slab_mm + by_mm, 0.0), SLAB_MM))

    def next_mode(self) -> Direction:
        """The next way of putting a slab together."""
        return replace(self, mode=MODES[(MODES.index(self.mode) + 1) % len(MODES)])

    @property
    def words(self) -> str:
        """The fidelity mark."""
        turned = f", turned {self.turned}°" if self.turned else ""
        slab = f", {MODE_WORDS[self.mode]} {self.slab_mm:.0f} mm" if self.slab_mm else ""
        return f"resampled{turned}{slab}"


class PlaneFrames:
    """Cuts planes when they are asked for and keeps the last few; fulfils `viewer.screen.canvas.Frames`."""

    def __init__(self, volume: Volume, planes: tuple[Plane, ...], dtype: np.dtype[Any]) -> None:
        self._volume, self._planes, self._dtype = volume, planes, dtype
        self._kept: OrderedDict[int, NDArray[Any]] = OrderedDict()

    @property
    def loaded(self) -> int:
        """All of them: they are cut when asked for."""
        return len(self._planes)

    def dressing(self, _index: int) -> Dressing:
        """None: a plane is cut through the images of a series."""
        return NOTHING

    def get(self, index: int) -> NDArray[Any] | Trouble | None:
        """The stored values of one plane."""
        if index not in self._kept:
            self._kept[index] = np.ascontiguousarray(self._volume.cut(self._planes[index])).astype(self._dtype, copy=False)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return self._kept[index]


class ThreePlanes:
    """Three directions of one volume [k, j, i], in the smallest spacing of its pixels, over its whole extent."""

    def __init__(self, series: SeriesData, values: NDArray[Any]) -> None:
        affine = series.xyz_mm_from_ijk
        assert affine is not None
        self.series, values = _one_scale(series, values)
        ends = [(0, size - 1) for size in reversed(values.shape)]
        corners = np.array([[i, j, k] for i in ends[0] for j in ends[1] for k in ends[2]])
        xyz = corners @ affine[:3, :3].T + affine[:3, 3]
        self._low, self._high = xyz.min(axis=0), xyz.max(axis=0)
        self._spacing = float(min(np.linalg.norm(affine[:3, axis]) for axis in range(3)))
        self._volume, self._dtype = Volume(values, affine), values.dtype
        self.directions = [Direction(row[0], np.stack([np.array(v, np.float64) for v in row[1:]], 1)) for row in PLANES]

    def made(self, number: int) -> tuple[SeriesData, PlaneFrames]:
        """The planes of one direction, as they are now."""
        direction = self.directions[number]
        planes = self._cut(direction)
        header = _header(self.series.header(0), self.series.frame(0), planes, direction)
        series = replace(
            self.series,
            key=f"{self.series.key}|{direction.name}",
            label=f"{self.series.label}, {'oblique' if direction.turned else direction.name}",
            headers=(header,),
            refs=((),),
            order=tuple(Place(0, n) for n in range(len(planes))),
            is_volume=False,
            verdict="resampled from the series",
            xyz_mm_from_ijk=None,
            resampled=direction.words,
        )
        return series, PlaneFrames(self._volume, planes, self._dtype)

    def _cut(self, direction: Direction) -> tuple[Plane, ...]:
        axes, centre, size = direction.axes, (self._low + self._high) / 2, self._high - self._low
        columns, rows, count = (round(float(np.abs(axes[:, n]) @ size) / self._spacing) + 1 for n in range(3))
        back = [(n - 1) * self._spacing / 2 for n in (columns, rows, count)]
        start = centre - axes @ np.array(back)
        along, down = _vector(axes[:, 0]), _vector(axes[:, 1])
        return tuple(
            Plane(
                _vector(start + axes[:, 2] * self._spacing * n),
                along,
                down,
                self._spacing,
                rows=rows,
                columns=columns,
                slab_mm=direction.slab_mm,
                mode=direction.mode,
            )
            for n in range(count)
        )


def _vector(values: NDArray[np.float64]) -> Vector:
    return float(values[0]), float(values[1]), float(values[2])


def _one_scale(series: SeriesData, values: NDArray[Any]) -> tuple[SeriesData, NDArray[Any]]:
    """The volume as it is where all slices share slope and intercept, else in modality values (float32; PET does this)."""
    frames = [series.frame(n) for n in range(series.count)]
    if len({(one.slope, one.intercept) for one in frames}) == 1:
        return (series if _share_mapping(series) else replace(series, headers=_unmapped(series.headers))), values
    made = np.empty(values.shape, np.float32)
    for n, frame in enumerate(frames):
        made[n] = modality_values(series.header(n), frame, values[n])
    headers = tuple(
        replace(
            header,
            pixels=None if header.pixels is None else replace(header.pixels, dtype="float32", padding=None, padding_limit=None),
            modality_lut=None,
            frames=tuple(replace(frame, slope=1.0, intercept=0.0) for frame in header.frames),
        )
        for header in _unmapped(series.headers)  # mappings begin at stored values
    )
    return replace(series, headers=headers), made


def _moved(frame: Frame, plane: Plane) -> Frame:
    """The grey values of a frame at the place of a plane."""
    return Frame(
        frame.slope,
        frame.intercept,
        frame.windows,
        plane.origin,
        plane.row_direction,
        plane.column_direction,
        real_world=frame.real_world,
    )


def _share_mapping(series: SeriesData) -> bool:
    """Whether all images map stored values to real ones alike, and by a line: between entries of a table nothing may be cut."""
    found = {tuple(series.header(n).real_world[index] for index in series.frame(n).real_world) for n in range(series.count)}
    return len(found) == 1 and not any(one.table for many in found for one in many)


def _unmapped(headers: tuple[Header, ...]) -> tuple[Header, ...]:
    return tuple(replace(header, real_world=(), frames=tuple(replace(one, real_world=()) for one in header.frames)) for header in headers)


def _header(first: Header, frame: Frame, planes: tuple[Plane, ...], direction: Direction) -> Header:
    """One header for all planes of one direction: the series' own, with the planes' places, under a name that no stored image has.

    So a mark on a plane never shows on an image, nor on a plane of another direction.
    """
    assert first.pixels is not None
    one = planes[0]
    turn = "" if not direction.turned else "|" + ",".join(f"{v:.4f}" for v in direction.axes.ravel())
    return replace(
        first,
        sop_instance_uid=f"{first.sop_instance_uid}|{direction.name}{turn}",
        pixels=replace(first.pixels, rows=one.rows, columns=one.columns, aspect=None),
        spacing=Spacing(one.spacing_mm, one.spacing_mm, "mm"),
        slice_thickness_mm=one.spacing_mm,
        frames=tuple(_moved(frame, plane) for plane in planes),
    )
