"""How strong a passphrase is, in words. An estimate of guesses, kind to long phrases; Qt-free."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

LEAST = 10  # characters
_CLASSES = ((str.islower, 26), (str.isupper, 26), (str.isdigit, 10))
_OTHER = 33
_COMMON = ("password", "passphrase", "passwort", "qwerty", "123456", "abcdef", "hospital", "overread", "letmein", "welcome")


@dataclass(frozen=True, slots=True)
class Strength:
    """`fraction` from 0 to 1, a sentence, and whether it may be used."""

    fraction: float
    words: str
    level: Literal["bad", "warn", "good"]
    enough: bool


# bits of guessing from which on a word holds
_STEPS: tuple[tuple[float, str, Literal["bad", "warn", "good"], bool], ...] = (
    (80, "Strong.", "good", True),
    (60, "Good.", "good", True),
    (45, "Fair. Another word would make it good.", "warn", True),
    (0, "Weak. Four words that do not belong together are easy to keep in mind.", "bad", False),
)


def strength(passphrase: str, *, login: str = "") -> Strength:
    """Judges a passphrase; an empty one is only told what is wanted."""
    if not passphrase:
        return Strength(0.0, f"At least {LEAST} characters; four words that do not belong together are best.", "warn", enough=False)
    if len(passphrase) < LEAST:
        return Strength(0.1, f"Too short: {len(passphrase)} of at least {LEAST} characters.", "bad", enough=False)
    bits = _bits(passphrase, login)
    for least, words, level, enough in _STEPS:
        if bits >= least:
            return Strength(min(bits / 90, 1.0), words, level, enough)
    raise AssertionError(bits)  # the last step begins at 0


def _bits(passphrase: str, login: str) -> float:
    lower = passphrase.casefold()
    for known in (*_COMMON, login.casefold()):
        if len(known) >= 3:
            lower = lower.replace(known, "")
    kinds = sum(size for belongs, size in _CLASSES if any(belongs(letter) for letter in passphrase))
    kinds += _OTHER if any(not letter.isalnum() for letter in passphrase) else 0
    pairs = {lower[at : at + 2] for at in range(len(lower) - 1)}
    repeats = len(pairs) / max(len(lower) - 1, 1)  # a phrase that repeats itself counts less
    steps = sum(1 for a, b in pairwise(lower) if abs(ord(a) - ord(b)) <= 1) / max(len(lower) - 1, 1)
    per_letter = min(math.log2(max(kinds, 2)), 4.7 if any(not c.isalnum() for c in passphrase) else 4.2)
    return len(lower) * per_letter * repeats * (1 - steps)
