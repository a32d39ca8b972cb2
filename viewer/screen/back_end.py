"""What draws an image into a viewport: the raster back end, whose greys are the truth, or the GL back end, which gives the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QPainter

    from viewer.dicom.grey import Voi
    from viewer.dicom.header import Frame, Header
    from viewer.screen.raster import Image
    from viewer.screen.view import View


class BackEnd(Protocol):
    """Draws images for one viewport and keeps what it needs for the next."""

    def voi(self, header: Header, frame: Frame, stored: NDArray[Any], chosen: Voi | None) -> Voi:
        """The window in force: the reader's, else the image's own."""
        ...

    def paint(
        self, painter: QPainter, image: Image, view: View, device_from_image: NDArray[np.float64], size: tuple[int, int], *, graphics: bool
    ) -> None:
        """Draws an image by its matrix.

        Args:
            painter: in device pixels, on whole ones.
            image: which.
            view: its window, inversion, what lies beneath a shutter; the matrix has the rest.
            device_from_image: 3x3, `device_px` from `column_row`, of whole quarters of a turn.
            size: width and height of the viewport, device pixels.
            graphics: whether overlays are drawn.
        """
        ...
