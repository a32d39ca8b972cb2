"""The desk's audit chain in `work.db`: canonical JSON (RFC 8785) + counter + SHA-256 of the one before; its head is signed at every sync.

An entry holds what was done, with our own random ids: never a name, a text or a UID.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from sync.protocol import jws
from sync.protocol.canonical import canonical

if TYPE_CHECKING:
    from datetime import datetime

    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

    from sync.vault.database import Database

START = "0" * 64


class AuditLog:
    """Appends to the chain, checks it, signs its head."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def append(self, what: str, ids: dict[str, str | int], now: datetime) -> None:
        """One more record."""
        with self._db.write() as rows:
            last = rows.execute("SELECT counter, digest FROM audit ORDER BY counter DESC LIMIT 1").fetchone()
            counter, before = (last["counter"] + 1, last["digest"]) if last else (1, START)
            entry = canonical({"counter": counter, "before": before, "at": now.isoformat(), "what": what, "ids": ids})
            rows.execute("INSERT INTO audit VALUES (?, ?, ?)", (counter, entry.decode(), hashlib.sha256(entry).hexdigest()))

    def head(self) -> tuple[int, str]:
        """The last counter and digest."""
        with self._db.read() as rows:
            last = rows.execute("SELECT counter, digest FROM audit ORDER BY counter DESC LIMIT 1").fetchone()
        return (last["counter"], last["digest"]) if last else (0, START)

    def sign_head(self, device: str, key: EllipticCurvePrivateKey, now: datetime) -> str:
        """The signed head (JWS), kept beside the chain."""
        counter, digest = self.head()
        claims: dict[str, Any] = {"device": device, "counter": counter, "digest": digest, "at": now.isoformat()}
        token = jws.sign(claims, key, device, jws.Kind.AUDIT_HEAD)
        with self._db.write() as rows:
            rows.execute("INSERT OR IGNORE INTO audit_heads VALUES (?, ?)", (counter, token))
        return token

    def records(self, after: int = 0) -> list[str]:
        """The records after a counter, as canonical JSON."""
        with self._db.read() as rows:
            return [row["entry"] for row in rows.execute("SELECT entry FROM audit WHERE counter > ? ORDER BY counter", (after,))]

    def broken_at(self) -> int | None:
        """The first counter at which the chain does not hold; None where it holds."""
        before = START
        with self._db.read() as rows:
            found = [(row["counter"], row["entry"], row["digest"]) for row in rows.execute("SELECT * FROM audit ORDER BY counter")]
        for counter, (at, entry, digest) in enumerate(found, start=1):
            sound = at == counter and f'"before":"{before}"' in entry and f'"counter":{counter},' in entry
            if not sound or hashlib.sha256(entry.encode()).hexdigest() != digest:
                return counter
            before = digest
        return None
