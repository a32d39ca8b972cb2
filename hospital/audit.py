"""The audit record: each entry names the digest of the one before; signed heads are kept outside the database too.

An entry says who did what to what by our own random ids, and when; never a name, a date of birth, a UID or a text.
"""

from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from hospital.store.tables import audit
from record.trouble import Kind, Trouble
from sync.protocol.canonical import canonical
from sync.protocol.jws import Kind as TokenKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Connection

    from hospital.keys.receipts import ReceiptKey

_FIRST = "0" * 64
_TAIL = 4096  # more than the longest line of the heads


class AuditChain:
    """Appends to the chain and publishes its heads."""

    def __init__(self, heads: Path, key: ReceiptKey) -> None:
        self._heads = heads
        self._key = key

    def add(self, tx: Connection, now: datetime, act: str, who: str, **what: str | int | bool) -> None:
        """One entry, in the transaction of what it tells of."""
        counter, previous = _last(tx)
        entry = canonical({"act": act, "at": now.isoformat(), "counter": counter + 1, "previous": previous, "what": what, "who": who})
        tx.execute(insert(audit).values(counter=counter + 1, entry=entry.decode(), sha256=hashlib.sha256(entry).hexdigest()))

    def publish(self, tx: Connection, now: datetime) -> None:
        """Appends the signed head to the file outside the database, where it is new.

        Raises:
            Trouble: STORAGE.
        """
        counter, digest = _last(tx)
        published, torn = self._published()
        if counter in {0, published}:
            return
        head = self._key.sign({"at": now.isoformat(), "counter": counter, "sha256": digest}, TokenKind.AUDIT_HEAD)
        line = json.dumps({"counter": counter, "head": head, "sha256": digest}) + "\n"
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

    def faults(self, tx: Connection) -> Iterator[str]:
        """What is wrong with the chain and against the published heads; nothing when all is well."""
        previous, digests = _FIRST, {0: _FIRST}
        for counter, entry, digest in tx.execute(select(audit).order_by(audit.c.counter)):
            told = json.loads(entry)
            if hashlib.sha256(entry.encode()).hexdigest() != digest or told["previous"] != previous or told["counter"] != counter:
                yield f"entry {counter} of the audit record was changed"
            previous = digests[counter] = digest
        for line in self._lines():
            try:
                head = json.loads(line)
            except ValueError:  # torn by a kill; the next publishing repeats it
                continue
            if digests.get(head["counter"]) != head["sha256"]:
                yield f"entry {head['counter']} of the audit record is not the one that was published"

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


def _last(tx: Connection) -> tuple[int, str]:
    row = tx.execute(select(audit.c.counter, audit.c.sha256).order_by(audit.c.counter.desc()).limit(1)).one_or_none()
    return (0, _FIRST) if row is None else (int(row[0]), str(row[1]))
