"""What the keys start in the viewports of one grid: the table of acts, the tool in the hand, windows by preset and by typing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt

from viewer.dicom.colour import is_colour
from viewer.screen.cine import Cine
from viewer.screen.drawing import MARK_TOOLS
from viewer.screen.keys import PRESET_ACTS, Act
from viewer.screen.presets import next_stored, pressed
from viewer.screen.text_entry import TextEntry
from viewer.screen.view import apply, zoomed
from viewer.screen.window_entry import WindowEntry

if TYPE_CHECKING:
    from collections.abc import Callable

    from viewer.dicom.grey import Voi
    from viewer.screen.computed import Computed
    from viewer.screen.grid import ViewportGrid
    from viewer.screen.viewport import Viewport
    from viewer.tools.marks import Mark

SCROLLS = {
    Act.IMAGE_NEXT: 1,
    Act.IMAGE_PREVIOUS: -1,
    Act.IMAGES_NEXT_TEN: 10,
    Act.IMAGES_PREVIOUS_TEN: -10,
    Act.IMAGE_FIRST: -(1 << 30),
    Act.IMAGE_LAST: 1 << 30,
}
TURNS = (Act.INVERT, Act.ROTATE, Act.FLIP_HORIZONTAL, Act.FLIP_VERTICAL)
TOOLS = (Act.WINDOW_TOOL, Act.ZOOM_TOOL, Act.PAN_TOOL, *MARK_TOOLS)
Table = dict[Act, "Callable[[], None]"]


class Acts:
    """The acts of one grid."""

    def __init__(self, grid: ViewportGrid, computed: Computed) -> None:
        self._grid = grid
        self.tool = Act.WINDOW_TOOL
        self._last_asked: Act | None = None
        self._cine = Cine(grid)
        self._entry = WindowEntry(grid, grid.colours)
        self._entry.chosen.connect(self._window_typed)
        self._text_entry = TextEntry(grid, grid.colours)
        self._text_entry.written.connect(lambda mark, words: grid.book.add(replace(mark, text=words)))
        self._table: Table = {**self._of_grid(), **self._of_viewport(), **computed.table()}

    def do(self, act: Act) -> bool:
        """Does an act of the viewports; False where it is not one of theirs."""
        done = self._table.get(act)
        if done is not None:
            done()
        return done is not None

    def asked(self, act: Act) -> None:
        """A key of a viewport: W again types the window, 0 again goes on to the file's next one; what is not the grid's is handed on."""
        again = {Act.WINDOW_TOOL: self.type_window, Act.WINDOW_STORED: self._next_stored}.get(act) if self._last_asked is act else None
        self._last_asked = act
        if again is not None:
            again()
        elif not self.do(act):
            self._grid.act.emit(act)

    def stop(self) -> None:
        """Another case: nothing plays."""
        self._cine.stop()

    @property
    def playing(self) -> bool:
        """Whether images follow each other by the clock."""
        return self._cine.playing

    def type_window(self) -> None:
        """Asks for the values of the active viewport's window."""
        voi = self._grid.active().voi()
        self._entry.ask(self._grid.active(), voi.window if voi is not None else None)

    def type_text(self, viewport: Viewport, mark: Mark) -> None:
        """Asks for the words of a text mark where it stands."""
        matrix, ratio = viewport.matrix(), viewport.devicePixelRatioF()
        if matrix is not None:
            x, y = apply(matrix, mark.points[0])
            self._text_entry.ask(viewport, mark, viewport.pos() + QPoint(round(x / ratio), round(y / ratio)))

    def _of_grid(self) -> Table:
        grid, book = self._grid, self._grid.book
        return {
            Act.VIEWPORT_NEXT: lambda: grid.step_viewport(1),
            Act.VIEWPORT_PREVIOUS: lambda: grid.step_viewport(-1),
            Act.ONE_LARGE: grid.toggle_large,
            Act.LINK: grid.toggle_link,
            Act.LINK_HERE: grid.link_here,
            Act.MARKS: book.toggle,
            Act.UNDO: book.undo,
            Act.REDO: book.redo,
            Act.DELETE: book.delete,
            Act.LEAVE_TOOL: lambda: self._take_tool(Act.WINDOW_TOOL),
            Act.CINE: lambda: self._cine.toggle(grid.active()),
            **{act: lambda act=act: self._take_tool(act) for act in TOOLS},  # type: ignore[misc]  # bound by its default
        }

    def _of_viewport(self) -> Table:
        active = self._grid.active
        return {
            Act.RESET: lambda: active().reset(),
            Act.ZOOM_IN: lambda: self._zoom(1.2),
            Act.ZOOM_OUT: lambda: self._zoom(1 / 1.2),
            Act.WINDOW_STORED: lambda: self._set_voi(None),
            Act.SHUTTER: self._shutter,
            **{act: lambda act=act: active().turned(act) for act in TURNS},  # type: ignore[misc]  # bound by its default
            **{act: lambda by=by: active().go_to(active().index + by) for act, by in SCROLLS.items()},  # type: ignore[misc]  # likewise
            **{act: lambda key=key: self._preset(key) for act, key in PRESET_ACTS.items()},  # type: ignore[misc]  # likewise
        }

    def _shutter(self) -> None:
        viewport = self._grid.active()
        current = viewport.current()
        if current is not None and current[0].shutters:
            viewport.set_view(replace(viewport.view, beneath=not viewport.view.beneath))

    def _take_tool(self, act: Act) -> None:
        self.tool = act
        for viewport in self._grid.viewports:
            viewport.tool = act
            viewport.forget_hands()
        self._grid.tool.emit(act)

    def _preset(self, key: int) -> None:
        current, stored = self._grid.active().current(), self._grid.active().stored()
        if current is None or stored is None or is_colour(current[0]):
            return
        voi = pressed(*current, stored, key)
        if voi is not None:
            self._set_voi(voi)

    def _next_stored(self) -> None:
        viewport = self._grid.active()
        current, stored = viewport.current(), viewport.stored()
        if current is not None and stored is not None and not is_colour(current[0]):
            self._set_voi(next_stored(*current, stored, viewport.view.voi))

    def _set_voi(self, voi: Voi | None) -> None:
        viewport = self._grid.active()
        viewport.set_view(replace(viewport.view, voi=voi))

    def _window_typed(self, voi: Voi) -> None:
        self._set_voi(voi)
        self._grid.active().setFocus(Qt.FocusReason.OtherFocusReason)

    def _zoom(self, factor: float) -> None:
        viewport = self._grid.active()
        current = viewport.current()
        if current is not None and current[0].pixels is not None:
            width, height = viewport.device_size()
            viewport.set_view(zoomed(current[0], viewport.view, (width, height), factor, (width / 2, height / 2)))
