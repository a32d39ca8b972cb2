"""Work outside the main thread, whose answer comes back to the main thread as a value or as a trouble."""

from __future__ import annotations

import itertools
import logging
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot

from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

log = logging.getLogger(__name__)


class Jobs(QObject):
    """Starts jobs and brings their answers home; owned by one window or room, which calls `stop` when it closes.

    `start` returns a number; `forget(number)` drops the answer of a job that is no longer wanted (its work is not interrupted).
    """

    _ended = Signal(int, object, object)

    def __init__(self, parent: QObject | None = None, *, threads: int = 2) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(threads)
        self._numbers = itertools.count(1)
        self._waiting: dict[int, tuple[Callable[[Any], None], Callable[[Trouble], None]]] = {}
        self._ended.connect(self._deliver)

    def start(self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Trouble], None]) -> int:
        """Runs `work` in a thread; then `done` or `failed` in the main thread."""
        number = next(self._numbers)
        self._waiting[number] = (done, failed)
        self._pool.start(_Job(number, work, self._ended.emit))
        return number

    def forget(self, number: int) -> None:
        """Drops the answer of a job."""
        self._waiting.pop(number, None)

    def finish(self, limit_ms: int = 15_000) -> bool:
        """Waits until the jobs that were started have ended; answers that come then are still delivered to nobody."""
        self._waiting.clear()
        return self._pool.waitForDone(limit_ms)

    def stop(self, limit_ms: int = 5000) -> bool:
        """Drops all answers and waits for the threads; False where one did not end in time."""
        self._waiting.clear()
        self._pool.clear()
        return self._pool.waitForDone(limit_ms)

    @Slot(int, object, object)
    def _deliver(self, number: int, answer: object, trouble: Trouble | None) -> None:
        done, failed = self._waiting.pop(number, (None, None))
        if done is None or failed is None:
            return
        if trouble is not None:
            failed(trouble)
        else:
            done(answer)


class _Job(QRunnable):
    def __init__(self, number: int, work: Callable[[], object], ended: Callable[[int, object, Trouble | None], None]) -> None:
        super().__init__()
        self._number, self._work, self._ended = number, work, ended

    def run(self) -> None:
        answer, trouble = None, None
        try:
            answer = self._work()
        except Trouble as told:
            trouble = told
        except Exception as fault:  # the thread's edge
            log.exception("job failed")
            trouble = unexpected(fault)
        try:
            self._ended(self._number, answer, trouble)
        except (RuntimeError, TypeError):  # the owner is gone, or just going and its signal already without a shape: nobody waits
            log.debug("a job ended after its owner")


def unexpected(fault: BaseException) -> Trouble:
    """The trouble that tells of a fault of the program itself; only the kind of fault is named, never its words."""
    return Trouble(
        "The program met a fault of its own.",
        "Your work is kept; go on, and start the program again if it happens twice.",
        type(fault).__name__,
        Kind.INTERNAL,
    )
