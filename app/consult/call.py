"""One call from its opening to its end: the room's line and the media held together, and everything that the pane needs known of both.

The room says who is let in; media is had with these alone, and ends with them. A message of another consult, a picture of somebody who is
not in the room, a signal of a stranger: nothing of these is ever used.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from app.consult.recording_here import RecordingHere
from app.consult.session import DIED, Devices, Failed, LinkState, Marked, NewPicture, Recorded, SignalOut, WordsBroken, WordsKnown
from sync.protocol import consult as room

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    import numpy as np
    from numpy.typing import NDArray

    from app.consult.ports import RoomLine
    from app.consult.session import DeviceKind, Event, Link, MediaSession, Track
    from sync.protocol.consult import Ask, RoomPerson, RoomState, Told, WordsOutcome

IN = frozenset({"admitted", "here", "lost"})  # let in and not gone
OVER = frozenset({"ended", "cancelled", "no_show", "by_telephone"})
BROKEN_AFTER_S = 120.0  # the line is broken: the number to call is shown
RESTARTS = 3  # of what carries the media, in one call
AGAIN_S = 6.0  # how often a lost connection is built anew
_DOWN: tuple[Link, ...] = ("lost", "reconnecting")


class Call(QObject):
    """A call.

    Signals: `changed()` people, connection, words, line; `picture(peer, track)` a newer one can be had; `devices()`;
    `marked(peer, message)`; `refused(Refused)`; `failed(Failed)`; `over()` it has ended; `back()` the line to the room is there again.
    """

    changed = Signal()
    picture = Signal(str, str)
    devices = Signal()
    marked = Signal(str, object)
    refused = Signal(object)
    failed = Signal(object)
    over = Signal()
    back = Signal()
    _told = Signal(object)
    _linked = Signal(bool)
    _event = Signal(object)

    def __init__(
        self,
        consult: str,
        case_id: str,
        line: RoomLine,
        media: MediaSession,
        clock: Callable[[], float] = time.monotonic,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.consult, self.case_id = consult, case_id
        self._line, self._media, self._clock = line, media, clock
        self.state: RoomState | None = None
        self.recording = RecordingHere(media, self.ask)
        self.line_up = False
        self.links: dict[str, LinkState] = {}
        self.words: dict[str, tuple[str, str, str]] = {}
        self.compared: dict[str, WordsOutcome] = {}
        self.known_devices, self.knows_devices = Devices(()), False
        self.muted, self.camera_off, self.is_broken, self.ended = False, False, False, False
        self.began: datetime | None = None  # when somebody was here first
        self._connected: dict[str, float] = {}  # peer → when its connection was last begun
        self._started, self._media_said = False, (False, "", False)
        self._down_since: float | None = None
        self._restarts = 0
        self._takes: dict[type, Callable[[Any], None]] = {
            SignalOut: lambda event: self.ask(room.Signal(to=event.peer, body=event.body)),
            NewPicture: lambda event: self.picture.emit(event.peer, event.track),
            LinkState: self._take_link_state,
            WordsKnown: self._take_words,
            WordsBroken: self._take_broken,
            Marked: lambda event: self.marked.emit(event.peer, event.message),
            Devices: self._take_devices,
            Failed: self._take_failure,
            Recorded: self._take_last_part,
        }
        self._told.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._linked.connect(self._take_link, Qt.ConnectionType.QueuedConnection)
        self._event.connect(self._take_event, Qt.ConnectionType.QueuedConnection)
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self.look)

    # -- life ------------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Connects to the room."""
        self._line.start(_from_any_thread(self._told), _from_any_thread(self._linked))
        self._second.start()

    def close(self) -> None:
        """Lets go of everything that was known of people; says nothing to the room. Line and media are let go by `let_go`."""
        self._second.stop()
        if not self.ended and self._started:
            self._media.show(None)
            self.recording.end()
        self.ended = True
        self._forget()

    def let_go(self) -> Callable[[], None]:
        """What ends line and media; it may take a moment, from any thread."""
        line, media = self._line, self._media

        def end() -> None:
            media.stop()
            line.stop()

        return end

    def _forget(self) -> None:
        self.links.clear()
        self.words.clear()
        self.compared.clear()
        self._connected.clear()

    # -- who -------------------------------------------------------------------------------------------------------

    def me(self) -> RoomPerson | None:
        """This desk's physician."""
        return self.person(self.state.me) if self.state is not None else None

    def person(self, who: str) -> RoomPerson | None:
        """One of the room."""
        return next((each for each in self.state.people if each.id == who), None) if self.state is not None else None

    def inside(self) -> list[RoomPerson]:
        """The others who are let in, the patient first."""
        if self.state is None or self.ended:
            return []
        others = [each for each in self.state.people if each.state in IN and each.id != self.state.me]
        return sorted(others, key=lambda each: each.kind != "patient")

    def waiting(self) -> list[RoomPerson]:
        """Who waits, the longest first."""
        people = self.state.people if self.state is not None and not self.ended else ()
        return sorted((each for each in people if each.state == "waiting"), key=lambda each: each.since)

    def away(self) -> list[RoomPerson]:
        """Who is invited and neither waits nor is in."""
        people = self.state.people if self.state is not None and not self.ended else ()
        return [
            each
            for each in people
            if each.state in ("invited", "checked_in", "blocked") and each.id != (self.state.me if self.state else "")
        ]

    def newest(self, peer: str, track: Track) -> NDArray[np.uint8] | None:
        """The newest picture of one who is in and whose line is up ("" is one's own camera); None for everybody else."""
        if self.ended or (peer and not self._may_be_seen(peer)) or (not peer and self.camera_off):
            return None
        return self._media.picture(peer, track)

    def _may_be_seen(self, peer: str) -> bool:
        link = self.links.get(peer)
        return peer in {each.id for each in self.inside()} and link is not None and link.link not in (*_DOWN, "connecting", "sound_only")

    def has_no(self, kind: DeviceKind) -> bool:
        """Whether the devices are known, and none is of this kind."""
        return self.knows_devices and not any(each.kind == kind for each in self.known_devices.devices)

    def lacks_relay(self) -> bool:
        """Whether media cannot be had: it may go by a relay alone, and the hospital gives none."""
        return self.state is not None and not self.state.ice and self.state.relay_only and bool(self.inside())

    # -- what the physician does -------------------------------------------------------------------------------------

    def ask(self, ask: Ask) -> None:
        """Asks the room."""
        if not self.ended:
            self._line.ask(ask)

    def mute(self, on: bool) -> None:
        """One's own microphone."""
        self.muted = on
        self._media.mute(on)
        self.changed.emit()

    def camera(self, on: bool) -> None:
        """One's own camera."""
        self.camera_off = not on
        self._media.camera(on)
        self.changed.emit()

    def use(self, kind: DeviceKind, device: str) -> None:
        """Another device."""
        self._media.use(kind, device)

    def compare(self, peer: str, outcome: WordsOutcome) -> None:
        """How the words compared."""
        self.compared[peer] = outcome
        self.ask(room.Words(to=peer, outcome=outcome))
        self.changed.emit()

    def show_picture(self, picture: NDArray[np.uint8] | None) -> None:
        """The shown viewport, or None: nothing is shown from now on."""
        if self._started:
            self._media.show(picture)

    def mark(self, message: dict[str, object]) -> None:
        """A pointer or mark for everybody."""
        if self._started and not self.ended:
            self._media.mark(message)

    # -- what the room says --------------------------------------------------------------------------------------------

    @Slot(object)
    def _take(self, told: Told) -> None:
        if self.ended:
            return
        if isinstance(told, room.RoomState):
            if told.consult == self.consult:  # another consult's people are never shown here
                self._take_state(told)
        elif isinstance(told, room.Heard):
            if told.by in self._connected:
                self._media.heard(told.by, told.body)
        elif isinstance(told, room.Refused):
            self.refused.emit(told)

    def _take_state(self, state: RoomState) -> None:
        before, self.state = self.state, state
        if state.state in OVER:
            self.close()
            self.changed.emit()
            self.over.emit()
            return
        me_in = (me := self.me()) is not None and me.state in IN
        if me_in and (state.ice or not state.relay_only) and not self._started:
            self._start_media(state)
        elif state.ice and before is not None and state.ice != before.ice:
            self._media.renew(state.ice)
        self._follow_people()
        if self._started:
            self.recording.follow(state)
        here = [each.since for each in self.inside() if each.state == "here"]
        if here:
            self.began = min(*here, self.began) if self.began is not None else min(here)
        self.look()

    def _start_media(self, state: RoomState) -> None:
        self._started = True
        told = _from_any_thread(self._event)
        self._media.start(self.recording.kept_or(told), state.ice, me=state.me, call=state.consult, relay_only=state.relay_only)
        self._media.mute(self.muted)
        self._media.camera(not self.camera_off)

    def _start_again(self) -> None:
        """What carried the media is gone: everybody is connected anew, a few times."""
        if self.state is None or self._restarts >= RESTARTS:
            return
        self._restarts += 1
        self.recording.ended()
        self._forget()
        self._say_media()
        self._start_media(self.state)
        self._follow_people()

    def _follow_people(self) -> None:
        inside = {each.id: each for each in self.inside()} if self._started else {}
        for peer in set(self._connected) - set(inside):
            self._media.drop(peer)
            for known in (self._connected, self.links, self.words, self.compared):
                known.pop(peer, None)
        for peer in inside.keys() - self._connected.keys():
            self._connect(inside[peer])

    def _connect(self, person: RoomPerson) -> None:
        assert self.state is not None
        self._connected[person.id] = self._clock()
        self._media.connect(person.id, offers=not person.desk or self.state.me < person.id)

    @Slot(bool)
    def _take_link(self, up: bool) -> None:
        if self.ended:
            return
        back = up and not self.line_up
        self.line_up = up
        if not up and (told := self.recording.lost()) is not None:
            self.failed.emit(told)
        if back:
            self._again(0.0)
            self._say_media(again=self._started)
            self.back.emit()
        self.look()

    def _again(self, every_s: float) -> None:
        """A second connection in the same call, with everybody whose first is lost; at once also where it is only being sought."""
        wanted: tuple[Link, ...] = ("lost",) if every_s else (*_DOWN, "connecting")
        for person in self.inside():
            link, begun = self.links.get(person.id), self._connected.get(person.id)
            if link is not None and link.link in wanted and begun is not None and self._clock() - begun >= every_s:
                self._connect(person)

    # -- what the media says -------------------------------------------------------------------------------------------

    @Slot(object)
    def _take_event(self, event: Event) -> None:
        peer = getattr(event, "peer", "")
        if self.ended or (peer and peer not in self._connected):
            return
        take = self._takes.get(type(event))
        if take is not None:
            take(event)

    def _take_link_state(self, event: LinkState) -> None:
        self.links[event.peer] = event
        self._say_media()
        self.look()

    def _take_words(self, event: WordsKnown) -> None:
        if self.words.get(event.peer) != event.words:  # another connection: compared anew
            self.compared.pop(event.peer, None)
        self.words[event.peer] = event.words
        self.changed.emit()

    def _take_broken(self, event: WordsBroken) -> None:
        self.words.pop(event.peer, None)
        self.compare(event.peer, "broken")

    def _take_devices(self, event: Devices) -> None:
        self.known_devices, self.knows_devices = event, True
        self.devices.emit()
        self.changed.emit()

    def _take_last_part(self, event: Recorded) -> None:
        if (told := self.recording.ended(event)) is not None:
            self.failed.emit(told)

    def _take_failure(self, event: Failed) -> None:
        self.failed.emit(event)
        if event == DIED:
            self._start_again()

    def _say_media(self, *, again: bool = False) -> None:
        up = [link for link in self.links.values() if link.link not in (*_DOWN, "connecting")]
        way = up[0].way if up else ""
        now = (bool(up), way, bool(up) and all(link.link == "sound_only" for link in up))
        if again or now != self._media_said:
            self._media_said = now
            self.ask(room.Media(up=now[0], way=way, sound_only=now[2]))

    # -- the line ------------------------------------------------------------------------------------------------------

    def is_down(self) -> bool:
        """Whether nobody who was talked with can be heard now, or the room cannot be reached."""
        if self.began is None:
            return False
        down: tuple[Link, ...] = _DOWN if self._down_since is None else (*_DOWN, "connecting")  # to try again is not to be back
        links = [self.links[each.id].link for each in self.inside() if each.id in self.links]
        return not self.line_up or (bool(links) and all(link in down for link in links)) or self._all_lost()

    def _all_lost(self) -> bool:
        inside = self.inside()
        return bool(inside) and all(each.state == "lost" for each in inside)

    def look(self) -> None:
        """Looks at the clock: how long the line has been down."""
        if self.ended:
            return
        down, now = self.is_down(), self._clock()
        self._down_since = (self._down_since or now) if down else None
        self.is_broken = self._down_since is not None and now - self._down_since >= BROKEN_AFTER_S
        if down and self.line_up:
            self._again(AGAIN_S)
        self.changed.emit()


def _from_any_thread(signal: object) -> Callable[[object], None]:
    """A callback that brings its argument into the window's thread; silent once the window's side is gone."""

    def emit(value: object) -> None:
        try:
            signal.emit(value)  # type: ignore[attr-defined]  # a bound signal
        except RuntimeError:
            return

    return emit
