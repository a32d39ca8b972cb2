"""The payment for a case. Paid only on a verified event of the processor, never on the return page."""

from __future__ import annotations

from record.states.table import Row, Table, Who

TABLE = Table(
    name="payment",
    title="payment",
    starts=("due",),
    rows={
        ("due", "start"): Row("started", frozenset({Who.PATIENT}), due=2),
        ("started", "confirm"): Row("paid", frozenset({Who.SYSTEM}), ("receipt",), clock_runs=False),
        ("started", "fail"): Row("failed", frozenset({Who.SYSTEM}), ("tell_patient",), due=2),
        ("failed", "start"): Row("started", frozenset({Who.PATIENT}), due=2),
        ("started", "time_out"): Row("due", frozenset({Who.SYSTEM}), due=14),
        ("due", "waive"): Row("waived", frozenset({Who.COORDINATOR}), ("keep_approver",), clock_runs=False),
        ("failed", "waive"): Row("waived", frozenset({Who.COORDINATOR}), ("keep_approver",), clock_runs=False),
        ("due", "time_out"): Row("lapsed", frozenset({Who.SYSTEM}), ("tell_patient",), clock_runs=False),
        ("failed", "time_out"): Row("lapsed", frozenset({Who.SYSTEM}), ("tell_patient",), clock_runs=False),
        ("paid", "refund"): Row("refunded", frozenset({Who.COORDINATOR}), ("processor_refund",), clock_runs=False),
        ("paid", "refund_part"): Row("part_refunded", frozenset({Who.COORDINATOR}), ("processor_refund",), clock_runs=False),
        ("part_refunded", "refund"): Row("refunded", frozenset({Who.COORDINATOR}), ("processor_refund",), clock_runs=False),
        ("part_refunded", "refund_part"): Row("part_refunded", frozenset({Who.COORDINATOR}), ("processor_refund",), clock_runs=False),
    },
)
