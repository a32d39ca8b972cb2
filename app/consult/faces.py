"""The faces: one large, the others small, oneself in the corner. No picture is kept: each paint asks for the newest of who is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.look.theme import current, font

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QMouseEvent, QResizeEvent

    Newest = Callable[[str], NDArray[np.uint8] | None]

HIGH = 0.625  # of the width
_SELF = 0.24  # of the width
_PAD = 12


@dataclass(frozen=True, slots=True)
class Face:
    """Somebody who is in: the line under the picture, and the sentence where there is none."""

    id: str
    line: str  # "Ngozi Okafor, Nigeria"
    without: str = ""  # "Reconnecting…", "Camera is off"


class FaceBoard(QWidget):
    """The board. `newest("")` is one's own camera; `waiting` stands where nobody is in yet."""

    def __init__(self, newest: Newest, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._newest = newest
        self._faces: tuple[Face, ...] = ()
        self._large = ""
        self._waiting, self._own_without = "", ""
        self.setObjectName("consult-faces")
        self.setAccessibleName("Faces")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(240)

    def show_faces(self, faces: Sequence[Face], waiting: str, own: str) -> None:
        """Who is in now, the first of them large; a press on a small one makes it large. `own` stands where one has no picture."""
        self._faces, self._waiting, self._own_without = tuple(faces), waiting, own
        if self._large not in {each.id for each in faces}:
            self._large = faces[0].id if faces else ""
        self.setAccessibleDescription(", ".join(f"{each.line} {each.without}".strip() for each in faces) or waiting)
        self.update()

    def large(self) -> str:
        """Whose face is large, "" without one."""
        return self._large

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """As high as its width asks, and never more than half of what there is."""
        super().resizeEvent(event)
        window = self.window().height()
        self.setFixedHeight(max(min(round(self.width() * HIGH), window // 2), 120))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Makes a small face large."""
        for face, box in self._small():
            if box.contains(event.position()):
                self._large = face.id
                self.update()
                return

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """The large face with its name, small ones, oneself."""
        del event
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), QColor(current().film))
        large = next((each for each in self._faces if each.id == self._large), None)
        whole = QRectF(self.rect())
        if large is None:
            self._say(painter, whole, self._waiting)
        else:
            self._face(painter, whole, large)
            self._name(painter, whole, large.line)
        for face, box in self._small():
            self._inset(painter, box, self._newest(face.id), face.line.partition(",")[0] if not face.without else face.without)
        mine = self._newest("")
        if mine is not None or self._own_without:  # no empty box
            self._inset(painter, self._own(), mine, self._own_without)
        painter.end()

    def _small(self) -> list[tuple[Face, QRectF]]:
        own, made = self._own(), []
        right = own.left() - 6
        for face in self._faces:
            if face.id != self._large:
                made.append((face, QRectF(right - own.width(), own.top(), own.width(), own.height())))
                right -= own.width() + 6
        return made

    def _own(self) -> QRectF:
        wide = max(self.width() * _SELF, 72)
        high = wide * 0.66
        return QRectF(self.width() - wide - _PAD, self.height() - high - _PAD, wide, high)

    def _face(self, painter: QPainter, box: QRectF, face: Face) -> None:
        picture = self._newest(face.id)
        if picture is None:
            self._say(painter, box, face.without)
        else:
            _cover(painter, box, picture)

    def _inset(self, painter: QPainter, box: QRectF, picture: NDArray[np.uint8] | None, without: str) -> None:
        path = QPainterPath()
        path.addRoundedRect(box, 5, 5)
        painter.save()
        painter.setClipPath(path)
        painter.fillRect(box, QColor(current().film))
        if picture is not None:
            _cover(painter, box, picture)
        else:
            self._say(painter, box.adjusted(4, 0, -4, 0), without, small=True)
        painter.restore()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QColor(current().edge))
        painter.drawRoundedRect(box, 5, 5)

    def _name(self, painter: QPainter, box: QRectF, line: str) -> None:
        painter.setFont(font("size_second"))
        room = self._own().left() - 2 * _PAD - sum(each.width() + 6 for _, each in self._small())
        shown = painter.fontMetrics().elidedText(line, Qt.TextElideMode.ElideRight, round(room))
        at = QPointF(box.left() + _PAD, box.bottom() - _PAD - painter.fontMetrics().descent())
        painter.setPen(QColor(current().halo))
        for right, down in ((-1, 0), (1, 0), (0, -1), (0, 1), (1, 1)):
            painter.drawText(at + QPointF(right, down), shown)
        painter.setPen(QColor(current().on_film))
        painter.drawText(at, shown)

    def _say(self, painter: QPainter, box: QRectF, words: str, *, small: bool = False) -> None:
        painter.setFont(font("size_small" if small else "size_text"))
        painter.setPen(QColor(current().on_film))
        painter.drawText(box.adjusted(8, 0, -8, 0), int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), words)


def _cover(painter: QPainter, box: QRectF, picture: NDArray[np.uint8]) -> None:
    """Fills the box with the middle of the picture."""
    rows, columns = picture.shape[:2]
    image = QImage(picture.data, columns, rows, picture.strides[0], QImage.Format.Format_RGB888)
    scale = max(box.width() / columns, box.height() / rows)
    wide, high = box.width() / scale, box.height() / scale
    painter.drawImage(box, image, QRectF((columns - wide) / 2, (rows - high) / 2, wide, high))
