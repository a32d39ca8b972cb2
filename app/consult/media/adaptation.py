"""How much picture a line bears: a ladder of sizes down to sound only and back, and the word that says how the line is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.consult.session import Link


@dataclass(frozen=True, slots=True)
class Step:
    """One step: size of the camera's picture, pictures a second, bits a second that it wants."""

    size: tuple[int, int]
    rate: float
    bits: int


SOUND_ONLY = Step((320, 240), 0.0, 0)
LADDER = (
    SOUND_ONLY,
    Step((320, 240), 10, 250_000),
    Step((480, 360), 15, 300_000),
    Step((640, 480), 24, 500_000),
    Step((1280, 720), 30, 1_200_000),
)
START = 3


@dataclass(frozen=True, slots=True)
class Second:
    """What one second of a line was like. `loss` is a share, the worse of both ways; `bits` what the peer says it can take, 0 unknown.

    A peer measures by what comes: its `bits` are a limit only where `sent`, the bits of this second, come near them.
    """

    loss: float
    round_trip_s: float
    bits: int = 0
    sent: int = 0
    late_s: float = 0.0  # how late our own event loop is: the machine has too much to do


# The worst limit that is passed names the link.
LIMITS: tuple[tuple[Link, float, float], ...] = (("very_weak", 0.12, 0.8), ("weak", 0.04, 0.4))
ORDER: tuple[Link, ...] = ("good", "weak", "very_weak")
WORSE_AFTER, BETTER_AFTER = 2, 5
DOWN_AFTER, UP_AFTER, PICTURE_BACK_AFTER = 3, 8, 12
BAD_LOSS, BAD_ROUND_TRIP_S, BAD_LATE_S = 0.10, 0.7, 0.15
FINE_LOSS, FINE_ROUND_TRIP_S, FINE_LATE_S = 0.03, 0.4, 0.05
# What is lost is asked for again, so the smallest picture still moves at 15 %; it is given up at more, and is back with less.
GIVE_UP_LOSS, BACK_LOSS = 0.20, 0.10
LEAST_SHARE, ROOM = 0.6, 1.2  # of the bits a step wants
MOST_BITS = 1_400_000  # aiortc's VP8 takes no more than 1.5 Mbit/s
NEAR = 0.8  # of the bits a peer can take: then it is a limit


def judged(second: Second) -> Link:
    """The word for one second alone."""
    return next((link for link, loss, trip in LIMITS if second.loss >= loss or second.round_trip_s >= trip), "good")


class Judge:
    """A word that does not flicker."""

    def __init__(self) -> None:
        self.link: Link = "good"
        self._other: Link = "good"
        self._times = 0

    def take(self, second: Second) -> Link:
        """The word after one more second."""
        now = judged(second)
        self._times = self._times + 1 if now == self._other else 1
        self._other = now
        worse = ORDER.index(now) > ORDER.index(self.link)
        if now != self.link and self._times >= (WORSE_AFTER if worse else BETTER_AFTER):
            self.link = now
        return self.link


class Adaptation:
    """Where on the ladder one peer's picture stands.

    Args:
        most: the highest step; lower where several peers share a machine.
    """

    def __init__(self, most: int = len(LADDER) - 1) -> None:
        self.most = most
        self.at = min(START, most)
        self._bad = self._fine = 0

    @property
    def step(self) -> Step:
        """The step."""
        return LADDER[min(self.at, self.most)]

    @property
    def sound_only(self) -> bool:
        """Whether no picture goes out."""
        return self.at == 0

    def take(self, second: Second) -> bool:
        """One more second; whether the step changed."""
        self._bad = self._bad + 1 if self._is_bad(second) else 0
        self._fine = self._fine + 1 if self._is_fine(second) else 0
        if self._bad >= DOWN_AFTER and self.at > 0 and (self.at > 1 or self._bad >= 2 * DOWN_AFTER):
            return self._go(-1)
        if self._fine >= (PICTURE_BACK_AFTER if self.sound_only else UP_AFTER) and self.at < self.most:
            return self._go(+1)
        return False

    def _go(self, by: int) -> bool:
        self.at += by
        self._bad = self._fine = 0
        return True

    def _is_bad(self, second: Second) -> bool:
        starved = self.at > 1 and _limited(second) and second.bits < LADDER[self.at].bits * LEAST_SHARE
        return (
            starved
            or second.loss >= (BAD_LOSS if self.at > 1 else GIVE_UP_LOSS)
            or second.round_trip_s >= BAD_ROUND_TRIP_S
            or second.late_s >= BAD_LATE_S
        )

    def _is_fine(self, second: Second) -> bool:
        higher = LADDER[min(self.at + 1, self.most)]
        room = self.at < 2 or not _limited(second) or second.bits >= min(higher.bits * ROOM, MOST_BITS)
        return (
            room
            and second.loss < (BACK_LOSS if self.sound_only else FINE_LOSS)
            and second.round_trip_s < FINE_ROUND_TRIP_S
            and second.late_s < FINE_LATE_S
        )


def _limited(second: Second) -> bool:
    return bool(second.bits) and second.sent >= second.bits * NEAR
