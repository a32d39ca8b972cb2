"""One person's line into a room: what is heard is bounded, what is told waits in a queue that a slow reader cannot make grow."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import TYPE_CHECKING

from starlette.websockets import WebSocketDisconnect

from sync.protocol.consult import MOST_FRAME

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from fastapi import WebSocket

MOST_WAITING = 200  # messages that nobody fetches
# Why a line is closed (RFC 6455, section 7.4).
NO_LONGER, ELSEWHERE, FULL, FLOOD, TOO_LONG, JUNK, DONE = 4401, 4409, 4423, 4429, 1009, 4400, 1000


class Allowance:
    """So many at once, so many a second (a token bucket)."""

    def __init__(self, burst: float, each_second: float) -> None:
        self._burst, self._rate = burst, each_second
        self._left, self._at = burst, time.monotonic()

    def takes(self) -> bool:
        """Whether one more is allowed now."""
        now = time.monotonic()
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class Line:
    """Belongs to the loop of the server. The newest state replaces one that was not told yet."""

    def __init__(self, socket: WebSocket, person: str) -> None:
        self.person = person
        self.all, self.chat = Allowance(120, 20), Allowance(10, 1)
        self.junk = 0
        self._socket = socket
        self._state: str | None = None
        self._waiting: deque[str] = deque()
        self._wake = asyncio.Event()
        self._close: int | None = None

    def tell_state(self, text: str) -> None:
        """The room as it stands."""
        self._state = text
        self._wake.set()

    def tell(self, text: str) -> None:
        """Anything else, in order."""
        if len(self._waiting) >= MOST_WAITING:
            self.close(FLOOD)
        else:
            self._waiting.append(text)
        self._wake.set()

    def close(self, code: int) -> None:
        """Ends the line once what waits was told."""
        if self._close is None:
            self._close = code
        self._wake.set()

    async def write(self) -> None:
        """Tells what waits, until the line is closed or gone."""
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                await self._empty()
                if self._close is not None:
                    await self._socket.close(self._close)
                    return
        except (WebSocketDisconnect, RuntimeError, OSError):
            return  # gone; `heard` ends by itself

    async def _empty(self) -> None:
        while self._waiting or self._state is not None:
            if self._state is not None:
                state, self._state = self._state, None
                await self._socket.send_text(state)
            if self._waiting:
                await self._socket.send_text(self._waiting.popleft())

    async def heard(self) -> AsyncIterator[str]:
        """What the person asks, line by line."""
        while True:
            try:
                text = await self._socket.receive_text()
            except (WebSocketDisconnect, RuntimeError, KeyError):  # KeyError: bytes instead of text
                return
            if len(text.encode()) > MOST_FRAME:
                self.close(TOO_LONG)
                return
            yield text
