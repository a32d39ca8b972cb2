"""What a drag does: window, zoom or pan; each is a small object that lives from press to release."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from viewer.dicom.grey import Voi
from viewer.dicom.header import Window
from viewer.screen.view import zoomed

if TYPE_CHECKING:
    from viewer.dicom.header import Header
    from viewer.screen.view import View

Px = tuple[float, float]  # device_px


class Hand(Protocol):
    """A drag under way."""

    def to(self, view: View, at: Px) -> View:
        """The view with the pointer at `at`."""
        ...


class WindowHand:
    """Right is wider, up is brighter (a lower centre); a viewport's width is about twice the window it began with."""

    def __init__(self, start: Px, voi: Voi, size: tuple[int, int]) -> None:
        self._start, self._window = start, as_window(voi)
        self._step = max(self._window.width, 1e-6) * 2 / max(size[0], 200)

    def to(self, view: View, at: Px) -> View:
        """The view under the dragged window."""
        width = max(self._window.width + (at[0] - self._start[0]) * self._step, min(1.0, self._window.width))
        centre = self._window.centre + (at[1] - self._start[1]) * self._step
        if self._window.width > 20:
            width, centre = float(round(width)), float(round(centre))
        return replace(view, voi=Voi("window", window=Window(centre, max(width, 1e-6), "", self._window.function)))


class PanHand:
    """The image follows the pointer."""

    def __init__(self, start: Px, view: View) -> None:
        self._start, self._pan = start, view.pan

    def to(self, view: View, at: Px) -> View:
        """The view moved; by whole device pixels, so that 1:1 stays exact."""
        return replace(view, pan=(self._pan[0] + round(at[0] - self._start[0]), self._pan[1] + round(at[1] - self._start[1])))


class ZoomHand:
    """Up is larger, around the place where the drag began."""

    def __init__(self, start: Px, view: View, header: Header, size: tuple[int, int]) -> None:
        self._start, self._view, self._header, self._size = start, view, header, size

    def to(self, view: View, at: Px) -> View:
        """The view zoomed."""
        made = zoomed(self._header, self._view, self._size, 1.01 ** (self._start[1] - at[1]), self._start)
        return replace(view, zoom=made.zoom, pan=made.pan)


def as_window(voi: Voi) -> Window:
    """The window from which a drag starts: of a table, the one fitted to its inputs (viewing.md row 8)."""
    if voi.window is not None:
        return voi.window
    if voi.lut is not None:
        return Window(voi.lut.first + len(voi.lut.data) / 2, float(max(len(voi.lut.data), 2)), "", "LINEAR_EXACT")
    return Window(128.0, 256.0, "", "LINEAR_EXACT")
