"""A letter of the outgoing box. Only who took it can say what became of it."""

from __future__ import annotations

from record.states.table import Row, Table, Who

_POST = frozenset({Who.COORDINATOR})  # a coordinator, or the hospital's own mail program on their behalf

TABLE = Table(
    name="letter",
    title="letter",
    starts=("waiting",),
    rows={
        ("waiting", "take"): Row("taken", _POST),
        ("taken", "sent"): Row("sent", _POST, ("forget_link_and_code",), clock_runs=False),
        ("taken", "failed"): Row("waiting", _POST),
        ("waiting", "not_needed"): Row("dropped", frozenset({Who.COORDINATOR, Who.SYSTEM}), ("forget_link_and_code",), clock_runs=False),
    },
)
