"""A grid of viewports over one loader: who is shown where, the acts of the keys, linked scroll, three planes."""

from __future__ import annotations

from dataclasses import replace
from threading import Thread
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QGridLayout, QWidget

from viewer.load.loader import Loader, warm
from viewer.load.memory import Memory
from viewer.screen.book import Book
from viewer.screen.cine import Cine
from viewer.screen.colours import DEFAULT_COLOURS
from viewer.screen.computed import Computed
from viewer.screen.drawing import MARK_TOOLS
from viewer.screen.hung import Hung, first_index, grid_for
from viewer.screen.keys import PRESET_ACTS, Act
from viewer.screen.presets import own_window, preset
from viewer.screen.space import cut, cuts, show_place
from viewer.screen.text_entry import TextEntry
from viewer.screen.together import Together
from viewer.screen.view import View, apply, zoomed
from viewer.screen.viewport import Viewport
from viewer.screen.window_entry import WindowEntry
from viewer.tools.marks import Marks

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from viewer.dicom.grey import Voi
    from viewer.load.frames import SeriesFrames
    from viewer.load.loader import Decode
    from viewer.load.series import SeriesData
    from viewer.load.source import FrameSource
    from viewer.screen.colours import ScreenColours
    from viewer.screen.viewport import Frames
    from viewer.tools.marks import Mark

__all__ = ["Hung", "ViewportGrid", "first_index", "grid_for"]

GAP = 2
WARM_AFTER_MS = 600  # the room is drawn first
SCROLLS = {
    Act.IMAGE_NEXT: 1,
    Act.IMAGE_PREVIOUS: -1,
    Act.IMAGES_NEXT_TEN: 10,
    Act.IMAGES_PREVIOUS_TEN: -10,
    Act.IMAGE_FIRST: -(1 << 30),
    Act.IMAGE_LAST: 1 << 30,
}
TOOLS = (Act.WINDOW_TOOL, Act.ZOOM_TOOL, Act.PAN_TOOL, *MARK_TOOLS)


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
    _arrived = Signal(str, int)

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
        self._tool = Act.WINDOW_TOOL
        self._last_asked: Act | None = None
        self._together = Together()
        self._cine = Cine(self)
        self._computed = Computed(self)
        self._entry = WindowEntry(self, colours)
        self._entry.chosen.connect(self._window_typed)
        self._text_entry = TextEntry(self, colours)
        self._text_entry.written.connect(lambda mark, words: self.book.add(replace(mark, text=words)))
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(GAP)
        self._arrived.connect(self._frame_arrived, Qt.ConnectionType.QueuedConnection)
        QTimer.singleShot(WARM_AFTER_MS, self, lambda: Thread(target=warm, name="frames-warm", daemon=True).start())
        self._acts = self._table()
        self._make(1)
        self._arrange(1, 1)

    # -- a case ------------------------------------------------------------------------------------------------------

    def open(self, source: FrameSource, decode: Decode) -> None:
        """Takes a case's frames; what was open is closed."""
        self.close_case()
        self._loader = Loader(source, decode, self.memory, self._arrived.emit)

    def close_case(self) -> None:
        """Lets go of images, marks and threads."""
        self._cine.stop()
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
        self._waiting_first = True
        for number, viewport in enumerate(self.viewports[: rows * columns]):
            place = places[number] if number < len(places) else Hung(None)
            self._hang_one(viewport, place, kept)
        self._set_linked(linked=linked)
        self._active = min(self._active, rows * columns - 1)
        self._tell_shown()

    def put(self, series: SeriesData, index: int, number: int | None = None) -> None:
        """Shows a series in a viewport (the active one)."""
        viewport = self.viewports[self._active if number is None else number]
        self._waiting_first = True
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
        done = self._acts.get(act)
        if done is None:
            return False
        done()
        return True

    def _table(self) -> dict[Act, Callable[[], None]]:
        acts: dict[Act, Callable[[], None]] = {
            Act.VIEWPORT_NEXT: lambda: self._step_viewport(1),
            Act.VIEWPORT_PREVIOUS: lambda: self._step_viewport(-1),
            Act.ONE_LARGE: self._toggle_large,
            Act.WINDOW_STORED: lambda: self._set_voi(None),
            Act.RESET: lambda: self.active().reset(),
            Act.ZOOM_IN: lambda: self._zoom(1.2),
            Act.ZOOM_OUT: lambda: self._zoom(1 / 1.2),
            Act.MARKS: self.book.toggle,
            Act.UNDO: self.book.undo,
            Act.REDO: self.book.redo,
            Act.DELETE: self.book.delete,
            Act.LEAVE_TOOL: lambda: self._take_tool(Act.WINDOW_TOOL),
            Act.LINK: lambda: self._set_linked(linked=not self._together.on),
            Act.LINK_HERE: self._link_here,
            Act.CINE: lambda: self._cine.toggle(self.active()),
            **self._computed.table(),
        }
        for act in (Act.INVERT, Act.ROTATE, Act.FLIP_HORIZONTAL, Act.FLIP_VERTICAL):
            acts[act] = lambda act=act: self.active().turned(act)  # type: ignore[misc]  # bound by its default
        for act, step in SCROLLS.items():
            acts[act] = lambda step=step: self.active().go_to(self.active().index + step)  # type: ignore[misc]  # likewise
        for act, key in PRESET_ACTS.items():
            acts[act] = lambda key=key: self._preset(key)  # type: ignore[misc]  # likewise
        for act in TOOLS:
            acts[act] = lambda act=act: self._take_tool(act)  # type: ignore[misc]  # likewise
        return acts

    def _asked(self, act: Act) -> None:
        again = act is Act.WINDOW_TOOL and self._last_asked is act
        self._last_asked = act
        if again:
            self._type_window()
        elif not self.do(act):
            self.act.emit(act)

    def _take_tool(self, act: Act) -> None:
        self._tool = act
        for viewport in self.viewports:
            viewport.tool = act
            viewport.forget_hands()
        self.tool.emit(act)

    def _preset(self, key: int) -> None:
        current = self.active().current()
        if current is None:
            return
        found = preset(current[0].modality, key)
        voi = found.voi if found is not None else own_window(*current, key)
        if voi is not None:
            self._set_voi(voi)

    def _set_voi(self, voi: Voi | None) -> None:
        viewport = self.active()
        viewport.set_view(replace(viewport.view, voi=voi))

    def _type_window(self) -> None:
        voi = self.active().voi()
        window = voi.window if voi is not None else None
        self._entry.ask(self.active(), window)

    def _window_typed(self, voi: Voi) -> None:
        viewport = self.active()
        viewport.set_view(replace(viewport.view, voi=voi))
        viewport.setFocus(Qt.FocusReason.OtherFocusReason)

    def _type_text(self, viewport: Viewport, mark: Mark) -> None:
        matrix, ratio = viewport.matrix(), viewport.devicePixelRatioF()
        if matrix is not None:
            x, y = apply(matrix, mark.points[0])
            self._text_entry.ask(viewport, mark, viewport.pos() + QPoint(round(x / ratio), round(y / ratio)))

    def _zoom(self, factor: float) -> None:
        viewport = self.active()
        current = viewport.current()
        if current is not None and current[0].pixels is not None:
            width, height = viewport.device_size()
            viewport.set_view(zoomed(current[0], viewport.view, (width, height), factor, (width / 2, height / 2)))

    def _marks_changed(self) -> None:
        for viewport in self.viewports:
            viewport.update()
        self.marks_changed.emit()

    # -- viewports ---------------------------------------------------------------------------------------------------

    def _make(self, count: int) -> None:
        while len(self.viewports) < count:
            number = len(self.viewports)
            viewport = Viewport(number + 1, self.book, self.colours, self)
            viewport.tool = self._tool
            viewport.crossings = lambda v=viewport: cuts(v, self._visible())  # type: ignore[misc]  # bound by its default
            viewport.pointed.connect(lambda point, v=viewport: self._pointed(v, point))
            viewport.moved.connect(lambda index, v=viewport: self._moved(v, index))
            viewport.asked.connect(self._asked)
            viewport.entered.connect(lambda n=number: self._entered(n))
            viewport.painted.connect(self._painted)
            viewport.enlarged.connect(self._toggle_large)
            viewport.window_entry.connect(self._type_window)
            viewport.text_wanted.connect(lambda mark, v=viewport: self._type_text(v, mark))
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
        for row in range(self._layout.rowCount()):
            self._layout.setRowStretch(row, 1 if row < rows else 0)
        for column in range(self._layout.columnCount()):
            self._layout.setColumnStretch(column, 1 if column < columns else 0)

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

    def _step_viewport(self, step: int) -> None:
        shown = [n for n, v in enumerate(self._visible()) if v.isVisible()]
        if shown:
            at = shown.index(self._active) if self._active in shown else 0
            self.viewports[shown[(at + step) % len(shown)]].setFocus(Qt.FocusReason.TabFocusReason)

    def _toggle_large(self) -> None:
        self._large = not self._large and len(self._visible()) > 1
        for number, viewport in enumerate(self._visible()):
            viewport.setVisible(not self._large or number == self._active)
        self.active().setFocus(Qt.FocusReason.OtherFocusReason)

    def _tell_shown(self) -> None:
        self.shown.emit(tuple(key.partition("|")[0].partition("#")[0] for key in self.on_screen()))

    def _painted(self) -> None:
        if self._waiting_first:
            self._waiting_first = False
            self.first_painted.emit()

    def _frame_arrived(self, key: str, index: int) -> None:
        for viewport in self._visible():
            viewport.arrived(key, index)

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

    def _link_here(self) -> None:
        self._together.here([(v.series, v.index) for v in self._visible() if v.series is not None])
        self._set_linked(linked=True)

    # -- for what is computed ----------------------------------------------------------------------------------------

    def active_number(self) -> int:
        """The place of the active viewport, from 0."""
        return self._active

    def frames_of(self, series: SeriesData) -> SeriesFrames | None:
        """The decoded frames of a series that is or was shown."""
        return self._loader.frames(series.key) if self._loader is not None else None

    def layout_now(self) -> tuple[int, int, list[tuple[SeriesData | None, int, View]]]:
        """Rows, columns, and what each place shows."""
        return self._rows, self._columns, [(v.series, v.index, v.view) for v in self._visible()]

    def lay(self, rows: int, columns: int) -> None:
        """Another grid; what stands in it stays."""
        self._large = False
        self._make(rows * columns)
        self._arrange(rows, columns)

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
