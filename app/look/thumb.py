"""A thumbnail on film black."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.look.buttons import draw_ring
from app.look.theme import colour, current


class ThumbPicture(QWidget):
    """A square picture with round corners, black until it came; `chosen` draws the ring of selection."""

    def __init__(self, *, says: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: QPixmap | None = None
        self._chosen = False
        self.setAccessibleName(says)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def put(self, picture: QPixmap) -> None:
        """The picture."""
        self._picture = picture
        self.update()

    def choose(self, chosen: bool) -> None:
        """Whether the series is the chosen one."""
        self._chosen = chosen
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """A square."""
        return QSize(current().thumb, current().thumb)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """The picture, whole, in the middle."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        box = QRectF(self.rect())
        path = QPainterPath()
        path.addRoundedRect(box, current().radius_tag, current().radius_tag)
        painter.fillPath(path, colour("film"))
        if self._picture is not None:
            painter.setClipPath(path)
            size = self._picture.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            where = QRectF(box.center().x() - size.width() / 2, box.center().y() - size.height() / 2, size.width(), size.height())
            painter.drawPixmap(where, self._picture, QRectF(self._picture.rect()))
            painter.setClipping(False)
        if self._chosen:
            draw_ring(painter, box, current().radius_tag)
