"""The parts of a recording on their way to the hospital: in their order, from memory alone, tried again while the hospital is out of reach.

Nothing of a recording ever rests on this computer. What has not left when the desk locks is lost, and the hospital's record says that the
end has not come. Qt-free.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from typing import TYPE_CHECKING

from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.consult.session import Recorded

    Send = Callable[[str, Recorded], None]

log = logging.getLogger(__name__)
MOST_BYTES = 64 << 20  # some forty minutes without the hospital
AGAIN_S = 2.0
LOST = Trouble(
    "The recording has ended: the hospital has been out of reach for longer than it can be kept here.",
    "Ask everybody again as soon as the hospital is back.",
    "",
    Kind.NETWORK,
)


class RecordingOut:
    """Sends parts by a thread that lives as long as something waits.

    Args:
        send: takes a consult's id and a part to the hospital; raises `Trouble`.
        failed: gets the trouble that ended a recording; from any thread.
    """

    def __init__(self, send: Send, failed: Callable[[Trouble], None]) -> None:
        self._send, self._failed = send, failed
        self._waiting: deque[tuple[str, Recorded]] = deque()
        self._bytes = 0
        self._over: set[str] = set()  # takes of which no more is kept
        self._refused: set[str] = set()  # those of which no more is sent either
        self._changed = threading.Condition()
        self._closed = False
        self._thread: threading.Thread | None = None

    def put(self, consult: str, part: Recorded) -> None:
        """The next part; from any thread, returns at once."""
        with self._changed:
            if self._closed or part.take in self._over:
                return
            full = self._bytes + len(part.data) > MOST_BYTES
            if full:
                self._over.add(part.take)  # what waits already is good: it is sent when the hospital is back
            else:
                self._waiting.append((consult, part))
                self._bytes += len(part.data)
                self._changed.notify()
                if self._thread is None:
                    self._thread = threading.Thread(target=self._work, name="consult-recording", daemon=True)
                    self._thread.start()
        if full:
            self._failed(LOST)

    def close(self, within_s: float) -> bool:
        """Nothing more is taken; gives whether all that waited was sent in time."""
        with self._changed:
            thread = self._thread
            self._changed.wait_for(lambda: not self._waiting, within_s)
            sent = not self._waiting
            self._closed = True
            self._waiting.clear()
            self._changed.notify_all()
        if thread is not None:
            thread.join(within_s)
        return sent

    def _work(self) -> None:
        while True:
            with self._changed:
                if self._closed or not self._waiting:
                    self._thread = None
                    return
                consult, part = self._waiting[0]
            sent = self._tried(consult, part)
            with self._changed:
                if sent and self._waiting:
                    self._waiting.popleft()
                    self._bytes -= len(part.data)
                    self._changed.notify_all()
                elif not sent:
                    self._changed.wait_for(lambda: self._closed, AGAIN_S)

    def _tried(self, consult: str, part: Recorded) -> bool:
        """Whether a part is done with."""
        if part.take in self._refused:
            return True
        try:
            self._send(consult, part)
        except Trouble as trouble:
            if trouble.kind is Kind.NETWORK:
                return False
            log.warning("a recording was not taken", extra={"kind": trouble.kind.value, "why": trouble.details})
            with self._changed:
                self._over.add(part.take)
                self._refused.add(part.take)
            self._failed(trouble)
        return True
