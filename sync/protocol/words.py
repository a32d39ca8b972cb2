"""Three words that two people compare aloud, bound to both certificates of their connection.

Whoever ends the encryption in the middle has other certificates towards each side, so the words differ. Fingerprints alone could be
searched for until the words agree; so each side adds a nonce, and the one who offered commits to its own before it hears the other's (the
idea of RFC 6189, 4.4.1). One guess in 2^33 is left to whoever sits in the middle.

    offerer → commit = SHA-256("overread words commit 1" ‖ own fingerprint ‖ own nonce)
    answerer → its nonce
    offerer → its nonce (reveal); the answerer checks it against the commitment and the certificate that came over DTLS
    words = three groups of 11 bits from the top of SHA-256("overread words 1" ‖ call id ‖ both sides (fingerprint ‖ nonce), sorted)
"""

from __future__ import annotations

import hashlib
import hmac
import os
from typing import Any

COMMIT, WORDS = b"overread words commit 1", b"overread words 1"
NONCE, FINGERPRINT = 16, 32  # bytes
COUNT, BITS = 3, 11
LIST_LENGTH = 1 << BITS

Numbers = tuple[int, int, int]


def commitment(fingerprint: bytes, nonce: bytes) -> bytes:
    """What the offerer sends first, 32 bytes."""
    return hashlib.sha256(COMMIT + fingerprint + nonce).digest()


def numbers(call: str, one: bytes, other: bytes) -> Numbers:
    """The places of the three words in the list, 0 to 2047; a side is fingerprint ‖ nonce, their order does not matter."""
    digest = hashlib.sha256(WORDS + call.encode() + b"".join(sorted((one, other)))).digest()
    top = int.from_bytes(digest, "big") >> (256 - COUNT * BITS)
    first, second, third = (top >> BITS * shift & LIST_LENGTH - 1 for shift in (2, 1, 0))
    return first, second, third


class Comparison:
    """One exchange over one connection. It is fed signals and gives signals; `numbers` are known when it is done.

    Args:
        call: the call's id.
        fingerprints: SHA-256 of our own certificate and of the one that came over DTLS.
        offers: whether we offered the connection.
        nonce: ours, 16 bytes; random where none is given.
    """

    def __init__(self, call: str, fingerprints: tuple[bytes, bytes], *, offers: bool, nonce: bytes = b"") -> None:
        self._call, self._offers = call, offers
        self._mine, self._theirs = fingerprints
        self._nonce = nonce or os.urandom(NONCE)
        self._committed: bytes | None = None
        self._over = False
        self.numbers: Numbers | None = None
        self.cheated = False  # the other side did not hold to its commitment

    def begin(self) -> list[dict[str, Any]]:
        """What is to be sent when the connection stands."""
        return [{"k": "commit", "c": commitment(self._mine, self._nonce).hex()}] if self._offers else []

    def heard(self, body: dict[str, Any]) -> list[dict[str, Any]]:
        """What is to be sent for a signal; one that does not belong here, or comes twice, changes nothing."""
        kind, value = body.get("k"), _bytes(body.get("c" if body.get("k") == "commit" else "v"))
        if kind == "commit" and not self._offers and self._committed is None and len(value) == FINGERPRINT:
            self._committed = value
            return [{"k": "nonce", "v": self._nonce.hex()}]
        if kind == "nonce" and self._offers and not self._over and len(value) == NONCE:
            self._conclude(value)
            return [{"k": "reveal", "v": self._nonce.hex()}]
        if kind == "reveal" and not self._offers and self._committed is not None and not self._over:
            self._check(self._committed, value)
        return []

    def _check(self, committed: bytes, nonce: bytes) -> None:
        if len(nonce) == NONCE and hmac.compare_digest(commitment(self._theirs, nonce), committed):
            self._conclude(nonce)
        else:
            self._over = self.cheated = True

    def _conclude(self, nonce: bytes) -> None:
        self._over = True
        self.numbers = numbers(self._call, self._mine + self._nonce, self._theirs + nonce)


def _bytes(value: object) -> bytes:
    try:
        return bytes.fromhex(value) if isinstance(value, str) else b""
    except ValueError:
        return b""
