"""A grid of viewports over one loader: who is shown where, the acts of the keys, linked scroll, three planes."""

from __future__ import annotations

from dataclasses import replace
from threading import Thread
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QGridLayout, QWidget

from viewer.load.loader import Loader, warm
from viewer.load.memory import Memory
from viewer.screen.acts import Acts
from viewer.screen.arrivals import Arrivals
from viewer.screen.book import Book
from viewer.screen.colours import DEFAULT_COLOURS
from viewer.screen.computed import Computed
from viewer.screen.hung import Hung, first_index, grid_for
from viewer.screen.presets import preset
from viewer.screen.raster import Raster
from viewer.screen.space import cut, cuts, show_place
from viewer.screen.together import Together
from viewer.screen.view import View
from viewer.screen.viewport import Viewport
from viewer.tools.marks import Marks

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from viewer.load.frames import SeriesFrames
    from viewer.load.loader import Decode
    from viewer.load.series import SeriesData
    from viewer.load.source import FrameSource
    from viewer.screen.back_end import BackEnd
    from viewer.screen.colours import ScreenColours
    from viewer.screen.keys import Act
    from viewer.screen.viewport import Frames

__all__ = ["Hung", "ViewportGrid", "first_index", "grid_for"]

GAP = 2
PLANES_AT = ((0, 0, 2, 1), (0, 1, 1, 1), (1, 1, 1, 1))  # row, column, rows, columns of three planes
WARM_AFTER_MS = 600  # the room is drawn first
FIRST_MS = 300  # the rest is fetched then at the latest, painted or not


class ViewportGrid(QWidget):
    """Viewports in rows and columns.

    Signals: `first_painted()` the first correct image since `hang`; `shown(tuple of series keys)`; `tool(Act)` the tool in the hand;
    `link(str)` by what scrolling is linked, "" where it is off; `planes(bool)`; `act(Act)` an act that is not the grid's (key image,
    series, steps, panels); `marks_changed()`.
    """

    first_painted = Signal()
    shown = Signal(tuple)
    tool = Signal(object)
    link = Signal(str)
    planes = Signal(bool)
    act = Signal(object)
    marks_changed = Signal()

    def __init__(self, colours: ScreenColours = DEFAULT_COLOURS, memory: Memory | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("viewports")
        self.colours = colours
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, QColor(colours.ground))
        self.setPalette(palette)
        self.setAutoFillBackground(True)
        self.memory = memory or Memory()
        self._loader: Loader | None = None
        self.book = Book(self._marks_changed)
        self.viewports: list[Viewport] = []
        self._rows, self._columns, self._large = 1, 1, False
        self._active = 0
        self._waiting_first = False
        self._back_end: Callable[[], BackEnd] = Raster
        self._together = Together()
        self._computed = Computed(self)
        self._acts = Acts(self, self._computed)
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(GAP)
        self._latest = QTimer(self)
        self._latest.setSingleShot(True)
        self._latest.setInterval(FIRST_MS)
        self._latest.timeout.connect(self._fetch_all)
        self._arrivals = Arrivals(self)
        self._arrivals.came.connect(self._came)
        self._arrivals.counted.connect(self._counted)
        QTimer.singleShot(WARM_AFTER_MS, self, lambda: Thread(target=warm, name="frames-warm", daemon=True).start())
        self._make(1)
        self._arrange(1, 1)

    def draw_by(self, make: Callable[[], BackEnd]) -> None:
        """Every viewport draws by a back end of its own from now on; what is shown stays."""
        self._back_end = make
        for viewport in self.viewports:
            viewport.draw_by(make())

    # -- a case ------------------------------------------------------------------------------------------------------

    def open(self, source: FrameSource, decode: Decode) -> None:
        """Takes a case's frames; what was open is closed."""
        self.close_case()
        self._loader = Loader(source, decode, self.memory, self._arrivals.tell)

    def close_case(self) -> None:
        """Lets go of images, marks and threads."""
        self._acts.stop()
        for viewport in self.viewports:
            viewport.clear()
        if self._loader is not None:
            self._loader.close()
            self._loader = None
        self._computed.close()
        self.book.take(Marks())
        self._together.forget()

    def hang(self, rows: int, columns: int, places: Sequence[Hung], *, linked: bool = False) -> None:
        """Hangs series into a grid; windows that the reader chose for a series stay with it."""
        kept = {v.series.key: v.view for v in self.viewports if v.series is not None}
        self._computed.forget()
        self.planes.emit(False)
        self._large = False
        self._make(rows * columns)
        self._arrange(rows, columns)
        self._wait_for_first()
        for number, viewport in enumerate(self.viewports[: rows * columns]):
            place = places[number] if number < len(places) else Hung(None)
            self._hang_one(viewport, place, kept)
        self._set_linked(linked=linked)
        self._active = min(self._active, rows * columns - 1)
        self._tell_shown()

    def put(self, series: SeriesData, index: int, number: int | None = None) -> None:
        """Shows a series in a viewport (the active one)."""
        viewport = self.viewports[self._active if number is None else number]
        self._wait_for_first()
        self._hang_one(viewport, Hung(series, index), {})
        self._tell_shown()

    def retry(self) -> None:
        """Tries failed images again."""
        if self._loader is not None:
            self._loader.retry()
            self.update()

    def active(self) -> Viewport:
        """The viewport that has, or last had, the keys."""
        return self.viewports[self._active]

    def on_screen(self) -> tuple[str, ...]:
        """The keys of the series shown."""
        return tuple(v.series.key for v in self._visible() if v.series is not None)

    def all_loaded(self) -> bool:
        """Whether every image of every series on screen is in memory."""
        shown = [v for v in self._visible() if v.series is not None]
        return bool(shown) and all(int(v.frames_loaded()) >= v.series.count for v in shown if v.series is not None)

    # -- acts --------------------------------------------------------------------------------------------------------

    def do(self, act: Act) -> bool:
        """Does an act of the viewports; False where it is not one of theirs."""
        return self._acts.do(act)

    def step_viewport(self, step: int) -> None:
        """Gives the keys to the viewport `step` places on."""
        shown = [n for n, v in enumerate(self._visible()) if v.isVisible()]
        if shown:
            at = shown.index(self._active) if self._active in shown else 0
            self.viewports[shown[(at + step) % len(shown)]].setFocus(Qt.FocusReason.TabFocusReason)

    def toggle_large(self) -> None:
        """One large, and back."""
        self._large = not self._large and len(self._visible()) > 1
        for number, viewport in enumerate(self._visible()):
            viewport.setVisible(not self._large or number == self._active)
        self.active().setFocus(Qt.FocusReason.OtherFocusReason)

    def toggle_link(self) -> None:
        """Linked scroll, on and off."""
        self._set_linked(linked=not self._together.on)

    def link_here(self) -> None:
        """What is shown side by side belongs together from here on."""
        self._together.here([(v.series, v.index) for v in self._visible() if v.series is not None])
        self._set_linked(linked=True)

    def _marks_changed(self) -> None:
        for viewport in self.viewports:
            viewport.update()
        self.marks_changed.emit()

    # -- viewports ---------------------------------------------------------------------------------------------------

    def _make(self, count: int) -> None:
        while len(self.viewports) < count:
            number = len(self.viewports)
            viewport = Viewport(number + 1, self.book, self.colours, self)
            viewport.tool = self._acts.tool
            viewport.draw_by(self._back_end())
            viewport.crossings = lambda v=viewport: cuts(v, self._visible())  # type: ignore[misc]  # bound by its default
            viewport.pointed.connect(lambda point, v=viewport: self._pointed(v, point))
            viewport.moved.connect(lambda index, v=viewport: self._moved(v, index))
            viewport.asked.connect(self._acts.asked)
            viewport.entered.connect(lambda n=number: self._entered(n))
            viewport.painted.connect(self._painted)
            viewport.enlarged.connect(self.toggle_large)
            viewport.window_entry.connect(self._acts.type_window)
            viewport.text_wanted.connect(lambda mark, v=viewport: self._acts.type_text(v, mark))
            self.viewports.append(viewport)

    def _arrange(self, rows: int, columns: int) -> None:
        self._rows, self._columns = rows, columns
        for number, viewport in enumerate(self.viewports):
            self._layout.removeWidget(viewport)
            used = number < rows * columns
            if used:
                self._layout.addWidget(viewport, number // columns, number % columns)
            elif viewport.series is not None:
                self._let_go(viewport)
                viewport.clear()
            viewport.setVisible(used)
        self._stretch((1,) * rows, (1,) * columns)

    def _stretch(self, rows: tuple[int, ...], columns: tuple[int, ...]) -> None:
        """Shares the room among rows and columns; those that are left over get none."""
        for row in range(self._layout.rowCount()):
            self._layout.setRowStretch(row, rows[row] if row < len(rows) else 0)
        for column in range(self._layout.columnCount()):
            self._layout.setColumnStretch(column, columns[column] if column < len(columns) else 0)

    def _visible(self) -> list[Viewport]:
        return self.viewports[: self._rows * self._columns]

    def _hang_one(self, viewport: Viewport, place: Hung, kept: dict[str, View]) -> None:
        self._let_go(viewport)
        if place.series is None or self._loader is None or not place.series.count:
            viewport.clear(*place.sentence)
            return
        series = place.series
        index = min(max(place.index, 0), series.count - 1)
        view = kept.get(series.key, View())
        found = preset(series.header(index).modality, place.preset) if place.preset is not None else None
        if found is not None and (series.key not in kept or view.voi is None):
            view = replace(view, voi=found.voi)
        viewport.show_series(series, self._loader.attach(series, index), index, view)

    def _let_go(self, viewport: Viewport) -> None:
        if viewport.series is not None and self._loader is not None and not viewport.series.resampled:
            self._loader.release(viewport.series.key)

    def _entered(self, number: int) -> None:
        self._active = number
        for viewport in self.viewports:
            viewport.update()

    def _tell_shown(self) -> None:
        self.shown.emit(tuple(key.partition("|")[0].partition("#")[0] for key in self.on_screen()))

    def _wait_for_first(self) -> None:
        """Until the first image is painted nothing else is fetched."""
        self._waiting_first = True
        if self._loader is not None:
            self._loader.only_shown(only=True)
            self._latest.start()

    def _fetch_all(self) -> None:
        self._latest.stop()
        if self._loader is not None:
            self._loader.only_shown(only=False)

    def _painted(self) -> None:
        if self._waiting_first:
            self._waiting_first = False
            self._fetch_all()
            self.first_painted.emit()

    def _came(self, key: str, indices: list[int]) -> None:
        for viewport in self._visible():
            viewport.arrived(key, indices)

    def _counted(self) -> None:
        for viewport in self._visible():
            viewport.count()

    # -- together ----------------------------------------------------------------------------------------------------

    def _moved(self, source: Viewport, index: int) -> None:
        assert source.series is not None
        self._look(source)
        for other in self._visible():
            if other is not source and cut(other, source) is not None:
                other.update()
        if not self._together.on:
            return
        for other in self._visible():
            if other is source or other.series is None:
                continue
            target = self._together.target(source.series, index, other.series)
            if target is not None:
                other.go_to(target, tell=False)
                self._look(other)

    def _pointed(self, source: Viewport, point: tuple[float, float]) -> None:
        for other in show_place(source, point, self._visible()):
            self._look(other)
        self.update_all()

    def _look(self, viewport: Viewport) -> None:
        if self._loader is not None and viewport.series is not None and not viewport.series.resampled:
            self._loader.look(viewport.series.key, viewport.index, viewport.direction)

    def _set_linked(self, *, linked: bool) -> None:
        self._together.on = linked
        self.link.emit(self._together.words([v.series for v in self._visible() if v.series is not None]))

    # -- for what is computed ----------------------------------------------------------------------------------------

    def active_number(self) -> int:
        """The place of the active viewport, from 0."""
        return self._active

    def frames_of(self, series: SeriesData) -> SeriesFrames | None:
        """The decoded frames of a series that is or was shown."""
        return self._loader.frames(series.key) if self._loader is not None else None

    def is_too_large(self, series: SeriesData) -> bool:
        """Whether a series is never held whole here."""
        frames = self.frames_of(series)
        return frames is not None and frames.array is None

    def layout_now(self) -> tuple[int, int, list[tuple[SeriesData | None, int, View]]]:
        """Rows, columns, and what each place shows."""
        return self._rows, self._columns, [(v.series, v.index, v.view) for v in self._visible()]

    def lay(self, rows: int, columns: int) -> None:
        """Another grid; what stands in it stays."""
        self._large = False
        self._make(rows * columns)
        self._arrange(rows, columns)

    def lay_planes(self) -> None:
        """One large viewport with two beside it, one over the other."""
        self.lay(1, 3)
        for viewport, place in zip(self.viewports, PLANES_AT, strict=False):
            self._layout.removeWidget(viewport)
            self._layout.addWidget(viewport, *place)
        self._stretch((1, 1), (3, 2))

    def show_made(self, number: int, series: SeriesData, frames: Frames, index: int, view: View) -> None:
        """A computed series in a place."""
        self._let_go(self.viewports[number])
        self.viewports[number].show_series(series, frames, index, view)

    def hang_again(self, rows: int, columns: int, shown: list[tuple[SeriesData | None, int, View]]) -> None:
        """What hung before, as it was looked at."""
        kept = {series.key: view for series, _, view in shown if series is not None}
        self.lay(rows, columns)
        for viewport, (series, index, _) in zip(self._visible(), shown, strict=True):
            self._hang_one(viewport, Hung(series, index), kept)
        self._active = min(self._active, rows * columns - 1)
        self.active().setFocus(Qt.FocusReason.OtherFocusReason)

    def update_all(self) -> None:
        """Paints every viewport again."""
        for viewport in self._visible():
            viewport.update()
