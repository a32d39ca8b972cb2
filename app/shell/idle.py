"""When the desk locks by itself: nobody touched it for a while, or the computer's screen was locked."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtDBus import QDBusConnection

_TOUCHES = frozenset({QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.Wheel, QEvent.Type.TouchBegin})

_LOOK_MS = 1000  # within this a window that is new is watched


class IdleWatch(QObject):
    """`idle()` once nobody has touched keyboard or pointer for `minutes`; every touch begins the time anew."""

    idle = Signal()

    def __init__(self, minutes: float, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._over)
        self._new_windows = QTimer(self)
        self._new_windows.setInterval(_LOOK_MS)
        self._new_windows.timeout.connect(self._watch_windows)
        self.held: Callable[[], bool] = lambda: False  # somebody is talked with: they are here, though they touch nothing
        self.set_minutes(minutes)

    def set_minutes(self, minutes: float) -> None:
        """Another limit, from now on."""
        self._timer.setInterval(max(int(minutes * 60_000), 1))
        if self._timer.isActive():
            self._timer.start()

    def _over(self) -> None:
        if self.held():
            self._timer.start()
        else:
            self.idle.emit()

    def begin(self) -> None:
        """Watches from now on."""
        self._watch_windows()
        self._new_windows.start()
        self._timer.start()

    def end(self) -> None:
        """Watches no more."""
        self._timer.stop()
        self._new_windows.stop()
        for window in QGuiApplication.allWindows():
            window.removeEventFilter(self)

    def _watch_windows(self) -> None:
        """Every window, also those that are new. A filter of the whole application would see thousands of events where a case is opened."""
        for window in QGuiApplication.allWindows():
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Sees every touch and swallows none."""
        del watched
        if event.type() in _TOUCHES and self._timer.isActive():
            self._timer.start()
        return False


class ScreenLockWatch(QObject):
    """`locked()` when the session's screen is locked, where the desktop tells it over D-Bus (Linux); elsewhere it stays silent."""

    locked = Signal()

    # service-free matches: whoever sends these signals is believed, since locking too often harms nobody
    INTERFACES: ClassVar[tuple[str, ...]] = ("org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver", "org.cinnamon.ScreenSaver")

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._listens = False

    def begin(self) -> bool:
        """Listens, from the first call on; False where there is no session bus."""
        if self._listens:
            return True
        from PySide6.QtDBus import QDBusConnection  # noqa: PLC0415  late import: not needed for the first window

        bus = QDBusConnection.sessionBus()
        if not bus.isConnected():
            return False
        heard = [self._listen(bus, name) for name in self.INTERFACES]  # all of them: each desktop speaks another one
        self._listens = any(heard)
        return self._listens

    def _listen(self, bus: QDBusConnection, interface: str) -> bool:
        slot = "1turned(bool)"
        return bool(bus.connect("", "", interface, "ActiveChanged", self, slot))  # type: ignore[call-overload]  # bytes are refused at run time

    @Slot(bool)
    def turned(self, active: bool) -> None:
        """The screen was locked or unlocked."""
        if active:
            self.locked.emit()
