"""The media of a call in a process of their own: what the desk holds of it.

The process is started by `start` and ends with `stop`, with the desk, or by itself in trouble: that is told by `Failed`, and `start` may be
called again. Pictures come by shared memory, the newest wins; all else by one pipe (`app.consult.wire`).
"""

from __future__ import annotations

import importlib
import logging
import multiprocessing
import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from app.consult.session import DIED, NewPicture
from app.consult.slots import Picture, Slots
from app.consult.wire import event_unpacked, packed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess
    from pathlib import Path

    from app.consult.session import DeviceKind, Event, Track
    from sync.protocol.consult import IceServer

log = logging.getLogger(__name__)
ENTRY = "app.consult.media.child:main"
END_S = 4.0
PREVIEW = (360, 640)  # rows, columns of one's own camera in the window
TRACKS: tuple[Track, ...] = ("camera", "shown")


class MediaProcess:
    """A `MediaSession` whose work is done by a spawned process.

    Args:
        entry: "module:function" that the process runs with its end of the pipe; tests give another, with devices of their own.
        authority: the hospital's own (PEM file), which a relay's TLS may be certified by, beside the public ones.
    """

    def __init__(self, entry: str = ENTRY, authority: Path | None = None) -> None:
        self._entry, self._authority = entry, authority
        self._lock = threading.Lock()
        self._running: _Running | None = None

    @property
    def pid(self) -> int | None:
        """The process, while it runs."""
        running = self._running
        return running.process.pid if running is not None else None

    def start(self, told: Callable[[Event], None], ice: Sequence[IceServer], *, me: str, call: str, relay_only: bool) -> None:
        """Starts the process; one that runs or ran is ended first."""
        self.stop()
        running = _Running(self._entry, told)
        with self._lock:
            self._running = running
        running.say("pictures", peer="", camera=running.slots("", "camera", PREVIEW).name, shown=running.slots("", "shown").name)
        authority = str(self._authority) if self._authority is not None else ""
        running.say("start", ice=_plain(ice), me=me, call=call, relay_only=relay_only, authority=authority)

    def renew(self, ice: Sequence[IceServer]) -> None:
        """Newer credentials of the relay."""
        self._say("renew", ice=_plain(ice))

    def connect(self, peer: str, *, offers: bool) -> None:
        """Media with a peer."""
        running = self._running
        if running is not None:
            running.clear(peer, gone=False)
            names = {track: running.slots(peer, track).name for track in TRACKS}
            running.say("pictures", peer=peer, **names)
            running.say("connect", peer=peer, offers=offers)

    def heard(self, peer: str, body: dict[str, Any]) -> None:
        """A signal of a peer."""
        self._say("heard", peer=peer, body=body)

    def drop(self, peer: str) -> None:
        """No more media with a peer."""
        self._say("drop", peer=peer)
        if self._running is not None:
            self._running.clear(peer, gone=True)

    def mute(self, on: bool) -> None:
        """Sound of one's own microphone."""
        self._say("mute", on=on)

    def camera(self, on: bool) -> None:
        """One's own camera."""
        self._say("camera", on=on)

    def use(self, kind: DeviceKind, device: str) -> None:
        """Another device."""
        self._say("use", kind=kind, device=device)

    def show(self, picture: Picture | None) -> None:
        """The shown viewport as the second track."""
        running = self._running
        if running is None:
            return
        if picture is not None:
            running.slots("", "shown").put(_fitted(picture))
        running.say("show", on=picture is not None)

    def mark(self, message: dict[str, Any]) -> None:
        """To every peer."""
        self._say("mark", message=message)

    def record(self, take: str) -> None:
        """A recording begins; "" ends it."""
        self._say("record", take=take)

    def picture(self, peer: str, track: Track) -> Picture | None:
        """The newest picture."""
        running = self._running
        return running.newest(peer, track) if running is not None else None

    def stop(self) -> None:
        """Ends the process; returns when it is gone, and the devices are free."""
        with self._lock:
            running, self._running = self._running, None
        if running is not None:
            running.end()

    def _say(self, what: str, **with_: Any) -> None:  # noqa: ANN401  whatever JSON can say
        running = self._running
        if running is not None:
            running.say(what, **with_)


class _Running:
    """One process with its pipe, its memory, and the two threads that speak and listen."""

    def __init__(self, entry: str, told: Callable[[Event], None]) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._told = told
        self._slots: dict[tuple[str, str], Slots] = {}
        self._slots_lock = threading.Lock()
        self._gone: set[str] = set()
        self._ended = threading.Event()
        self._to_say: SimpleQueue[bytes | None] = SimpleQueue()
        self.process: SpawnProcess = context.Process(target=_run, args=(entry, theirs), name="overread-media", daemon=True)
        self.process.start()
        theirs.close()
        self._threads = [
            threading.Thread(target=work, name=f"consult-media-{name}", daemon=True)
            for name, work in (("says", self._speak), ("hears", self._listen))
        ]
        for thread in self._threads:
            thread.start()

    def say(self, what: str, **with_: Any) -> None:  # noqa: ANN401  whatever JSON can say
        self._to_say.put(packed({"do": what, **with_}))

    def slots(self, peer: str, track: Track, most: tuple[int, int] | None = None) -> Slots:
        with self._slots_lock:
            if (peer, track) not in self._slots:
                self._slots[peer, track] = Slots(most=most) if most else Slots()
            return self._slots[peer, track]

    def newest(self, peer: str, track: Track) -> Picture | None:
        with self._slots_lock:
            slots = self._slots.get((peer, track))
            return slots.newest() if slots is not None and peer not in self._gone else None

    def clear(self, peer: str, *, gone: bool) -> None:
        with self._slots_lock:
            if not gone and peer not in self._gone:
                return
            (self._gone.add if gone else self._gone.discard)(peer)
            for (whose, _), slots in self._slots.items():
                if whose == peer:
                    slots.clear()

    def end(self) -> None:
        self._ended.set()
        self.say("stop")
        self.process.join(END_S)
        for force in (self.process.terminate, self.process.kill):
            if self.process.exitcode is None:
                force()
                self.process.join(1.0)
        self._to_say.put(None)
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(2.0)
        self._pipe.close()
        self.process.close()
        with self._slots_lock:
            for slots in self._slots.values():
                slots.close()
            self._slots.clear()

    def _speak(self) -> None:
        while (message := self._to_say.get()) is not None:
            try:
                self._pipe.send_bytes(message)
            except (OSError, ValueError):
                return  # the process is gone; whoever listens says so

    def _listen(self) -> None:
        try:
            while True:
                data = self._pipe.recv_bytes()
                try:
                    event = event_unpacked(data)
                except ValueError:
                    log.warning("the media process said something that is no event")
                    continue
                if not self._ended.is_set() or not isinstance(event, NewPicture):
                    self._tell(event)
        except (OSError, EOFError):
            if not self._ended.is_set():
                log.warning("the media process has ended")
                self._tell(DIED)

    def _tell(self, event: Event) -> None:
        try:
            self._told(event)
        except Exception:  # the thread's edge: the listener is another's
            log.exception("an event of the media was not taken")


def _run(entry: str, pipe: Connection) -> None:
    """What the spawned process does."""
    module, function = entry.split(":")
    getattr(importlib.import_module(module), function)(pipe)


def _plain(ice: Sequence[IceServer]) -> list[dict[str, Any]]:
    return [one.model_dump(mode="json") for one in ice]


def _fitted(picture: Picture) -> Picture:
    """A picture that is larger than a track may be, with every n-th row and column only."""
    step = max(-(-picture.shape[0] // 720), -(-picture.shape[1] // 1280), 1)
    return picture[::step, ::step]
