"""The media process: the equipment on the main thread, the call on an event loop beside it, the desk at the other end of a pipe."""

from __future__ import annotations

import asyncio
import ctypes
import logging
import os
import sys
import threading
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.consult.session import Event, Failed, NewPicture
from app.consult.slots import Slots
from app.consult.wire import event_packed, unpacked

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    from app.consult.media.call import Call
    from app.consult.media.equipment import Equipment

log = logging.getLogger(__name__)
WORDS = Path(__file__).resolve().parents[3] / "resources" / "words" / "en.txt"
END_S = 2.0
M_ARENA_MAX, ARENAS = -8, 2  # mallopt(3)


def main(pipe: Connection, equipment: Equipment | None = None) -> None:
    """Serves one call until the desk says stop, or is gone.

    Args:
        pipe: to the desk.
        equipment: the machine's by Qt Multimedia where none is given; a test gives its own.
    """
    _share_heaps()
    if equipment is None:
        from app.consult.media.qt_equipment import QtEquipment  # noqa: PLC0415  late import: Qt only where devices are used

        equipment = QtEquipment()
    Child(pipe, equipment).run()


def _share_heaps() -> None:
    """Pictures are made on several threads: glibc would give each a heap of its own, and what one has freed stays with it."""
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "mallopt"):
        libc.mallopt(M_ARENA_MAX, ARENAS)


class Child:
    """The process."""

    def __init__(self, pipe: Connection, equipment: Equipment) -> None:
        self._pipe, self._equipment = pipe, equipment
        self._teller = Teller(pipe)
        self._memory: dict[tuple[str, str], Slots] = {}
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(_left)
        self._call: Call | None = None
        self._over = threading.Event()

    def run(self) -> None:
        """To the end; on the main thread."""
        beside = threading.Thread(target=self._loop.run_forever, name="media-loop", daemon=True)
        beside.start()
        asyncio.run_coroutine_threadsafe(self._started(), self._loop).result()
        self._equipment.run(self._uses(), self._ready)
        self._end(beside)

    # -- the desk's words -----------------------------------------------------------------------------------------------

    def _ready(self) -> None:
        threading.Thread(target=self._listen, name="media-listen", daemon=True).start()

    async def _started(self) -> None:
        """Waits for the desk's first words: where pictures go, and the call."""
        while self._call is None:
            message = unpacked(await self._loop.run_in_executor(None, self._pipe.recv_bytes))
            if message["do"] == "pictures":
                self._pictures(message)
            elif message["do"] == "start":
                self._call = self._made(message)

    def _made(self, message: dict[str, Any]) -> Call:
        from app.consult.media.call import Call  # noqa: PLC0415  late import: the libraries of media only here
        from sync.protocol.consult import IceServer  # noqa: PLC0415  likewise

        return Call(
            self._teller.tell,
            self._equipment,
            WORDS.read_text("utf-8").split(),
            ice=[IceServer(**one) for one in message["ice"]],
            call=message["call"],
            relay_only=message["relay_only"],
            authority=message["authority"],
            memory=self._memory,
        )

    def _listen(self) -> None:
        try:
            while True:
                message = unpacked(self._pipe.recv_bytes())
                if message["do"] == "stop":
                    break
                asyncio.run_coroutine_threadsafe(self._done(message), self._loop)
        except (OSError, EOFError):
            self._teller.close()  # the desk is gone, and so are we
            threading.Timer(END_S, os._exit, (1,)).start()
        self._over.set()
        self._equipment.quit()

    async def _done(self, message: dict[str, Any]) -> None:
        try:
            await self._do(message)
        except Exception:  # the edge of the process: whatever a library raises is told
            log.exception("the media could not do what was asked")
            self._teller.tell(
                Failed("A part of the consult's media does not work.", "Try it again; if that does not help, restart the desk.")
            )

    async def _do(self, message: dict[str, Any]) -> None:
        from sync.protocol.consult import IceServer  # noqa: PLC0415  late import, as above

        call, what = self._call, message.pop("do")
        assert call is not None
        if what in ("drop", "record"):
            await (call.drop(message["peer"]) if what == "drop" else call.record(message["take"]))
            return
        table: dict[str, Callable[..., None]] = {
            "connect": lambda peer, offers: call.connect(peer, offers=offers),
            "heard": call.heard,
            "mark": call.mark,
            "camera": call.camera,
            "show": call.show,
            "mute": lambda on: setattr(call.mixer, "muted", on),
            "use": self._equipment.use,
            "renew": lambda ice: call.renew([IceServer(**one) for one in ice]),
            "pictures": lambda **names: self._pictures(names),
        }
        table[what](**message)

    def _pictures(self, message: dict[str, Any]) -> None:
        peer = message["peer"]
        for track in ("camera", "shown"):
            if (peer, track) not in self._memory:
                self._memory[peer, track] = Slots(message[track], (360, 640) if (peer, track) == ("", "camera") else (720, 1280))

    # -- the equipment --------------------------------------------------------------------------------------------------

    def _uses(self) -> Any:  # noqa: ANN401  `equipment.Uses`, imported late
        from app.consult.media.equipment import Uses  # noqa: PLC0415  late import, as above

        call = self._call
        assert call is not None
        return Uses(
            hears=call.mixer.hears,
            plays=call.mixer.plays,
            sees=call.seen,
            delay=lambda ms: setattr(call.mixer, "delay_ms", ms),
            devices=self._teller.tell,
            failed=lambda happened, to_do: self._teller.tell(Failed(happened, to_do)),
        )

    def _end(self, beside: threading.Thread) -> None:
        try:
            if self._call is not None:
                asyncio.run_coroutine_threadsafe(self._call.close(), self._loop).result(END_S)
            asyncio.run_coroutine_threadsafe(_cancelled(), self._loop).result(END_S)
        except TimeoutError:
            log.warning("the call did not end in time")
        self._loop.call_soon_threadsafe(self._loop.stop)
        beside.join(END_S)
        if not self._loop.is_running():
            self._loop.close()
        for slots in self._memory.values():
            slots.close()
        self._teller.close()


def _left(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What a library's own task did not catch: after an outage that is a line that is gone, and its text names addresses."""
    log.warning("a task of the media has ended: %s", type(context.get("exception")).__name__)


async def _cancelled() -> None:
    """What libraries left running on the loop ends too."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


class Teller:
    """Events to the desk, by a thread of its own: the call never waits for the desk. Of waiting pictures of one track only one is told."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._waiting: deque[Event] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="media-tell", daemon=True)
        self._thread.start()

    def tell(self, event: Event) -> None:
        """From any thread; returns at once."""
        with self._changed:
            if isinstance(event, NewPicture) and event in self._waiting:
                return
            self._waiting.append(event)
            self._changed.notify()

    def close(self) -> None:
        """What waits is told, then nothing more."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread is not threading.current_thread():
            self._thread.join(END_S)

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closed)
                if not self._waiting:
                    return
                event = self._waiting.popleft()
            try:
                self._pipe.send_bytes(event_packed(event))
            except (OSError, ValueError):
                return
