"""A test that leaves a timer running, a Qt thread at work, or a window open fails. Loaded only where Qt is installed."""

from __future__ import annotations

import gc
import sys
import weakref
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

QT_FIXTURES = {"qtbot", "qapp", "qtmodeltester"}


def _watch(monkeypatch: pytest.MonkeyPatch, kind: Any) -> weakref.WeakSet[Any]:
    """Remembers every object of `kind` that is started during a test."""
    started: weakref.WeakSet[Any] = weakref.WeakSet()
    start: Callable[..., object] = kind.start

    def note(self: Any, *args: Any) -> object:
        started.add(self)
        return start(self, *args)

    monkeypatch.setattr(kind, "start", note)
    return started


def _still(things: weakref.WeakSet[Any], question: str) -> list[str]:
    left = []
    for thing in list(things):
        try:
            if getattr(thing, question)():
                left.append(f"{type(thing).__name__} {thing.objectName()!r} of {thing.parent()!r}")
        except RuntimeError:  # its C++ side is gone, as it should be
            continue
    return left


@pytest.fixture(autouse=True)
def qt_guard(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Runs only around tests that use Qt; the cyclic collector waits until the windows are gone (it may delete one that is shown)."""
    if not QT_FIXTURES & set(request.fixturenames):
        yield
        return
    from PySide6.QtCore import QCoreApplication, QEvent, QThread, QThreadPool, QTimer  # noqa: PLC0415  only where Qt is used

    timers, threads = _watch(monkeypatch, QTimer), _watch(monkeypatch, QThread)
    gc.disable()
    yield
    gc.enable()
    pool_done = QThreadPool.globalInstance().waitForDone(5000)
    if QCoreApplication.instance() is not None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    left = _still(timers, "isActive") + _still(threads, "isRunning") + ([] if pool_done else ["QThreadPool at work"]) + _open_windows()
    if left:
        pytest.fail(f"left behind: {left}", pytrace=False)


def _open_windows() -> list[str]:
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or widgets.QApplication.instance() is None:
        return []
    left = [w for w in widgets.QApplication.topLevelWidgets() if w.isVisible()]
    names = [f"window {type(w).__name__} {w.objectName()!r}" for w in left]
    for window in left:
        window.close()
    return names
