"""Brings the engine's events, which are made in threads, into the main thread by one signal."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

log = logging.getLogger(__name__)


class EventPump(QObject):
    """`came(list)`: all events that wait, oldest first, in the main thread. `notify` may be called from any thread.

    `end` must be called before the pump is dropped and before the queue's owner is.
    """

    came = Signal(list)
    _woken = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._drain: Callable[[], Sequence[object]] | None = None
        self._woken.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def begin(self, drain: Callable[[], Sequence[object]]) -> None:
        """Takes events from here from now on, those that wait first."""
        self._drain = drain
        self.notify()

    def end(self) -> None:
        """Takes no more."""
        self._drain = None

    def notify(self) -> None:
        """There are events."""
        try:
            self._woken.emit()
        except RuntimeError:  # the window's side is gone: nobody listens
            log.debug("an event came after the windows")

    @Slot()
    def _take(self) -> None:
        events = list(self._drain()) if self._drain is not None else []
        if events:
            self.came.emit(events)
