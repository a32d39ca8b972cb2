"""Planes and slabs cut from a volume by `vtkImageReslice`, in patient millimetres (LPS)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MODES = {"mip": "SetSlabModeToMax", "minip": "SetSlabModeToMin", "average": "SetSlabModeToMean"}


@dataclass(frozen=True, slots=True)
class Plane:
    """A plane in patient space: `origin` is the centre of its first pixel (xyz_mm), directions are unit vectors."""

    origin: tuple[float, float, float]
    row_direction: tuple[float, float, float]  # towards growing column
    column_direction: tuple[float, float, float]  # towards growing row
    spacing_mm: float
    rows: int
    columns: int
    slab_mm: float = 0.0
    mode: str = "mip"


class Volume:
    """A volume [k, j, i] (not copied; it must outlive this) with its affine, ready to be cut."""

    def __init__(self, values: NDArray[Any], xyz_mm_from_ijk: NDArray[np.float64]) -> None:
        from vtkmodules.util.numpy_support import numpy_to_vtk  # noqa: PLC0415  VTK is loaded when planes are first asked for
        from vtkmodules.vtkCommonDataModel import vtkImageData  # noqa: PLC0415  likewise
        from vtkmodules.vtkImagingCore import vtkImageReslice  # noqa: PLC0415  likewise

        self._values, self.xyz_mm_from_ijk = values, xyz_mm_from_ijk
        self._scalars = numpy_to_vtk(values.reshape(-1), deep=False)  # type: ignore[no-untyped-call]  # VTK has no types
        self._image = vtkImageData()
        self._image.SetDimensions(values.shape[2], values.shape[1], values.shape[0])
        self._image.GetPointData().SetScalars(self._scalars)
        self._reslice = vtkImageReslice()
        self._reslice.SetInputData(self._image)
        self._reslice.SetOutputDimensionality(2)
        self._reslice.SetInterpolationModeToLinear()
        self._background = float(values.min())

    def cut(self, plane: Plane) -> NDArray[Any]:
        """The plane's values [row, column] in the volume's dtype, trilinear; the smallest value outside the volume."""
        from vtkmodules.util.numpy_support import vtk_to_numpy  # noqa: PLC0415  as above

        axes = _ijk_from_plane(plane, self.xyz_mm_from_ijk)
        r = self._reslice
        r.SetResliceAxes(_matrix(axes))
        r.SetOutputSpacing(1.0, 1.0, 1.0)
        r.SetOutputOrigin(0.0, 0.0, 0.0)
        r.SetOutputExtent(0, plane.columns - 1, 0, plane.rows - 1, 0, 0)
        r.SetBackgroundLevel(self._background)
        count = max(1, round(plane.slab_mm / plane.spacing_mm)) if plane.slab_mm else 1
        r.SetSlabNumberOfSlices(count)
        getattr(r, MODES[plane.mode])()
        r.Update()
        found: NDArray[Any] = vtk_to_numpy(r.GetOutput().GetPointData().GetScalars())  # type: ignore[no-untyped-call]  # VTK has no types
        return np.array(found.reshape(plane.rows, plane.columns))


def _ijk_from_plane(plane: Plane, xyz_mm_from_ijk: NDArray[np.float64]) -> NDArray[np.float64]:
    """4x4: (column, row, along the normal in spacings) of a plane to voxel indices."""
    made = np.eye(4)
    row, column = np.array(plane.row_direction), np.array(plane.column_direction)
    made[:3, 0] = row * plane.spacing_mm
    made[:3, 1] = column * plane.spacing_mm
    made[:3, 2] = np.cross(row, column) * plane.spacing_mm
    made[:3, 3] = plane.origin
    return np.asarray(np.linalg.solve(xyz_mm_from_ijk, made), np.float64)


def _matrix(values: NDArray[np.float64]) -> Any:  # noqa: ANN401  VTK has no types
    from vtkmodules.vtkCommonMath import vtkMatrix4x4  # noqa: PLC0415  as above

    made = vtkMatrix4x4()
    for row in range(4):
        for column in range(4):
            made.SetElement(row, column, float(values[row, column]))
    return made
