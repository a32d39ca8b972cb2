"""The cases' keys: random, wrapped under the vault key (AES key wrap, RFC 3394), in `work.db`; to drop one is to shred its case."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from record.trouble import Kind, Trouble
from sync.seal.keys import CaseKey
from sync.seal.values import open_value, seal_value

if TYPE_CHECKING:
    from sync.vault.database import Database


class CaseKeys:
    """Keys by case, unwrapped once while the vault is open."""

    def __init__(self, work: Database, wrap_key: bytes) -> None:
        self._work = work
        self._wrap_key = wrap_key
        self._known: dict[str, CaseKey] = {}
        self._making = threading.Lock()

    def get(self, case: str) -> CaseKey:
        """The case's key. Raises `Trouble` (LOCKED), where there is none: never here, or shredded."""
        key = self.find(case)
        if key is None:
            raise Trouble(
                "This case is no longer on this computer.",
                "It was taken back by the hospital; the worklist says what is there.",
                kind=Kind.LOCKED,
            )
        return key

    def find(self, case: str) -> CaseKey | None:
        """The case's key, or None."""
        known = self._known.get(case)
        if known is not None:
            return known
        with self._work.read() as rows:
            row = rows.execute("SELECT key_id, wrapped FROM case_keys WHERE case_id = ?", (case,)).fetchone()
        if row is None:
            return None
        try:
            key = CaseKey(bytes(row["key_id"]), aes_key_unwrap(self._wrap_key, bytes(row["wrapped"])))
        except InvalidUnwrap as error:
            raise Trouble(
                "The key of a case is damaged.",
                "Ask the hospital to send the case again; what was signed and received is safe there.",
                kind=Kind.DAMAGED,
            ) from error
        self._known[case] = key
        return key

    def ensure(self, case: str) -> CaseKey:
        """The case's key, made where there is none; on disk before it is given."""
        with self._making:
            key = self.find(case)
            if key is not None:
                return key
            key = CaseKey.new()
            with self._work.write() as rows:
                rows.execute("INSERT INTO case_keys VALUES (?, ?, ?)", (case, key.id, aes_key_wrap(self._wrap_key, key.secret)))
            self._known[case] = key
            return key

    def forget(self, case: str) -> None:
        """Drops the key from memory (its row is deleted by who shreds)."""
        self._known.pop(case, None)

    def seal(self, case: str, context: str, value: bytes) -> bytes:
        """A sealed value of the case."""
        return seal_value(self.get(case), f"{case}: {context}", value)

    def open(self, case: str, context: str, sealed: bytes) -> bytes:
        """The inverse of `seal`. Raises `Trouble` (DAMAGED, LOCKED)."""
        return open_value(self.get(case), f"{case}: {context}", sealed)
