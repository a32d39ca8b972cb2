"""What is computed from a whole volume: three planes in the grid, and a volume in a window of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt

from viewer.screen.keys import Act
from viewer.screen.planes import Direction, ThreePlanes
from viewer.screen.view import View
from viewer.tools.link import nearest

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from PySide6.QtWidgets import QWidget

    from viewer.load.series import SeriesData
    from viewer.screen.grid import ViewportGrid

DEGREES, SLAB_STEP_MM = 5, 5.0
CHANGES: dict[Act, Callable[[Direction], Direction]] = {
    Act.TURN_LEFT: lambda d: d.turn(1, -DEGREES),
    Act.TURN_RIGHT: lambda d: d.turn(1, DEGREES),
    Act.TURN_UP: lambda d: d.turn(0, -DEGREES),
    Act.TURN_DOWN: lambda d: d.turn(0, DEGREES),
    Act.SLAB_THICKER: lambda d: d.thicker(SLAB_STEP_MM),
    Act.SLAB_THINNER: lambda d: d.thicker(-SLAB_STEP_MM),
    Act.SLAB_MODE: Direction.next_mode,
}


class Computed:
    """Planes and volumes of one grid."""

    def __init__(self, grid: ViewportGrid) -> None:
        self._grid = grid
        self._planes: ThreePlanes | None = None
        self._before: tuple[int, int, list[tuple[SeriesData | None, int, View]]] | None = None
        self._windows: list[QWidget] = []

    def table(self) -> dict[Act, Callable[[], None]]:
        """Its acts."""
        acts: dict[Act, Callable[[], None]] = {Act.MPR: self.toggle_planes, Act.VOLUME: self.show_volume}
        for act in CHANGES:
            acts[act] = lambda act=act: self.change(act)  # type: ignore[misc]  # bound by its default
        return acts

    def forget(self) -> None:
        """Other images hang now; windows of volumes stay."""
        if self._planes is not None:
            self._grid.memory.pin(self._planes.series.key, -1)
        self._planes, self._before = None, None

    def close(self) -> None:
        """Lets go of everything."""
        for window in list(self._windows):
            window.close()
        self.forget()

    def toggle_planes(self) -> None:
        """Three planes of the active volume, or back to what hung before."""
        if self._before is not None:
            self._leave()
            return
        grid = self._grid
        found = self._volume(Act.MPR)
        if found is None:
            return
        series, values = found
        viewport = grid.active()
        at, voi, inverted = viewport.index, viewport.view.voi, viewport.view.inverted
        before = grid.layout_now()
        self._planes = ThreePlanes(series, values)
        grid.memory.pin(series.key, 1)
        self._before = before
        grid.lay_planes()
        for number in range(3):
            made, cut = self._planes.made(number)
            index = nearest(series, at, made) if number == 0 else None
            grid.show_made(number, made, cut, made.count // 2 if index is None else index, View(voi=voi, inverted=inverted))
        grid.viewports[0].setFocus(Qt.FocusReason.OtherFocusReason)
        grid.planes.emit(True)

    def change(self, act: Act) -> None:
        """Turns or thickens the planes of the active viewport; nothing where it shows none."""
        number = self._grid.active_number()
        if self._planes is None or number > 2:
            return
        viewport = self._grid.viewports[number]
        before = viewport.series.count if viewport.series is not None else 1
        self._planes.directions[number] = CHANGES[act](self._planes.directions[number])
        made, cut = self._planes.made(number)
        middle = viewport.index - (before - 1) / 2
        self._grid.show_made(number, made, cut, round((made.count - 1) / 2 + middle), viewport.view)
        self._grid.update_all()

    def show_volume(self) -> None:
        """The active volume in a window of its own."""
        from viewer.screen.volume_window import VolumeWindow  # noqa: PLC0415  late import: VTK and GL only when a volume is asked for

        found = self._volume(Act.VOLUME)
        if found is None:
            return
        window = VolumeWindow(*found, self._grid.colours)
        self._windows.append(window)
        window.closed.connect(lambda: self._windows.remove(window))
        window.show()

    def _volume(self, act: Act) -> tuple[SeriesData, NDArray[Any]] | None:
        """The active viewport's whole volume; where there is none the room is asked to say why."""
        series = self._grid.active().series
        frames = self._grid.frames_of(series) if series is not None else None
        if series is None or frames is None or not series.is_volume or not frames.whole or frames.array is None:
            self._grid.act.emit(act)
            return None
        return series, frames.array

    def _leave(self) -> None:
        assert self._before is not None
        rows, columns, shown = self._before
        self.forget()
        self._grid.hang_again(rows, columns, shown)
        self._grid.planes.emit(False)
