"""The receiver's buffer of one picture track: it takes the place of aiortc's, which gives one picture for a packet and waits 512 packets.

A picture goes to the decoder the moment its last packet (the marker, RFC 7741, 4.1; RFC 6184, 5.1) is here and nothing before it is
missing. What is missing is asked for again (NACK), and after 300 ms without a picture a key picture is asked for (PLI); a whole key picture
ends every wait. Nothing is kept beyond that, and nothing grows.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

FROZEN_S, AGAIN_S, TICK_S = 0.300, 0.060, 0.030
MOST_PACKETS, MOST_UNDECODED, MOST_ASKED = 512, 12, 60
HALF, WHOLE = 1 << 15, 1 << 16
H264_KEY = {5, 7}  # IDR, sequence parameters
H264_STAP_A, H264_FU_A = 24, 28


@dataclass(frozen=True, slots=True)
class Wish:
    """What to ask the sender for."""

    key: bool = False
    numbers: tuple[int, ...] = ()


@dataclass(slots=True)
class PictureCounts:
    """What happened to the packets and pictures of a track."""

    arrived: int = 0
    pictures: int = 0
    keys_asked: int = 0
    asked_again: int = 0
    skipped: int = 0  # pictures left behind for a key picture


class PictureBuffer:
    """One track; everything on the event loop.

    Args:
        decode: gets (any packet of the picture, its coded bytes), in order.
        codec: names the codec of a packet, "VP8" or "H264".
        undecoded: how many pictures the decoder has not come to.
        clock: seconds, monotonic.
    """

    def __init__(
        self,
        decode: Callable[[Any, bytes], None],
        codec: Callable[[Any], str],
        undecoded: Callable[[], int] = lambda: 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._decode, self._codec, self._undecoded, self._clock = decode, codec, undecoded, clock
        self._packets: dict[int, Any] = {}
        self._highest: int | None = None
        self._next: int | None = None  # None: waits for a key picture
        self._last = self._asked_key = clock()
        self._asked: dict[int, float] = {}
        self.ssrc = 0
        self.counts = PictureCounts()

    def add(self, packet: Any) -> tuple[bool, None]:  # noqa: ANN401  aiortc's RtpPacket, with its payload in `_data`
        """A packet; the answer tells aiortc to ask for nothing and to decode nothing."""
        number = self._number(packet.sequence_number)
        self.ssrc = packet.ssrc
        self.counts.arrived += 1
        if self._next is None or number >= self._next:
            self._packets[number] = packet
            self._asked.pop(number, None)
            self._go_on()
        return False, None

    def wish(self) -> Wish:
        """What to ask for now; to be looked at every `TICK_S`."""
        if not self._packets or self._highest is None:
            return Wish()
        now = self._clock()
        if len(self._packets) > MOST_PACKETS or self._undecoded() > MOST_UNDECODED:
            self._packets.clear()
            self._next, self._last = None, min(self._last, now - FROZEN_S)
        if now - max(self._last, self._asked_key) >= FROZEN_S:
            self._asked_key = now
            self.counts.keys_asked += 1
            return Wish(key=True)
        return Wish(numbers=self._missing(now))

    # -- inside ---------------------------------------------------------------------------------------------------------

    def _number(self, sequence: int) -> int:
        if self._highest is None:
            self._highest = sequence + WHOLE
        number = self._highest + (sequence - self._highest + HALF) % WHOLE - HALF
        self._highest = max(self._highest, number)
        return number

    def _go_on(self) -> None:
        while True:
            whole = self._whole(self._next) if self._next is not None else []
            if whole:
                self._give(whole)
            elif not self._jump():
                return

    def _whole(self, first: int) -> list[Any]:
        """The packets of the picture that begins at a number; empty where one is missing."""
        found: list[Any] = []
        for number in range(first, first + len(self._packets)):
            packet = self._packets.get(number)
            if packet is None or (found and packet.timestamp != found[0].timestamp):
                return []
            found.append(packet)
            if packet.marker:
                return found
        return []

    def _give(self, whole: list[Any]) -> None:
        assert self._next is not None
        for number in range(self._next, self._next + len(whole)):
            del self._packets[number]
        self._next += len(whole)
        self._last = self._clock()
        self.counts.pictures += 1
        self._decode(whole[0], b"".join(p._data for p in whole))  # noqa: SLF001  where aiortc puts it

    def _jump(self) -> bool:
        """To the newest whole key picture beyond what is missing."""
        for number in sorted(self._packets, reverse=True):
            packet = self._packets[number]
            if begins_key(self._codec(packet), packet.payload) and number != self._next and self._whole(number):
                gone = [n for n in self._packets if n < number]
                self.counts.skipped += sum(bool(self._packets[n].marker) for n in gone)
                for n in gone:
                    del self._packets[n]
                self._next = number
                self._asked = {n: at for n, at in self._asked.items() if n > number}
                return True
        return False

    def _missing(self, now: float) -> tuple[int, ...]:
        if self._next is None or self._highest is None:
            return ()
        wanted = []
        for number in range(self._next, self._highest):
            if number in self._packets:
                continue
            at = self._asked.setdefault(number, now)  # aiortc has asked once, when it saw the gap
            if now - at >= AGAIN_S:
                self._asked[number] = now
                wanted.append(number % WHOLE)
        self.counts.asked_again += len(wanted[:MOST_ASKED])
        return tuple(wanted[:MOST_ASKED])


def begins_key(codec: str, payload: bytes) -> bool:
    """Whether a packet begins a picture that needs no other (RFC 7741, 4.2 and 4.3; RFC 6184, 5.2 to 5.8)."""
    return (_vp8_key if codec.upper() == "VP8" else _h264_key)(payload)


def _vp8_key(payload: bytes) -> bool:
    if not payload or payload[0] & 0x17 != 0x10:  # the start of the first partition
        return False
    at = 1
    if payload[0] & 0x80:
        flags, at = payload[1:2], 2
        if not flags:
            return False
        if flags[0] & 0x80:
            at += 2 if payload[at : at + 1] and payload[at] & 0x80 else 1
        at += bool(flags[0] & 0x40) + bool(flags[0] & 0x30)
    return len(payload) > at and payload[at] & 1 == 0


def _h264_key(payload: bytes) -> bool:
    if len(payload) < 2:
        return False
    kind = payload[0] & 0x1F
    if kind == H264_STAP_A:
        return len(payload) > 3 and payload[3] & 0x1F in H264_KEY
    if kind == H264_FU_A:
        return bool(payload[1] & 0x80) and payload[1] & 0x1F in H264_KEY
    return kind in H264_KEY
