"""One person in a consult. Who was lost comes back without waiting again."""

from __future__ import annotations

from record.states.table import Row, Table, Who

TABLE = Table(
    name="consult_participant",
    title="participant",
    starts=("invited",),
    rows={
        ("invited", "check_in"): Row(
            "checked_in",
            frozenset({Who.GUEST, Who.PATIENT, Who.PHYSICIAN, Who.COORDINATOR, Who.LOCAL_PHYSICIAN}),
            ("ask_place", "run_rules"),
        ),
        ("checked_in", "rules_forbid"): Row("blocked", frozenset({Who.RULES}), ("tell_coordinator",)),
        ("blocked", "rules_allow"): Row("checked_in", frozenset({Who.RULES})),
        ("checked_in", "ready"): Row(
            "waiting", frozenset({Who.GUEST, Who.PATIENT, Who.PHYSICIAN, Who.COORDINATOR, Who.LOCAL_PHYSICIAN}), ("tell_physician",)
        ),
        ("waiting", "admit"): Row("admitted", frozenset({Who.PHYSICIAN, Who.COORDINATOR})),
        ("admitted", "media_up"): Row("here", frozenset({Who.SYSTEM}), ("announce",)),
        ("here", "link_lost"): Row("lost", frozenset({Who.SYSTEM}), ("tell_everybody",)),
        ("lost", "link_back"): Row("here", frozenset({Who.SYSTEM})),
        ("waiting", "leave"): Row(
            "left",
            frozenset({Who.GUEST, Who.PATIENT, Who.PHYSICIAN, Who.COORDINATOR, Who.LOCAL_PHYSICIAN}),
            ("announce",),
            clock_runs=False,
        ),
        ("admitted", "leave"): Row(
            "left",
            frozenset({Who.GUEST, Who.PATIENT, Who.PHYSICIAN, Who.COORDINATOR, Who.LOCAL_PHYSICIAN}),
            ("announce",),
            clock_runs=False,
        ),
        ("here", "leave"): Row(
            "left",
            frozenset({Who.GUEST, Who.PATIENT, Who.PHYSICIAN, Who.COORDINATOR, Who.LOCAL_PHYSICIAN}),
            ("announce",),
            clock_runs=False,
        ),
        ("lost", "leave"): Row(
            "left",
            frozenset({Who.GUEST, Who.PATIENT, Who.PHYSICIAN, Who.COORDINATOR, Who.LOCAL_PHYSICIAN}),
            ("announce",),
            clock_runs=False,
        ),
        ("waiting", "remove"): Row("left", frozenset({Who.PHYSICIAN, Who.COORDINATOR}), ("announce",), clock_runs=False),
        ("admitted", "remove"): Row("left", frozenset({Who.PHYSICIAN, Who.COORDINATOR}), ("announce",), clock_runs=False),
        ("here", "remove"): Row("left", frozenset({Who.PHYSICIAN, Who.COORDINATOR}), ("announce",), clock_runs=False),
        ("lost", "remove"): Row("left", frozenset({Who.PHYSICIAN, Who.COORDINATOR}), ("announce",), clock_runs=False),
    },
)
