"""The rooms: who is connected now, in memory. All that counts is in the database, so that a restart of the server loses nothing.

Everything here runs in the server's one loop; what touches the database runs in threads.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from hospital.consult import acting, line, seeing, turn
from hospital.consult.line import Line
from hospital.store import consults
from record.trouble import Kind, Trouble
from sync.protocol import consult as said

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from fastapi import WebSocket

    from hospital.consult.seeing import Seen
    from hospital.house import House
    from hospital.store.consults import Participant

log = logging.getLogger(__name__)

GRACE_S = 8.0  # a line that is back by then was not lost
LOOK_S = 1.0  # how often changes from elsewhere (the command line) are looked for
MOST_JUNK = 10
_CLOSE_S = 2.0
_CREDENTIAL = timedelta(hours=6)
_RENEW = timedelta(hours=3)


@dataclass
class Room:
    """One consult's lines."""

    consult: str
    lines: dict[str, Line] = field(default_factory=dict)
    acting: asyncio.Lock = field(default_factory=asyncio.Lock)
    telling: asyncio.Lock = field(default_factory=asyncio.Lock)
    seen: Seen | None = None
    coming: int = 0  # lines that are on their way in
    asked_for: int = 0  # how often a telling was wanted
    ice: dict[str, tuple[tuple[said.IceServer, ...], datetime]] = field(default_factory=dict)
    graces: dict[str, asyncio.TimerHandle] = field(default_factory=dict)
    watched: bool = False  # whether those who were here before a restart are waited for


class Rooms:
    """All rooms of the server."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._rooms: dict[str, Room] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._checks: dict[Line, Callable[[], bool]] = {}
        self._stopping = False
        self._loop: asyncio.AbstractEventLoop | None = None

    async def hold(self, socket: WebSocket, consult: str, person: str, still_valid: Callable[[], bool]) -> None:
        """One line from its accepted beginning to its end; `still_valid` is asked whenever something changed."""
        room = self._rooms.setdefault(consult, Room(consult))
        room.coming += 1  # a room to which somebody is on the way is not forgotten: there would be two
        try:
            async with room.acting:
                person = await run_in_threadpool(acting.came, self._house, consult, person)
            mine = Line(socket, person)
            self._enter(room, mine, still_valid)
        finally:
            room.coming -= 1
            self._forget(room)
        writer = asyncio.create_task(mine.write())
        try:
            await self._tell(room)
            async for text in mine.heard():
                await self._hear(room, mine, text)
        finally:
            self._leave(room, mine)
            mine.close(line.DONE)
            with suppress(asyncio.CancelledError, TimeoutError):
                await asyncio.wait_for(writer, _CLOSE_S)
            if not self._stopping:
                await self._tell(room)

    def changed(self, consult: str) -> None:
        """Something of a consult was changed beside its lines; any thread. `watch` would find it, only later."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(lambda: self._start_telling(consult))

    def _start_telling(self, consult: str) -> None:
        if consult in self._rooms:
            self._spawn(self._tell(self._rooms[consult]))

    async def watch(self) -> None:
        """Looks for what others changed, and whether lines are still allowed, until it is cancelled."""
        self._loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                await self._look()
            except Exception:  # an edge: the watch must go on
                log.exception("looking after the rooms failed")

    def stop(self) -> None:
        """The server stops: lines that fall now are not lost people."""
        self._stopping = True
        for room in self._rooms.values():
            for grace in room.graces.values():
                grace.cancel()

    # -- lines

    def _enter(self, room: Room, mine: Line, still_valid: Callable[[], bool]) -> None:
        before = room.lines.get(mine.person)
        if before is not None:
            before.close(line.ELSEWHERE)
        room.lines[mine.person] = mine
        self._checks[mine] = still_valid
        if grace := room.graces.pop(mine.person, None):
            grace.cancel()

    def _leave(self, room: Room, mine: Line) -> None:
        self._checks.pop(mine, None)
        if room.lines.get(mine.person) is not mine:
            return
        del room.lines[mine.person]
        self._give_grace(room, mine.person)
        self._forget(room)

    def _forget(self, room: Room) -> None:
        """A room without lines needs no memory."""
        if not (room.lines or room.graces or room.coming) and self._rooms.get(room.consult) is room:
            del self._rooms[room.consult]

    def _give_grace(self, room: Room, person: str) -> None:
        if self._stopping or room.seen is None or not room.seen.inside(person) or room.seen.row.over or person in room.graces:
            return
        loop = asyncio.get_running_loop()
        room.graces[person] = loop.call_later(GRACE_S, lambda: self._spawn(self._lost(room, person)))

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _lost(self, room: Room, person: str) -> None:
        room.graces.pop(person, None)
        if person in room.lines:
            return
        async with room.acting:
            await run_in_threadpool(acting.lost, self._house, room.consult, person)
        await self._tell(room)
        self._forget(room)

    async def _look(self) -> None:
        for mine, valid in list(self._checks.items()):
            if not await run_in_threadpool(valid):
                mine.close(line.NO_LONGER)
        known = {room.consult: (room.seen.row.revision, room.seen.ahead) for room in self._rooms.values() if room.seen is not None}
        if not known:
            return
        for consult, now in (await run_in_threadpool(self._now, list(known))).items():
            if now != known[consult] and consult in self._rooms:
                await self._tell(self._rooms[consult])

    def _now(self, wanted: list[str]) -> dict[str, tuple[int, int]]:
        """Revision, and how many consults come before."""
        with self._house.database.read() as tx:
            return {one: (revision, consults.ahead(tx, consults.get(tx, one))) for one, revision in consults.revisions(tx, wanted).items()}

    # -- asks

    async def _hear(self, room: Room, mine: Line, text: str) -> None:
        if not mine.all.takes():
            mine.close(line.FLOOD)
            return
        try:
            ask = said.ASK.validate_json(text)
        except ValueError:
            self._not_understood(mine)
            return
        if isinstance(ask, said.Ping):
            mine.tell(said.Pong().model_dump_json())
        elif isinstance(ask, said.Signal):
            self._carry(room, mine, ask)
        else:
            await self._do(room, mine, ask)

    def _not_understood(self, mine: Line) -> None:
        mine.junk += 1
        if mine.junk > MOST_JUNK:
            mine.close(line.JUNK)
        trouble = Trouble("That was not understood.", "Load the page again, or install the newest version.", kind=Kind.INPUT)
        mine.tell(_refused("", trouble))

    def _carry(self, room: Room, mine: Line, ask: said.Signal) -> None:
        """From one to another who both were let in; the body is theirs."""
        if room.seen is None or not (room.seen.inside(mine.person) and room.seen.inside(ask.to)):
            mine.tell(_refused(ask.t, Trouble("You cannot reach this person now.", "Wait until the physician lets both of you in.")))
        elif (other := room.lines.get(ask.to)) is not None:
            other.tell(said.Heard(by=mine.person, body=ask.body).model_dump_json())

    async def _do(self, room: Room, mine: Line, ask: said.Ask) -> None:
        try:
            if isinstance(ask, said.Chat) and not mine.chat.takes():
                raise Trouble("You write faster than others can read.", "Wait a moment.", kind=Kind.REFUSED)  # noqa: TRY301  one way out
            async with room.acting:
                await run_in_threadpool(acting.act, self._house, room.consult, mine.person, ask)
        except Trouble as trouble:
            mine.tell(_refused(ask.t, trouble))
        else:
            await self._tell(room)

    # -- telling

    async def _tell(self, room: Room) -> None:
        """The room to everybody in it; tellings that were wanted meanwhile are one."""
        room.asked_for += 1
        wanted = room.asked_for
        async with room.telling:
            if wanted < room.asked_for:
                return  # the one that waits behind tells a newer room
            room.seen = seen = await run_in_threadpool(seeing.look, self._house, room.consult)
            online = frozenset(room.lines)
            for mine in list(room.lines.values()):
                self._tell_one(room, seen, mine, online)
            self._await_absent(room, seen)

    def _tell_one(self, room: Room, seen: Seen, mine: Line, online: frozenset[str]) -> None:
        me = seen.person(mine.person)
        if me is None:
            mine.close(line.NO_LONGER)
            return
        state = seeing.state_for(self._house, seen, me, self._ice(room, seen, me), online)
        mine.tell_state(state.model_dump_json())
        if seen.row.over or me.state == "left":
            mine.close(line.DONE)

    def _await_absent(self, room: Room, seen: Seen) -> None:
        """After a restart: who was here and does not come back is lost."""
        if room.watched:
            return
        room.watched = True
        for one, _ in seen.people:
            if one.state == "here" and one.id not in room.lines:
                self._give_grace(room, one.id)

    def _ice(self, room: Room, seen: Seen, me: Participant) -> tuple[said.IceServer, ...]:
        if me.state not in consults.INSIDE or seen.row.over:
            return ()
        servers, until = room.ice.get(me.id, ((), self._house.now()))
        if until - self._house.now() < _RENEW:
            try:
                servers = turn.minted(self._house, _CREDENTIAL)
            except Trouble as trouble:
                log.error("no credential for the relays", extra={"kind": trouble.kind.value, "why": trouble.details})  # noqa: TRY400  told
            room.ice[me.id] = (servers, self._house.now() + _CREDENTIAL)
        return servers


def _refused(ask: str, trouble: Trouble) -> str:
    return said.Refused(ask=ask, what_happened=trouble.what_happened, what_to_do=trouble.what_to_do).model_dump_json()
