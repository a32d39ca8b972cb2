"""`work.db`: what the physician did: drafts, what was opened, waivers, opinions. Precious, small, written with `synchronous=FULL`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from record.trouble import Kind, Trouble
from sync.protocol.steps import Step, reached
from sync.seal.keys import object_name
from sync.vault.values import Opened, OpenedKind, OpinionState, OpinionView, ReceiptView, Waiver

if TYPE_CHECKING:
    from sync.vault.case_keys import CaseKeys
    from sync.vault.database import Database

_LOCKED_IN = (OpinionState.SIGNED, OpinionState.SENDING, OpinionState.RECEIVED)


class Work:
    """The rows of `work.db` that belong to reading and writing an opinion."""

    def __init__(self, database: Database, keys: CaseKeys) -> None:
        self._db = database
        self._keys = keys

    # -- draft -----------------------------------------------------------------------------------------------------------

    def draft(self, case: str, assignment: str) -> dict[str, Any] | None:
        """The draft's JSON as it was saved last."""
        with self._db.read() as rows:
            row = rows.execute("SELECT body FROM drafts WHERE assignment = ?", (assignment,)).fetchone()
        return None if row is None else self.opened_draft((case, assignment), bytes(row["body"]))

    def sealed_draft(self, name: tuple[str, str], draft: dict[str, Any]) -> bytes:
        """A draft of (case, assignment) as it rests."""
        case, assignment = name
        return self._keys.seal(case, f"draft {assignment}", json.dumps(draft, ensure_ascii=False).encode())

    def opened_draft(self, name: tuple[str, str], sealed: bytes) -> dict[str, Any]:
        """The inverse of `sealed_draft`."""
        case, assignment = name
        found: dict[str, Any] = json.loads(self._keys.open(case, f"draft {assignment}", sealed))
        return found

    def put_draft(self, name: tuple[str, str], body: bytes, now: datetime) -> None:
        """Stores a sealed draft whole; it is on disk when this returns."""
        case, assignment = name
        with self._db.write() as rows:
            rows.execute("INSERT OR REPLACE INTO drafts VALUES (?, ?, ?, ?)", (assignment, case, body, now.isoformat()))
        reached(Step.DRAFT_STORED)

    # -- the signing sheet -------------------------------------------------------------------------------------------------

    def mark_opened(self, case: str, kind: OpenedKind, name: str, now: datetime) -> bool:
        """Keeps that something was opened; the first time counts. Gives whether this was the first."""
        token = object_name(self._keys.get(case), f"opened {kind.value} {name}")
        body = self._keys.seal(case, "opened", json.dumps([kind.value, name]).encode())
        with self._db.write() as rows:
            query = "INSERT OR IGNORE INTO opened VALUES (?, ?, ?, ?)"
            return bool(rows.execute(query, (case, token, body, now.isoformat())).rowcount)

    def opened(self, case: str) -> frozenset[Opened]:
        """Everything of the case that was opened."""
        with self._db.read() as rows:
            found = [(bytes(row["body"]), row["at"]) for row in rows.execute("SELECT body, at FROM opened WHERE case_id = ?", (case,))]
        values = [(json.loads(self._keys.open(case, "opened", body)), at) for body, at in found]
        return frozenset(Opened(OpenedKind(kind), name, datetime.fromisoformat(at)) for (kind, name), at in values)

    def waive(self, case: str, assignment: str, check: str, reason: str, now: datetime) -> None:
        """Keeps why a point of the signing sheet was waived; a new reason replaces the old one."""
        token = object_name(self._keys.get(case), f"waiver {check}")
        body = self._keys.seal(case, f"waiver {assignment}", json.dumps([check, reason]).encode())
        with self._db.write() as rows:
            rows.execute("INSERT OR REPLACE INTO waivers VALUES (?, ?, ?, ?, ?)", (assignment, token, case, body, now.isoformat()))

    def unwaive(self, case: str, assignment: str, check: str) -> None:
        """Takes a waiver back."""
        token = object_name(self._keys.get(case), f"waiver {check}")
        with self._db.write() as rows:
            rows.execute("DELETE FROM waivers WHERE assignment = ? AND token = ?", (assignment, token))

    def waivers(self, case: str, assignment: str) -> tuple[Waiver, ...]:
        """All waivers of an assignment, oldest first."""
        with self._db.read() as rows:
            query = "SELECT body, at FROM waivers WHERE assignment = ? ORDER BY at"
            found = [(bytes(row["body"]), row["at"]) for row in rows.execute(query, (assignment,))]
        values = [(json.loads(self._keys.open(case, f"waiver {assignment}", body)), at) for body, at in found]
        return tuple(Waiver(check, reason, datetime.fromisoformat(at)) for (check, reason), at in values)

    # -- opinions ----------------------------------------------------------------------------------------------------------

    def opinions(self) -> dict[str, tuple[OpinionView, ...]]:
        """All opinions by assignment, oldest revision first."""
        query = """SELECT o.*, r.receipt, r.received_at, r.quarantined FROM opinions o
            LEFT JOIN receipts r ON r.assignment = o.assignment AND r.revision = o.revision ORDER BY o.assignment, o.revision"""
        with self._db.read() as rows:
            found = [self._view(row) for row in rows.execute(query)]
        grouped: dict[str, tuple[OpinionView, ...]] = {}
        for one in found:
            grouped[one.assignment] = (*grouped.get(one.assignment, ()), one)
        return grouped

    def opinion(self, assignment: str, revision: int) -> OpinionView | None:
        """One opinion."""
        return next((one for one in self.opinions().get(assignment, ()) if one.revision == revision), None)

    def put_composed(self, view: OpinionView, length: int, file_id: bytes) -> None:
        """drafting, composed or refused → composed. Raises `Trouble` (STATE), where this revision is signed already."""
        with self._db.write() as rows:
            state = _state(rows, view.assignment, view.revision)
            if state in _LOCKED_IN:
                raise already_signed()
            values = (view.assignment, view.revision, view.case, OpinionState.COMPOSED.value, view.manifest_version, view.manifest_digest)
            rows.execute(
                """INSERT OR REPLACE INTO opinions (assignment, revision, case_id, state, manifest_version, manifest_digest,
                    document_sha256, document_bytes, document_file) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                (*values, view.document_sha256, length, file_id),
            )

    def put_signed(self, view: OpinionView, length: int, file_id: bytes, signer_sha256: str) -> None:
        """composed → signed with its outbox row: one transaction. Raises `Trouble` (STATE)."""  # noqa: D403  a state's name
        signed_at = view.signed_at or datetime.now(UTC)
        with self._db.write() as rows:
            if _state(rows, view.assignment, view.revision) is not OpinionState.COMPOSED:
                raise already_signed()
            rows.execute(
                """UPDATE opinions SET state = 'signed', signed_sha256 = ?, signed_bytes = ?, signed_file = ?, signer_sha256 = ?,
                    signed_at = ? WHERE assignment = ? AND revision = ?""",
                (view.signed_sha256, length, file_id, signer_sha256, signed_at.isoformat(), view.assignment, view.revision),
            )
            rows.execute(
                "INSERT INTO outbox (kind, key, case_id, assignment, revision, body) VALUES ('opinion', ?, ?, ?, ?, x'')",
                (f"opinion {view.assignment} {view.revision}", view.case, view.assignment, view.revision),
            )
        reached(Step.OUTBOX_STORED)

    def file(self, assignment: str, revision: int, *, signed: bool) -> tuple[str, str, bytes] | None:
        """(case, digest, file id) of the composed or the signed document; None where there is none."""
        name = "signed" if signed else "document"
        with self._db.read() as rows:
            query = "SELECT * FROM opinions WHERE assignment = ? AND revision = ?"
            row = rows.execute(query, (assignment, revision)).fetchone()
        if row is None or row[f"{name}_sha256"] is None:
            return None
        return str(row["case_id"]), str(row[f"{name}_sha256"]), bytes(row[f"{name}_file"])

    def signer(self, assignment: str, revision: int) -> str:
        """SHA-256 of the certificate under which an opinion was signed."""
        with self._db.read() as rows:
            query = "SELECT signer_sha256 FROM opinions WHERE assignment = ? AND revision = ?"
            row = rows.execute(query, (assignment, revision)).fetchone()
        return str(row["signer_sha256"]) if row is not None else ""

    def kept_documents(self, case: str) -> frozenset[str]:
        """The digests of all documents of a case that a row names."""
        with self._db.read() as rows:
            query = "SELECT document_sha256, signed_sha256 FROM opinions WHERE case_id = ?"
            found = [(row["document_sha256"], row["signed_sha256"]) for row in rows.execute(query, (case,))]
        return frozenset(digest for pair in found for digest in pair if digest)

    # -- settings-like values ------------------------------------------------------------------------------------------------

    def setting(self, name: str) -> Any:  # noqa: ANN401  any JSON value
        """A stored JSON value, or None."""
        with self._db.read() as rows:
            row = rows.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return None if row is None else json.loads(row["value"])

    def put_setting(self, name: str, value: Any) -> None:  # noqa: ANN401  any JSON value
        """Stores a JSON value; never anything about a patient."""
        with self._db.write() as rows:
            rows.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, json.dumps(value)))

    def shred(self, case: str) -> None:
        """Deletes the case's key and all that rested under it, and empties the log that may still hold it."""
        with self._db.write() as rows:
            for table in ("case_keys", "drafts", "opened", "places", "waivers"):
                rows.execute(f"DELETE FROM {table} WHERE case_id = ?", (case,))  # noqa: S608  names from the line above
            rows.execute("UPDATE opinions SET refusal = NULL WHERE case_id = ?", (case,))
            rows.execute("UPDATE outbox SET body = x'', answer = NULL WHERE case_id = ?", (case,))
        self._keys.forget(case)
        self._db.checkpoint()

    def _view(self, row: Any) -> OpinionView:  # noqa: ANN401  sqlcipher3 has no types
        receipt = None
        if row["receipt"] is not None:
            receipt = ReceiptView(row["receipt"], datetime.fromisoformat(row["received_at"]), bool(row["quarantined"]))
        refusal = None
        if row["refusal"] is not None and self._keys.find(row["case_id"]) is not None:
            refusal = Trouble.from_dict(json.loads(self._keys.open(row["case_id"], "refusal", bytes(row["refusal"]))))
        return OpinionView(
            assignment=row["assignment"],
            case=row["case_id"],
            revision=row["revision"],
            state=OpinionState(row["state"]),
            manifest_version=row["manifest_version"],
            manifest_digest=row["manifest_digest"],
            document_sha256=row["document_sha256"],
            signed_sha256=row["signed_sha256"],
            signed_at=datetime.fromisoformat(row["signed_at"]) if row["signed_at"] else None,
            receipt=receipt,
            refusal=refusal,
        )


def _state(rows: Any, assignment: str, revision: int) -> OpinionState | None:  # noqa: ANN401  sqlcipher3 has no types
    row = rows.execute("SELECT state FROM opinions WHERE assignment = ? AND revision = ?", (assignment, revision)).fetchone()
    return None if row is None else OpinionState(row["state"])


def already_signed() -> Trouble:
    """What is raised where a signed revision would be changed."""
    return Trouble(
        "This opinion is signed already and is on its way.",
        "To add something, write an addendum once it was received.",
        kind=Kind.STATE,
    )
