"""What one viewport shows and how it is painted; the hands on it are in `viewport`.

What is painted, its corner text and its marks come from one (series, index), taken at the start of a paint. While an image is still to
come, the one before it of the same series stays, with its own words; a frame that arrives for another series or place changes nothing.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from PySide6.QtCore import QElapsedTimer, QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QHelpEvent, QImage, QPainter
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from record.trouble import Trouble
from viewer.dicom.dressing import NOTHING
from viewer.dicom.geometry import orientation_letters
from viewer.load.identity import belongs
from viewer.screen.colours import DEFAULT_COLOURS
from viewer.screen.corner import corners
from viewer.screen.fidelity import fidelity, told
from viewer.screen.paint import Overlay
from viewer.screen.raster import Image, Raster
from viewer.screen.view import View, apply, device_from_image, turn, zoom_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from numpy.typing import NDArray
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QPaintEvent

    from viewer.dicom.dressing import Dressing
    from viewer.dicom.grey import Voi
    from viewer.dicom.header import Frame, Header
    from viewer.dicom.shortfalls import Mark as FidelityMark
    from viewer.load.series import SeriesData
    from viewer.screen.back_end import BackEnd
    from viewer.screen.colours import ScreenColours
    from viewer.screen.corner import Corners
    from viewer.tools.marks import Mark, Marks

Point = tuple[float, float]  # column_row
FIDELITY_HIGH = 130  # logical pixels at the bottom right over which the fidelity is told
SAY_LOADING_MS = 250  # an image that comes sooner needs no word


class Frames(Protocol):
    """Stored values by index: `viewer.load.frames.SeriesFrames`, or planes cut from a volume."""

    @property
    def loaded(self) -> int:
        """How many are here."""
        ...

    def get(self, index: int) -> NDArray[Any] | Trouble | None:
        """The stored values of an image, why there are none, or None: not here yet."""
        ...

    def dressing(self, index: int) -> Dressing:
        """What lies over an image that is here: overlays, a colour profile."""
        ...


class Book(Protocol):
    """The marks of the case, shared by the viewports."""

    marks: Marks
    shown: bool
    chosen: Mark | None

    def add(self, mark: Mark) -> None:
        """Adds a mark, to be undone."""
        ...

    def take(self, marks: Marks, chosen: Mark | None = None) -> None:
        """Another state of all marks."""
        ...


class Canvas(QWidget):
    """A picture with its words. Signals: `moved(index)` the reader went to another image; `painted()` a correct image was drawn for the
    first time since `show_series`; `changed()` window, zoom or turn.
    """  # noqa: D205  one list of signals

    moved = Signal(int)
    painted = Signal()
    changed = Signal()

    def __init__(self, number: int, book: Book, colours: ScreenColours = DEFAULT_COLOURS, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"viewport-{number}")
        self.setAccessibleName(f"Viewport {number}")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 160)
        self.colours = colours
        self.series: SeriesData | None = None
        self.index = 0
        self.view = View()
        self.direction = 1  # in which the reader last moved
        self.crossings: Callable[[], list[tuple[Point, Point]]] = list  # where other images cut this one
        self._frames: Frames | None = None
        self._book = book
        self._back_end: BackEnd = Raster()
        self._waiting_first = False
        self._counted = 0  # images loaded, as last painted
        self._drawn: int | None = None  # the image of this series that was last drawn
        self._since = QElapsedTimer()
        self._sentence = ("", "")
        self._note, self._nameless = "", False

    # -- what is shown -----------------------------------------------------------------------------------------------

    def show_series(self, series: SeriesData, frames: Frames, index: int, view: View | None = None) -> None:
        """Shows an image of a series; the view of an earlier series is not carried over unless it is given."""
        self.series, self._frames = series, frames
        self.index = min(max(index, 0), series.count - 1)
        self.view = view or View()
        self._waiting_first, self._drawn = True, None
        self.forget_hands()
        self._describe()
        self._wait()
        self.update()

    def draw_by(self, back_end: BackEnd) -> None:
        """Draws by another back end from now on; what is shown stays."""
        self._back_end = back_end
        self.update()

    def clear(self, first: str = "", second: str = "") -> None:
        """Shows no image, and perhaps a sentence why (a prior that did not come, say)."""
        self.series, self._frames, self._sentence, self._drawn = None, None, (first, second), None
        self.forget_hands()
        self.setAccessibleDescription(f"{first} {second}".strip())
        self.update()

    def forget_hands(self) -> None:
        """What the hands were doing here is over."""

    def arrived(self, key: str, indices: Collection[int]) -> None:
        """Frames of a series are there."""
        if self.series is not None and self.series.key == key and self.index in indices:
            self.repaint() if self._waiting_first else self.update()

    def count(self) -> None:
        """Paints anew where the count of images loaded that stands on it has changed."""
        if self._counted != self.frames_loaded():
            self.update()

    def go_to(self, index: int, *, tell: bool = True) -> None:
        """Shows another image of the series."""
        if self.series is None:
            return
        index = min(max(index, 0), self.series.count - 1)
        if index != self.index:
            self.direction = 1 if index > self.index else -1
            self.index = index
            self.forget_hands()
            self._describe()
            self._wait()
            self.update()
            if tell:
                self.moved.emit(index)

    def set_view(self, view: View) -> None:
        """Takes a window, zoom or turn."""
        if view != self.view:
            self.view = view
            self.update()
            self.changed.emit()

    def _describe(self) -> None:
        assert self.series is not None
        self.setAccessibleDescription(f"{self.series.label}, image {self.index + 1} of {self.series.count}")

    def _wait(self) -> None:
        self._since.start()
        if self._is_awaited():
            QTimer.singleShot(SAY_LOADING_MS + 1, self, self._say_loading)

    def _say_loading(self) -> None:
        if self._is_awaited():
            self.update()

    def _is_awaited(self) -> bool:
        return self._frames is not None and self._frames.get(self.index) is None

    # -- what it knows -----------------------------------------------------------------------------------------------

    def device_size(self) -> tuple[int, int]:
        """Width and height in device pixels, as Qt rounds them."""
        size = self.size() * self.devicePixelRatioF()
        return size.width(), size.height()

    def frames_loaded(self) -> int:
        """How many images of the series are in memory."""
        return self._frames.loaded if self._frames is not None else 0

    def current(self) -> tuple[Header, Frame] | None:
        """The header and frame of the image shown."""
        if self.series is None:
            return None
        return self.series.header(self.index), self.series.frame(self.index)

    def stored(self) -> NDArray[Any] | None:
        """The stored values of the image shown, once they are here."""
        found = self._frames.get(self.index) if self._frames is not None else None
        return found if isinstance(found, np.ndarray) else None

    def _worn(self, index: int) -> Dressing:
        return self._frames.dressing(index) if self._frames is not None else NOTHING

    def voi(self) -> Voi | None:
        """The window in force."""
        current, stored = self.current(), self.stored()
        if current is None or stored is None or current[0].pixels is None:
            return None
        return self._back_end.voi(*current, stored, self.view.voi)

    def matrix(self) -> NDArray[np.float64] | None:
        """3x3, device_px from column_row of the image shown; None without one."""
        current = self.current()
        if current is None or current[0].pixels is None:
            return None
        return device_from_image(current[0], self.view, self.device_size())

    def image_point(self, at: QPointF) -> tuple[float, float] | None:
        """A place of the widget (logical px) in `column_row` of the image."""
        matrix, ratio = self.matrix(), self.devicePixelRatioF()
        return None if matrix is None else apply(np.asarray(np.linalg.inv(matrix), np.float64), (at.x() * ratio, at.y() * ratio))

    def shares_space(self, other: Canvas) -> bool:
        """Whether two viewports show images of one frame of reference."""
        mine, theirs = self.current(), other.current()
        return mine is not None and theirs is not None and "" != mine[0].frame_of_reference_uid == theirs[0].frame_of_reference_uid

    def marks_now(self) -> tuple[FidelityMark, ...]:
        """How the picture is less than the stored image; nothing without a picture."""
        current = self.current()
        if self.series is None or current is None or current[0].pixels is None or self.stored() is None:
            return ()
        return self._fidelity(self.series, self.index, zoom_of(current[0], self.view, self.device_size()))

    def _fidelity(self, series: SeriesData, index: int, zoom: float) -> tuple[FidelityMark, ...]:
        lacking = self._worn(index).lacking
        return fidelity(series, index, zoom, loaded=self.frames_loaded(), beneath=self.view.beneath, lacking=lacking)

    def fidelity_told(self) -> str:
        """The same in full, for the hover; "" without a picture."""
        current = self.current()
        if current is None or current[0].pixels is None or self.stored() is None:
            return ""
        return told(self.marks_now(), current[0], zoom_of(current[0], self.view, self.device_size()))

    def event(self, event: QEvent) -> bool:
        """Over the words that doubt the picture, at the bottom right, their reasons are told."""
        if event.type() != QEvent.Type.ToolTip:
            return super().event(event)
        assert isinstance(event, QHelpEvent)
        at = event.pos()
        if at.x() > self.width() * 0.55 and at.y() > self.height() - FIDELITY_HIGH:
            QToolTip.showText(event.globalPos(), self.fidelity_told(), self)
        else:
            QToolTip.hideText()
        return True

    def draft(self) -> Mark | None:
        """The mark under way, drawn over the image."""
        return None

    # -- for others to see -------------------------------------------------------------------------------------------

    def note(self, words: str) -> None:
        """One more line under the identity, for the reader alone ("shown without name and number"); "" takes it away."""
        if words != self._note:
            self._note = words
            self.update()

    def shows_the_case(self) -> bool:
        """Whether the image is here and is the case's patient's: only then may anybody else be shown it."""
        current = self.current()
        return current is not None and self.series is not None and self.stored() is not None and belongs(current[0], self.series.identities)

    def picture(self, *, identity: bool, most: int = 0) -> QImage | None:
        """What stands here, in device pixels, as others may see it: no line of the keys' focus and no note, and without `identity` not
        the corner that names the patient. None where there is no image, or one of another patient. What is burnt into the pixels of an
        image stays. `most` limits the longer side, in pixels (0: as large as here).
        """  # noqa: D205  one sentence each
        if not self.shows_the_case():
            return None
        scale = min(1.0, most / max(self.device_size())) if most else 1.0
        made = QImage(QSize(*(max(round(side * scale), 1) for side in self.device_size())), QImage.Format.Format_RGB32)
        made.setDevicePixelRatio(self.devicePixelRatioF() * scale)
        made.fill(QColor(self.colours.ground))
        painter = QPainter(made)
        over = Overlay(painter, (self.width(), self.height()), self.devicePixelRatioF(), self.font(), self.colours)
        note, self._note, self._nameless = self._note, "", not identity
        try:
            drawn = self._paint(painter, over)
        finally:
            self._note, self._nameless = note, False
            painter.end()
        return made if drawn else None

    def _corners(self, made: Corners) -> Corners:
        if self._nameless:
            return replace(made, top_left=())
        return replace(made, top_left=(*made.top_left, self._note)) if self._note else made

    # -- painting ----------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """As large as it gets."""
        return QSize(900, 900)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Ground, image, words, marks."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self.colours.ground))
        over = Overlay(painter, (self.width(), self.height()), self.devicePixelRatioF(), self.font(), self.colours)
        drawn = self._paint(painter, over)
        if self.hasFocus():
            over.frame()
        painter.end()
        if drawn and self._waiting_first:
            self._waiting_first = False
            self.painted.emit()

    def _paint(self, painter: QPainter, over: Overlay) -> bool:
        """True where what was asked for (an image, or why there is none) is drawn."""
        series, frames = self.series, self._frames
        if series is None or frames is None:
            over.sentence(*self._sentence)
            return False
        index, found = self._at_hand(frames)
        if isinstance(found, Trouble) or series.header(index).pixels is None:
            over.corners(self._corners(corners(series, index, None, 0.0, (), inverted=False)))
            if isinstance(found, Trouble):
                over.trouble(found)
                self.setAccessibleDescription(f"{found.what_happened} {found.what_to_do}")
            return isinstance(found, Trouble)
        if found is None:
            over.corners(self._corners(corners(series, index, None, 0.0, (), inverted=False)))
            over.sentence("Loading" if self._since.hasExpired(SAY_LOADING_MS) else "")
            return False
        self._picture(painter, series, index, found)
        self._words(over, series, index, found)
        self._drawn = index
        return index == self.index

    def _at_hand(self, frames: Frames) -> tuple[int, NDArray[Any] | Trouble | None]:
        """The image asked for; while it is still to come, for a moment the one drawn before it."""
        found = frames.get(self.index)
        if found is None and self._drawn is not None and not self._since.hasExpired(SAY_LOADING_MS):
            before = frames.get(self._drawn)
            if isinstance(before, np.ndarray):
                return self._drawn, before
        return self.index, found

    def _picture(self, painter: QPainter, series: SeriesData, index: int, stored: NDArray[Any]) -> None:
        header, ratio = series.header(index), self.devicePixelRatioF()
        image = Image(header, series.order[index].frame, stored, self._worn(index))
        painter.save()
        painter.scale(1 / ratio, 1 / ratio)
        on_whole_pixels(painter)
        size = self.device_size()
        self._back_end.paint(painter, image, self.view, device_from_image(header, self.view, size), size, graphics=self._book.shown)
        painter.restore()

    def _words(self, over: Overlay, series: SeriesData, index: int, stored: NDArray[Any]) -> None:
        header, place = series.header(index), series.order[index]
        zoom = zoom_of(header, self.view, self.device_size())
        matrix = device_from_image(header, self.view, self.device_size())
        voi = self._back_end.voi(header, series.frame(index), stored, self.view.voi)
        self._counted = self.frames_loaded()
        marks = self._fidelity(series, index, zoom)
        over.corners(self._corners(corners(series, index, voi, zoom, marks, inverted=self.view.inverted)))
        over.letters(*orientation_letters(header, place.frame, turn(self.view)))
        if header.spacing.column_mm:
            over.scale_bar(zoom / header.spacing.column_mm, header.spacing.provenance)
        if self._book.shown:
            for line in self.crossings() if index == self.index else ():
                over.crossing(*line, matrix)
            for mark in self._book.marks.on(header.sop_instance_uid, place.frame):
                over.mark(mark, matrix, chosen=mark == self._book.chosen)
        draft = self.draft()
        if draft is not None and index == self.index:
            over.mark(draft, matrix, chosen=True)


def on_whole_pixels(painter: QPainter) -> None:
    """Moves a painter of device pixels onto them: at a scale of 1.5 a widget may begin in the middle of one."""
    place = painter.deviceTransform()
    painter.translate(math.floor(place.dx() + 0.5) - place.dx(), math.floor(place.dy() + 0.5) - place.dy())
