"""Frames that come in threads, told to the main thread together: a thousand of them must not be a thousand events."""

from __future__ import annotations

from collections import deque

from PySide6.QtCore import QObject, Qt, QTimer, Signal

TOGETHER_MS = 8  # what comes soon after another is told together
COUNT_MS = 400  # how often the count of images loaded is painted


class Arrivals(QObject):
    """Signals: `came(key, indices)` all that came since the last time; `counted()` the counts on screen are to be painted again."""

    came = Signal(str, list)
    counted = Signal()
    _some = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._waiting: deque[tuple[str, list[int]]] = deque()
        self._told = False
        self._some.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._more = QTimer(self)
        self._more.setSingleShot(True)
        self._more.setInterval(TOGETHER_MS)
        self._more.timeout.connect(self._take)
        self._count = QTimer(self)
        self._count.setSingleShot(True)
        self._count.setInterval(COUNT_MS)
        self._count.timeout.connect(self.counted)

    def tell(self, key: str, indices: list[int]) -> None:
        """Frames, or why there are none, are there; from any thread."""
        self._waiting.append((key, indices))
        if not self._told:
            self._told = True
            self._some.emit()

    def _take(self) -> None:
        found: dict[str, list[int]] = {}
        while self._waiting:
            key, indices = self._waiting.popleft()
            found.setdefault(key, []).extend(indices)
        if not found:
            self._told = False
            if self._waiting:  # it came between the look and the word
                self.tell(*self._waiting.popleft())
            return
        self._more.start()
        for key, indices in found.items():
            self.came.emit(key, indices)
        if not self._count.isActive():
            self._count.start()
