"""A network by its figures, without sockets and clocks: bursts of loss, delay and jitter (Gilbert-Elliott)."""

from __future__ import annotations

import random
from dataclasses import dataclass

BASE_S, MOST_JITTER_S = 0.020, 0.080
IN_BAD, LEAVE_BAD = 0.8, 0.25  # share lost in the bad state; chance to leave it at each packet


class Bursts:
    """Loss in bursts of four packets on average."""

    def __init__(self, loss: float, seed: int) -> None:
        self._random, self._bad = random.Random(seed), False  # noqa: S311  a loss pattern, not a secret
        share = loss / IN_BAD
        self._enter = LEAVE_BAD * share / (1 - share)

    def drops(self) -> bool:
        chance = self._random.random()
        self._bad = chance >= LEAVE_BAD if self._bad else chance < self._enter
        return self._bad and self._random.random() < IN_BAD


@dataclass
class Packet:
    """As much of aiortc's RtpPacket as a buffer looks at."""

    sequence_number: int
    timestamp: int
    payload: bytes = b""
    marker: int = 1
    ssrc: int = 77
    payload_type: int = 96

    @property
    def _data(self) -> bytes:
        return self.payload


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def arrivals(count: int, every_s: float, loss: float, seed: int = 7, jitter_s: float = 0.008) -> list[tuple[float, int]]:
    """(second, index) of the packets that arrive, in the order of their arrival; the first hundred are never lost."""
    bursts, chance = Bursts(loss, seed), random.Random(seed + 1)  # noqa: S311  likewise
    found = []
    for index in range(count):
        delay = BASE_S + min(chance.expovariate(1 / jitter_s), MOST_JITTER_S)
        if index < 100 or not bursts.drops():
            found.append((index * every_s + delay, index))
    return sorted(found)
