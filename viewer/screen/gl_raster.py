"""The GL back end: stored values and the table as textures, looked up and resampled by the GPU as the raster back end does it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage

from viewer.dicom.colour import is_colour
from viewer.dicom.grey import patterns
from viewer.screen.gl_device import GlLost
from viewer.screen.gl_positions import positions
from viewer.screen.raster import AREA, Raster, is_whole, picture_place, scales

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from PySide6.QtGui import QPainter

    from viewer.dicom.grey import Voi
    from viewer.dicom.header import Frame, Header
    from viewer.screen.gl_device import GlDevice
    from viewer.screen.gl_positions import Positions
    from viewer.screen.raster import Image
    from viewer.screen.view import View

log = logging.getLogger(__name__)


class GlRaster:
    """Fulfils `BackEnd`. What the GPU cannot take (an image that is too large, or below half its size, where pixels are averaged) and
    everything after a failure is drawn by the raster back end.

    Args:
        device: shared by the viewports.
        lost: is told, with words for IT, that the GPU failed.
    """  # noqa: D205  one sentence

    def __init__(self, device: GlDevice, lost: Callable[[str], None]) -> None:
        self._device: GlDevice | None = device
        self._lost = lost
        self._raster = Raster()
        self._textures: dict[str, int] = {}
        self._holds: dict[str, object] = {}  # what each texture was filled with
        self._shapes: dict[str, object] = {}
        self._kept: Any = None  # arrays whose addresses stand in `_holds`

    def voi(self, header: Header, frame: Frame, stored: NDArray[Any], chosen: Voi | None) -> Voi:
        """The window in force."""
        return self._raster.voi(header, frame, stored, chosen)

    def paint(
        self, painter: QPainter, image: Image, view: View, device_from_image: NDArray[np.float64], size: tuple[int, int], *, graphics: bool
    ) -> None:
        """Draws an image by its matrix."""
        if self._device is not None and self._takes(self._device, image, device_from_image):
            try:
                self._paint(self._device, painter, image, view, picture_place(device_from_image), size, graphics=graphics)
            except GlLost as lost:
                log.warning("the GL back end failed: %s", lost)
                self._device = None
                self._lost(str(lost))
            else:
                return
        self._raster.paint(painter, image, view, device_from_image, size, graphics=graphics)

    def _takes(self, device: GlDevice, image: Image, matrix: NDArray[np.float64]) -> bool:
        return max(image.stored.shape[:2]) <= device.largest and max(scales(matrix)) >= AREA

    def _paint(
        self,
        device: GlDevice,
        painter: QPainter,
        image: Image,
        view: View,
        device_from_picture: NDArray[np.float64],
        size: tuple[int, int],
        *,
        graphics: bool,
    ) -> None:
        blended = not is_whole(device_from_picture)
        found = positions(device_from_picture, image.stored.shape[:2], size, blended=blended)
        if found is None:
            return
        program, samples = self._fill(device, image, view, graphics=graphics)
        self._give(device, "across", found.across[None, :], None)
        self._give(device, "down", found.down[None, :], None)
        numbers = {"extent": image.stored.shape[1::-1], "swapped": (int(found.swapped),), "blended": (int(blended),)}
        names = ("picture", "table", "across", "down") if program == "stored" else ("picture", "across", "down")
        extent = len(found.across), len(found.down)
        _lay(painter, found, device.draw(program, extent, samples, {name: self._textures[name] for name in names}, numbers), samples)

    def _fill(self, device: GlDevice, image: Image, view: View, *, graphics: bool) -> tuple[str, int]:
        """Brings the textures up to date; gives the program and the samples of its picture."""
        header, stored = image.header, image.stored
        plain = stored.ndim == 2 and not (is_colour(header) or header.palette or header.shutters or header.overlays)
        lookup = self._raster.lookup(header, header.frames[image.frame], stored, view.voi, inverted=view.inverted) if plain else None
        if lookup is None or lookup.table is None:
            picture = self._raster.picture(image, view, graphics=graphics)
            made = _values(picture)
            self._give(device, "picture", made, None)
            return "picture", 1 if made.ndim == 2 else 4
        self._kept = (stored, lookup.table)
        self._give(device, "table", lookup.table.reshape(-1, 256), id(lookup.table))
        self._give(device, "picture", patterns(stored), (image.header.sop_instance_uid, image.frame, stored.ctypes.data))
        return "stored", 1

    def _give(self, device: GlDevice, name: str, values: NDArray[Any], key: object) -> None:
        """Fills a texture unless it holds just that (`key`; None: always)."""
        if key is not None and self._holds.get(name) == key:
            return
        if name not in self._textures:
            self._textures[name] = device.texture()
        shape = values.shape, values.dtype
        device.fill(self._textures[name], values, same_shape=self._shapes.get(name) == shape)
        self._holds[name], self._shapes[name] = key, shape


def _values(picture: QImage) -> NDArray[np.uint8]:
    """The 8-bit values of a picture, [row, column] or [row, column, 3]."""
    samples = 1 if picture.format() == QImage.Format.Format_Grayscale8 else 3
    lines = np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), picture.bytesPerLine())
    used = lines[:, : picture.width() * samples]
    return used if samples == 1 else used.reshape(picture.height(), picture.width(), 3)


def _lay(painter: QPainter, where: Positions, drawn: NDArray[np.uint8], samples: int) -> None:
    """A pixel for a pixel; at the edges as much of each as the picture covers."""
    form = QImage.Format.Format_Grayscale8 if samples == 1 else QImage.Format.Format_RGBX8888
    picture = QImage(drawn.data, len(where.across), len(where.down), drawn.shape[1], form)
    painter.save()
    for row in where.rows:
        for column in where.columns:
            to = QRect(column.first, row.first, column.end - column.first, row.end - row.first)
            painter.setOpacity(column.cover * row.cover)
            painter.drawImage(to, picture, to.translated(-where.left, -where.top))
    painter.restore()
