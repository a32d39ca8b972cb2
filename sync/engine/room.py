"""A desk's line into the room of a consult: one WebSocket, pinned as every connection to the hospital, that comes back by itself.

websockets lives here only, in its asyncio form: one TLS object must not be read and written by two threads. What the hospital tells
arrives on the line's own thread; what is asked never waits.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import ValidationError
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from record.trouble import Kind, Trouble
from sync.engine.backoff import Backoff
from sync.engine.client import parsed_refusal
from sync.protocol.consult import TOLD, ByTelephone, Chat, Consent, Joint, Leave, Note, Ping, Pong, Ready, Refused, Seen, Words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from websockets.asyncio.client import ClientConnection

    from sync.protocol.consult import Ask, Told

log = logging.getLogger(__name__)

PING_S = 4.0
DEAD_S = 10.0  # a line that said nothing for so long is made anew
OPEN_S = 10.0
REACH_S = 2.0  # for TCP alone: a network that comes back is found at the next try, not when the kernel asks again
STOP_S = 5.0
_FIRST_S, _LONGEST_S = 0.3, 2.0
_MOST_BYTES = 8 << 20  # a whole room with its chat
_KEPT = (Ready, Chat, Leave, ByTelephone, Seen, Words, Note, Joint)  # worth saying once the line is back; the rest is only true now
_NO = Consent(agree=False)  # so does a no to a recording, while a yes is to what was asked then
_WHOLE = (Note, Joint)  # of these the newest alone
_ELSEWHERE, _OVER, _SHUT_OUT, _FULL = 4409, 1000, 4401, 4423
_FINAL = {
    _ELSEWHERE: ("This consult was opened at another desk of yours.", "Go on there, or join again here."),
    _SHUT_OUT: ("The hospital no longer lets this desk into the consult.", "Ask the hospital's coordinator."),
    _FULL: ("Four people are in this consult already.", "Join when somebody has left, or ask the physician who leads it to show one out."),
    _OVER: ("The consult is over, or you left it.", "Join again from your list, if it goes on."),
}


class RoomLine:
    """The line. Start it once, stop it once; between them it is made anew whenever it falls.

    Args:
        address: `https://host:port` of the hospital.
        ca_file: the pinned authority, the only root.
        consult: the consult's id.
        bearer: gives a token that is valid now; called on a thread of its own, may raise `Trouble`.
        backoff: makes the waiting rule between two lines.
    """

    def __init__(
        self,
        address: str,
        ca_file: Path,
        consult: str,
        bearer: Callable[[], str],
        backoff: Callable[[], Backoff] = lambda: Backoff(_FIRST_S, _LONGEST_S),
    ) -> None:
        self._url = address.replace("https://", "wss://", 1) + f"/v1/consults/{consult}/room"
        self._ca_file = ca_file
        self._bearer = bearer
        self._told: Callable[[Told], None] = lambda _: None
        self._linked: Callable[[bool], None] = lambda _: None
        self._backoff = backoff()
        self._guard = threading.Lock()
        self._waiting: list[Ask] = []
        self._up = False
        self._stop = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="room line", daemon=True)

    def start(self, told: Callable[[Told], None], linked: Callable[[bool], None]) -> None:
        """Opens the line.

        Args:
            told: gets every message but pongs, on the line's thread; a `Refused` of no ask says why the line ended for good.
            linked: is told whether the line stands, at each change.
        """
        self._told, self._linked = told, linked
        self._thread.start()

    def ask(self, ask: Ask) -> None:
        """Asks something of the hospital. While the line is down, what is worth it waits; the rest is dropped."""
        with self._guard:
            if not self._up and not _lasts(ask):
                return
            self._waiting = [one for one in self._waiting if not isinstance(ask, _WHOLE) or type(one) is not type(ask)] + [ask]
        self._rouse()

    def stop(self) -> None:
        """Ends the line for good, after what was asked last has left."""
        self._stop.set()
        self._rouse()
        self._thread.join(STOP_S)

    def _rouse(self) -> None:
        loop = self._loop
        if loop is not None:
            with suppress(RuntimeError):  # its thread has just ended
                loop.call_soon_threadsafe(self._wake.set)

    # -- the line's thread

    def _run(self) -> None:
        asyncio.run(self._live())

    async def _live(self) -> None:
        self._loop = asyncio.get_running_loop()
        while not self._stop.is_set():
            final = await self._one_line()
            if self._stop.is_set():
                return
            if final is not None:
                self._told(Refused(ask="", what_happened=final.what_happened, what_to_do=final.what_to_do))
                return
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopped(), self._backoff.failed())

    async def _stopped(self) -> None:
        while not self._stop.is_set():
            await self._wake.wait()
            self._wake.clear()

    async def _one_line(self) -> Trouble | None:
        """One line from its opening to its end; gives the trouble with which it ended for good."""
        try:
            return await self._connected({"Authorization": f"Bearer {await asyncio.to_thread(self._bearer)}"})
        except Trouble as trouble:
            return None if trouble.kind is Kind.NETWORK else trouble
        except InvalidStatus as refused:
            return parsed_refusal(refused.response.status_code, bytes(refused.response.body or b""))
        except (OSError, WebSocketException):
            return None
        except Exception:  # an edge: the thread must go on
            log.exception("a line into a room failed")
            return None

    async def _connected(self, headers: dict[str, str]) -> Trouble | None:
        async with connect(
            self._url,
            sock=await asyncio.to_thread(self._reached),
            ssl=_pinned(self._ca_file),
            additional_headers=headers,
            proxy=None,
            user_agent_header="overread",
            open_timeout=OPEN_S,
            close_timeout=1,
            ping_interval=None,  # we ask ourselves, so that a silent line is known sooner
            max_size=_MOST_BYTES,
        ) as connection:
            self._stands(on=True)
            try:
                return await self._hold(connection)
            finally:
                self._stands(on=False)

    def _reached(self) -> socket.socket:
        parts = urlsplit(self._url)
        made = socket.create_connection((parts.hostname, parts.port), REACH_S)
        made.setblocking(False)
        return made

    def _stands(self, *, on: bool) -> None:
        with self._guard:
            self._up = on
            self._waiting = [one for one in self._waiting if on or _lasts(one)]
        if on:
            self._backoff.succeeded()
            self._wake.set()
        self._linked(on)

    async def _hold(self, connection: ClientConnection) -> Trouble | None:
        works = {asyncio.create_task(self._hear(connection)), asyncio.create_task(self._say(connection))}
        done, left = await asyncio.wait(works, return_when=asyncio.FIRST_COMPLETED)
        for work in left:
            work.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        for work in done:
            if (fault := work.exception()) is not None and not isinstance(fault, ConnectionClosed):
                raise fault
        code = connection.close_code or 0
        return Trouble(*_FINAL[code], f"room {code}", Kind.REFUSED) if code in _FINAL else None

    async def _hear(self, connection: ClientConnection) -> None:
        """Until the line falls or says nothing for too long."""
        heard_at = time.monotonic()
        while time.monotonic() - heard_at < DEAD_S:
            try:
                text = await asyncio.wait_for(connection.recv(decode=True), PING_S)
            except TimeoutError:
                await connection.send(Ping().model_dump_json())
                continue
            heard_at = time.monotonic()
            self._take(text)

    def _take(self, text: str | bytes) -> None:
        try:
            told = TOLD.validate_json(text)
        except ValidationError:
            log.warning("a message of a room was not understood")
            return
        if not isinstance(told, Pong):
            self._told(told)

    async def _say(self, connection: ClientConnection) -> None:
        """What is asked, in order, until the line is stopped."""
        while True:
            while (ask := self._next()) is not None:
                await connection.send(ask.model_dump_json())
                self._left(ask)
            if self._stop.is_set():
                return
            await self._wake.wait()
            self._wake.clear()

    def _next(self) -> Ask | None:
        with self._guard:
            return self._waiting[0] if self._waiting else None

    def _left(self, ask: Ask) -> None:
        with self._guard:
            self._waiting = [one for one in self._waiting if one is not ask]


def _pinned(ca_file: Path) -> ssl.SSLContext:
    """TLS that trusts the hospital's authority alone."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(ca_file)
    return context


def _lasts(ask: Ask) -> bool:
    """Whether something is worth saying later."""
    return isinstance(ask, _KEPT) or ask == _NO
