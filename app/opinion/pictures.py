"""Key images as pictures: the stored pixels under their window, marks drawn in, as the opinion prints them and the panel shows them."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen

from app.look.fonts import family
from app.look.theme import current
from record.opinion.compose import Picture
from record.opinion.draft import MarkKind
from record.trouble import Kind, Trouble
from viewer.dicom.colour import is_colour
from viewer.dicom.decode import decode_frame
from viewer.dicom.dressing import NOTHING, colour_picture, coloured, dress, dressing, is_dressed
from viewer.dicom.grey import Voi, apply, initial_voi, lookup_table
from viewer.dicom.header import Window
from viewer.dicom.header_json import from_json
from viewer.dicom.syntaxes import BLOSC

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from app.reading.case import Cases, OpenCase
    from record.opinion.draft import KeyImage, Mark
    from sync.protocol.messages import InstanceEntry
    from viewer.dicom.dressing import Dressing
    from viewer.dicom.header import Header, PixelFormat
    from viewer.workers.pool import Pool

_LONG_SIDE = 900  # pixels: marks and their words are sharp on paper from here on


def picture_of(image: KeyImage, opened: OpenCase, cases: Cases, pool: Pool) -> QImage:
    """A key image as it was kept, RGB, enlarged by a whole number where it is small; belongs in a thread.

    Raises:
        Trouble: IMAGE where its image is no longer part of the case or cannot be shown; what the vault says.
    """
    entry = _instance(opened, image.sop_instance_uid)
    if entry is None or entry.frames is None or image.frame >= len(entry.frames.offsets):
        raise Trouble("The image of a key image is no longer part of the case.", "Remove the key image.", kind=Kind.IMAGE)
    header = from_json(entry.header)
    assert header.pixels is not None
    table = entry.frames
    coded = cases.frame_bytes(opened.id, table.object, table.offsets[image.frame], table.lengths[image.frame])
    stored = _decoded(coded, table.form, header.pixels, pool)
    worn = dressing(header, partial(cases.frame_bytes, opened.id, table.object)) if is_dressed(header) else NOTHING
    return _marked(_rgb(header, image, stored, worn), header, image.marks)


def printable(picture: QImage) -> Picture:
    """A picture as `record.opinion.compose` takes it: grey where nothing in it is coloured."""
    rgb = _array(picture.convertToFormat(QImage.Format.Format_RGB888))
    if np.array_equal(rgb[..., 0], rgb[..., 1]) and np.array_equal(rgb[..., 0], rgb[..., 2]):
        return Picture(picture.width(), picture.height(), 1, np.ascontiguousarray(rgb[..., 0]).tobytes())
    return Picture(picture.width(), picture.height(), 3, np.ascontiguousarray(rgb).tobytes())


def _instance(opened: OpenCase, uid: str) -> InstanceEntry | None:
    instances = (each for study in opened.manifest.studies for series in study.series for each in series.instances)
    return next((each for each in instances if each.sop_instance_uid == uid), None)


def _decoded(coded: bytes, form: str, pixels: PixelFormat, pool: Pool) -> NDArray[Any]:
    values: NDArray[Any] = decode_frame(coded, form, pixels) if form == BLOSC else pool.run("decode", (coded, form, pixels))
    return values


def _rgb(header: Header, image: KeyImage, stored: NDArray[Any], worn: Dressing) -> QImage:
    made = colour_picture(header, stored, worn) if is_colour(header) else _grey(header, image, stored)
    made = dress(header, image.frame, made, worn)
    return _image(np.ascontiguousarray(made if made.ndim == 3 else np.repeat(made[..., np.newaxis], 3, axis=2)))


def _grey(header: Header, image: KeyImage, stored: NDArray[Any]) -> NDArray[np.uint8]:
    frame = header.frames[image.frame]
    voi = kept_voi(image, header) or initial_voi(header, frame, stored)
    grey = apply(lookup_table(header, frame, voi, inverted=image.inverted), stored)
    return coloured(header, stored, grey)


def kept_voi(image: KeyImage, header: Header) -> Voi | None:
    """The window or table with which a key image was kept; None: as stored."""
    if image.table is not None and image.table < len(header.voi_luts):
        return Voi("lut", lut=header.voi_luts[image.table])
    if image.window is None:
        return None
    own = next((one.function for one in header.frames[image.frame].windows), "LINEAR")
    return Voi("window", window=Window(image.window.centre, image.window.width, "", image.window.function or own))


def _image(rgb: NDArray[np.uint8]) -> QImage:
    rows, columns = rgb.shape[:2]
    return QImage(rgb.tobytes(), columns, rows, columns * 3, QImage.Format.Format_RGB888).copy()


def _array(picture: QImage) -> NDArray[np.uint8]:
    flat = np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), picture.bytesPerLine())
    return flat[:, : picture.width() * 3].reshape(picture.height(), picture.width(), 3)


def _marked(picture: QImage, header: Header, marks: tuple[Mark, ...]) -> QImage:
    """Enlarged by a whole number (and to square pixels), marks in the colour of the screen."""
    times = max(1, math.ceil(_LONG_SIDE / max(picture.width(), picture.height()))) if marks else 1
    across, down = _square(header)
    wide, tall = round(picture.width() * times * across), round(picture.height() * times * down)
    if (wide, tall) != (picture.width(), picture.height()):
        plain = across == down == 1.0
        how = Qt.TransformationMode.FastTransformation if plain else Qt.TransformationMode.SmoothTransformation
        picture = picture.scaled(wide, tall, Qt.AspectRatioMode.IgnoreAspectRatio, how)
    if not marks:
        return picture
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    unit = max(picture.width(), picture.height()) / _LONG_SIDE
    for mark in marks:
        _draw(painter, mark, [QPointF((x + 0.5) * times * across, (y + 0.5) * times * down) for x, y in mark.points], unit)
    painter.end()
    return picture


def _square(header: Header) -> tuple[float, float]:
    """How much wider and taller an image is drawn so that its pixels are square in the patient."""
    pixels, spacing = header.pixels, header.spacing
    if spacing.row_mm and spacing.column_mm:
        down, across = spacing.row_mm, spacing.column_mm
    elif pixels is not None and pixels.aspect:
        down, across = float(pixels.aspect[0]), float(pixels.aspect[1])
    else:
        return 1.0, 1.0
    if math.isclose(down, across, rel_tol=1e-3):
        return 1.0, 1.0
    return (across / down, 1.0) if across > down else (1.0, down / across)


def _draw(painter: QPainter, mark: Mark, points: list[QPointF], unit: float) -> None:
    ink = QColor(current().mark)
    if not points:
        return
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(ink, 2.2 * unit))
    if mark.kind is MarkKind.ELLIPSE and len(points) >= 2:
        painter.drawEllipse(QRectF(points[0], points[-1]).normalized())
    elif mark.kind is MarkKind.PROBE or len(points) == 1:
        painter.drawEllipse(points[0], 5 * unit, 5 * unit) if mark.kind is not MarkKind.TEXT else None
    else:
        pairs = range(0, len(points) - 1, 2) if mark.kind is MarkKind.COBB else range(len(points) - 1)
        for first in pairs:
            painter.drawLine(points[first], points[first + 1])
        if mark.kind is MarkKind.LENGTH:
            _ends(painter, points, unit)
        if mark.kind is MarkKind.ARROW:
            _head(painter, points, unit)
    for number, line in enumerate(mark.text.splitlines()):
        _words(painter, line, points[-1] + QPointF(9, -5 + 24 * number) * unit, ink, unit)


def _ends(painter: QPainter, points: list[QPointF], unit: float) -> None:
    along = points[1] - points[0]
    length = math.hypot(along.x(), along.y()) or 1.0
    across = QPointF(-along.y(), along.x()) / length * 7 * unit
    for point in points[:2]:
        painter.drawLine(point - across, point + across)


def _head(painter: QPainter, points: list[QPointF], unit: float) -> None:
    tip, tail = points[0], points[1]
    angle = math.atan2(tail.y() - tip.y(), tail.x() - tip.x())
    for turn in (-0.45, 0.45):
        painter.drawLine(tip, tip + QPointF(math.cos(angle + turn), math.sin(angle + turn)) * 16 * unit)


def _words(painter: QPainter, words: str, at: QPointF, ink: QColor, unit: float) -> None:
    face = QFont(family())
    face.setPixelSize(max(round(20 * unit), 9))
    painter.setFont(face)
    painter.setPen(QColor(current().film))
    for dx, dy in ((-1.5, 0), (1.5, 0), (0, -1.5), (0, 1.5)):
        painter.drawText(at + QPointF(dx, dy) * unit, words)
    painter.setPen(ink)
    painter.drawText(at, words)
