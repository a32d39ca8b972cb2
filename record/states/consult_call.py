"""The call of a consult."""

from __future__ import annotations

from record.states.table import Row, Table, Who

TABLE = Table(
    name="consult_call",
    title="call",
    starts=("scheduled",),
    rows={
        ("scheduled", "open_room"): Row("open", frozenset({Who.PHYSICIAN, Who.COORDINATOR}), ("tell_patient",)),
        ("open", "first_two_here"): Row("in_call", frozenset({Who.SYSTEM})),
        ("in_call", "link_lost"): Row("reconnecting", frozenset({Who.SYSTEM}), ("show_telephone_number",)),
        ("reconnecting", "link_back"): Row("in_call", frozenset({Who.SYSTEM})),
        ("in_call", "end"): Row("ended", frozenset({Who.PHYSICIAN, Who.COORDINATOR}), ("draft_note",), clock_runs=False),
        ("reconnecting", "end"): Row("ended", frozenset({Who.PHYSICIAN, Who.COORDINATOR}), ("draft_note",), clock_runs=False),
        ("scheduled", "cancel"): Row(
            "cancelled", frozenset({Who.PHYSICIAN, Who.COORDINATOR, Who.PATIENT}), ("tell_everybody",), clock_runs=False
        ),
        ("open", "cancel"): Row("cancelled", frozenset({Who.PHYSICIAN, Who.COORDINATOR}), ("tell_everybody",), clock_runs=False),
        ("open", "nobody_came"): Row(
            "no_show", frozenset({Who.PHYSICIAN, Who.COORDINATOR, Who.SYSTEM}), ("tell_coordinator",), clock_runs=False
        ),
        ("scheduled", "nobody_came"): Row("no_show", frozenset({Who.COORDINATOR, Who.SYSTEM}), ("tell_coordinator",), clock_runs=False),
        ("open", "go_on_by_telephone"): Row("by_telephone", frozenset({Who.PHYSICIAN}), ("draft_note",), clock_runs=False),
        ("in_call", "go_on_by_telephone"): Row("by_telephone", frozenset({Who.PHYSICIAN}), ("draft_note",), clock_runs=False),
        ("reconnecting", "go_on_by_telephone"): Row("by_telephone", frozenset({Who.PHYSICIAN}), ("draft_note",), clock_runs=False),
    },
)
