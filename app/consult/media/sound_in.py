"""The receiver's buffer of one peer's sound: it takes the place of aiortc's, which conceals nothing and never shrinks.

Packets come in by `add` on the event loop, sound goes out by `pull` on the loudspeaker's thread. The order is by sequence number; each
20 ms slot has its deadline, when the loudspeaker wants it. What is not there by then is rebuilt from the error correction of the next
packet, or concealed; a packet that came in time is never thrown away, unless half a second waits. The delay follows the jitter that is
measured, and what is too much is taken out one pitch period at a time.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from app.consult.media.opus import FRAME, RATE, Decoder, Sound

if TYPE_CHECKING:
    from collections.abc import Callable

SLOT_S = FRAME / RATE
LEAST_S, MOST_S, STEP_S, CAP_S = 0.040, 0.200, 0.020, 0.500
AT_FIRST_S = 0.060  # before the jitter is known
KNOWN_AFTER, REMEMBERED = 20, 250  # packets: when the jitter is known, and how many tell it (5 s)
JITTER_PERCENT = 97
PATIENCE, MUCH_S, FAR_TOO_MUCH_S = 25, 0.015, 0.060  # slots with too much before one period goes; what goes at once
SILENT_AFTER = 10  # slots of concealment in a row until it has faded
HALF, WHOLE = 1 << 15, 1 << 16
FADE = np.linspace(1, 0, 320, dtype=np.float32)
LAGS = range(120, 601, 8)  # 2.5 to 12.5 ms: the periods of voices


@dataclass(slots=True)
class Counts:
    """What happened to the packets and slots of a stream."""

    arrived: int = 0
    late: int = 0  # after their slot was played
    twice: int = 0
    played: int = 0
    concealed: int = 0
    rebuilt: int = 0  # of the concealed: tried from the packet after
    thrown_away: int = 0  # good packets: only beyond the cap
    lost: int = 0  # numbers that were passed over


class SoundBuffer:
    """One stream. Thread-safe.

    Args:
        clock: seconds, monotonic.
        told: gets (extended sequence number, second at which its first sample leaves) for each packet that is played; for measuring.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, told: Callable[[int, float], None] | None = None) -> None:
        self._clock, self._told = clock, told
        self._lock = threading.Lock()
        self._decoder = Decoder()
        self._packets: dict[int, bytes] = {}
        self._highest: int | None = None
        self._next: int | None = None  # None until it plays
        self._sound: Sound = np.zeros(0, np.int16)
        self._numbers: deque[tuple[int | None, int]] = deque()
        self._transits: deque[float] = deque(maxlen=REMEMBERED)
        self._origin = (0, 0.0)
        self._target, self._since_target = AT_FIRST_S, 0
        self._hollow, self._over = 0, 0
        self.counts = Counts()

    # -- aiortc's side: `JitterBuffer.add` ------------------------------------------------------------------------------

    def add(self, packet: Any) -> tuple[bool, None]:  # noqa: ANN401  aiortc's RtpPacket, with its payload in `_data`
        """A packet; the answer tells aiortc to ask for nothing and to decode nothing."""
        with self._lock:
            number = self._number(packet.sequence_number)
            self._measure(packet.timestamp)
            self.counts.arrived += 1
            if self._next is not None and number < self._next:
                self.counts.late += 1
            elif number in self._packets:
                self.counts.twice += 1
            else:
                self._packets[number] = packet._data  # noqa: SLF001  where aiortc puts it
        return False, None

    # -- the loudspeaker's side -----------------------------------------------------------------------------------------

    def pull(self, samples: int = FRAME) -> Sound:
        """The next samples, 48 kHz mono; silence until enough has come."""
        with self._lock:
            if self._next is None and not self._begins():
                return np.zeros(samples, np.int16)
            parts, have = [self._sound], len(self._sound)
            while have < samples:
                parts.append(self._slot())
                have += len(parts[-1])
            whole = np.concatenate(parts)
            self._sound = whole[samples:]
            self._tell(samples)
            return whole[:samples]

    @property
    def delay_s(self) -> float:
        """How much sound waits."""
        with self._lock:
            return self._waiting()

    # -- inside ---------------------------------------------------------------------------------------------------------

    def _number(self, sequence: int) -> int:
        if self._highest is None:
            self._highest = sequence + WHOLE
        number = self._highest + (sequence - self._highest + HALF) % WHOLE - HALF
        self._highest = max(self._highest, number)
        return number

    def _measure(self, timestamp: int) -> None:
        now = self._clock()
        if not self._transits:
            self._origin = (timestamp, now)
        media = ((timestamp - self._origin[0] + (1 << 31)) % (1 << 32) - (1 << 31)) / RATE
        self._transits.append(now - self._origin[1] - media)
        self._since_target += 1
        if len(self._transits) >= KNOWN_AFTER and self._since_target >= KNOWN_AFTER // 2:
            self._since_target = 0
            transits = np.fromiter(self._transits, float)
            jitter = float(np.percentile(transits, JITTER_PERCENT) - transits.min())
            self._target = min(max(jitter + STEP_S, LEAST_S), MOST_S)

    def _begins(self) -> bool:
        if not self._packets or self._highest is None:
            return False
        first = min(self._packets)
        if (self._highest - first + 1) * SLOT_S < self._target:
            return False
        self._next = first
        return True

    def _waiting(self) -> float:
        if self._next is None or self._highest is None:
            return 0.0
        return max(self._highest - self._next + 1, 0) * SLOT_S + len(self._sound) / RATE

    def _slot(self) -> Sound:
        """The samples of one more slot: decoded, rebuilt or concealed."""
        self._hold_the_cap()
        self._pass_what_was_concealed()
        assert self._next is not None
        payload = self._packets.pop(self._next, None)
        if payload is not None:
            return self._decoded(payload)
        if self._packets:
            return self._lost()
        return self._hollow_slot()

    def _hold_the_cap(self) -> None:
        while self._packets and self._waiting() > CAP_S:
            assert self._next is not None
            self.counts.thrown_away += self._packets.pop(self._next, None) is not None
            self._next += 1

    def _pass_what_was_concealed(self) -> None:
        """Sound came back after nothing at all: slots that concealment has filled are not filled again."""
        if self._hollow and self._packets:
            assert self._next is not None
            passed = min(self._hollow, max(min(self._packets) - self._next, 0))
            self._next += passed
            self.counts.lost += passed
            self._hollow = 0

    def _decoded(self, payload: bytes) -> Sound:
        assert self._next is not None
        number = self._next
        self._next += 1
        self.counts.played += 1
        sound = self._decoder.decode(payload)
        too_much = self._waiting() + len(sound) / RATE - self._target
        self._over = self._over + 1 if too_much > MUCH_S else 0
        if self._over > PATIENCE or too_much > FAR_TOO_MUCH_S:
            sound = shorter(sound)
            self._over = min(self._over, PATIENCE - 5)
        self._numbers.append((number, len(sound)))
        return sound

    def _lost(self) -> Sound:
        assert self._next is not None
        following = self._packets.get(self._next + 1)
        self._next += 1
        self.counts.concealed += 1
        self.counts.lost += 1
        self.counts.rebuilt += following is not None
        sound = self._decoder.rebuild(following) if following is not None else self._decoder.conceal()
        self._numbers.append((None, len(sound)))
        return sound

    def _hollow_slot(self) -> Sound:
        """Nothing at all is here: whether late or lost is not known yet, so the number stays."""
        self._hollow += 1
        self.counts.concealed += 1
        faded = max(0.0, 1 - self._hollow / SILENT_AFTER)
        sound = (self._decoder.conceal() * faded).astype(np.int16)
        self._numbers.append((None, len(sound)))
        return sound

    def _tell(self, samples: int) -> None:
        if self._told is None:
            self._numbers.clear()
            return
        left, now = samples, self._clock()
        while left > 0 and self._numbers:
            number, size = self._numbers.popleft()
            if number is not None:
                self._told(number, now + (samples - left) / RATE)
            if size > left:
                self._numbers.appendleft((None, size - left))
            left -= min(size, left)


def shorter(sound: Sound) -> Sound:
    """The sound with one pitch period less, cross-faded where it went out."""
    if len(sound) < FADE.size + LAGS[-1]:
        return sound
    x = sound.astype(np.float32)
    head = x[: FADE.size]

    def alike(lag: int) -> float:
        other = x[lag : lag + FADE.size]
        return float(np.dot(head, other)) / (float(np.linalg.norm(other)) + 1)

    period = max(LAGS, key=alike)
    joined = head * FADE + x[period : period + FADE.size] * (1 - FADE)
    return np.concatenate([joined, x[period + FADE.size :]]).astype(np.int16)
