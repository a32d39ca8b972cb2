"""Media without devices and without a network: it keeps the rules of `MediaSession` and does what a test tells it to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from app.consult.session import Device, Devices, LinkState, Marked, NewPicture, WordsKnown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from app.consult.session import DeviceKind, Event, Link, Track
    from sync.protocol.consult import IceServer

WORDS = ("harbor", "violet", "canoe")
DEVICES = (
    Device("microphone", "m1", "Built-in microphone", True),
    Device("microphone", "m2", "Headset", False),
    Device("loudspeaker", "l1", "Built-in loudspeaker", True),
    Device("camera", "c1", "FaceTime HD", True),
)


class MediaDouble:
    """Fulfils `MediaSession`; a call out of order is a fault of the caller and raises."""

    def __init__(self) -> None:
        self.told: Callable[[Event], None] | None = None
        self.peers: dict[str, bool] = {}  # peer → this side offers
        self.connections: list[tuple[str, bool]] = []
        self.signals: list[tuple[str, dict[str, Any]]] = []
        self.pictures: dict[tuple[str, str], NDArray[np.uint8]] = {}
        self.shown: list[NDArray[np.uint8] | None] = []
        self.marks: list[dict[str, Any]] = []
        self.used: list[tuple[str, str]] = []
        self.takes: list[str] = []
        self.ice: tuple[IceServer, ...] = ()
        self.muted, self.camera_on, self.stops = False, True, 0

    def start(self, told: Callable[[Event], None], ice: Sequence[IceServer], *, me: str, call: str, relay_only: bool) -> None:
        assert self.told is None, "started twice"
        self.told, self.ice = told, tuple(ice)
        told(Devices(DEVICES))

    def renew(self, ice: Sequence[IceServer]) -> None:
        self.ice = tuple(ice)

    def connect(self, peer: str, *, offers: bool) -> None:
        assert self.told is not None, "connected before the start"
        self.peers[peer] = offers
        self.connections.append((peer, offers))
        self.say(LinkState(peer, "connecting"))

    def heard(self, peer: str, body: dict[str, Any]) -> None:
        assert peer in self.peers, "a signal of a stranger"
        self.signals.append((peer, body))

    def drop(self, peer: str) -> None:
        del self.peers[peer]
        for key in [key for key in self.pictures if key[0] == peer]:
            del self.pictures[key]

    def mute(self, on: bool) -> None:
        self.muted = on

    def camera(self, on: bool) -> None:
        self.camera_on = on

    def use(self, kind: DeviceKind, device: str) -> None:
        self.used.append((kind, device))
        self.say(Devices(tuple(_using(each, kind, device) for each in DEVICES)))

    def show(self, picture: NDArray[np.uint8] | None) -> None:
        assert picture is None or (picture.ndim == 3 and picture.shape[2] == 3 and picture.dtype == np.uint8)
        self.shown.append(picture)

    def mark(self, message: dict[str, Any]) -> None:
        self.marks.append(message)

    def record(self, take: str) -> None:
        assert self.told is not None, "recorded before the start"
        self.takes.append(take)

    def picture(self, peer: str, track: Track) -> NDArray[np.uint8] | None:
        return self.pictures.get((peer, track))

    def stop(self) -> None:
        self.told, self.stops = None, self.stops + 1
        self.peers.clear()
        self.pictures.clear()

    # -- what a test tells it --------------------------------------------------------------------------------------------

    def say(self, event: Event) -> None:
        if self.told is not None:
            self.told(event)

    def link(self, peer: str, link: Link) -> None:
        self.say(LinkState(peer, link, "turn_udp", 80.0, 0.01))

    def words(self, peer: str, words: tuple[str, str, str] = WORDS) -> None:
        self.say(WordsKnown(peer, words))

    def face(self, peer: str, grey: int = 90) -> None:
        """Somebody's camera gives a picture: a head and shoulders."""
        self.pictures[peer, "camera"] = portrait(grey)
        self.say(NewPicture(peer, "camera"))

    def marked(self, peer: str, message: dict[str, Any]) -> None:
        self.say(Marked(peer, message))


def _using(each: Device, kind: DeviceKind, device: str) -> Device:
    return Device(each.kind, each.id, each.name, each.id == device) if each.kind == kind else each


def portrait(grey: int, rows: int = 360, columns: int = 640) -> NDArray[np.uint8]:
    """A head and shoulders in bluish greys."""
    made = np.full((rows, columns, 3), (34, 42, 52), np.uint8)
    y, x = np.mgrid[0:rows, 0:columns]
    body = ((x - columns / 2) / (columns * 0.24)) ** 2 + ((y - rows) / (rows * 0.55)) ** 2 < 1
    head = ((x - columns / 2) / (columns * 0.11)) ** 2 + ((y - rows * 0.38) / (rows * 0.24)) ** 2 < 1
    made[body] = (grey // 2 + 14, grey // 2 + 22, grey // 2 + 32)
    made[head] = (grey - 16, grey - 6, grey + 6)
    return made
