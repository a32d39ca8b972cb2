"""How long to wait before the next try: doubling, with jitter, so that many desks do not come back at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import SystemRandom

FIRST_S = 1.0
MOST_S = 120.0


@dataclass(slots=True)
class Backoff:
    """Grows with each failure in a row; a success starts anew. `between(a, b)` gives a random number."""

    first_s: float = FIRST_S
    most_s: float = MOST_S
    failures: int = 0
    random: SystemRandom = field(default_factory=SystemRandom)

    def failed(self) -> float:
        """Seconds until the next try: half to all of the doubled time."""
        whole = min(self.most_s, self.first_s * 2.0 ** min(self.failures, 20))
        self.failures += 1
        return float(self.random.uniform(whole / 2, whole))

    def succeeded(self) -> None:
        """The next failure waits shortly again."""
        self.failures = 0
