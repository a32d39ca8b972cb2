"""The sound's buffer under bursts of loss, beside aiortc's own under the same packets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from aiortc.jitterbuffer import JitterBuffer

from app.consult.media import opus
from app.consult.media.opus import FRAME, RATE
from app.consult.media.sound_in import CAP_S, LEAST_S, SoundBuffer, shorter
from tests.app.consult.media.network import Clock, Packet, arrivals

SLOT = FRAME / RATE


def speech(count: int) -> list[bytes]:
    """Packets of a voice-like tone that moves."""
    encoder, t = opus.Encoder(), np.arange(count * FRAME) / RATE
    sound = (6000 * np.sin(2 * np.pi * (180 * t + 20 * np.sin(2 * np.pi * 0.7 * t)))).astype(np.int16)
    return [encoder.encode(sound[n * FRAME : (n + 1) * FRAME]) for n in range(count)]


@dataclass
class Run:
    """What became of the packets that arrived."""

    arrived: set[int]
    late: int
    played: dict[int, float]  # index → how long after it was sent

    @property
    def thrown_away(self) -> int:
        last = max(self.played) - 60
        return len({n for n in self.arrived if n <= last} - set(self.played)) - self.late

    def median_ms(self, of: slice = slice(None)) -> float:
        return float(np.median([self.played[n] for n in sorted(self.played)][of])) * 1000


def ours(found: list[tuple[float, int]], packets: list[bytes], first: int = 40_000) -> tuple[Run, SoundBuffer]:
    clock, played = Clock(), dict[int, float]()
    begun = clock.now
    base = first + (1 << 16)  # what the first number becomes
    buffer = SoundBuffer(clock, lambda number, at: played.update({number - base: at - begun - (number - base) * SLOT}))
    queue, slot = list(found), 0
    while queue:
        slot += 1
        clock.now = begun + slot * SLOT
        while queue and queue[0][0] <= slot * SLOT:
            at, index = queue.pop(0)
            clock.now = begun + at
            buffer.add(Packet((first + index) % 65536, (index * FRAME) % (1 << 32), packets[index]))
        clock.now = begun + slot * SLOT
        assert len(buffer.pull(FRAME)) == FRAME
    return Run({n for _, n in found}, buffer.counts.late, played), buffer


def aiortcs(found: list[tuple[float, int]], first: int = 40_000) -> Run:
    """Its buffer as its receiver makes it for sound, and the obvious queue behind it that a loudspeaker empties."""
    buffer, queue, played, late = JitterBuffer(capacity=16, prefetch=4), list[int](), dict[int, float](), 0
    waiting, slot = list(found), 0
    while waiting:
        slot += 1
        while waiting and waiting[0][0] <= slot * SLOT:
            _, index = waiting.pop(0)
            packet: Any = Packet((first + index) % 65536, index * FRAME, b"x")
            if buffer._origin is not None and 0 < (buffer._origin - packet.sequence_number) % 65536 < 100:
                late += 1
            _, frame = buffer.add(packet)
            if frame is not None:
                queue.append(frame.timestamp // FRAME)
        if queue:
            index = queue.pop(0)
            played[index] = slot * SLOT - index * SLOT
    return Run({n for _, n in found}, late, played)


@pytest.mark.parametrize("loss", [0.03, 0.08])
def test_no_good_frame_is_thrown_away_and_the_delay_is_less_than_half_of_aiortcs(loss: float) -> None:
    count = 3000  # a minute
    found = arrivals(count, SLOT, loss)
    mine, buffer = ours(found, speech(count))
    other = aiortcs(found)
    assert buffer.counts.thrown_away == 0
    assert mine.thrown_away == 0
    assert other.thrown_away > 50
    assert mine.median_ms() <= other.median_ms() / 2
    assert buffer.counts.concealed >= count - len(found) - 60


@dataclass
class Delays:
    """Notes how long each packet was on its way."""

    into: list[float]
    begun: float
    every_s: float

    def __call__(self, number: int, at: float) -> None:
        self.into.append(at - self.begun - (number - (1 << 16)) * self.every_s)


def test_ten_minutes_do_not_drift_whichever_clock_is_faster() -> None:
    for share in (0.9995, 1.0, 1.0005):  # the sender's clock against the loudspeaker's
        count = 30_000
        found = [(at * share, n) for at, n in arrivals(count, SLOT, 0.0, jitter_s=0.004)]
        packets = speech(50)
        clock = Clock()
        delays: list[float] = []
        begun = clock.now
        buffer = SoundBuffer(clock, Delays(delays, begun, share * SLOT))
        slot, next_one = 0, 0
        while next_one < len(found):
            slot += 1
            while next_one < len(found) and found[next_one][0] <= slot * SLOT:
                clock.now = begun + found[next_one][0]
                index = found[next_one][1]
                buffer.add(Packet(index % 65536, index * FRAME, packets[index % 50]))
                next_one += 1
            clock.now = begun + slot * SLOT
            buffer.pull(FRAME)
        tenth = len(delays) // 10
        assert abs(np.median(delays[-tenth:]) - np.median(delays[tenth : 2 * tenth])) < 0.025
        assert buffer.counts.thrown_away == 0


def test_order_and_numbers_that_wrap_do_not_matter() -> None:
    packets = speech(300)
    found = arrivals(300, SLOT, 0.0, jitter_s=0.02)
    assert [n for _, n in found] != sorted(n for _, n in found)
    run, buffer = ours(found, packets, first=65_500)
    assert run.thrown_away == 0
    assert buffer.counts.late + len(run.played) >= 300 - 15


def test_a_packet_that_comes_twice_is_played_once() -> None:
    found = arrivals(200, SLOT, 0.0)
    run, buffer = ours(sorted(found + found), speech(200))
    assert buffer.counts.twice + buffer.counts.late == 200
    assert run.thrown_away <= buffer.counts.late


def test_silence_until_it_plays_and_after_nothing_came_for_long() -> None:
    clock = Clock()
    buffer = SoundBuffer(clock)
    assert not buffer.pull(480).any()
    for n, packet in enumerate(speech(20)):
        buffer.add(Packet(n, n * FRAME, packet))
    heard = [np.abs(buffer.pull(FRAME)).max() for _ in range(50)]
    assert max(heard[:15]) > 2000
    assert max(heard[-5:]) == 0


def test_a_pile_of_packets_is_cut_at_half_a_second() -> None:
    clock = Clock()
    buffer = SoundBuffer(clock)
    for n, packet in enumerate(speech(100)):
        buffer.add(Packet(n, n * FRAME, packet))
    buffer.pull(FRAME)
    assert buffer.delay_s <= CAP_S
    assert buffer.counts.thrown_away > 0
    for _ in range(200):
        clock.now += SLOT
        buffer.pull(FRAME)
    assert buffer.delay_s <= LEAST_S + SLOT


def test_a_lost_packet_is_rebuilt_from_the_next_one() -> None:
    clock, packets = Clock(), speech(60)
    buffer = SoundBuffer(clock)
    for n, packet in enumerate(packets):
        if n != 30:
            buffer.add(Packet(n, n * FRAME, packet))
    sound = np.concatenate([buffer.pull(FRAME) for _ in range(20)])
    assert len(sound) == 20 * FRAME
    assert np.abs(sound[5 * FRAME :].astype(int)).reshape(-1, FRAME).max(axis=1).min() > 1000
    assert buffer.counts.rebuilt <= 1


def test_shortening_takes_a_period_and_no_click() -> None:
    t = np.arange(FRAME) / RATE
    sound = (8000 * np.sin(2 * np.pi * 200 * t)).astype(np.int16)
    less = shorter(sound)
    assert 120 <= FRAME - len(less) <= 601
    assert np.abs(np.diff(less.astype(int))).max() <= 1.5 * np.abs(np.diff(sound.astype(int))).max()


def test_the_copy_in_the_wheel_can_stand_in_for_the_systems() -> None:
    import ctypes  # noqa: PLC0415  only here

    carried = opus.carried()
    assert carried, "PyAV's wheel has no libopus any more: Windows and macOS have none then"
    assert ctypes.CDLL(str(carried[0])).opus_decoder_create


def test_what_is_no_packet_is_silence() -> None:
    assert not opus.Decoder().decode(b"\xff" * 3).any()
