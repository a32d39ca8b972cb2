"""The lines into the rooms: who is connected now, what is carried between them, and the room's state to everybody at every change.

Only who is connected lives in memory. Everything that counts is stored before it is told, so a restart loses nothing: people connect again
and are where they were.
"""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from fastapi import WebSocketDisconnect

from hospital.consult import asks, turn
from hospital.consult.view import INSIDE, RoomView, view_of
from hospital.store import consults
from record.trouble import Kind, Trouble
from sync.protocol import consult as said

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from fastapi import WebSocket

    from hospital.house import House

log = logging.getLogger(__name__)

BURST, PER_SECOND = 120, 30  # frames of one line
MOST_LINES = 400  # of the whole server
MOST_JUNK = 5  # frames that are no asks
WATCH_S = 2.0
ICE_AFTER = timedelta(minutes=30)  # credentials outlive the consult's end by so much
CLOSED_TAKEN, CLOSED_JUNK, CLOSED_FLOOD, CLOSED_OUT = 4409, 4400, 4429, 4403


@dataclass(slots=True)
class Line:
    """One connected person; `send` and `close` reach them, whatever carries the line."""

    person: str
    send: Callable[[str], Awaitable[None]]
    close: Callable[[int], Awaitable[None]]
    ice: tuple[said.IceServer, ...] = ()
    allowed: float = BURST
    at: float = field(default_factory=time.monotonic)
    junk: int = 0

    def may_say(self) -> bool:
        """Whether one more frame is within bounds."""
        now = time.monotonic()
        self.allowed = min(BURST, self.allowed + (now - self.at) * PER_SECOND) - 1
        self.at = now
        return self.allowed >= 0


@dataclass(slots=True)
class _Room:
    lines: dict[str, Line] = field(default_factory=dict)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    view: RoomView | None = None


class Rooms:
    """All rooms with somebody in them. Everything runs in one event loop; what is stored is read and written in threads."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._rooms: dict[str, _Room] = {}

    @property
    def lines(self) -> int:
        """How many are connected."""
        return sum(len(room.lines) for room in self._rooms.values())

    async def enter(self, consult: str, line: Line) -> None:
        """Somebody is connected; an older line of the same person is closed.

        Raises:
            Trouble: STATE, where the server holds as many lines as it can.
        """
        if self.lines >= MOST_LINES:
            raise Trouble("The hospital's rooms are full.", "Try again in a moment.", kind=Kind.STATE)
        room = self._rooms.setdefault(consult, _Room())
        older = room.lines.pop(line.person, None)
        room.lines[line.person] = line
        if older is not None:
            with suppress(RuntimeError, WebSocketDisconnect):  # it may be ending by itself just now
                await older.close(CLOSED_TAKEN)
        await self.changed(consult)

    async def leave(self, consult: str, line: Line) -> None:
        """A line is gone; media may go on without it, so nobody is moved."""
        room = self._rooms.get(consult)
        if room is None or room.lines.get(line.person) is not line:
            return
        del room.lines[line.person]
        if not room.lines:
            del self._rooms[consult]

    async def hear(self, consult: str, line: Line, text: str) -> bool:
        """One frame of somebody; False where their line is to be ended."""
        if not line.may_say():
            await line.close(CLOSED_FLOOD)
            return False
        if len(text.encode()) > said.MOST_FRAME:
            await line.close(CLOSED_JUNK)
            return False
        try:
            ask = said.ASK.validate_json(text)
        except ValueError:
            return await self._junk(line)
        try:
            await self._done(consult, line, ask)
        except Trouble as trouble:
            refused = said.Refused(ask=ask.t, what_happened=trouble.what_happened, what_to_do=trouble.what_to_do)
            await line.send(refused.model_dump_json())
        return True

    async def changed(self, consult: str) -> None:
        """Something of a consult was stored: everybody who is connected is told the room's state."""
        room = self._rooms.get(consult)
        if room is None:
            return
        async with room.turn:
            view = await asyncio.to_thread(self._read, consult)
            if view is None:
                return
            room.view = view
            for line in list(room.lines.values()):
                await self._tell(room, line, view)

    async def watch(self) -> None:
        """Tells the rooms what another process stored (a command of the coordinator's), within two seconds; runs until it is cancelled."""
        while True:
            await asyncio.sleep(WATCH_S)
            for consult, room in list(self._rooms.items()):
                if await asyncio.to_thread(self._read, consult) != room.view:
                    await self.changed(consult)

    async def _tell(self, room: _Room, line: Line, view: RoomView) -> None:
        inside = view.state_of(line.person) in INSIDE
        if inside and not line.ice:
            until = max(self._house.now(), view.row.starts_at + timedelta(minutes=view.row.minutes)) + ICE_AFTER
            line.ice = await asyncio.to_thread(turn.servers, self._house.settings.consult, until)
        try:
            await line.send(view.of(line.person, line.ice).model_dump_json())
        except Exception:  # noqa: BLE001  a line that is just ending, in whatever way: its own task finds out
            log.debug("a line ended while it was told")
            room.lines.pop(line.person, None)

    async def _done(self, consult: str, line: Line, ask: said.Ask) -> None:
        if isinstance(ask, said.Ping):
            await line.send(said.Pong().model_dump_json())
        elif isinstance(ask, said.Signal):
            await self._carry(consult, line, ask)
        else:
            await asyncio.to_thread(self._store, consult, line.person, ask)
            await self.changed(consult)

    async def _carry(self, consult: str, line: Line, ask: said.Signal) -> None:
        """A signal goes from one who is in the call to another who is; to nobody else."""
        room = self._rooms.get(consult)
        view = None if room is None else room.view
        if room is None or view is None or not {view.state_of(line.person), view.state_of(ask.to)} <= INSIDE:
            raise Trouble("The other person is not in the call.", "Wait until they are let in.", kind=Kind.STATE)
        other = room.lines.get(ask.to)
        if other is not None:
            await other.send(said.Heard(by=line.person, body=ask.body).model_dump_json())

    async def _junk(self, line: Line) -> bool:
        line.junk += 1
        if line.junk >= MOST_JUNK:
            await line.close(CLOSED_JUNK)
            return False
        refused = said.Refused(ask="", what_happened="This was not understood.", what_to_do="Load the page again.")
        await line.send(refused.model_dump_json())
        return True

    def _store(self, consult: str, person: str, ask: said.Ask) -> None:
        with self._house.database.write() as tx:
            asks.do(self._house, tx, consult, person, ask)

    def _read(self, consult: str) -> RoomView | None:
        with self._house.database.read() as tx:
            row = consults.get(tx, consult)
            return None if row is None else view_of(self._house, tx, row)


async def serve_line(rooms: Rooms, consult: str, person: str, socket: WebSocket) -> None:
    """Runs one person's line until it ends; used by both listeners."""

    async def close(code: int) -> None:
        await socket.close(code)

    line = Line(person, socket.send_text, close)
    try:
        await rooms.enter(consult, line)
        while await rooms.hear(consult, line, await socket.receive_text()):
            pass
    except (WebSocketDisconnect, RuntimeError, KeyError):  # gone, closed by us meanwhile, or a frame that is not text
        log.debug("a line ended")
    except Trouble as trouble:
        await socket.close(1013, trouble.what_happened)
    finally:
        await rooms.leave(consult, line)
