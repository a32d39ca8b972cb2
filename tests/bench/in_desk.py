"""What `dev.py bench images` has the real desk do in its window, painted and handed to the X server image by image; milliseconds each."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEventLoop
from PySide6.QtGui import QGuiApplication

from tests.doubles.coded_picture import read
from viewer.dicom.grey import Voi
from viewer.dicom.header import Window
from viewer.screen.keys import Act

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from viewer.screen.grid import ViewportGrid
    from viewer.screen.viewport import Viewport


def when_whole(find: Callable[[str], Any]) -> float:
    """Goes on with the desk's events until all images of the case that is being opened are in memory; `time.monotonic()` then.

    To ask from outside again and again would take the processor from what is measured.
    """
    grid, end = None, time.monotonic() + 25
    while time.monotonic() < end:
        if grid is None:
            with suppress(LookupError):
                grid = find("viewports")
        if grid is not None and grid.all_loaded():
            return time.monotonic()
        QGuiApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    raise LookupError("viewports")


def resized(viewport: Viewport, width: int, height: int) -> list[int]:
    """Makes the window so large that the viewport has the size asked for (device pixels at scale 1); gives the size it has now."""
    window = viewport.window()
    window.resize(window.width() + width - viewport.width(), window.height() + height - viewport.height())
    return [viewport.width(), viewport.height()]


def scroll(viewport: Viewport, count: int) -> list[float]:
    """Through the series, image by image, from where it is."""
    assert viewport.series is not None
    length, at = viewport.series.count, viewport.index
    return _timed((viewport,), [partial(viewport.go_to, (at + n) % length) for n in range(1, count + 1)])


def scroll_in_a_call(viewport: Viewport, faces: Any, count: int) -> tuple[list[float], int]:
    """As `scroll`, with all that the desk does meanwhile in each frame's time; and how many pictures of the large face there were."""
    assert viewport.series is not None
    length, at, took, seen = viewport.series.count, viewport.index, [], set()
    QGuiApplication.processEvents()
    for n in range(1, count + 1):
        start = time.perf_counter()
        viewport.go_to((at + n) % length)
        viewport.repaint()
        QGuiApplication.processEvents()
        QGuiApplication.sync()
        took.append((time.perf_counter() - start) * 1000)
        seen.add(read(picture) if (picture := faces._newest(faces.large())) is not None else None)
    return took, len(seen - {None})


def drag_window(viewport: Viewport, count: int) -> list[float]:
    """A window that changes with every frame."""
    voi = viewport.voi()
    assert voi is not None
    assert voi.window is not None
    start = voi.window

    def change(n: int) -> None:
        window = Window(start.centre + n % 50, start.width + n)
        viewport.set_view(replace(viewport.view, voi=Voi("window", window=window)))

    return _timed((viewport,), [partial(change, n) for n in range(1, count + 1)])


def planes(grid: ViewportGrid, count: int, slab_steps: int = 0) -> list[float]:
    """Three planes that all move with every frame; `slab_steps` times 5 mm thick."""
    if not grid.viewports[0].series or not grid.viewports[0].series.resampled:
        grid.do(Act.MPR)
    shown = grid.viewports[:3]
    for viewport in shown:
        viewport.setFocus()
        for _ in range(slab_steps):
            grid.do(Act.SLAB_THICKER)
    middles = [viewport.index for viewport in shown]

    def move(n: int) -> None:
        for viewport, middle in zip(shown, middles, strict=True):
            viewport.go_to(middle - count // 2 + n)

    return _timed(shown, [partial(move, n) for n in range(count)])


def _timed(shown: Sequence[Viewport], acts: Sequence[Callable[[], None]]) -> list[float]:
    took = []
    QGuiApplication.processEvents()
    for act in acts:
        start = time.perf_counter()
        act()
        for viewport in shown:
            viewport.repaint()
        QGuiApplication.sync()
        took.append((time.perf_counter() - start) * 1000)
    return took
