"""The stored steps of both ways: what is on disk when each name is reached.

Between two steps nothing is remembered but what is stored. `reached` marks the place in the code; a test that sets
`OVERREAD_KILL_AT=<step>[:n]` in the environment of a process kills it with SIGKILL there (at the n-th time, default the first).
"""

from __future__ import annotations

import os
import signal
from enum import StrEnum


class Step(StrEnum):
    """Every stored step, in the order in which a case comes in and an opinion goes home."""

    # in, at the desk (index.db)
    PLAN_STORED = "plan-stored"  # plan and cursor, one transaction
    PART_WRITTEN = "part-written"  # some sealed chunks of an object stand in its .part
    BATCH_SYNCED = "batch-synced"  # all .part files of a batch are fsynced
    BATCH_RENAMED = "batch-renamed"  # they carry their names, the folder is fsynced
    ROWS_STORED = "rows-stored"  # index rows of the batch, one transaction
    MANIFEST_ADOPTED = "manifest-adopted"  # the manifest's objects are wanted, one transaction
    CASE_READY = "case-ready"  # the case is recomputed as ready offline
    # in, at the hospital
    IMAGES_PREPARED = "images-prepared"  # a batch of originals is made ready and stands under its names, rows in one transaction
    # intents, at the desk (work.db) and the hospital
    INTENT_STORED = "intent-stored"
    INTENT_DECIDED = "intent-decided"  # hospital: answer stored with its effect
    INTENT_ANSWERED = "intent-answered"  # desk: the answer is stored
    # out, at the desk (work.db)
    DRAFT_STORED = "draft-stored"
    DOCUMENT_COMPOSED = "document-composed"  # the PDF to be signed and its digest are sealed
    DOCUMENT_SIGNED = "document-signed"  # the signed PDF is sealed; no row yet
    OUTBOX_STORED = "outbox-stored"  # digest, state and outbox row, one transaction
    UPLOAD_SENT = "upload-sent"  # the bytes have left; no answer yet
    # out, at the hospital
    OPINION_VERIFIED = "opinion-verified"
    OPINION_SEALED = "opinion-sealed"
    OPINION_RECORDED = "opinion-recorded"  # row and receipt, one transaction; no answer yet
    # out, at the desk again
    RECEIPT_VERIFIED = "receipt-verified"
    RECEIPT_STORED = "receipt-stored"  # receipt and state, one transaction
    # the audit record, at every sync
    AUDIT_SIGNED = "audit-signed"  # desk: the head is signed and kept; its records are not sent yet
    AUDIT_TAKEN = "audit-taken"  # hospital: records, head and its own entry, one transaction; no answer yet


AT_THE_HOSPITAL = frozenset(
    {Step.IMAGES_PREPARED, Step.INTENT_DECIDED, Step.OPINION_VERIFIED, Step.OPINION_SEALED, Step.OPINION_RECORDED, Step.AUDIT_TAKEN}
)

_seen: dict[str, int] = {}


def reached(step: Step) -> None:
    """Marks that everything `step` stands for is on disk; the place where a test kills the process."""
    wanted = os.environ.get("OVERREAD_KILL_AT")
    if wanted is None:
        return
    name, _, times = wanted.partition(":")
    if name != step.value:
        return
    _seen[name] = _seen.get(name, 0) + 1
    if _seen[name] >= int(times or 1):
        os.kill(os.getpid(), signal.SIGKILL)
