"""Play: the frame that the clock asks for, skipped rather than slowed down (viewing.md 4.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer

if TYPE_CHECKING:
    from viewer.screen.viewport import Viewport

ASSUMED_MS = 1000 / 15  # where the images do not say
TICK_MS = 16


class Cine(QObject):
    """Plays one viewport at a time."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._clock = QElapsedTimer()
        self._viewport: Viewport | None = None
        self._from = 0

    @property
    def playing(self) -> bool:
        """Whether it plays."""
        return self._timer.isActive()

    def toggle(self, viewport: Viewport) -> None:
        """Plays from the image shown, or stops."""
        if self.playing:
            self.stop()
        elif viewport.series is not None and viewport.series.count > 1:
            self._viewport, self._from = viewport, viewport.index
            self._clock.start()
            self._timer.start()

    def stop(self) -> None:
        """Stops where it is."""
        self._timer.stop()
        self._viewport = None

    def _tick(self) -> None:
        viewport = self._viewport
        if viewport is None or viewport.series is None:
            self.stop()
            return
        step = viewport.series.header(viewport.index).frame_time_ms or ASSUMED_MS
        viewport.go_to((self._from + int(self._clock.elapsed() / step)) % viewport.series.count)
