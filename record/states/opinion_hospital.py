"""The opinion as the hospital has it; a quarantined one (case withdrawn or reassigned meanwhile) is kept, receipted and shown."""

from __future__ import annotations

from record.states.table import Row, Table, Who

TABLE = Table(
    name="opinion_hospital",
    title="opinion",
    starts=("received", "quarantined"),
    rows={
        ("received", "second_review_asked"): Row("second_review", frozenset({Who.RULES, Who.COORDINATOR}), ("offer_second_review",), due=2),
        ("received", "release"): Row("released", frozenset({Who.COORDINATOR}), ("check_licences", "deliver_opinion"), due=2),
        ("second_review", "release"): Row("released", frozenset({Who.COORDINATOR}), ("check_licences", "deliver_opinion"), due=2),
        ("released", "opened"): Row("opened", frozenset({Who.PATIENT, Who.LOCAL_PHYSICIAN, Who.SYSTEM}), due=3),
        ("opened", "relay_confirmed"): Row("relayed", frozenset({Who.LOCAL_PHYSICIAN}), clock_runs=False),
        ("released", "relay_confirmed"): Row("relayed", frozenset({Who.LOCAL_PHYSICIAN}), clock_runs=False),
        ("quarantined", "admit"): Row("received", frozenset({Who.COORDINATOR}), ("tell_physician",), due=2),
    },
)
