"""The desk's audit chain (`record.audit`) in `work.db`; its head is signed at every sync, and the hospital gets the records.

An entry holds what was done, with our own random ids: never a name, a text or a UID.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from record import audit
from record.audit import BEGIN, Head
from sync.protocol import jws

if TYPE_CHECKING:
    from datetime import datetime

    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

    from sync.vault.database import Database

_LAST = "SELECT counter, digest FROM audit ORDER BY counter DESC LIMIT 1"


class AuditLog:
    """Keeps the chain's lines and its signed heads."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def append(self, what: str, ids: dict[str, str | int], now: datetime) -> None:
        """One more record."""
        with self._db.write() as rows:
            last = rows.execute(_LAST).fetchone()
            made = audit.append(Head(*last) if last else BEGIN, {"act": what, "at": now.isoformat(), "what": ids})
            rows.execute("INSERT INTO audit VALUES (?, ?, ?)", (made.counter, made.line, made.head.digest))

    def head(self) -> Head:
        """Where the chain ends."""
        with self._db.read() as rows:
            last = rows.execute(_LAST).fetchone()
        return Head(*last) if last else BEGIN

    def sign(self, head: Head, device: str, key: EllipticCurvePrivateKey, now: datetime) -> str:
        """A head of the chain, signed (JWS) and kept beside it."""
        token = jws.sign(head.claims(device, now.isoformat()), key, device, jws.Kind.AUDIT_HEAD)
        with self._db.write() as rows:
            rows.execute("INSERT OR REPLACE INTO audit_heads VALUES (?, ?, ?)", (head.counter, head.digest, token))
        return token

    def lines(self, after: int = 0, most: int = -1) -> list[str]:
        """The records after a counter, as canonical JSON; at most so many."""
        with self._db.read() as rows:
            found = rows.execute("SELECT line FROM audit WHERE counter > ? ORDER BY counter LIMIT ?", (after, most))
            return [row["line"] for row in found]

    def entries(self) -> list[dict[str, object]]:
        """What the records tell, the oldest first."""
        return [json.loads(line)["entry"] for line in self.lines()]

    def fault(self) -> str:
        """Where the chain does not hold, by itself and against the heads that were signed; empty where it holds."""
        with self._db.read() as rows:
            kept = {row["counter"]: row["digest"] for row in rows.execute("SELECT counter, digest FROM audit")}
            kept |= {row["counter"]: row["digest"] for row in rows.execute("SELECT counter, digest FROM audit_heads")}
        broken = audit.verify(self.lines(), kept=kept)
        return "" if broken is None else broken.sentence
