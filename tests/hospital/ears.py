"""What a `RoomLine` tells, kept for a test that waits."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from sync.protocol.consult import RoomState

if TYPE_CHECKING:
    from collections.abc import Callable

    from sync.protocol.consult import Told


class Ear:
    """Its methods are the line's callbacks."""

    def __init__(self) -> None:
        self.state: RoomState | None = None
        self.all: list[Told] = []
        self.links: list[bool] = []
        self._new = threading.Condition()

    def told(self, told: Told) -> None:
        with self._new:
            self.all.append(told)
            self.state = told if isinstance(told, RoomState) else self.state
            self._new.notify_all()

    def linked(self, on: bool) -> None:
        with self._new:
            self.links.append(on)
            self._new.notify_all()

    def wait(self, holds: Callable[[Ear], bool]) -> None:
        """Until something holds."""
        with self._new:
            assert self._new.wait_for(lambda: holds(self), 30), (self.all[-2:], self.links)

    def until(self, holds: Callable[[Ear], bool]) -> RoomState:
        """The newest state, once something holds."""
        self.wait(holds)
        assert self.state is not None
        return self.state
