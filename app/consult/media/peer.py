"""One peer in a call: the connection that carries the media, maybe a second one that is being made, the words, and how the line is."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Any, Protocol

from app.consult.media.adaptation import Adaptation, Judge, Second
from app.consult.media.ladder import Rung, first_that_answers
from app.consult.media.link import Heard, Link
from app.consult.session import Event, LinkState, Marked, SignalOut, WordsBroken, WordsKnown
from sync.protocol.words import Comparison

if TYPE_CHECKING:
    import ssl
    from collections.abc import Sequence

    import av
    from aiortc.rtcdtlstransport import RTCCertificate

    from app.consult.session import Link as LinkWord
    from app.consult.session import Track

log = logging.getLogger(__name__)
TICK_S, TOLD_EVERY_S = 1.0, 5.0
WARN_S, REBUILD_S, AGAIN_S = 3.0, 8.0, 3.0
UNANSWERED_S, UNCONNECTED_S, LOST_S = 5.0, 12.0, 120.0


class Host(Protocol):
    """What the call gives its peers."""

    call: str
    relay_only: bool
    certificate: RTCCertificate
    trust: ssl.SSLContext
    late_s: float

    def ladder(self) -> Sequence[Rung]:
        """The ways, in their order."""
        ...

    def tell(self, event: Event) -> None:
        """To the desk."""
        ...

    def begun(self, peer: Peer, link: Link) -> None:
        """A link is made: it gets what we send."""
        ...

    def swapped(self, peer: Peer, link: Link) -> None:
        """A link carries the media from now on."""
        ...

    def picture(self, peer: str, track: Track, frame: av.VideoFrame) -> None:
        """A newer picture, on a worker thread."""
        ...

    def spoken(self, numbers: tuple[int, int, int]) -> tuple[str, str, str]:
        """The words of the numbers."""
        ...


class Peer(Heard):
    """One peer; everything on the event loop.

    Args:
        name: the person's id in the room.
        offers: whether we offer.
        host: the call.
    """

    def __init__(self, name: str, *, offers: bool, host: Host) -> None:
        self.name, self.offers, self._host = name, offers, host
        self.current: Link | None = None
        self.adaptation = Adaptation()
        self._next: Link | None = None
        self._number = 0
        self._answered = False
        self._avoid: set[Rung] = set()
        self._comparison: Comparison | None = None
        self._known: tuple[bytes, bytes] | None = None
        self._pending: dict[str, Any] | None = None  # a commit that came before we were connected
        self._judge = Judge()
        self._alive = self._began = time.monotonic()
        self._tried, self._packets, self._told_at = 0.0, -1, 0.0
        self._sound_seen = (0, 0)
        self._trip_s, self._sent = 0.0, 0
        self._told: LinkState | None = None
        self._inbox: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
        self._tasks = [asyncio.ensure_future(self._work()), asyncio.ensure_future(self._ticks())]

    # -- what the desk asks ---------------------------------------------------------------------------------------------

    def connect(self) -> None:
        """A connection; the second in the same call if one stands."""
        if self.offers or self.current is not None:
            self._inbox.put_nowait(("renew", None))
        else:
            self._tried = time.monotonic()  # theirs to begin; asked for if nothing comes
        self._say("connecting" if self.current is None else "reconnecting")

    def heard(self, body: dict[str, Any]) -> None:
        """A signal of theirs; they are taken one after the other."""
        self._inbox.put_nowait(("heard", body))

    async def close(self) -> None:
        """Ends everything with this peer."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for link in (self.current, self._next):
            if link is not None:
                await link.close()
        self.current = self._next = None

    # -- one thing after the other --------------------------------------------------------------------------------------

    async def _work(self) -> None:
        while True:
            what, value = await self._inbox.get()
            try:
                await (self._renew() if what == "renew" else self._take(value))
            except Exception as error:  # noqa: BLE001  what a stranger sends, or a line that breaks, ends no call
                log.warning("a signal could not be followed: %s", type(error).__name__)

    async def _renew(self) -> None:
        self._tried = time.monotonic()
        if not self.offers:
            self._signal({"k": "again"})
            return
        link = await self._made(self._number + 1)
        if link is not None:
            self._signal({"k": "offer", "sdp": await link.offer(), "n": link.number})
            self._tried = time.monotonic()

    async def _take(self, body: dict[str, Any]) -> None:
        kind = body.get("k")
        if kind == "offer" and not self.offers:
            await self._answer(str(body["sdp"]), int(body["n"]))
        elif kind == "answer" and self.offers:
            if self._next is not None and self._next.number == body.get("n") and not self._answered:
                self._answered = True
                await self._next.take_answer(str(body["sdp"]))
        elif kind == "again" and self.offers:
            if time.monotonic() - self._tried > 1.0 or self._next is None:
                await self._renew()
        elif kind in ("commit", "nonce", "reveal"):
            self._compare(body)

    async def _answer(self, sdp: str, number: int) -> None:
        self._tried = time.monotonic()
        link = await self._made(number)
        if link is None:
            return
        try:
            answer = await link.answer(sdp)
        except Exception:  # whatever was sent is no offer: the connection that stands stays the only one
            self._next = None
            await link.close()
            raise
        self._signal({"k": "answer", "sdp": answer, "n": number})

    async def _made(self, number: int) -> Link | None:
        rung = await first_that_answers(self._host.ladder(), self._host.trust, self._avoid)
        if rung is None:
            return None
        if self._next is not None:
            await self._next.close()
        self._number, self._answered = number, False
        relay_only = self._host.relay_only
        link = Link(rung, relay_only=relay_only, number=number, certificate=self._host.certificate, trust=self._host.trust, heard=self)
        self._next = link
        self._host.begun(self, link)
        link.adapt(self.adaptation.step)
        return link

    # -- what a link tells ----------------------------------------------------------------------------------------------

    def connected(self, link: Link) -> None:
        """The new connection stands: it takes the old one's place, then the old one ends."""
        if link is not self._next:
            return
        old, self.current, self._next = self.current, link, None
        self._alive, self._packets = time.monotonic(), -1
        self._sound_seen = (0, 0)
        self._avoid.clear()
        self._host.swapped(self, link)
        self._say("good")
        if old is not None:
            self._tasks.append(asyncio.ensure_future(old.close()))
        self._begin_words(link)

    def failed(self, link: Link) -> None:
        """Another way is tried at the next tick."""
        if link is self._next:
            self._avoid.add(link.rung)
            self._tried = 0.0
        elif link is self.current:
            self._alive = min(self._alive, time.monotonic() - REBUILD_S)

    def picture(self, link: Link, track: Track, frame: av.VideoFrame) -> None:
        """To the window, if it is of the connection that counts."""
        if link is self.current:
            self._host.picture(self.name, track, frame)

    def message(self, link: Link, message: dict[str, Any]) -> None:
        """A sign of life, or a mark."""
        if message.get("m") == "ping":
            link.send({"m": "pong", "t": message.get("t")})
        elif message.get("m") == "pong":
            self._pong(message.get("t"))
        else:
            self._host.tell(Marked(self.name, message))

    def _pong(self, sent: object) -> None:
        if isinstance(sent, (int, float)):
            self._trip_s = min(max(time.monotonic() - sent / 1000, 0.0), 10.0)

    # -- words ----------------------------------------------------------------------------------------------------------

    def _begin_words(self, link: Link) -> None:
        both = link.fingerprints()
        if both == self._known:
            return  # the same two certificates: the words that were compared still hold
        self._comparison = Comparison(self._host.call, both, offers=self.offers)
        for body in self._comparison.begin():
            self._signal(body)
        if self._pending is not None:
            pending, self._pending = self._pending, None
            self._compare(pending)

    def _compare(self, body: dict[str, Any]) -> None:
        waits = self._next is not None or self.current is None
        if waits and body.get("k") == "commit":
            self._pending = body
            return
        if body.get("k") == "commit" and self.current is not None:
            self._comparison = Comparison(self._host.call, self.current.fingerprints(), offers=False)
        if self._comparison is None:
            return
        known = self._comparison.numbers is not None  # then what comes is late, or a stranger's: they are not told again
        for reply in self._comparison.heard(body):
            self._signal(reply)
        if self._comparison.cheated:
            self._comparison = None
            self._host.tell(WordsBroken(self.name))
        elif self._comparison.numbers is not None and not known and self.current is not None:
            self._known = self.current.fingerprints()
            self._host.tell(WordsKnown(self.name, self._host.spoken(self._comparison.numbers)))

    # -- each second ----------------------------------------------------------------------------------------------------

    async def _ticks(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            try:
                await self._tick()
            except Exception as error:  # noqa: BLE001  a link that is just closing ends no call
                log.warning("a second could not be judged: %s", type(error).__name__)

    async def _tick(self) -> None:
        now, link = time.monotonic(), self.current
        if link is not None:
            await self._judged(link)
        silent = now - self._alive
        waits = now - self._tried
        limit = UNCONNECTED_S if self._answered or not self.offers else UNANSWERED_S
        due = waits > AGAIN_S if self._next is None else waits > limit
        if due and (link is None or silent > REBUILD_S) and self._inbox.empty():
            if self._next is not None:
                self._avoid.add(self._next.rung)
                if len(self._avoid) >= len(self._host.ladder()):
                    self._avoid.clear()
            self._inbox.put_nowait(("renew", None))
        if link is None and now - self._began > LOST_S:
            self._say("lost")

    async def _judged(self, link: Link) -> None:
        now = time.monotonic()
        link.send({"m": "ping", "t": round(now * 1000)})
        packets = link.packets
        if packets != self._packets:
            self._packets, self._alive = packets, now
        silent = now - self._alive
        if silent > WARN_S:
            self._say("lost" if silent > LOST_S else "reconnecting")
            return
        loss, trip, bits, sent = await link.counted()
        before, self._sent = self._sent, sent
        second = Second(max(loss, self._lost_here(link)), self._trip_s or trip, bits, max(sent - before, 0) * 8, self._host.late_s)
        if self.adaptation.take(second):
            link.adapt(self.adaptation.step)
        word = self._judge.take(second)
        self._say("sound_only" if self.adaptation.sound_only else word, second)

    def _lost_here(self, link: Link) -> float:
        counts = link.sound.counts
        before, self._sound_seen = self._sound_seen, (counts.arrived, counts.lost)
        came, went = counts.arrived - before[0], counts.lost - before[1]
        return went / (came + went) if came + went > 10 else 0.0

    # -- telling --------------------------------------------------------------------------------------------------------

    def _signal(self, body: dict[str, Any]) -> None:
        self._host.tell(SignalOut(self.name, body))

    def _say(self, word: LinkWord, second: Second | None = None) -> None:
        now = time.monotonic()
        way = self.current.rung.way if self.current is not None else ""
        if self._told is not None and (self._told.link, self._told.way) == (word, way) and now - self._told_at < TOLD_EVERY_S:
            return
        trip, loss = (second.round_trip_s * 1000, second.loss) if second is not None else (0.0, 0.0)
        self._told, self._told_at = LinkState(self.name, word, way, round(trip, 1), round(loss, 4)), now
        self._host.tell(self._told)
