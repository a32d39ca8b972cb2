"""The case as the desk has it. `damaged` lies beside any state while an object is repaired."""

from __future__ import annotations

from record.states.table import Row, Table, Who

TABLE = Table(
    name="case_desk",
    title="case on this desk",
    starts=("offered",),
    rows={
        ("offered", "accepted"): Row("announced", frozenset({Who.HOSPITAL})),
        ("offered", "dropped"): Row("shredded", frozenset({Who.HOSPITAL}), ("shred",), clock_runs=False),
        ("announced", "plan_stored"): Row("fetching", frozenset({Who.SYSTEM})),
        ("fetching", "pause"): Row("paused", frozenset({Who.PHYSICIAN, Who.SYSTEM})),
        ("paused", "resume"): Row("fetching", frozenset({Who.PHYSICIAN, Who.SYSTEM})),
        ("fetching", "all_present"): Row("ready_offline", frozenset({Who.SYSTEM}), ("tell_physician",)),
        ("ready_offline", "late_item"): Row("fetching", frozenset({Who.HOSPITAL}), ("tell_physician",)),
        ("ready_offline", "released"): Row("released", frozenset({Who.HOSPITAL}), clock_runs=False),
        ("released", "dropped"): Row("shredded", frozenset({Who.HOSPITAL}), ("shred",), clock_runs=False),
        ("withdrawn", "dropped"): Row("shredded", frozenset({Who.HOSPITAL}), ("shred",), clock_runs=False),
        ("offered", "withdrawn"): Row("withdrawn", frozenset({Who.HOSPITAL}), ("lock_case", "tell_physician"), clock_runs=False),
        ("announced", "withdrawn"): Row("withdrawn", frozenset({Who.HOSPITAL}), ("lock_case", "tell_physician"), clock_runs=False),
        ("fetching", "withdrawn"): Row("withdrawn", frozenset({Who.HOSPITAL}), ("lock_case", "tell_physician"), clock_runs=False),
        ("paused", "withdrawn"): Row("withdrawn", frozenset({Who.HOSPITAL}), ("lock_case", "tell_physician"), clock_runs=False),
        ("ready_offline", "withdrawn"): Row("withdrawn", frozenset({Who.HOSPITAL}), ("lock_case", "tell_physician"), clock_runs=False),
        ("released", "withdrawn"): Row("withdrawn", frozenset({Who.HOSPITAL}), ("lock_case", "tell_physician"), clock_runs=False),
    },
    overlays=("damaged",),
)
