"""The opinion as the desk has it. One received never changes; an addendum is a new opinion that names what it amends."""

from __future__ import annotations

from record.states.table import Row, Table, Who

TABLE = Table(
    name="opinion_desk",
    title="opinion",
    starts=("drafting",),
    rows={
        ("drafting", "compose"): Row("composed", frozenset({Who.PHYSICIAN}), ("keep_pages",)),
        ("composed", "edit"): Row("drafting", frozenset({Who.PHYSICIAN}), ("drop_pages",)),
        ("composed", "sign"): Row("signed", frozenset({Who.PHYSICIAN}), ("outbox_row",)),
        ("signed", "upload_begun"): Row("sending", frozenset({Who.SYSTEM})),
        ("sending", "connection_lost"): Row("signed", frozenset({Who.SYSTEM}), ("try_again_later",)),
        ("sending", "receipt_verified"): Row("received", frozenset({Who.SYSTEM}), ("keep_receipt", "tell_physician"), clock_runs=False),
        ("sending", "refuse"): Row("refused", frozenset({Who.HOSPITAL}), ("keep_reason", "tell_physician")),
        ("refused", "edit"): Row("drafting", frozenset({Who.PHYSICIAN}), ("next_revision",)),
    },
)
