"""The hospital's own audit chain (`record.audit`) in its database; signed heads are kept outside the database too.

An entry says who did what to what by our own random ids, and when; never a name, a date of birth, a UID or a text.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from hospital.store.tables import audit
from record.audit import BEGIN, Head, append, verify
from record.trouble import Kind, Trouble
from sync.protocol.jws import Kind as TokenKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Connection

    from hospital.keys.receipts import ReceiptKey

_NAME = "hospital"
_TAIL = 4096  # more than the longest line of the heads


class AuditChain:
    """Appends to the chain and publishes its heads."""

    def __init__(self, heads: Path, key: ReceiptKey) -> None:
        self._heads = heads
        self._key = key

    def add(self, tx: Connection, now: datetime, act: str, who: str, **what: str | int | bool) -> None:
        """One entry, in the transaction of what it tells of."""
        made = append(_last(tx), {"act": act, "at": now.isoformat(), "what": what, "who": who})
        tx.execute(insert(audit).values(counter=made.counter, line=made.line, sha256=made.head.digest))

    def publish(self, tx: Connection, now: datetime) -> None:
        """Appends the signed head to the file outside the database, where it is new.

        Raises:
            Trouble: STORAGE.
        """
        last = _last(tx)
        published, torn = self._published()
        if last.counter in {0, published}:
            return
        head = self._key.sign(last.claims(_NAME, now.isoformat()), TokenKind.AUDIT_HEAD)
        line = json.dumps({"counter": last.counter, "head": head, "sha256": last.digest}) + "\n"
        try:
            with self._heads.open("a", encoding="ascii") as out:
                out.write("\n" * torn + line)
                out.flush()
                os.fsync(out.fileno())
        except OSError as error:
            raise Trouble(
                "The file for the heads of the audit record cannot be written.",
                "Correct audit.heads_file in the settings, or the rights of its folder.",
                str(error.strerror),
                Kind.STORAGE,
            ) from error

    def told(self, tx: Connection, act: str) -> Iterator[dict[str, Any]]:
        """What each entry of one act tells, the oldest first."""
        for line in tx.execute(select(audit.c.line).order_by(audit.c.counter)).scalars():
            entry = json.loads(line)["entry"]
            if entry["act"] == act:
                yield entry["what"]

    def fault(self, tx: Connection) -> str:
        """What is wrong with the chain by itself and against the published heads; empty where all is well."""
        rows = tx.execute(select(audit.c.counter, audit.c.line, audit.c.sha256).order_by(audit.c.counter)).all()
        try:
            kept = {row.counter: row.sha256 for row in rows} | dict(self._heads_kept())
        except Trouble:
            return "A published head of the hospital's audit record is not signed by the hospital."
        broken = verify((row.line for row in rows), kept=kept)
        return "" if broken is None else f"The hospital's audit record does not hold. {broken.sentence}"

    def _heads_kept(self) -> Iterator[tuple[int, str]]:
        """Counter and digest of each published head; a line that a kill tore was repeated further down. Raises `Trouble` (IDENTITY)."""
        for line in self._lines():
            try:
                head = json.loads(line)["head"]
            except ValueError:
                continue
            claims = self._key.verified(head, TokenKind.AUDIT_HEAD)
            yield int(claims["counter"]), str(claims["digest"])

    def _published(self) -> tuple[int, bool]:
        """The counter of the last head that was published (0: none), and whether a kill tore the file's last line."""
        try:
            with self._heads.open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL))
                tail = file.read()
        except FileNotFoundError:
            return 0, False
        try:
            return int(json.loads(tail.splitlines()[-1])["counter"]), False
        except (IndexError, ValueError):
            return 0, bool(tail) and not tail.endswith(b"\n")

    def _lines(self) -> list[str]:
        try:
            return self._heads.read_text("ascii").splitlines()
        except FileNotFoundError:
            return []


def _last(tx: Connection) -> Head:
    row = tx.execute(select(audit.c.counter, audit.c.sha256).order_by(audit.c.counter.desc()).limit(1)).one_or_none()
    return BEGIN if row is None else Head(int(row[0]), str(row[1]))
