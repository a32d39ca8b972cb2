"""The pictures' buffer: no picture waits for the next, what is missing is asked for, and nothing freezes for long."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from aiortc.jitterbuffer import JitterBuffer

from app.consult.media.picture_in import AGAIN_S, FROZEN_S, MOST_PACKETS, MOST_UNDECODED, TICK_S, PictureBuffer, begins_key
from tests.app.consult.media.network import Bursts, Clock, Packet

KEY, DELTA, MORE = b"\x10\x00", b"\x10\x01", b"\x00\x01"  # VP8: descriptor, first byte of the frame header


class Receiver:
    """The buffer, and what went to the decoder."""

    def __init__(self, waiting: int = 0) -> None:
        self.clock, self.decoded, self.waiting = Clock(), list[int](), waiting
        self.buffer = PictureBuffer(self._take, lambda _: "VP8", lambda: self.waiting, self.clock)

    def _take(self, packet: Packet, _: bytes) -> None:
        self.decoded.append(packet.timestamp)

    def add(self, number: int, picture: int, payload: bytes = DELTA, *, last: bool = True) -> None:
        self.buffer.add(Packet(number % 65536, picture, payload, int(last)))

    def later(self, seconds: float) -> None:
        self.clock.now += seconds


def test_a_picture_goes_on_with_its_own_last_packet() -> None:
    one = Receiver()
    one.add(10, 1, KEY, last=False)
    one.add(12, 1, MORE)
    assert one.decoded == []
    one.add(11, 1, MORE, last=False)
    assert one.decoded == [1]


def test_nothing_is_decoded_before_a_key_picture() -> None:
    one = Receiver()
    one.add(1, 1)
    one.add(2, 2)
    one.later(FROZEN_S + 0.01)
    assert one.buffer.wish().key
    one.add(3, 3, KEY)
    assert one.decoded == [3]


def test_a_gap_stops_and_its_packet_lets_all_go_on_at_once() -> None:
    one = Receiver()
    one.add(1, 1, KEY)
    for n in (3, 4, 5):
        one.add(n, n)
    assert one.decoded == [1]
    one.add(2, 2)
    assert one.decoded == [1, 2, 3, 4, 5]


def test_what_is_missing_is_asked_for_again_and_again() -> None:
    one = Receiver()
    one.add(1, 1, KEY)
    one.add(4, 4)
    assert one.buffer.wish().numbers == ()  # aiortc has just asked
    asked = []
    for _ in range(3):
        one.later(AGAIN_S)
        asked.append(one.buffer.wish().numbers)
    assert asked == [(2, 3)] * 3


def test_after_300_ms_a_key_picture_is_asked_for_and_ends_the_wait() -> None:
    one = Receiver()
    one.add(1, 1, KEY)
    one.add(3, 3)
    one.later(FROZEN_S - 0.01)
    assert not one.buffer.wish().key
    one.later(0.02)
    assert one.buffer.wish().key
    assert not one.buffer.wish().key  # not with every look
    one.add(9, 9, KEY)
    assert one.decoded == [1, 9]
    one.add(10, 10)
    assert one.decoded == [1, 9, 10]
    one.add(2, 2)  # came after all
    assert one.decoded == [1, 9, 10]


def test_a_picture_that_stands_still_is_no_frozen_one() -> None:
    one = Receiver()
    one.add(1, 1, KEY)
    one.later(30)
    assert one.buffer.wish() == one.buffer.wish()
    assert not one.buffer.wish().key


def test_numbers_wrap() -> None:
    one = Receiver()
    one.add(65_534, 1, KEY)
    for n in range(65_535, 65_540):
        one.add(n, n)
    assert len(one.decoded) == 6


def test_nothing_grows() -> None:
    one = Receiver()
    one.add(1, 1, KEY)
    for n in range(3, 5 * MOST_PACKETS):
        one.add(n, n)
        one.later(0.001)
        one.buffer.wish()
        assert len(one.buffer._packets) <= MOST_PACKETS + 1
    slow = Receiver(waiting=MOST_UNDECODED + 1)
    slow.add(1, 1, KEY, last=False)
    slow.later(FROZEN_S + 0.01)
    assert slow.buffer.wish().key
    assert not slow.buffer._packets


def frozen(loss: float, give: str, seed: int) -> float:
    """The longest time without a picture, at 30 a second, one packet each, with 40 ms there and back, a minute long."""
    clock, shown = Clock(), []
    begun = clock.now
    ours = PictureBuffer(lambda p, _: shown.append(clock.now), lambda _: "VP8", clock=clock)
    theirs, bursts = JitterBuffer(capacity=512, is_video=True), Bursts(loss, seed)
    due: list[tuple[float, int, int]] = []  # when it arrives, number, picture
    key_due, highest = 0.0, 0
    sent: dict[int, tuple[int, bool]] = {}
    ticks = 0
    while clock.now < begun + 60:
        clock.now += 0.01
        ticks += 1
        if ticks % 3 == 0:
            number = len(sent) + 1
            sent[number] = (number, bool(key_due and clock.now >= key_due) or number == 1)
            key_due = 0.0 if sent[number][1] else key_due
            if number < 10 or not bursts.drops():
                due.append((clock.now + 0.02, number, number))
        for arrival in [d for d in due if d[0] <= clock.now]:
            due.remove(arrival)
            number = arrival[1]
            packet: Any = Packet(number, number, KEY if sent[number][1] else DELTA)
            missing = list(range(highest + 1, number)) if number > highest else []
            highest = max(highest, number)
            if give == "ours":
                ours.add(packet)
            else:
                key, frame = theirs.add(packet)
                key_due = clock.now + 0.04 if key and not key_due else key_due
                shown += [clock.now] if frame is not None else []
            due += [(clock.now + 0.06, n, n) for n in missing if not bursts.drops()]  # aiortc asks once
        if give == "ours" and ticks % round(TICK_S / 0.01) == 0:
            wish = ours.wish()
            key_due = clock.now + 0.04 if wish.key and not key_due else key_due
            due += [(clock.now + 0.06, n, n) for n in wish.numbers if not bursts.drops()]
    return float(np.diff([begun, *shown, clock.now]).max()) * 1000


def test_at_three_percent_the_longest_freeze_is_below_700_ms_and_below_aiortcs() -> None:
    mine, other = ([frozen(0.03, kind, seed) for seed in range(4)] for kind in ("ours", "aiortc"))
    assert max(mine) <= 700, (mine, other)
    assert max(mine) < max(other)


@pytest.mark.parametrize(
    ("codec", "payload", "key"),
    [
        ("VP8", b"\x10\x00\x01", True),
        ("VP8", b"\x10\x01\x01", False),
        ("VP8", b"\x00\x00\x01", False),
        ("VP8", b"\x90\x80\x05\x00", True),  # picture id of 7 bits
        ("VP8", b"\x90\x80\x85\x01\x00", True),  # of 15
        ("VP8", b"\x90\xe0\x85\x01\x07\x07\x00", True),  # and TL0PICIDX, TID
        ("VP8", b"\x90\xe0\x85\x01\x07\x07\x01", False),
        ("VP8", b"\x90", False),
        ("VP8", b"", False),
        ("H264", b"\x67\x42", True),
        ("H264", b"\x65\x88", True),
        ("H264", b"\x41\x9a", False),
        ("H264", b"\x78\x00\x08\x67\x42", True),
        ("H264", b"\x7c\x85\x88", True),
        ("H264", b"\x7c\x05\x88", False),
        ("H264", b"\x7c\x81\x9a", False),
        ("H264", b"\x65", False),
    ],
)
def test_which_packet_begins_a_key_picture(codec: str, payload: bytes, key: bool) -> None:
    assert begins_key(codec, payload) is key
