"""The desk's line into a consult's room: one WebSocket over TLS to the pinned hospital, which comes back by itself."""

from __future__ import annotations

import logging
import queue
import ssl
import threading
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from websockets.exceptions import ConnectionClosed, InvalidHandshake, WebSocketException
from websockets.sync.client import connect

from record.trouble import Trouble
from sync.engine.backoff import Backoff
from sync.engine.wire import Wire
from sync.protocol.consult import ASK, MOST_FRAME, TOLD, Ask, Ping

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from websockets.sync.client import ClientConnection

    from sync.engine.client import Client
    from sync.protocol.consult import Told

log = logging.getLogger(__name__)

PING_S = 4.0  # how often the line is asked whether it lives
DEAD_S = 10.0  # a line that said nothing for so long is made anew
OPEN_S = 8.0
MOST_TOLD = 4 << 20  # bytes of a room's whole state
FINAL = frozenset({4403, 4409})  # not ours, or taken by another desk of the same physician: no use in coming back
KEPT = frozenset({"note", "joint", "words", "end", "by_telephone", "handover", "remove", "chat"})  # sent later where the line is gone


class RoomLine:
    """One line. `told` gets every message, `linked` whether the line stands, `closed` that it is over for good; from its own thread.

    Args:
        client: gives tokens.
        address: https://host:port of the hospital.
        ca_file: the pinned authority, the only root.
        consult: whose room.
    """

    def __init__(
        self,
        client: Client,
        address: str,
        ca_file: Path,
        consult: str,
        *,
        told: Callable[[Told], None],
        linked: Callable[[bool], None],
        closed: Callable[[], None] = lambda: None,
    ) -> None:
        self._client, self._address, self._ca_file, self._consult = client, address, ca_file, consult
        self._told, self._linked, self._closed = told, linked, closed
        self._asks: queue.SimpleQueue[Ask] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._line: ClientConnection | None = None
        self._guard = threading.Lock()
        self._backoff = Backoff(0.3, 5.0)
        self._thread = threading.Thread(target=self._run, name="consult-room", daemon=True)

    def start(self) -> None:
        """Connects, and goes on connecting."""
        self._thread.start()

    def ask(self, ask: Ask) -> bool:
        """Sends an ask; what still counts later waits for the line. Gives whether it left or waits."""
        with self._guard:
            line = self._line
        if line is not None:
            try:
                line.send(ASK.dump_json(ask).decode())
            except (ConnectionClosed, OSError):
                log.info("an ask met a line that had just ended")
            else:
                return True
        if ask.t in KEPT:
            self._asks.put(ask)
            return True
        return False

    def stop(self) -> None:
        """Ends the line; returns when its thread has ended."""
        self._stopping.set()
        with self._guard:
            line = self._line
        if line is not None:
            line.close()
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join(OPEN_S + 2)

    # -- the thread ----------------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._stopping.is_set():
            code = self._once()
            if code in FINAL and not self._stopping.is_set():
                self._closed()
                return
            self._stopping.wait(self._backoff.failed())

    def _once(self) -> int:
        """One connection from its beginning to its end; gives the code it was closed with, 0 where there is none."""
        try:
            with self._open() as line:
                return self._listen(line)
        except (Trouble, OSError, InvalidHandshake, WebSocketException, TimeoutError) as error:
            log.info("no line into the room", extra={"fault": type(error).__name__})
            return 0

    def _open(self) -> ClientConnection:
        with_token = Wire(self._address, self._ca_file)
        try:
            token = self._client.bearer(with_token)
        finally:
            with_token.close()
        there = urlsplit(self._address)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # without any root but the one that follows
        tls.load_verify_locations(cafile=str(self._ca_file))
        return connect(
            f"wss://{there.netloc}/v1/consults/{self._consult}/room",
            ssl=tls,
            additional_headers={"Authorization": f"Bearer {token}"},
            user_agent_header="overread",
            open_timeout=OPEN_S,
            close_timeout=1,
            ping_interval=None,
            compression=None,
            proxy=None,
            max_size=MOST_TOLD,
        )

    def _listen(self, line: ClientConnection) -> int:
        with self._guard:
            self._line = line
        self._linked(True)
        try:
            self._send_waiting(line)
            self._hear(line)
        except ConnectionClosed as end:
            return end.rcvd.code if end.rcvd is not None else 0
        finally:
            with self._guard:
                self._line = None
            self._linked(False)
        return 0

    def _hear(self, line: ClientConnection) -> None:
        silent = 0.0
        while not self._stopping.is_set():
            try:
                text = line.recv(timeout=PING_S)
            except TimeoutError:
                silent += PING_S
                if silent > DEAD_S:
                    return
                line.send(Ping().model_dump_json())
                continue
            silent = 0.0
            self._backoff.succeeded()
            try:
                message = TOLD.validate_json(text)
            except ValueError:
                log.warning("the room said something that is not understood")
                continue
            if message.t != "pong":
                self._told(message)

    def _send_waiting(self, line: ClientConnection) -> None:
        while True:
            try:
                ask = self._asks.get_nowait()
            except queue.Empty:
                return
            text = ASK.dump_json(ask)
            if len(text) <= MOST_FRAME:
                line.send(text.decode())
