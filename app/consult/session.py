"""What the consult asks of whatever carries its media, and what it hears back; no library of media is named here.

The mesh by aiortc (`app.consult.process`) is one; a server for larger rooms may be another. All calls return at once. Events come to one
callback, from any thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from sync.protocol.consult import IceServer

Track = Literal["camera", "shown"]
DeviceKind = Literal["microphone", "loudspeaker", "camera"]
Link = Literal["connecting", "good", "weak", "very_weak", "sound_only", "reconnecting", "lost"]
Way = Literal["", "turn_udp", "turn_tcp", "turns", "direct"]


@dataclass(frozen=True, slots=True)
class SignalOut:
    """To be carried to a peer by the room's line."""

    peer: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class LinkState:
    """How the media with one peer is. `loss` is a share, times are milliseconds."""

    peer: str
    link: Link
    way: Way = ""
    round_trip_ms: float = 0.0
    loss: float = 0.0


@dataclass(frozen=True, slots=True)
class NewPicture:
    """A newer picture can be had from `MediaSession.picture`."""

    peer: str  # "" is one's own camera
    track: Track


@dataclass(frozen=True, slots=True)
class WordsKnown:
    """The words to compare aloud with one peer (commit and reveal are done)."""

    peer: str
    words: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class WordsBroken:
    """A peer did not hold to its commitment: there are no words, and somebody may be in between."""

    peer: str


@dataclass(frozen=True, slots=True)
class Marked:
    """What a peer sent over the channel of pointers and marks."""

    peer: str
    message: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Device:
    """One device, by the system's own name."""

    kind: DeviceKind
    id: str
    name: str
    used: bool


@dataclass(frozen=True, slots=True)
class Devices:
    """All devices, at the start and whenever one comes or goes."""

    devices: tuple[Device, ...]


@dataclass(frozen=True, slots=True)
class Level:
    """How loud one's own microphone ("") or a peer is, 0 to 1, a few times a second."""

    peer: str
    level: float


@dataclass(frozen=True, slots=True)
class Recorded:
    """The next part of a recording; the parts of a take, in their order, are one WebM file."""

    take: str
    number: int
    data: bytes
    last: bool


@dataclass(frozen=True, slots=True)
class Failed:
    """Something of the media cannot go on; two sentences for the person."""

    what_happened: str
    what_to_do: str
    peer: str = ""


DIED = Failed(
    "The part of the program that carries sound and picture has ended.",
    "It is started again; the others stay in the room. If it happens again, restart the desk.",
)
# What carries the media is gone as a whole; `start` may be called again.

Event = SignalOut | LinkState | NewPicture | WordsKnown | WordsBroken | Marked | Devices | Level | Recorded | Failed


class MediaSession(Protocol):
    """One call's media."""

    def start(self, told: Callable[[Event], None], ice: Sequence[IceServer], *, me: str, call: str, relay_only: bool) -> None:
        """Begins: devices, gathering; `told` gets every event."""
        ...

    def renew(self, ice: Sequence[IceServer]) -> None:
        """Newer credentials of the relay."""
        ...

    def connect(self, peer: str, *, offers: bool) -> None:
        """Media with a peer; exactly one of the two offers. Again: a second connection in the same call (the network changed)."""
        ...

    def heard(self, peer: str, body: dict[str, Any]) -> None:
        """A signal of a peer."""
        ...

    def drop(self, peer: str) -> None:
        """No more media with a peer."""
        ...

    def mute(self, on: bool) -> None:
        """Sound of one's own microphone."""
        ...

    def camera(self, on: bool) -> None:
        """One's own camera."""
        ...

    def use(self, kind: DeviceKind, device: str) -> None:
        """Another device."""
        ...

    def show(self, picture: NDArray[np.uint8] | None) -> None:
        """The picture of the shown viewport, (rows, columns, 3) RGB, as the second track; None ends it. Latest wins."""
        ...

    def mark(self, message: dict[str, Any]) -> None:
        """To every peer over the channel of pointers and marks."""
        ...

    def record(self, take: str) -> None:
        """Everything that is heard, and what is seen, as `Recorded` parts from now on; "" ends it, and its last part comes."""
        ...

    def picture(self, peer: str, track: Track) -> NDArray[np.uint8] | None:
        """The newest picture, (rows, columns, 3) RGB, own memory; None where there is none yet."""
        ...

    def stop(self) -> None:
        """Ends everything; returns when devices are free and the last part of a recording was told."""
        ...
