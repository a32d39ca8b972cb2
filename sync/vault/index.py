"""`index.db`: what the hospital sent and how much of it is here; it can be rebuilt from the hospital."""

from __future__ import annotations

import json
from functools import singledispatchmethod
from typing import TYPE_CHECKING, Any

from sync.protocol.messages import Manifest, ManifestBody, ObjectKind, PolicyBody
from sync.vault.actions import (
    Action,
    DropAssignment,
    DropCase,
    DropMessage,
    Plan,
    PutAssignment,
    PutCase,
    PutManifest,
    PutMessage,
    PutPolicy,
    Revoke,
)
from sync.vault.values import CaseState, Readiness, Stored, Wanted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sync.vault.case_keys import CaseKeys
    from sync.vault.database import Database

_ORDER = {kind: at for at, kind in enumerate(("manifest", "thumbnail", "document", "header", "frames"))}
_GONE = ("declined", "lapsed", "given_back", "withdrawn")


class Index:
    """The rows of `index.db`, read and written by value."""

    def __init__(self, database: Database, keys: CaseKeys) -> None:
        self._db = database
        self._keys = keys

    # -- the feed ------------------------------------------------------------------------------------------------------

    def meta(self, name: str) -> str | None:
        """A stored word: "dataset", "cursor", "policy", "scrub"."""
        with self._db.read() as rows:
            row = rows.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row["value"])

    def set_meta(self, name: str, value: str) -> None:
        """Stores a word."""
        with self._db.write() as rows:
            _put_meta(rows, name, value)

    def policy(self) -> PolicyBody | None:
        """What the hospital set for its desks."""
        text = self.meta("policy")
        return None if text is None else PolicyBody.model_validate_json(text)

    def held_cases(self) -> frozenset[str]:
        """All cases that this desk knows."""
        with self._db.read() as rows:
            return frozenset(row["id"] for row in rows.execute("SELECT id FROM cases"))

    def revisions(self) -> dict[tuple[str, str], int]:
        """The revision held of each (kind, id): what the planner compares."""
        query = """SELECT 'case' AS kind, id, revision FROM cases WHERE body IS NOT NULL
            UNION ALL SELECT 'assignment', id, revision FROM assignments UNION ALL SELECT kind, id, revision FROM messages"""
        with self._db.read() as rows:
            return {(row["kind"], row["id"]): row["revision"] for row in rows.execute(query)}

    def manifest_versions(self) -> dict[str, int]:
        """The newest announced manifest version of each case."""
        with self._db.read() as rows:
            query = "SELECT case_id, max(version) AS version FROM manifests GROUP BY case_id"
            return {row["case_id"]: row["version"] for row in rows.execute(query)}

    def apply(self, plan: Plan) -> None:
        """Stores a plan with its cursor: one transaction (the cases' keys are on disk before)."""
        held = self.held_cases()
        actions = [action for action in plan.actions if not _is_over(action, held)]
        for action in actions:
            if isinstance(action, PutCase | PutAssignment | PutManifest | PutMessage):
                self._keys.ensure(action.case)
        with self._db.write() as rows:
            for action in actions:
                self._do(action, rows)
            for case in plan.changed:
                _recompute(rows, case)
            _put_meta(rows, "dataset", plan.dataset)
            _put_meta(rows, "cursor", plan.cursor)

    @singledispatchmethod
    def _do(self, action: Action, rows: Any) -> None:  # noqa: ANN401  sqlcipher3 has no types
        raise NotImplementedError(type(action).__name__)

    @_do.register
    def _(self, action: PutCase, rows: Any) -> None:  # noqa: ANN401  sqlcipher3 has no types
        _know_case(rows, action.case)
        body = self._keys.seal(action.case, "body", action.body.model_dump_json().encode())
        rows.execute("UPDATE cases SET revision = ?, body = ? WHERE id = ?", (action.revision, body, action.case))

    @_do.register
    def _(self, action: PutAssignment, rows: Any) -> None:  # noqa: ANN401  sqlcipher3 has no types
        _know_case(rows, action.case)
        body = self._keys.seal(action.case, f"assignment {action.body.id}", action.body.model_dump_json().encode())
        values = (action.body.id, action.case, action.revision, action.body.state, body)
        rows.execute("INSERT OR REPLACE INTO assignments VALUES (?, ?, ?, ?, ?)", values)

    @_do.register
    def _(self, action: PutManifest, rows: Any) -> None:  # noqa: ANN401  sqlcipher3 has no types
        _know_case(rows, action.case)
        body = action.body
        values = (body.case, body.version, body.object, body.length, body.signature)
        rows.execute("INSERT OR IGNORE INTO manifests (case_id, version, object, length, signature) VALUES (?, ?, ?, ?, ?)", values)
        _want(rows, action.case, body.object, body.length, ObjectKind.MANIFEST)

    @_do.register
    def _(self, action: PutMessage, rows: Any) -> None:  # noqa: ANN401  sqlcipher3 has no types
        body = self._keys.seal(action.case, f"{action.kind} {action.id}", json.dumps(action.body).encode())
        values = (action.kind, action.id, action.case, action.revision, body)
        rows.execute("INSERT OR REPLACE INTO messages VALUES (?, ?, ?, ?, ?)", values)

    @_do.register
    def _(self, action: PutPolicy, rows: Any) -> None:  # noqa: ANN401  sqlcipher3 has no types
        _put_meta(rows, "policy", action.body.model_dump_json())

    @_do.register
    def _(self, action: DropCase, rows: Any) -> None:  # noqa: ANN401  sqlcipher3 has no types
        _drop(rows, action.case)

    @_do.register
    def _(self, action: DropAssignment, rows: Any) -> None:  # noqa: ANN401  sqlcipher3 has no types
        rows.execute("DELETE FROM assignments WHERE id = ?", (action.id,))

    @_do.register
    def _(self, action: DropMessage, rows: Any) -> None:  # noqa: ANN401  sqlcipher3 has no types
        rows.execute("DELETE FROM messages WHERE kind = ? AND id = ?", (action.kind, action.id))

    @_do.register
    def _(self, action: Revoke, rows: Any) -> None:  # noqa: ANN401  sqlcipher3 has no types
        del action  # the vault keeps that it was shut out
        _drop_all(rows)

    # -- objects -------------------------------------------------------------------------------------------------------

    def wanted(self) -> list[Wanted]:
        """What is to be fetched: manifests first, then case by case, small kinds before frames; of a paused case originals alone."""
        query = """SELECT o.* FROM objects o JOIN cases c ON c.id = o.case_id
            WHERE o.state IN ('wanted', 'damaged') AND (c.paused = 0 OR o.kind = 'original') ORDER BY o.case_id"""
        with self._db.read() as rows:
            found = [Wanted(row["case_id"], row["object"], row["length"], row["kind"]) for row in rows.execute(query)]
        return sorted(found, key=lambda one: (one.kind != "manifest", one.case, _ORDER.get(one.kind, 9)))

    def want_original(self, case: str, object_id: str, length: int) -> None:
        """An untouched original is wished for: it is fetched as any object is, and counts in no readiness. Twice is harmless."""
        with self._db.write() as rows:
            _want(rows, case, object_id, length, ObjectKind.ORIGINAL)

    def store_rows(self, stored: Iterable[Stored]) -> None:
        """The files of a batch stand under their names: one transaction."""
        with self._db.write() as rows:
            values = [(one.file_id, one.case, one.object) for one in stored]
            rows.executemany("UPDATE objects SET state = 'present', file_id = ?, failures = 0 WHERE case_id = ? AND object = ?", values)

    def file_ids(self, case: str) -> dict[str, bytes]:
        """The file id of each present object of a case."""
        with self._db.read() as rows:
            query = "SELECT object, file_id FROM objects WHERE case_id = ? AND state = 'present'"
            return {row["object"]: bytes(row["file_id"]) for row in rows.execute(query, (case,))}

    def present_after(self, case: str, object_id: str) -> Stored | None:
        """The present object that comes next in order of case and name; None at the end."""
        query = """SELECT case_id, object, file_id FROM objects WHERE state = 'present' AND (case_id, object) > (?, ?)
            ORDER BY case_id, object LIMIT 1"""
        with self._db.read() as rows:
            row = rows.execute(query, (case, object_id)).fetchone()
        return None if row is None else Stored(row["case_id"], row["object"], bytes(row["file_id"]))

    def object_lengths(self, case: str) -> dict[str, int]:
        """The length of each object of a case that this desk keeps."""
        with self._db.read() as rows:
            return {row["object"]: row["length"] for row in rows.execute("SELECT object, length FROM objects WHERE case_id = ?", (case,))}

    def mark_damaged(self, case: str, object_id: str) -> None:
        """Moves present → damaged: it is fetched again; the case says so."""
        with self._db.write() as rows:
            query = "UPDATE objects SET state = 'damaged', file_id = NULL WHERE case_id = ? AND object = ? AND state = 'present'"
            rows.execute(query, (case, object_id))
            _recompute(rows, case)

    def is_damaged(self, case: str, object_id: str) -> bool:
        """Whether it was found damaged and has not been fetched again yet."""
        with self._db.read() as rows:
            query = "SELECT 1 FROM objects WHERE case_id = ? AND object = ? AND state = 'damaged'"
            return rows.execute(query, (case, object_id)).fetchone() is not None

    def count_failure(self, case: str, object_id: str) -> int:
        """Counts a fetch whose bytes were not what the name says; gives how many there were in a row."""
        with self._db.write() as rows:
            rows.execute("UPDATE objects SET failures = failures + 1 WHERE case_id = ? AND object = ?", (case, object_id))
            row = rows.execute("SELECT failures FROM objects WHERE case_id = ? AND object = ?", (case, object_id)).fetchone()
            return 0 if row is None else int(row["failures"])

    # -- manifests and readiness ----------------------------------------------------------------------------------------

    def to_adopt(self) -> list[ManifestBody]:
        """The newest manifest of each case whose object is here and that is not adopted yet."""
        query = """SELECT m.* FROM manifests m JOIN objects o ON o.case_id = m.case_id AND o.object = m.object
            WHERE m.adopted = 0 AND o.state = 'present'
            AND m.version = (SELECT max(version) FROM manifests n WHERE n.case_id = m.case_id)"""
        with self._db.read() as rows:
            return [_manifest_body(row) for row in rows.execute(query)]

    def adopt(self, manifest: Manifest, object_id: str) -> None:
        """The manifest's objects are wanted, what no version needs any more is forgotten: one transaction.

        An original is kept where it was wished for and still belongs to the case.
        """
        case = manifest.case
        fetched = [entry for entry in manifest.objects if entry.kind is not ObjectKind.ORIGINAL]
        keep = {entry.object for entry in manifest.objects} | {object_id}
        with self._db.write() as rows:
            for row in rows.execute("SELECT object FROM objects WHERE case_id = ?", (case,)).fetchall():
                if row["object"] not in keep:
                    rows.execute("DELETE FROM objects WHERE case_id = ? AND object = ?", (case, row["object"]))
            for entry in fetched:
                _want(rows, case, entry.object, entry.length, entry.kind)
            rows.execute("UPDATE manifests SET adopted = (version = ?) WHERE case_id = ?", (manifest.version, case))
            rows.execute("DELETE FROM manifests WHERE case_id = ? AND version < ?", (case, manifest.version))
            _count(rows, manifest, object_id)
            _recompute(rows, case)

    def recompute(self, case: str) -> tuple[CaseState, CaseState]:
        """The case's state before and after looking at its objects again."""
        with self._db.write() as rows:
            return _recompute(rows, case)

    def fetching(self) -> list[str]:
        """The cases that are not whole yet, as stored; one of them may have become whole just before a kill."""
        with self._db.read() as rows:
            query = "SELECT id FROM cases WHERE state IN ('announced', 'fetching', 'paused')"
            return [row["id"] for row in rows.execute(query)]

    def set_paused(self, case: str, *, paused: bool) -> None:
        """Moves fetching ⇄ paused, by the person."""
        with self._db.write() as rows:
            rows.execute("UPDATE cases SET paused = ? WHERE id = ?", (int(paused), case))
            _recompute(rows, case)

    def readiness(self, case: str) -> Readiness | None:
        """How much of a case is here; None where it is unknown."""
        with self._db.read() as rows:
            row = rows.execute("SELECT state, stood FROM cases WHERE id = ?", (case,)).fetchone()
            return None if row is None else _readiness(rows, case, row)

    def rows(self) -> list[dict[str, Any]]:
        """Assignments with their cases, as stored (sealed bodies), for the worklist."""
        query = """SELECT a.id AS assignment, a.case_id, a.revision AS assignment_revision, a.body AS assignment_body,
            a.state AS assignment_state, c.body AS case_body, c.state, c.stood, c.manifest_version, c.manifest_object, c.modalities,
            c.studies, c.series, c.instances FROM assignments a JOIN cases c ON c.id = a.case_id ORDER BY a.id"""
        with self._db.read() as rows:
            rows.execute("BEGIN")
            found = [dict(row) for row in rows.execute(query)]
            for one in found:
                one["readiness"] = _readiness(rows, one["case_id"], one)
        return found

    def messages(self, case: str) -> list[tuple[str, str, bytes]]:
        """(kind, id, sealed body) of each message of a case."""
        with self._db.read() as rows:
            query = "SELECT kind, id, body FROM messages WHERE case_id = ? ORDER BY kind, id"
            return [(row["kind"], row["id"], bytes(row["body"])) for row in rows.execute(query, (case,))]

    # -- shredding -----------------------------------------------------------------------------------------------------

    def drop_all(self) -> None:
        """Takes every case back, as a revocation does."""
        with self._db.write() as rows:
            _drop_all(rows)

    def dropped(self) -> list[str]:
        """Cases that the hospital took back and whose files and key are still to go."""
        with self._db.read() as rows:
            return [row["case_id"] for row in rows.execute("SELECT case_id FROM dropped")]

    def shredded(self, case: str) -> None:
        """Files and key of the case are gone."""
        with self._db.write() as rows:
            rows.execute("DELETE FROM dropped WHERE case_id = ?", (case,))


def _is_over(action: Action, held: frozenset[str]) -> bool:
    """An assignment that is over, of a case that is not here: nothing to show, and no reason to take back a drop."""
    return isinstance(action, PutAssignment) and action.body.state in _GONE and action.case not in held


def _put_meta(rows: Any, name: str, value: str) -> None:  # noqa: ANN401  sqlcipher3 has no types
    rows.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))


def _know_case(rows: Any, case: str) -> None:  # noqa: ANN401  sqlcipher3 has no types
    rows.execute("DELETE FROM dropped WHERE case_id = ?", (case,))
    rows.execute("INSERT OR IGNORE INTO cases (id, revision, state) VALUES (?, 0, 'offered')", (case,))


def _want(rows: Any, case: str, object_id: str, length: int, kind: str) -> None:  # noqa: ANN401  sqlcipher3 has no types
    query = """INSERT INTO objects (case_id, object, length, kind, state) VALUES (?, ?, ?, ?, 'wanted')
        ON CONFLICT (case_id, object) DO UPDATE SET kind = excluded.kind WHERE kind = 'original'"""
    rows.execute(query, (case, object_id, length, str(kind)))


def _drop(rows: Any, case: str) -> None:  # noqa: ANN401  sqlcipher3 has no types
    for table in ("assignments", "manifests", "objects", "messages"):
        rows.execute(f"DELETE FROM {table} WHERE case_id = ?", (case,))  # noqa: S608  names from the line above
    rows.execute("DELETE FROM cases WHERE id = ?", (case,))
    rows.execute("INSERT OR IGNORE INTO dropped VALUES (?)", (case,))


def _drop_all(rows: Any) -> None:  # noqa: ANN401  sqlcipher3 has no types
    for row in rows.execute("SELECT id FROM cases").fetchall():
        _drop(rows, row["id"])


def _count(rows: Any, manifest: Manifest, object_id: str) -> None:  # noqa: ANN401  sqlcipher3 has no types
    series = [series for study in manifest.studies for series in study.series]
    modalities = ",".join(sorted({one.modality for one in series if one.modality}))
    instances = sum(len(one.instances) for one in series)
    values = (manifest.version, object_id, modalities, len(manifest.studies), len(series), instances, manifest.case)
    query = "UPDATE cases SET manifest_version=?, manifest_object=?, modalities=?, studies=?, series=?, instances=? WHERE id=?"
    rows.execute(query, values)


def _recompute(rows: Any, case: str) -> tuple[CaseState, CaseState]:  # noqa: ANN401  sqlcipher3 has no types
    row = rows.execute("SELECT * FROM cases WHERE id = ?", (case,)).fetchone()
    if row is None:
        return CaseState.WITHDRAWN, CaseState.WITHDRAWN
    before = CaseState(row["state"])
    after = _state(rows, row)
    if after is not before:
        stood = int(after is CaseState.READY_OFFLINE)
        rows.execute("UPDATE cases SET state = ?, stood = max(stood, ?) WHERE id = ?", (after.value, stood, case))
    return before, after


def _state(rows: Any, case: Any) -> CaseState:  # noqa: ANN401  sqlcipher3 has no types
    states = [row["state"] for row in rows.execute("SELECT state FROM assignments WHERE case_id = ?", (case["id"],))]
    if states and all(state in _GONE for state in states):
        return CaseState.WITHDRAWN
    if case["body"] is None:
        return CaseState.OFFERED
    newest = rows.execute("SELECT max(version) AS version FROM manifests WHERE case_id = ?", (case["id"],)).fetchone()["version"]
    if newest is None:
        return CaseState.ANNOUNCED
    query = "SELECT count(*) AS lacking FROM objects WHERE case_id = ? AND state <> 'present' AND kind <> 'original'"
    lacking = rows.execute(query, (case["id"],)).fetchone()["lacking"]
    if not lacking and case["manifest_version"] == newest:
        return CaseState.READY_OFFLINE
    return CaseState.PAUSED if case["paused"] else CaseState.FETCHING


def _readiness(rows: Any, case: str, known: Any) -> Readiness:  # noqa: ANN401  sqlcipher3 has no types
    query = """SELECT count(*) AS objects, coalesce(sum(length), 0) AS bytes, coalesce(sum(state = 'present'), 0) AS present,
        coalesce(sum(CASE WHEN state = 'present' THEN length END), 0) AS present_bytes, coalesce(sum(state = 'damaged'), 0) AS damaged
        FROM objects WHERE case_id = ? AND kind <> 'original'"""
    row = rows.execute(query, (case,)).fetchone()
    size = (row["present"], row["objects"], row["present_bytes"], row["bytes"])
    return Readiness(CaseState(known["state"]), *size, row["damaged"], stood=bool(known["stood"]))


def _manifest_body(row: Any) -> ManifestBody:  # noqa: ANN401  sqlcipher3 has no types
    return ManifestBody(case=row["case_id"], version=row["version"], object=row["object"], length=row["length"], signature=row["signature"])
