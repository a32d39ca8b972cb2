"""Where originals that were asked for are to be saved: chosen by a person, kept until it is done, through lock and restart."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sync.seal.keys import object_name
from sync.vault.values import Awaited

if TYPE_CHECKING:
    from sync.vault.case_keys import CaseKeys
    from sync.vault.database import Database


class Places:
    """The rows of `work.db` that say where to; sealed, since a path tells of a person and a UID of a patient."""

    def __init__(self, database: Database, keys: CaseKeys) -> None:
        self._db = database
        self._keys = keys

    def put(self, one: Awaited) -> None:
        """Keeps a place; a new one for the same image replaces the old one."""
        body = self._keys.seal(one.case, "place", json.dumps([one.sop_instance_uid, one.place]).encode())
        with self._db.write() as rows:
            rows.execute("INSERT OR REPLACE INTO places VALUES (?, ?, ?)", (one.case, self._token(one.case, one.sop_instance_uid), body))

    def all(self) -> tuple[Awaited, ...]:
        """Everything that is still to be saved."""
        with self._db.read() as rows:
            found = [(str(row["case_id"]), bytes(row["body"])) for row in rows.execute("SELECT case_id, body FROM places")]
        return tuple(Awaited(case, *json.loads(self._keys.open(case, "place", body))) for case, body in found)

    def forget(self, case: str, sop_instance_uid: str) -> None:
        """It is saved, or cannot be saved there."""
        with self._db.write() as rows:
            rows.execute("DELETE FROM places WHERE case_id = ? AND token = ?", (case, self._token(case, sop_instance_uid)))

    def _token(self, case: str, sop_instance_uid: str) -> str:
        return object_name(self._keys.get(case), f"place {sop_instance_uid}")
