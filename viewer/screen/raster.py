"""The raster back end: stored values to the 8-bit picture that QPainter draws. Its grey values are the truth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QTransform

from viewer.dicom.colour import is_colour
from viewer.dicom.dressing import NOTHING, colour_picture, coloured, dress
from viewer.dicom.grey import Lookup, apply, initial_voi, lookup_table
from viewer.load.frames import room
from viewer.screen.halved import can_be_halved, halved

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from viewer.dicom.dressing import Dressing
    from viewer.dicom.grey import Voi
    from viewer.dicom.header import Frame, Header
    from viewer.screen.view import View

AREA = 0.5  # below this zoom pixels are averaged, not sampled
AT_ONCE = 1 << 18  # pixels looked up by one call


@dataclass(slots=True)
class _Kept:
    key: object
    value: Any


@dataclass(frozen=True, slots=True)
class Image:
    """One image: its header, which of its frames (from 0), the stored values, and what lies over them."""

    header: Header
    frame: int
    stored: NDArray[Any]
    worn: Dressing = NOTHING


class Raster:
    """Draws frames for one viewport and keeps the last lookup and the last picture."""

    def __init__(self) -> None:
        self._lookup = _Kept(None, None)
        self._picture = _Kept(None, None)
        self._buffer: NDArray[np.uint8] | None = None
        self._shown: NDArray[np.uint8] | None = None
        self._small = _Kept(None, None)

    def voi(self, header: Header, frame: Frame, stored: NDArray[Any], chosen: Voi | None) -> Voi:
        """The window in force: the reader's, else the image's own."""
        return chosen if chosen is not None else initial_voi(header, frame, stored)

    def paint(
        self, painter: QPainter, image: Image, view: View, device_from_image: NDArray[np.float64], _size: tuple[int, int], *, graphics: bool
    ) -> None:
        """Draws an image by its matrix; the painter is in device pixels."""
        self.draw(painter, self.picture(image, view, graphics=graphics), device_from_image)

    def picture(self, image: Image, view: View, *, graphics: bool = True) -> QImage:
        """The whole frame, a pixel for a pixel: grey by lookup (true colour by its profile). Valid until the next call."""
        key = (id(image.header), image.frame, image.stored.ctypes.data, view.voi, view.inverted, view.beneath, id(image.worn), graphics)
        if self._picture.key != key:
            self._picture = _Kept(key, self._drawn(image, view, graphics=graphics))
            self._small = _Kept(None, None)
        found: QImage = self._picture.value
        return found

    def _drawn(self, image: Image, view: View, *, graphics: bool) -> QImage:
        header, stored = image.header, image.stored
        if is_colour(header):
            made = colour_picture(header, stored, image.worn)
        else:
            if self._buffer is None or self._buffer.shape != stored.shape:
                self._buffer = room(stored.shape, np.dtype(np.uint8))
            _fill(self._buffer, self.lookup(header, header.frames[image.frame], stored, view.voi, inverted=view.inverted), stored)
            made = coloured(header, stored, self._buffer)
        if header.shutters or header.overlays:
            made = dress(header, image.frame, made, image.worn, shutters=not view.beneath, graphics=graphics)
        self._shown = made  # Qt does not keep it
        form = QImage.Format.Format_Grayscale8 if made.ndim == 2 else QImage.Format.Format_RGB888
        return QImage(made.data, made.shape[1], made.shape[0], made.strides[0], form)

    def lookup(self, header: Header, frame: Frame, stored: NDArray[Any], chosen: Voi | None, *, inverted: bool) -> Lookup:
        """The table in force; made again only where window, slope or format differ from the last frame's."""
        voi = self.voi(header, frame, stored, chosen)
        key = (voi, inverted, frame.slope, frame.intercept, header.pixels, header.modality_lut, header.presentation_shape)
        if self._lookup.key != key or self._lookup.value.table is None:
            self._lookup = _Kept(key, lookup_table(header, frame, voi, inverted=inverted))
        found: Lookup = self._lookup.value
        return found

    def draw(self, painter: QPainter, picture: QImage, device_from_image: NDArray[np.float64]) -> None:
        """Draws a picture by its matrix; the painter is in device pixels. A pixel stays a pixel at whole scales, else bilinear."""
        across, down = scales(device_from_image)
        whole = is_whole(device_from_image)
        corner = picture_place(device_from_image)[:, 2]
        if max(across, down) < AREA:
            picture, across, down = self._averaged(picture, across, down)
            unit = device_from_image[:2, :2] / np.hypot(device_from_image[0, :2], device_from_image[1, :2])
            linear = unit * np.array([across, down])
        else:
            linear = device_from_image[:2, :2]
        painter.save()
        painter.setTransform(
            QTransform(linear[0, 0], linear[1, 0], linear[0, 1], linear[1, 1], float(corner[0]), float(corner[1])), combine=True
        )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, not whole)  # no edge is half covered by rounding
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not whole)
        painter.drawImage(QRectF(0, 0, picture.width(), picture.height()), picture)
        painter.restore()

    def _averaged(self, picture: QImage, across: float, down: float) -> tuple[QImage, float, float]:
        size = max(1, round(picture.width() * across)), max(1, round(picture.height() * down))
        if self._small.key != size:
            small = _half(picture).scaled(*size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
            self._small = _Kept(size, small)
        found: QImage = self._small.value
        return found, picture.width() * across / size[0], picture.height() * down / size[1]


def scales(device_from_image: NDArray[np.float64]) -> tuple[float, float]:
    """Device pixels for each column, and for each row."""
    across, down = (float(np.hypot(device_from_image[0, axis], device_from_image[1, axis])) for axis in (0, 1))
    return across, down


def is_whole(device_from_image: NDArray[np.float64]) -> bool:
    """Whether each pixel of the image is a whole number of device pixels, so that nothing is between two."""
    across, down = scales(device_from_image)
    return abs(across - round(across)) < 1e-6 and abs(down - round(down)) < 1e-6 and across >= 1


def picture_place(device_from_image: NDArray[np.float64]) -> NDArray[np.float64]:
    """3x3: `device_px` from a picture whose corner, not the centre of its first pixel, is at (0, 0)."""
    placed: NDArray[np.float64] = device_from_image @ np.array([[1.0, 0.0, -0.5], [0.0, 1.0, -0.5], [0.0, 0.0, 1.0]])
    return placed


def _fill(grey: NDArray[np.uint8], lookup: Lookup, stored: NDArray[Any]) -> None:
    """Greys of a whole image, some rows at a time: what the table is asked with is four times as large and stays in the cache so."""
    rows = max(1, AT_ONCE * len(stored) // max(stored.size, 1))
    for top in range(0, len(stored), rows):
        apply(lookup, stored[top : top + rows], grey[top : top + rows])


def _half(picture: QImage) -> QImage:
    """A large grey picture at half its size, so that Qt averages a quarter of the pixels (it takes 3 ms of 45 for a mammogram)."""
    if picture.format() != QImage.Format.Format_Grayscale8:
        return picture
    lines = np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), picture.bytesPerLine())
    grey = lines[:, : picture.width()]
    if not can_be_halved(grey):
        return picture
    small = halved(grey)
    return QImage(small.data, small.shape[1], small.shape[0], small.shape[1], QImage.Format.Format_Grayscale8).copy()
