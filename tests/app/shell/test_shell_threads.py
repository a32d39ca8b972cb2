"""What runs beside the main thread: jobs, the pump of events, the idle watch."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Qt, QThread
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.shell.idle import IdleWatch, ScreenLockWatch
from app.shell.job import Jobs
from app.shell.pump import EventPump
from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    import pytest
    from pytestqt.qtbot import QtBot


ROOT = Path(__file__).resolve().parents[3]


def test_a_job_runs_elsewhere_and_answers_here(qtbot: QtBot) -> None:
    jobs, answers = Jobs(), []
    here = QThread.currentThread()
    jobs.start(threading.get_ident, lambda ident: answers.append((ident, QThread.currentThread() is here)), lambda _: None)
    qtbot.waitUntil(lambda: bool(answers))
    ident, in_main = answers[0]
    assert ident != threading.get_ident()
    assert in_main
    assert jobs.stop()


def test_a_trouble_passes_unchanged(qtbot: QtBot) -> None:
    jobs = Jobs()
    troubles: list[Trouble] = []
    told = Trouble("a", "b", "c", Kind.LOCKED)

    def fail() -> None:
        raise told

    jobs.start(fail, lambda _: None, troubles.append)
    qtbot.waitUntil(lambda: troubles == [told])
    jobs.stop()


def test_a_fault_becomes_a_trouble_that_does_not_repeat_its_words(qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    jobs: Jobs = Jobs()
    troubles: list[Trouble] = []

    def fail() -> None:
        raise ValueError("Okafor")

    jobs.start(fail, lambda _: None, troubles.append)
    qtbot.waitUntil(lambda: bool(troubles))
    assert "Okafor" not in f"{troubles[0]} {troubles[0].details}"
    assert troubles[0].details == "ValueError"
    jobs.stop()


def test_a_forgotten_job_answers_nobody(qtbot: QtBot) -> None:
    jobs, gate = Jobs(), threading.Event()
    answers: list[object] = []
    number = jobs.start(lambda: gate.wait(5), answers.append, lambda _: None)
    jobs.forget(number)
    jobs.start(lambda: 2, answers.append, lambda _: None)
    qtbot.waitUntil(lambda: answers == [2])
    gate.set()
    assert jobs.stop()
    assert answers == [2]


def test_an_owner_that_is_gone_is_no_fault(qtbot: QtBot) -> None:
    owner, gate = QObject(), threading.Event()
    jobs = Jobs(owner)
    jobs.start(lambda: gate.wait(5), lambda _: None, lambda _: None)
    gate.set()
    assert jobs.stop()
    del jobs, owner


def test_events_made_in_threads_come_together_and_in_order(qtbot: QtBot) -> None:
    events: SimpleQueue[int] = SimpleQueue()
    pump = EventPump()
    seen: list[int] = []
    main: list[bool] = []
    pump.came.connect(seen.extend)
    pump.came.connect(lambda _: main.append(threading.current_thread() is threading.main_thread()))
    events.put(-1)  # one that waits already
    pump.begin(lambda: [events.get() for _ in range(events.qsize())])

    def make() -> None:
        for number in range(100):
            events.put(number)
            pump.notify()

    maker = threading.Thread(target=make)
    maker.start()
    qtbot.waitUntil(lambda: len(seen) == 101)
    maker.join()
    assert seen == list(range(-1, 100))
    assert all(main)
    pump.end()
    events.put(1)
    pump.notify()
    QCoreApplication.processEvents()
    assert len(seen) == 101


def _watch() -> IdleWatch:
    """Of one minute, with a timer that tells its time to the millisecond."""
    watch = IdleWatch(1)
    watch._timer.setTimerType(Qt.TimerType.PreciseTimer)
    return watch


def test_the_desk_is_idle_only_when_nobody_touched_it(qtbot: QtBot) -> None:
    first, later = QWidget(), QWidget()
    watch = _watch()
    for widget in (first, later):
        qtbot.addWidget(widget)
        widget.show()
        watch.begin()  # as a new window is found by itself within a second
    for widget in (first, later):
        qtbot.waitUntil(lambda: watch._timer.remainingTime() < 59_500)
        QTest.keyClick(widget.windowHandle(), Qt.Key.Key_A)
        assert watch._timer.remainingTime() > 59_500
    watch._timer.setInterval(40)
    with qtbot.waitSignal(watch.idle, timeout=3000):
        pass
    watch.end()
    assert not watch._timer.isActive()


def test_a_window_that_is_new_is_watched(qtbot: QtBot) -> None:
    watch = _watch()
    watch.begin()
    late = QWidget()
    qtbot.addWidget(late)
    late.show()
    qtbot.waitUntil(lambda: watch._timer.remainingTime() < 58_900)  # the watch has looked around once
    QTest.keyClick(late.windowHandle(), Qt.Key.Key_A)
    assert watch._timer.remainingTime() > 59_000
    watch.end()


def test_a_locked_screen_is_told_and_an_unlocked_one_is_not(qtbot: QtBot) -> None:
    watch = ScreenLockWatch()
    told: list[bool] = []
    watch.locked.connect(lambda: told.append(True))
    watch.turned(False)
    assert told == []
    watch.turned(True)
    assert told == [True]


_HEAR = """
import subprocess, sys
from PySide6.QtCore import QCoreApplication, QTimer
from app.shell.idle import ScreenLockWatch
application = QCoreApplication([])
watch = ScreenLockWatch()
heard = []
watch.locked.connect(lambda: (heard.append(1), application.quit() if len(heard) == 2 else None))
assert watch.begin() and watch.begin()
def lock():
    for name in ("org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver"):
        path = "/" + name.replace(".", "/")
        subprocess.run(["dbus-send", "--session", "--type=signal", path, name + ".ActiveChanged", "boolean:true"], check=True)
QTimer.singleShot(0, lock)
QTimer.singleShot(10000, application.quit)
application.exec()
sys.exit(len(heard) != 2)
"""


def test_every_desktops_own_word_for_a_locked_screen_is_heard_once() -> None:
    command = ["dbus-run-session", "--", sys.executable, "-c", _HEAR]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr[-800:]
