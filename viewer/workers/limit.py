"""Ends a worker's process that outlasts its task's limits, by one thread for each worker that looks on while tasks come."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

IDLE_LOOK_S = 0.5  # between two looks at one that seems to sleep
TURN_S = 0.1  # how late a limit may be noticed


@dataclass(slots=True)
class Limit:
    """The limits of one task: killed at `wall_s`, or from `idle_s` on as soon as two looks found it asleep (Linux tells)."""

    process: subprocess.Popen[bytes]
    wall_s: float
    idle_s: float
    began: float
    reached: bool = False
    _looked: float = 0.0
    _ticks: int | None = None

    def over(self) -> bool:
        """Whether the process must end now; asked again and again."""
        now = time.monotonic()
        if now - self.began >= self.wall_s:
            return True
        if now - self.began < self.idle_s or now - self._looked < IDLE_LOOK_S:
            return False
        before, self._ticks, self._looked = self._ticks, worked(self.process.pid), now
        return self._ticks is not None and self._ticks == before


class Watcher:
    """Watches one task at a time. The thread begins with the first task, sleeps for good while there is none, and ends with `close`."""

    def __init__(self) -> None:
        self._turn = threading.Condition()
        self._now: Limit | None = None
        self._asleep = self._closed = False
        self._thread: threading.Thread | None = None

    @contextmanager
    def watching(self, process: subprocess.Popen[bytes], wall_s: float, idle_s: float | None = None) -> Iterator[Limit]:
        """Within it the process has so long; afterwards it is left alone for certain."""
        limit = Limit(process, wall_s, wall_s if idle_s is None else idle_s, time.monotonic())
        with self._turn:
            self._now = limit
            if self._asleep:
                self._turn.notify()
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._watch, name="worker-limit", daemon=True)
                self._thread.start()
        try:
            yield limit
        finally:
            with self._turn:
                self._now = None

    def close(self) -> None:
        """Ends the thread; may be called twice."""
        with self._turn:
            self._closed = True
            self._turn.notify()
            thread = self._thread
        if thread is not None:
            thread.join()

    def _watch(self) -> None:
        with self._turn:
            while not self._closed:
                if self._now is None:
                    self._asleep = True
                    self._turn.wait()
                    self._asleep = False
                    continue
                if not self._now.reached and self._now.over():
                    self._now.reached = True
                    self._now.process.kill()
                self._turn.wait(TURN_S)


def worked(pid: int) -> int | None:
    """Processor ticks of a process that sleeps or is stopped; None while it runs or waits for a disk, or where nobody tells."""
    try:
        parts = Path("/proc", str(pid), "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return int(parts[11]) + int(parts[12]) if parts[0] in "ST" else None
