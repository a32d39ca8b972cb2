"""A desk's line into the room of a consult: one WebSocket, pinned as every connection to the hospital, that comes back by itself.

websockets lives here only. What the hospital tells arrives on the line's own thread; what is asked never waits.
"""

from __future__ import annotations

import logging
import queue
import ssl
import threading
import time
from typing import TYPE_CHECKING

from pydantic import ValidationError
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException
from websockets.sync.client import connect

from record.trouble import Kind, Trouble
from sync.engine.backoff import Backoff
from sync.engine.client import parsed_refusal
from sync.protocol.consult import TOLD, Chat, Joint, Leave, Note, Ping, Pong, Ready, Refused, Seen, Words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from websockets.sync.client import ClientConnection

    from sync.protocol.consult import Ask, Told

log = logging.getLogger(__name__)

PING_S = 4.0
DEAD_S = 10.0  # a line that said nothing for so long is made anew
OPEN_S = 10.0
STOP_S = 5.0
_FIRST_S, _LONGEST_S = 0.3, 5.0
_MOST_BYTES = 8 << 20  # a whole room with its chat
_KEPT = (Ready, Chat, Leave, Seen, Words, Note, Joint)  # worth saying once the line is back; the rest is only true now
_WHOLE = (Note, Joint)  # of these the newest alone
_ELSEWHERE, _OVER, _SHUT_OUT = 4409, 1000, 4401
_FINAL = {
    _ELSEWHERE: ("This consult was opened at another desk of yours.", "Go on there, or join again here."),
    _SHUT_OUT: ("The hospital no longer lets this desk into the consult.", "Ask the hospital's coordinator."),
    _OVER: ("The consult is over, or you left it.", "Join again from your list, if it goes on."),
}


class RoomLine:
    """The line. Start it once, stop it once; between them it is made anew whenever it falls.

    Args:
        address: `https://host:port` of the hospital.
        ca_file: the pinned authority, the only root.
        consult: the consult's id.
        bearer: gives a token that is valid now; called on the line's thread, may raise `Trouble`.
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
        self._asks: queue.SimpleQueue[Ask | None] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._connection: ClientConnection | None = None
        self._threads = [
            threading.Thread(target=work, name=f"room {name}", daemon=True) for name, work in (("line", self._run), ("asks", self._say))
        ]

    def start(self, told: Callable[[Told], None], linked: Callable[[bool], None]) -> None:
        """Opens the line.

        Args:
            told: gets every message but pongs, on the line's thread; a `Refused` of no ask says why the line ended for good.
            linked: is told whether the line stands, at each change.
        """
        self._told, self._linked = told, linked
        for thread in self._threads:
            thread.start()

    def ask(self, ask: Ask) -> None:
        """Asks something of the hospital; what is worth it waits for a line that fell, the rest is dropped."""
        self._asks.put(ask)

    def stop(self) -> None:
        """Ends the line for good, after what was asked last has left."""
        self._asks.put(None)
        self._threads[1].join(STOP_S)
        self._stopping.set()
        connection = self._connection
        if connection is not None:
            connection.close()
        self._threads[0].join(STOP_S)

    # -- the line's thread

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                final = self._one_line()
            except Trouble as trouble:
                final = trouble if trouble.kind is not Kind.NETWORK else None
            except Exception:  # an edge: the thread must go on
                log.exception("a line into a room failed")
                final = None
            if final is not None and not self._stopping.is_set():
                self._told(Refused(ask="", what_happened=final.what_happened, what_to_do=final.what_to_do))
                return
            self._stopping.wait(self._backoff.failed())

    def _one_line(self) -> Trouble | None:
        """One line from its opening to its end; gives the trouble with which it ended for good."""
        headers = {"Authorization": f"Bearer {self._bearer()}"}
        try:
            with connect(
                self._url,
                ssl=_pinned(self._ca_file),
                additional_headers=headers,
                proxy=None,
                user_agent_header="overread",
                open_timeout=OPEN_S,
                close_timeout=1,
                ping_interval=None,  # we ask ourselves, so that a silent line is known sooner
                max_size=_MOST_BYTES,
            ) as connection:
                return self._hold(connection)
        except InvalidStatus as refused:
            return parsed_refusal(refused.response.status_code, bytes(refused.response.body or b""))
        except (OSError, WebSocketException):
            return None

    def _hold(self, connection: ClientConnection) -> Trouble | None:
        self._connection = connection
        self._linked(True)
        self._backoff.succeeded()
        try:
            self._hear(connection)
        except ConnectionClosed as closed:
            code = closed.rcvd.code if closed.rcvd is not None else 0
            return Trouble(*_FINAL[code], f"room {code}", Kind.REFUSED) if code in _FINAL else None
        finally:
            self._connection = None
            self._linked(False)
        return None

    def _hear(self, connection: ClientConnection) -> None:
        """Until the line falls or says nothing for too long."""
        heard_at = time.monotonic()
        while not self._stopping.is_set() and time.monotonic() - heard_at < DEAD_S:
            try:
                text = connection.recv(timeout=PING_S, decode=True)
            except TimeoutError:
                connection.send(Ping().model_dump_json())
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

    # -- the asks' thread

    def _say(self) -> None:
        waiting: list[Ask] = []
        last = False
        while not last:
            try:
                ask = self._asks.get(timeout=None if not waiting else 0.1)
                last = ask is None
                if ask is not None:
                    waiting = [one for one in waiting if not isinstance(ask, _WHOLE) or type(one) is not type(ask)] + [ask]
            except queue.Empty:
                pass
            waiting = self._send(waiting)

    def _send(self, waiting: list[Ask]) -> list[Ask]:
        """What is left to say."""
        for index, ask in enumerate(waiting):
            connection = self._connection
            try:
                if connection is None:
                    return [one for one in waiting[index:] if isinstance(one, _KEPT)]
                connection.send(ask.model_dump_json())
            except (ConnectionClosed, OSError):
                return [one for one in waiting[index:] if isinstance(one, _KEPT)]
        return []


def _pinned(ca_file: Path) -> ssl.SSLContext:
    """TLS that trusts the hospital's authority alone."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(ca_file)
    return context
