"""The durable outbox of `work.db`: intents and signed opinions, each sent until the hospital answered, in the order they were put."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sync.protocol.messages import Intent
from sync.protocol.steps import Step, reached
from sync.vault.values import OpinionState, OutboxItem, OutKind

if TYPE_CHECKING:
    from record.trouble import Trouble
    from sync.protocol.messages import IntentAnswer, Receipt
    from sync.vault.case_keys import CaseKeys
    from sync.vault.database import Database


_MOVES = ("accept", "decline", "give_back")


class Outbox:
    """What waits to leave, and what the hospital answered."""

    def __init__(self, database: Database, keys: CaseKeys) -> None:
        self._db = database
        self._keys = keys

    def put_intent(self, intent: Intent) -> None:
        """Stores an intent; the same key is stored once."""
        body = self._keys.seal(intent.case, f"intent {intent.key}", intent.model_dump_json().encode())
        with self._db.write() as rows:
            rows.execute(
                "INSERT OR IGNORE INTO outbox (kind, key, case_id, assignment, revision, body, intent) VALUES ('intent', ?, ?, ?, ?, ?, ?)",
                (intent.key, intent.case, intent.assignment, intent.seen_revision, body, intent.kind),
            )
        reached(Step.INTENT_STORED)

    def pending(self) -> list[OutboxItem]:
        """Everything that waits, oldest first."""
        with self._db.read() as rows:
            found = rows.execute("SELECT * FROM outbox WHERE state = 'pending' ORDER BY id").fetchall()
        return [_item(row) for row in found]

    def intent_of(self, item: OutboxItem) -> Intent:
        """The intent that an item holds. Raises `Trouble` (DAMAGED, LOCKED)."""
        return Intent.model_validate_json(self._keys.open(item.case, f"intent {item.key}", item.body))

    def pending_intents(self, revisions: dict[str, int]) -> dict[str, str]:
        """The latest intent's kind by assignment that is not answered, or agreed to and not in the feed yet.

        `revisions` are the assignments' revisions here: an agreed move shows in a newer one than the intent saw.
        """
        query = "SELECT assignment, intent, revision, state FROM outbox WHERE state <> 'refused' AND kind = 'intent' ORDER BY id"
        with self._db.read() as rows:
            found = [(row["assignment"], row["intent"], row["revision"], row["state"]) for row in rows.execute(query)]
        return {
            assignment: intent
            for assignment, intent, seen, state in found
            if state == "pending" or (intent in _MOVES and revisions.get(assignment, 0) <= seen)
        }

    def refusals(self) -> dict[str, str]:
        """By assignment, why the hospital refused its latest intent, where it did."""
        query = """SELECT case_id, assignment, key, answer FROM outbox o WHERE kind = 'intent' AND state = 'refused' AND answer IS NOT NULL
            AND id = (SELECT max(id) FROM outbox n WHERE n.kind = 'intent' AND n.assignment = o.assignment)"""
        with self._db.read() as rows:
            found = [(row["case_id"], row["assignment"], row["key"], bytes(row["answer"])) for row in rows.execute(query)]
        return {assignment: _reason(json.loads(self._keys.open(case, f"answer {key}", answer))) for case, assignment, key, answer in found}

    def holds(self, case: str) -> bool:
        """Whether anything of the case is on its way out."""
        with self._db.read() as rows:
            row = rows.execute("SELECT 1 FROM outbox WHERE case_id = ? AND state = 'pending' LIMIT 1", (case,)).fetchone()
        return row is not None

    def count_attempt(self, item: OutboxItem) -> None:
        """Counts a sending; an opinion is "sending" from its first one on."""
        with self._db.write() as rows:
            rows.execute("UPDATE outbox SET attempts = attempts + 1 WHERE id = ?", (item.id,))
            if item.kind is OutKind.OPINION:
                query = "UPDATE opinions SET state = 'sending' WHERE assignment = ? AND revision = ? AND state = 'signed'"
                rows.execute(query, (item.assignment, item.revision))

    def answered(self, item: OutboxItem, answer: IntentAnswer) -> None:
        """The hospital's answer to an intent, stored."""
        body = self._keys.seal(item.case, f"answer {item.key}", answer.model_dump_json().encode())
        with self._db.write() as rows:
            rows.execute("UPDATE outbox SET state = ?, answer = ? WHERE id = ?", ("done" if answer.accepted else "refused", body, item.id))
        reached(Step.INTENT_ANSWERED)

    def received(self, item: OutboxItem, receipt: Receipt, token: str) -> None:
        """The verified receipt and the state "received": one transaction."""
        values = (item.assignment, item.revision, receipt.receipt, receipt.received_at.isoformat(), int(receipt.quarantined), token)
        with self._db.write() as rows:
            rows.execute("INSERT OR REPLACE INTO receipts VALUES (?, ?, ?, ?, ?, ?)", values)
            self._move(rows, item, OpinionState.RECEIVED)
            rows.execute("UPDATE outbox SET state = 'done' WHERE id = ?", (item.id,))
        reached(Step.RECEIPT_STORED)

    def refused(self, item: OutboxItem, reason: Trouble) -> None:
        """The hospital said no for good: the reason is kept, the opinion may be changed and signed again."""
        answer = json.dumps(reason.as_dict()).encode()
        with self._db.write() as rows:
            if item.kind is OutKind.OPINION:
                self._move(rows, item, OpinionState.REFUSED)
                query = "UPDATE opinions SET refusal = ? WHERE assignment = ? AND revision = ?"
                rows.execute(query, (self._keys.seal(item.case, "refusal", answer), item.assignment, item.revision))
                rows.execute("DELETE FROM outbox WHERE id = ?", (item.id,))  # the row of the next signature takes its key
            else:
                sealed = self._keys.seal(item.case, f"answer {item.key}", answer)
                rows.execute("UPDATE outbox SET state = 'refused', answer = ? WHERE id = ?", (sealed, item.id))

    def receipt_token(self, assignment: str, revision: int) -> str | None:
        """The receipt as it came (JWS), for who wants to check it again."""
        with self._db.read() as rows:
            query = "SELECT jws FROM receipts WHERE assignment = ? AND revision = ?"
            row = rows.execute(query, (assignment, revision)).fetchone()
        return None if row is None else str(row["jws"])

    @staticmethod
    def _move(rows: Any, item: OutboxItem, state: OpinionState) -> None:  # noqa: ANN401  sqlcipher3 has no types
        query = "UPDATE opinions SET state = ? WHERE assignment = ? AND revision = ?"
        rows.execute(query, (state.value, item.assignment, item.revision))


def _reason(answer: dict[str, Any]) -> str:
    """The reason in an answer: the hospital's own, or the trouble that stood for one."""
    return str(answer.get("reason") or answer.get("what_happened", ""))


def _item(row: Any) -> OutboxItem:  # noqa: ANN401  sqlcipher3 has no types
    return OutboxItem(
        id=row["id"],
        kind=OutKind(row["kind"]),
        key=row["key"],
        case=row["case_id"],
        assignment=row["assignment"],
        revision=row["revision"],
        attempts=row["attempts"],
        body=bytes(row["body"]),
    )
