"""The raster back end: stored values to the 8-bit picture that QPainter draws. Its grey values are the truth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QTransform

from viewer.dicom.colour import is_colour, to_rgb8
from viewer.dicom.grey import Lookup, apply, initial_voi, lookup_table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from viewer.dicom.grey import Voi
    from viewer.dicom.header import Frame, Header

AREA = 0.5  # below this zoom pixels are averaged, not sampled


@dataclass(slots=True)
class _Kept:
    key: object
    value: Any


class Raster:
    """Draws frames for one viewport and keeps the last lookup and the last picture."""

    def __init__(self) -> None:
        self._lookup = _Kept(None, None)
        self._picture = _Kept(None, None)
        self._buffer: NDArray[np.uint8] | None = None
        self._small = _Kept(None, None)

    def voi(self, header: Header, frame: Frame, stored: NDArray[Any], chosen: Voi | None) -> Voi:
        """The window in force: the reader's, else the image's own."""
        return chosen if chosen is not None else initial_voi(header, frame, stored)

    def picture(self, header: Header, frame: Frame, stored: NDArray[Any], chosen: Voi | None, *, inverted: bool) -> QImage:
        """The whole frame, a pixel for a pixel: grey by lookup (true colour unmodified). Valid until the next call."""
        key = (id(header), id(frame), stored.ctypes.data, chosen, inverted)
        if self._picture.key != key:
            self._picture = _Kept(key, self._drawn(header, frame, stored, chosen, inverted=inverted))
            self._small = _Kept(None, None)
        found: QImage = self._picture.value
        return found

    def _drawn(self, header: Header, frame: Frame, stored: NDArray[Any], chosen: Voi | None, *, inverted: bool) -> QImage:
        if is_colour(header):
            self._buffer = to_rgb8(header, stored)
            rows, columns, _ = self._buffer.shape
            return QImage(self._buffer.data, columns, rows, self._buffer.strides[0], QImage.Format.Format_RGB888)
        if self._buffer is None or self._buffer.shape != stored.shape:
            self._buffer = np.empty(stored.shape, np.uint8)
        apply(self.lookup(header, frame, stored, chosen, inverted=inverted), stored, self._buffer)
        rows, columns = self._buffer.shape
        return QImage(self._buffer.data, columns, rows, self._buffer.strides[0], QImage.Format.Format_Grayscale8)

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
        across = float(np.hypot(device_from_image[0, 0], device_from_image[1, 0]))
        down = float(np.hypot(device_from_image[0, 1], device_from_image[1, 1]))
        whole = abs(across - round(across)) < 1e-6 and abs(down - round(down)) < 1e-6 and across >= 1
        corner = device_from_image @ np.array([-0.5, -0.5, 1.0])
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
            small = picture.scaled(*size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
            self._small = _Kept(size, small)
        found: QImage = self._small.value
        return found, picture.width() * across / size[0], picture.height() * down / size[1]
