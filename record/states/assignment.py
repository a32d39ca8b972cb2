"""The assignment: one for each physician and case; a board has several."""

from __future__ import annotations

from record.states.table import Row, Table, Who

TABLE = Table(
    name="assignment",
    title="assignment",
    starts=("offered",),
    rows={
        ("offered", "accept"): Row("accepted", frozenset({Who.PHYSICIAN}), ("send_case",), due=5),
        ("offered", "decline"): Row("declined", frozenset({Who.PHYSICIAN}), ("offer_to_next",), clock_runs=False),
        ("offered", "pause"): Row("offered", frozenset({Who.PHYSICIAN}), ("offer_again_later",), due=2),
        ("offered", "time_out"): Row("lapsed", frozenset({Who.SYSTEM}), ("offer_to_next",), clock_runs=False),
        ("offered", "withdraw"): Row("withdrawn", frozenset({Who.COORDINATOR}), clock_runs=False),
        ("accepted", "opened"): Row("reading", frozenset({Who.PHYSICIAN}), due=5),
        ("accepted", "draft"): Row("accepted", frozenset({Who.PHYSICIAN}), ("keep_draft",)),
        ("accepted", "urgent"): Row("accepted", frozenset({Who.PHYSICIAN}), ("tell_coordinator",)),
        ("accepted", "ask"): Row("question_open", frozenset({Who.PHYSICIAN}), ("ask_patient",), clock_runs=False, due=2),
        ("accepted", "opinion"): Row("opined", frozenset({Who.PHYSICIAN}), ("receipt",), clock_runs=False),
        ("accepted", "give_back"): Row("given_back", frozenset({Who.PHYSICIAN}), ("offer_to_next", "revoke_case"), clock_runs=False),
        ("accepted", "withdraw"): Row("withdrawn", frozenset({Who.COORDINATOR}), ("revoke_case",), clock_runs=False),
        ("reading", "opened"): Row("reading", frozenset({Who.PHYSICIAN})),
        ("reading", "draft"): Row("reading", frozenset({Who.PHYSICIAN}), ("keep_draft",)),
        ("reading", "urgent"): Row("reading", frozenset({Who.PHYSICIAN}), ("tell_coordinator",)),
        ("reading", "ask"): Row("question_open", frozenset({Who.PHYSICIAN}), ("ask_patient",), clock_runs=False, due=2),
        ("reading", "opinion"): Row("opined", frozenset({Who.PHYSICIAN}), ("receipt",), clock_runs=False),
        ("reading", "pause"): Row("reading", frozenset({Who.PHYSICIAN}), ("move_due_time",), due=5),
        ("reading", "give_back"): Row("given_back", frozenset({Who.PHYSICIAN}), ("offer_to_next", "revoke_case"), clock_runs=False),
        ("reading", "withdraw"): Row("withdrawn", frozenset({Who.COORDINATOR}), ("revoke_case",), clock_runs=False),
        ("question_open", "answered"): Row(
            "reading", frozenset({Who.COORDINATOR, Who.CLINICIAN, Who.PATIENT}), ("next_manifest_if_records", "tell_physicians"), due=5
        ),
        ("question_open", "opened"): Row("question_open", frozenset({Who.PHYSICIAN}), clock_runs=False),
        ("question_open", "ask"): Row("question_open", frozenset({Who.PHYSICIAN}), ("ask_patient",), clock_runs=False),
        ("question_open", "draft"): Row("question_open", frozenset({Who.PHYSICIAN}), ("keep_draft",), clock_runs=False),
        ("question_open", "urgent"): Row("question_open", frozenset({Who.PHYSICIAN}), ("tell_coordinator",), clock_runs=False),
        ("question_open", "opinion"): Row("opined", frozenset({Who.PHYSICIAN}), ("receipt", "close_question"), clock_runs=False),
        ("question_open", "give_back"): Row("given_back", frozenset({Who.PHYSICIAN}), ("offer_to_next", "revoke_case"), clock_runs=False),
        ("question_open", "withdraw"): Row("withdrawn", frozenset({Who.COORDINATOR}), ("revoke_case",), clock_runs=False),
        ("opined", "opened"): Row("opined", frozenset({Who.PHYSICIAN}), clock_runs=False),
        ("opined", "urgent"): Row("opined", frozenset({Who.PHYSICIAN}), ("tell_coordinator",), clock_runs=False),
        ("opined", "addendum_asked"): Row("reading", frozenset({Who.COORDINATOR, Who.PHYSICIAN}), ("next_revision",), due=5),
    },
)
