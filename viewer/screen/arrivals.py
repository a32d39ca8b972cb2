"""Frames that come in threads, told to the main thread together: a thousand of them must not be a thousand events."""

from __future__ import annotations

from collections import deque

from PySide6.QtCore import QObject, Qt, QTimer, Signal

COUNT_MS = 200  # how often the count of images loaded is painted


class Arrivals(QObject):
    """Signals: `came(key, indices)` all that came since the last time; `counted()` the counts on screen are to be painted again."""

    came = Signal(str, list)
    counted = Signal()
    _some = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._waiting: deque[tuple[str, int]] = deque()
        self._told = False
        self._some.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._count = QTimer(self)
        self._count.setSingleShot(True)
        self._count.setInterval(COUNT_MS)
        self._count.timeout.connect(self.counted)

    def tell(self, key: str, index: int) -> None:
        """A frame, or why there is none, is there; from any thread."""
        self._waiting.append((key, index))
        if not self._told:
            self._told = True
            self._some.emit()

    def _take(self) -> None:
        self._told = False  # before looking: what comes from here on is told again
        found: dict[str, list[int]] = {}
        while self._waiting:
            key, index = self._waiting.popleft()
            found.setdefault(key, []).append(index)
        for key, indices in found.items():
            self.came.emit(key, indices)
        if found and not self._count.isActive():
            self._count.start()
