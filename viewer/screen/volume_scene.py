"""A volume for VTK's ray caster: geometry, opacity and colour, and the camera; no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from viewer.dicom.letters import letters_of, opposite

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from viewer.dicom.header import Header

Point = tuple[float, ...]
FILLS = 1.3  # VTK leaves room for the whole bounding sphere; the corners of a box seldom need it


@dataclass(frozen=True, slots=True)
class Look:
    """How values become light: points (modality value, red, green, blue, opacity); `projection` shows the largest value on each ray."""

    name: str
    points: tuple[Point, ...]
    projection: bool = False


CT_LOOKS = (
    Look("Bone", ((120, 0.55, 0.35, 0.25, 0.0), (280, 0.85, 0.7, 0.55, 0.35), (700, 1.0, 0.98, 0.92, 0.9))),
    Look(
        "Skin and bone", ((-500, 0.7, 0.5, 0.4, 0.0), (-200, 0.85, 0.65, 0.55, 0.06), (150, 0.9, 0.7, 0.6, 0.1), (500, 1.0, 1.0, 0.95, 0.9))
    ),
    Look("Largest value (MIP)", ((-200, 0.0, 0.0, 0.0, 0.0), (600, 1.0, 1.0, 1.0, 1.0)), projection=True),
)


def looks_for(header: Header, values: NDArray[Any]) -> tuple[Look, ...]:
    """Looks in modality values: those of CT where the unit is HU, else two that follow the values themselves."""
    if header.modality_unit == "HU":
        return CT_LOOKS
    frame = header.frames[0]
    sample = values[:: max(1, len(values) // 16), ::8, ::8].astype(np.float64) * frame.slope + frame.intercept
    low, middle, high = (float(v) for v in np.percentile(sample, (60, 85, 99.8)))
    high = max(high, low + 1e-6)
    return (
        Look("Surface", ((low, 0.3, 0.3, 0.3, 0.0), (max(middle, low), 0.7, 0.7, 0.7, 0.08), (high, 1.0, 1.0, 1.0, 0.7))),
        Look("Largest value (MIP)", ((low, 0.0, 0.0, 0.0, 0.0), (high, 1.0, 1.0, 1.0, 1.0)), projection=True),
    )


class VolumeScene:
    """The scene; `renderer` goes into a GL view. The values are not copied: they must outlive it (a reference is kept)."""

    def __init__(
        self, header: Header, values: NDArray[Any], xyz_mm_from_ijk: NDArray[np.float64], ground: tuple[float, float, float]
    ) -> None:
        import vtkmodules.vtkRenderingVolumeOpenGL2  # noqa: F401, PLC0415  late import: VTK is loaded when a volume is first asked for
        from vtkmodules.vtkRenderingCore import vtkRenderer, vtkVolume, vtkVolumeProperty  # noqa: PLC0415  likewise
        from vtkmodules.vtkRenderingVolumeOpenGL2 import vtkSmartVolumeMapper  # noqa: PLC0415  likewise

        self.looks = looks_for(header, values)
        self._frame, self._values = header.frames[0], values
        self._mapper = vtkSmartVolumeMapper()
        self._mapper.SetInputData(_image(values, xyz_mm_from_ijk))
        self._mapper.SetInteractiveUpdateRate(8.0)
        self._property = vtkVolumeProperty()
        self._property.SetInterpolationTypeToLinear()
        self._volume = vtkVolume()
        self._volume.SetMapper(self._mapper)
        self._volume.SetProperty(self._property)
        self._volume.SetUserMatrix(_rigid(xyz_mm_from_ijk))
        self.renderer: Any = vtkRenderer()
        self.renderer.SetBackground(*ground)
        self.renderer.AddVolume(self._volume)
        self.look(self.looks[0])
        self.face()

    def look(self, look: Look) -> None:
        """Takes another look."""
        from vtkmodules.vtkCommonDataModel import vtkPiecewiseFunction  # noqa: PLC0415  as above
        from vtkmodules.vtkRenderingCore import vtkColorTransferFunction  # noqa: PLC0415  as above

        colour, opacity = vtkColorTransferFunction(), vtkPiecewiseFunction()
        for value, red, green, blue, alpha in look.points:
            stored = (value - self._frame.intercept) / (self._frame.slope or 1.0)
            colour.AddRGBPoint(stored, red, green, blue)
            opacity.AddPoint(stored, alpha)
        self._property.SetColor(colour)
        self._property.SetScalarOpacity(opacity)
        self._property.SetShade(not look.projection)
        if look.projection:
            self._mapper.SetBlendModeToMaximumIntensity()
        else:
            self._mapper.SetBlendModeToComposite()

    def face(self) -> None:
        """From the front of the patient, head up (LPS: the camera stands at −y)."""
        camera = self.renderer.GetActiveCamera()
        camera.SetFocalPoint(0, 0, 0)
        camera.SetPosition(0, -1, 0)
        camera.SetViewUp(0, 0, 1)
        self.renderer.ResetCamera()
        self.nearer(FILLS)

    def turn(self, right: float, down: float) -> None:
        """Turns the volume under the hand, in degrees."""
        camera = self.renderer.GetActiveCamera()
        camera.Azimuth(-right)
        camera.Elevation(down)
        camera.OrthogonalizeViewUp()
        self.renderer.ResetCameraClippingRange()

    def nearer(self, factor: float) -> None:
        """Larger (above 1) or smaller."""
        self.renderer.GetActiveCamera().Zoom(factor)

    def letters(self) -> tuple[str, str, str, str]:
        """Orientation letters at left, right, top, bottom, from the camera as it stands."""
        camera = self.renderer.GetActiveCamera()
        up = np.array(camera.GetViewUp(), np.float64)
        right = np.cross(np.array(camera.GetDirectionOfProjection(), np.float64), up)
        to_right, to_top = letters_of(right), letters_of(up)
        return opposite(to_right), to_right, to_top, opposite(to_top)


def _image(values: NDArray[Any], xyz_mm_from_ijk: NDArray[np.float64]) -> Any:  # noqa: ANN401  VTK has no types
    from vtkmodules.util.numpy_support import numpy_to_vtk  # noqa: PLC0415  as above
    from vtkmodules.vtkCommonDataModel import vtkImageData  # noqa: PLC0415  as above

    image = vtkImageData()
    image.SetDimensions(values.shape[2], values.shape[1], values.shape[0])
    image.SetSpacing(*(float(np.linalg.norm(xyz_mm_from_ijk[:3, axis])) for axis in range(3)))
    image.GetPointData().SetScalars(numpy_to_vtk(values.reshape(-1), deep=False))  # type: ignore[no-untyped-call]  # VTK has no types
    return image


def _rigid(xyz_mm_from_ijk: NDArray[np.float64]) -> Any:  # noqa: ANN401  VTK has no types
    """Rotation and place without the scale, which the image's spacing holds."""
    from vtkmodules.vtkCommonMath import vtkMatrix4x4  # noqa: PLC0415  as above

    made = np.array(xyz_mm_from_ijk)
    made[:3, :3] /= np.linalg.norm(made[:3, :3], axis=0)
    matrix = vtkMatrix4x4()
    for row in range(4):
        for column in range(4):
            matrix.SetElement(row, column, float(made[row, column]))
    return matrix
