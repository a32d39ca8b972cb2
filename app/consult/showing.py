"""Showing one viewport to the others: its own picture and nothing else, as it changes, until it is stopped.

It ends by itself when another case is opened, the viewport goes out of sight, its image is not the case's patient's, or the desk locks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QBuffer, QEvent, QIODevice, QObject, QPointF, QRectF, QTimer, Signal
from PySide6.QtGui import QImage, QMouseEvent

from app.consult.hand import share
from app.consult.live_marks import LiveMarks
from app.consult.shown_frame import ShownFrame

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from app.consult.mark_paint import Over
    from viewer.screen.viewport import Viewport

EVERY_MS = 80  # 12.5 pictures a second at most
POINTER_MS = 33
LARGEST = 1280  # pixels of the longer side of the live picture
WITHOUT, WITH = "shown without name and number", "shown with name and number"


class Showing(QObject):
    """One viewport at a time. `over` gives what stands on the shown image, for the frame.

    Signals: `picture(array or None)` RGB, the newest; `looked()` the view may have changed; `began(label, identity)`; `ended(why)`, ""
    where the physician stopped it; `drawn(Mark)` and `pointed(x, y)` by one's own hand, in shares of the viewport.
    """

    picture = Signal(object)
    began = Signal(str, bool)
    ended = Signal(str)
    looked = Signal()
    drawn = Signal(object)
    pointed = Signal(float, float)

    def __init__(self, over: Callable[[], Over], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._over = over
        self.marks: LiveMarks | None = None  # of what is shown now
        self._viewport: Viewport | None = None
        self._frame: ShownFrame | None = None
        self._case, self._label, self._identity = "", "", False
        self._last: NDArray[np.uint8] | None = None
        self._due, self._pointer = QTimer(self), QTimer(self)
        self._pointed: QPointF | None = None
        for timer, wait, act in ((self._due, EVERY_MS, self._send), (self._pointer, POINTER_MS, self._point)):
            timer.setSingleShot(True)
            timer.setInterval(wait)
            timer.timeout.connect(act)

    @property
    def on(self) -> bool:
        """Whether a viewport is shown now."""
        return self._viewport is not None

    @property
    def case(self) -> str:
        """The case whose image is shown."""
        return self._case

    def begin(self, viewport: Viewport, case_id: str, *, identity: bool) -> bool:
        """Shows a viewport from now on; False where it has no image of the case's patient."""
        self.end()
        if not viewport.shows_the_case():
            return False
        self._viewport, self._case, self._identity = viewport, case_id, identity
        self.marks = LiveMarks(viewport)
        self._frame = ShownFrame(viewport, self._over)
        self._frame.drawn.connect(self.drawn)
        viewport.note(WITH if identity else WITHOUT)
        viewport.installEventFilter(self)
        self._label = label_of(viewport)
        self.began.emit(self._label, identity)
        self._send()
        return True

    def end(self, why: str = "") -> None:
        """Nothing is shown from now on."""
        viewport, frame = self._viewport, self._frame
        if viewport is None:
            return
        self._viewport = self._frame = self._last = self._pointed = self.marks = None
        self._case = ""
        self._due.stop()
        self._pointer.stop()
        self.picture.emit(None)  # first of all
        viewport.removeEventFilter(self)
        viewport.note("")
        if frame is not None:
            frame.hide()
            frame.deleteLater()
        self.ended.emit(why)

    def another_case(self, case_id: str) -> None:
        """The hard stop: before anything of another case is drawn."""
        if self.on and case_id != self._case:
            self.end("Showing has stopped: another case was opened.")

    def draw_again(self) -> None:
        """What stands over the shown image has changed."""
        if self._frame is not None:
            self._frame.update()

    def tool(self, name: str) -> None:
        """What the next drag draws for everybody: "circle", "line"; "" nothing."""
        if self._frame is not None:
            self._frame.tool(name)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """What the viewport goes through."""
        if watched is not self._viewport:
            return False
        kind = event.type()
        if kind == QEvent.Type.Paint and not self._due.isActive():
            self._due.start()
        elif kind == QEvent.Type.Hide:
            self.end("Showing has stopped: the shown viewport is out of sight.")
        elif isinstance(event, QMouseEvent) and kind == QEvent.Type.MouseMove:
            self._pointed = event.position()
            if not self._pointer.isActive():
                self._pointer.start()
        return False

    def _send(self) -> None:
        viewport = self._viewport
        if viewport is None:
            return
        if viewport.stored() is None and viewport.series is not None:
            return  # an image is on its way: the one before it stays
        made = viewport.picture(identity=self._identity, most=LARGEST)
        if made is None:
            self.end("Showing has stopped: this is not an image of the patient.")
            return
        picture = even(array_of(made))
        if self._last is None or not np.array_equal(picture, self._last):
            self._last = picture
            self.picture.emit(picture)
        label = label_of(viewport)
        if label != self._label:
            self._label = label
            self.began.emit(label, self._identity)
        self.looked.emit()

    def _point(self) -> None:
        viewport, at = self._viewport, self._pointed
        if viewport is not None and at is not None:
            self.pointed.emit(*share(at, QRectF(viewport.rect())))


def label_of(viewport: Viewport, *, image: bool = False) -> str:
    """What is shown, in words: the series, and which image of it."""
    series = viewport.series
    if series is None:
        return ""
    which = f", image {viewport.index + 1} of {series.count}" if image else ""
    return f"{series.label[:160]}{which}"


def even(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture without its last row or column where their number is odd (video wants pairs)."""
    rows, columns = picture.shape[:2]
    return np.ascontiguousarray(picture[: rows & ~1, : columns & ~1])


def array_of(picture: QImage) -> NDArray[np.uint8]:
    """(rows, columns, 3) RGB in memory of its own."""
    rgb = picture.convertToFormat(QImage.Format.Format_RGB888)
    rows, columns, stride = rgb.height(), rgb.width(), rgb.bytesPerLine()
    flat = np.frombuffer(rgb.constBits(), np.uint8, rows * stride).reshape(rows, stride)
    return flat[:, : columns * 3].reshape(rows, columns, 3).copy()


def image_of(picture: NDArray[np.uint8]) -> QImage:
    """The other way round: a picture in memory of its own."""
    rows, columns = picture.shape[:2]
    return QImage(picture.data, columns, rows, picture.strides[0], QImage.Format.Format_RGB888).copy()


def png_of(picture: QImage) -> bytes:
    """The picture without loss."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")  # type: ignore[call-overload]  # the stub wants bytes; Qt takes text
    return bytes(buffer.data().data())
