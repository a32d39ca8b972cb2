"""A release: the authorization to obtain prior records from one provider."""

from __future__ import annotations

from record.states.table import Row, Table, Who

TABLE = Table(
    name="release",
    title="release",
    starts=("drafted",),
    rows={
        ("drafted", "sign"): Row("signed", frozenset({Who.PATIENT}), ("keep_signed_form",), due=2),
        ("signed", "send"): Row("sent", frozenset({Who.COORDINATOR, Who.SYSTEM}), due=5),
        ("sent", "remind"): Row("reminded", frozenset({Who.SYSTEM, Who.COORDINATOR}), due=5),
        ("sent", "answer"): Row("answered", frozenset({Who.PROVIDER}), due=2),
        ("sent", "refuse"): Row("refused", frozenset({Who.PROVIDER}), ("tell_coordinator",), clock_runs=False),
        ("sent", "nothing_there"): Row("none_exist", frozenset({Who.PROVIDER}), ("state_absence",), clock_runs=False),
        ("reminded", "remind"): Row("reminded", frozenset({Who.SYSTEM, Who.COORDINATOR}), due=5),
        ("reminded", "answer"): Row("answered", frozenset({Who.PROVIDER}), due=2),
        ("reminded", "refuse"): Row("refused", frozenset({Who.PROVIDER}), ("tell_coordinator",), clock_runs=False),
        ("reminded", "nothing_there"): Row("none_exist", frozenset({Who.PROVIDER}), ("state_absence",), clock_runs=False),
        ("answered", "receive"): Row("received", frozenset({Who.SYSTEM, Who.COORDINATOR}), ("import_records",), due=2),
        ("received", "tag"): Row("tagged", frozenset({Who.COORDINATOR}), clock_runs=False),
        ("drafted", "time_out"): Row("expired", frozenset({Who.SYSTEM}), ("tell_coordinator",), clock_runs=False),
        ("drafted", "revoke"): Row("revoked", frozenset({Who.PATIENT}), ("stop_requests",), clock_runs=False),
        ("signed", "time_out"): Row("expired", frozenset({Who.SYSTEM}), ("tell_coordinator",), clock_runs=False),
        ("signed", "revoke"): Row("revoked", frozenset({Who.PATIENT}), ("stop_requests",), clock_runs=False),
        ("sent", "time_out"): Row("expired", frozenset({Who.SYSTEM}), ("tell_coordinator",), clock_runs=False),
        ("sent", "revoke"): Row("revoked", frozenset({Who.PATIENT}), ("stop_requests",), clock_runs=False),
        ("reminded", "time_out"): Row("expired", frozenset({Who.SYSTEM}), ("tell_coordinator",), clock_runs=False),
        ("reminded", "revoke"): Row("revoked", frozenset({Who.PATIENT}), ("stop_requests",), clock_runs=False),
        ("answered", "time_out"): Row("expired", frozenset({Who.SYSTEM}), ("tell_coordinator",), clock_runs=False),
        ("answered", "revoke"): Row("revoked", frozenset({Who.PATIENT}), ("stop_requests",), clock_runs=False),
    },
)
