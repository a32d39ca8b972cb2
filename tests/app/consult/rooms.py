"""Two media sessions that carry each other's signals, as the hospital's room would."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from app.consult.session import SignalOut

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.consult.session import Event, MediaSession


class Side:
    """One desk of the two: remembers all that its session tells, and carries what it says to the other."""

    def __init__(self, name: str, session: MediaSession) -> None:
        self.name, self.session = name, session
        self.events: list[Event] = []
        self.other: Side | None = None
        self.cut = False  # the hospital's line is lost
        self._changed = threading.Condition()

    def told(self, event: Event) -> None:
        if isinstance(event, SignalOut) and self.other is not None and not self.cut:
            self.other.session.heard(self.name, event.body)
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def wait(self, kind: type[Any], fits: Callable[[Any], bool] = lambda _: True, seconds: float = 30.0) -> Any:
        """The first event of a kind that fits, already told or yet to come."""
        end = time.monotonic() + seconds
        with self._changed:
            while True:
                for event in self.events:
                    if isinstance(event, kind) and fits(event):
                        return event
                left = end - time.monotonic()
                assert left > 0, f"{self.name} heard no such {kind.__name__}: {[e for e in self.events if isinstance(e, kind)][-5:]}"
                self._changed.wait(left)

    def last(self, kind: type[Any]) -> Any:
        with self._changed:
            return next((e for e in reversed(self.events) if isinstance(e, kind)), None)


def joined(one: Side, other: Side) -> None:
    """Each carries to the other."""
    one.other, other.other = other, one


def until(seen: Callable[[], Any], seconds: float = 30.0) -> Any:
    """What something gives as soon as it gives anything."""
    end = time.monotonic() + seconds
    while not (value := seen()):
        assert time.monotonic() < end, "it did not come"
        threading.Event().wait(0.05)
    return value
