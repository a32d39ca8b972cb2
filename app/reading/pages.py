"""Pages of a document on screen: one under the other, drawn by a worker, zoomed, with found words marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from app.look.theme import colour, font

if TYPE_CHECKING:
    from collections.abc import Sequence

ZOOMS = (0.25, 0.33, 0.5, 0.67, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0)
_GAP = 12
_MOST = 48_000_000  # bytes of drawn pages kept


@dataclass(frozen=True, slots=True)
class PageSize:
    """A page in points (1/72 inch), as it is turned for reading."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Hit:
    """Found words: the page from 0, and their boxes in points from the page's top left (left, top, right, bottom)."""

    page: int
    boxes: tuple[tuple[float, float, float, float], ...]


class Pages(QAbstractScrollArea):
    """Pages under one another, fitted to the width, times `zoom`.

    Signals:
        wanted(page, scale): a page is in sight and not drawn at this scale (device pixels for a point); answer with `put`.
        page_changed(page): another page, from 0, is the one in the middle.
        zoom_changed(zoom).
    """

    wanted = Signal(int, float)
    page_changed = Signal(int)
    zoom_changed = Signal(float)

    def __init__(self, name: str, says: str, *, side: int = _GAP, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side = side  # logical pixels left and right of the pages
        self.setObjectName(name)
        self.setAccessibleName(says)
        self.setProperty("takes-focus", True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._sizes: tuple[PageSize, ...] = ()
        self._drawn: dict[int, tuple[float, QImage]] = {}
        self._asked: set[tuple[int, float]] = set()
        self._told: dict[int, str] = {}
        self._hits: tuple[Hit, ...] = ()
        self._hit = 0
        self._zoom = 1.0
        self._page = 0
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

    # -- what is shown ---------------------------------------------------------------------------------------------

    def show_pages(self, sizes: Sequence[PageSize], *, keep_place: bool = False) -> None:
        """Takes in a document; `keep_place` stays where one was (the same document, written anew)."""
        place = self.verticalScrollBar().value() if keep_place else 0
        self._sizes = tuple(sizes)
        self._asked.clear()
        self._told.clear()
        if not keep_place:
            self._drawn.clear()
            self._hits = ()
        self._drawn = {page: drawn for page, drawn in self._drawn.items() if page < len(self._sizes)}
        self._lay_out()
        self.verticalScrollBar().setValue(place)
        self._scrolled()

    def put(self, page: int, scale: float, picture: QImage) -> None:
        """A page as it was drawn at a scale."""
        self._drawn[page] = (scale, picture)
        self._forget_far()
        self.viewport().update()

    def is_drawn(self, page: int) -> bool:
        """Whether a page is drawn at the present scale."""
        return self._drawn.get(page, (0.0, None))[0] == self._scale()

    def tell(self, page: int, sentence: str) -> None:
        """What stands in place of a page that cannot be drawn."""
        self._told[page] = sentence
        self.viewport().update()

    def stale(self) -> None:
        """All pages are to be drawn anew; what is there stays in sight until then."""
        self._asked.clear()
        self._drawn = {page: (0.0, picture) for page, (_, picture) in self._drawn.items()}
        self.viewport().update()

    def mark(self, hits: Sequence[Hit], at: int = 0) -> None:
        """Marks found words and leads to one of them."""
        self._hits, self._hit = tuple(hits), at
        if self._hits:
            self._lead_to(self._hits[at])
        self.viewport().update()

    # -- where one is ----------------------------------------------------------------------------------------------

    @property
    def zoom(self) -> float:
        """1 is as wide as the room there is."""
        return self._zoom

    @property
    def page(self) -> int:
        """The page in the middle, from 0."""
        return self._page

    def set_zoom(self, zoom: float) -> None:
        """Zooms around the middle."""
        zoom = min(max(zoom, ZOOMS[0]), ZOOMS[-1])
        bar = self.verticalScrollBar()
        middle = (bar.value() + self.viewport().height() / 2) / max(self._height(), 1)
        self._zoom = zoom
        self._lay_out()
        bar.setValue(round(middle * self._height() - self.viewport().height() / 2))
        self.zoom_changed.emit(zoom)
        self.viewport().update()

    def step_zoom(self, step: int) -> None:
        """The next larger or smaller zoom."""
        larger = [z for z in ZOOMS if z > self._zoom + 0.01]
        smaller = [z for z in ZOOMS if z < self._zoom - 0.01]
        self.set_zoom((larger[:1] or [ZOOMS[-1]])[0] if step > 0 else (smaller[-1:] or [ZOOMS[0]])[0])

    def go_to_page(self, page: int) -> None:
        """Leads to the top of a page."""
        self.verticalScrollBar().setValue(round(self._box(min(max(page, 0), len(self._sizes) - 1)).top()) - _GAP if self._sizes else 0)

    # -- events ----------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Takes what it gets."""
        return QSize(400, 500)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Pages follow the width."""
        super().resizeEvent(event)
        self._lay_out()
        self._scrolled()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802  Qt's name
        """Scrolls; with Ctrl zooms."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.step_zoom(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
            return
        super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Scrolls by line, page, document; + and - zoom, 0 fits."""
        bar, sight = self.verticalScrollBar(), self.viewport().height()
        moves = {
            Qt.Key.Key_Down: 60,
            Qt.Key.Key_Up: -60,
            Qt.Key.Key_PageDown: sight - 40,
            Qt.Key.Key_PageUp: 40 - sight,
            Qt.Key.Key_Space: sight - 40,
            Qt.Key.Key_Home: -bar.maximum(),
            Qt.Key.Key_End: bar.maximum(),
        }
        key = Qt.Key(event.key())
        if key in moves and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            bar.setValue(bar.value() + moves[key])
        elif event.text() in ("+", "=", "-"):
            self.step_zoom(-1 if event.text() == "-" else 1)
        elif event.text() == "0":
            self.set_zoom(1.0)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draws the pages in sight, and asks for those that are not drawn at this scale."""
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        left, top = -self.horizontalScrollBar().value(), -self.verticalScrollBar().value()
        painter.translate(left, top)
        seen = QRectF(event.rect()).translated(-left, -top)
        for page in range(len(self._sizes)):
            box = self._box(page)
            if box.intersects(seen):
                self._paint_page(painter, page, box)
        if self.hasFocus():
            painter.resetTransform()
            painter.setPen(QPen(colour("accent"), 2))
            painter.drawRect(QRectF(self.viewport().rect()).adjusted(1, 1, -1, -1))

    # -- within ----------------------------------------------------------------------------------------------------

    def _paint_page(self, painter: QPainter, page: int, box: QRectF) -> None:
        painter.fillRect(box, colour("paper"))
        scale, picture = self._drawn.get(page, (0.0, QImage()))
        if not picture.isNull():
            painter.drawImage(_whole_pixels(box, self.devicePixelRatioF()) if scale == self._scale() else box, picture)
        if page in self._told:
            painter.setPen(colour("ink"))
            painter.setFont(font())
            painter.drawText(box.adjusted(24, 24, -24, -24), Qt.TextFlag.TextWordWrap, self._told[page])
            return
        self._paint_hits(painter, page, box)
        wanted = (page, self._scale())
        if scale != wanted[1] and wanted not in self._asked:
            self._asked.add(wanted)
            self.wanted.emit(*wanted)

    def _paint_hits(self, painter: QPainter, page: int, box: QRectF) -> None:
        points = self._points()
        for number, hit in enumerate(self._hits):
            if hit.page != page:
                continue
            ink = colour("warn" if number == self._hit else "mark")
            ink.setAlphaF(0.55 if number == self._hit else 0.3)
            for left, top, right, bottom in hit.boxes:
                corner = box.topLeft() + QPointF(left, top) * points
                painter.fillRect(QRectF(corner.x() - 1, corner.y() - 1, (right - left) * points + 2, (bottom - top) * points + 2), ink)

    def _points(self) -> float:
        """Logical pixels for a point."""
        widest = max((size.width for size in self._sizes), default=1.0)
        return max(self.viewport().width() - 2 * self._side, 80) / widest * self._zoom

    def _scale(self) -> float:
        """Device pixels for a point, rounded so that a drawn page is as wide as its box."""
        return round(self._points() * self.devicePixelRatioF(), 4)

    def _box(self, page: int) -> QRectF:
        points = self._points()
        top = _GAP + sum(size.height * points + _GAP for size in self._sizes[:page])
        size = self._sizes[page]
        across = max(float(self.viewport().width()), max(s.width for s in self._sizes) * points + 2 * self._side)
        return QRectF((across - size.width * points) / 2, top, size.width * points, size.height * points)

    def _height(self) -> float:
        points = self._points()
        return _GAP + sum(size.height * points + _GAP for size in self._sizes)

    def _lay_out(self) -> None:
        sight = self.viewport().size()
        tall, bar = round(self._height()), self.verticalScrollBar()
        bar.setRange(0, max(tall - sight.height(), 0))
        bar.setPageStep(sight.height())
        bar.setSingleStep(48)
        wide = round(max((s.width for s in self._sizes), default=0) * self._points() + 2 * self._side)
        self.horizontalScrollBar().setRange(0, max(wide - sight.width(), 0))
        self.horizontalScrollBar().setPageStep(sight.width())

    def _scrolled(self) -> None:
        middle = self.verticalScrollBar().value() + self.viewport().height() / 2
        page = next((n for n in range(len(self._sizes)) if self._box(n).bottom() + _GAP > middle), max(len(self._sizes) - 1, 0))
        if page != self._page:
            self._page = page
            self.page_changed.emit(page)
        self.viewport().update()

    def _lead_to(self, hit: Hit) -> None:
        box, points = self._box(hit.page), self._points()
        top = box.top() + min((b[1] for b in hit.boxes), default=0.0) * points
        bar = self.verticalScrollBar()
        if not bar.value() + 40 < top < bar.value() + self.viewport().height() - 60:
            bar.setValue(round(top - self.viewport().height() / 3))

    def _forget_far(self) -> None:
        while len(self._drawn) > 2 and sum(p.sizeInBytes() for _, p in self._drawn.values()) > _MOST:
            far = max(self._drawn, key=lambda page: abs(page - self._page))
            scale, _ = self._drawn.pop(far)
            self._asked.discard((far, scale))


def _whole_pixels(box: QRectF, ratio: float) -> QRectF:
    """A box moved onto whole device pixels, so that letters are drawn as the worker made them."""
    return QRectF(round(box.x() * ratio) / ratio, round(box.y() * ratio) / ratio, box.width(), box.height())
