"""One call: its peers, what goes to them, and what comes from them. Everything on the event loop of the media process."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Any

import av
import numpy as np
from aiortc.rtcdtlstransport import RTCCertificate

from app.consult.media.adaptation import LADDER
from app.consult.media.ladder import Rung, rungs, trusted
from app.consult.media.peer import Peer
from app.consult.media.recorder import Recorder
from app.consult.media.scene import drawn
from app.consult.media.sound import Mixer, NoCleaning, WebRtcCleaning
from app.consult.session import Event, Failed, Level, NewPicture
from app.consult.slots import MOST, Picture, Slots

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.consult.media.equipment import Equipment
    from app.consult.media.link import Link
    from app.consult.media.opus import Sound
    from app.consult.session import Track
    from sync.protocol.consult import IceServer

log = logging.getLogger(__name__)
PREVIEW, PREVIEW_EVERY_S = (640, 360), 1 / 15
LATE_EVERY_S = 0.05
OLD_S = 4.0  # a picture of a peer; one that stands still is sent again every second
TRACKS: tuple[Track, ...] = ("shown", "camera")
MOST_WITH_PEERS = {1: len(LADDER) - 1, 2: len(LADDER) - 2}  # steps of the ladder; one encoder for each peer
MOST_WITH_MORE = 2


class Call:
    """A call.

    Args:
        tell: gets every event; from any thread.
        equipment: the machine's devices.
        words: the list of 2048.
        ice: the relays, `relay_only`: whether nothing else may be used; `call`: its id, which the words are bound to.
        authority: a PEM file that a relay's TLS may be certified by, beside the system's; "" for none.
        memory: (peer, track) → the memory where pictures go, filled as peers come.
    """

    def __init__(
        self,
        tell: Callable[[Event], None],
        equipment: Equipment,
        words: Sequence[str],
        *,
        ice: Sequence[IceServer],
        call: str,
        relay_only: bool,
        authority: str,
        memory: dict[tuple[str, str], Slots],
    ) -> None:
        self.tell, self.call, self.relay_only = tell, call, relay_only
        self.certificate = RTCCertificate.generateCertificate()
        self.trust = trusted(authority)
        self.late_s = 0.0
        self._equipment, self._words, self._memory = equipment, words, memory
        self._ice = tuple(ice)
        self._loop = asyncio.get_running_loop()
        self._peers: dict[str, Peer] = {}
        self._camera_on, self._showing = False, False
        self._previewed = 0.0
        self._shown: av.VideoFrame | None = None
        self._seen_at: dict[tuple[str, str], float] = {}  # when a picture of a peer came last
        cleaning = WebRtcCleaning() if equipment.clean else NoCleaning()
        self.mixer = Mixer(cleaning, self._microphone, lambda peer, level: tell(Level(peer, level)))
        self._tasks = [asyncio.ensure_future(self._lateness())]
        if relay_only and not self.ladder():
            tell(Failed("The hospital has named no relay for this consult.", "Ask the hospital; until then speak by telephone."))

    # -- what the desk asks ---------------------------------------------------------------------------------------------

    def renew(self, ice: Sequence[IceServer]) -> None:
        """Newer credentials."""
        self._ice = tuple(ice)

    def connect(self, peer: str, *, offers: bool) -> None:
        """Media with a peer, or a second connection with it."""
        if peer not in self._peers:
            self._peers[peer] = Peer(peer, offers=offers, host=self)
            self._share()
        self._peers[peer].connect()

    def heard(self, peer: str, body: dict[str, Any]) -> None:
        """A signal; one of somebody who is no peer is left alone."""
        if peer in self._peers:
            self._peers[peer].heard(body)

    async def drop(self, name: str) -> None:
        """No more media with a peer."""
        peer = self._peers.pop(name, None)
        self.mixer.take(name, None)
        if peer is not None:
            await peer.close()
        self._share()

    def camera(self, on: bool) -> None:
        """One's own camera."""
        self._camera_on = on
        self._equipment.camera(on)
        if not on:
            self._to_all("camera", None)
            self._mine("camera").clear()

    def show(self, on: bool) -> None:
        """What lies in the memory for the shown picture goes to all; or nothing any more."""
        self._showing = on
        picture = self._mine("shown").newest() if on else None
        self._shown = av.VideoFrame.from_ndarray(picture, format="rgb24") if picture is not None else None
        self._to_all("shown", self._shown)

    def mark(self, message: dict[str, Any]) -> None:
        """To all."""
        for link in self._links():
            link.mark(message)

    async def record(self, take: str) -> None:
        """A recording begins, or ends with ""; its last part is told before this returns."""
        before = self.mixer.recorder
        self.mixer.recorder = Recorder(take, self._scene, self.tell) if take else None
        if before is not None:
            await self._loop.run_in_executor(None, before.close)

    async def close(self) -> None:
        """Ends everything."""
        await self.record("")
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, *(self.drop(name) for name in list(self._peers)), return_exceptions=True)

    # -- what peers ask: `peer.Host` ------------------------------------------------------------------------------------

    def ladder(self) -> Sequence[Rung]:
        """The ways, in their order."""
        return rungs(self._ice, relay_only=self.relay_only)

    def begun(self, peer: Peer, link: Link) -> None:  # noqa: ARG002  the interface's
        """A new link shows what is shown now."""
        link.pictures["shown"].put(self._shown)

    def swapped(self, peer: Peer, link: Link) -> None:
        """A link carries the media from now on."""
        self.mixer.take(peer.name, link.sound)
        link.pictures["shown"].put(self._shown)

    def picture(self, peer: str, track: Track, frame: av.VideoFrame) -> None:
        """A newer picture of a peer, on a worker thread."""
        slots = self._memory.get((peer, track))
        if slots is not None:
            slots.put(_rgb(_fitted(frame, (MOST[1], MOST[0]))))
            self._seen_at[peer, track] = time.monotonic()
            self.tell(NewPicture(peer, track))

    def spoken(self, numbers: tuple[int, int, int]) -> tuple[str, str, str]:
        """The words of the numbers."""
        first, second, third = (self._words[n] for n in numbers)
        return first, second, third

    # -- what the equipment gives ---------------------------------------------------------------------------------------

    def seen(self, frame: av.VideoFrame) -> None:
        """A picture of the camera; on its thread."""
        if not self._camera_on:
            return
        now = time.monotonic()
        if now - self._previewed >= PREVIEW_EVERY_S:
            self._previewed = now
            self._mine("camera").put(_rgb(_fitted(frame, PREVIEW)))
            self.tell(NewPicture("", "camera"))
        self._on_loop(self._to_all, "camera", frame)

    def _microphone(self, block: Sound) -> None:
        self._on_loop(self._say_to_all, block)

    def _on_loop(self, work: Callable[..., None], *values: object) -> None:
        try:
            self._loop.call_soon_threadsafe(work, *values)
        except RuntimeError:
            log.info("a device gave something after the call's end")

    # -- inside ---------------------------------------------------------------------------------------------------------

    def _scene(self) -> Picture:
        """What the call looks like now; on the recorder's thread."""
        shown, faces = ([one for peer in (*self._peers, "") if (one := self._now(peer, track)) is not None] for track in TRACKS)
        return drawn(next(iter(shown), None), faces)

    def _now(self, peer: str, track: Track) -> Picture | None:
        """A picture that is not old: of a track that has ended the last one lies there still."""
        on = self._showing if track == "shown" else self._camera_on
        fresh = time.monotonic() - self._seen_at.get((peer, track), -OLD_S) < OLD_S if peer else on
        slots = self._memory.get((peer, track))
        return slots.newest() if slots is not None and fresh else None

    def _say_to_all(self, block: Sound) -> None:
        for link in self._links():
            link.microphone.put(block)

    def _to_all(self, track: Track, frame: av.VideoFrame | None) -> None:
        if track == "camera" and not self._camera_on:
            frame = None
        for link in self._links():
            link.pictures[track].put(frame)

    def _links(self) -> list[Link]:
        return [peer.current for peer in self._peers.values() if peer.current is not None]

    def _mine(self, track: Track) -> Slots:
        return self._memory["", track]

    def _share(self) -> None:
        most = MOST_WITH_PEERS.get(len(self._peers), MOST_WITH_MORE)
        for peer in self._peers.values():
            peer.adaptation.most = most
            peer.adaptation.at = min(peer.adaptation.at, most)
            if peer.current is not None:
                peer.current.adapt(peer.adaptation.step)

    async def _lateness(self) -> None:
        """How late the loop wakes: all sound passes through it."""
        while True:
            before = self._loop.time()
            await asyncio.sleep(LATE_EVERY_S)
            late = self._loop.time() - before - LATE_EVERY_S
            self.late_s = max(late, self.late_s * 0.9)


def _fitted(frame: av.VideoFrame, most: tuple[int, int]) -> av.VideoFrame:
    share = min(1.0, most[0] / frame.width, most[1] / frame.height)
    if share == 1.0:
        return frame
    return frame.reformat(width=max(int(frame.width * share) // 2 * 2, 2), height=max(int(frame.height * share) // 2 * 2, 2))


def _rgb(frame: av.VideoFrame) -> Picture:
    return np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
