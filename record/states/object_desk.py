"""An object as the desk has it. Damage is found by reading or by the scrub."""

from __future__ import annotations

from record.states.table import Row, Table, Who

TABLE = Table(
    name="object_desk",
    title="object",
    starts=("wanted",),
    rows={
        ("wanted", "chunk_written"): Row("partial", frozenset({Who.SYSTEM})),
        ("partial", "chunk_written"): Row("partial", frozenset({Who.SYSTEM})),
        ("partial", "verified"): Row("present", frozenset({Who.SYSTEM}), ("rename_part",)),
        ("wanted", "verified"): Row("present", frozenset({Who.SYSTEM}), ("rename_part",)),
        ("partial", "digest_differs"): Row("wanted", frozenset({Who.SYSTEM}), ("drop_part",)),
        ("present", "damage_found"): Row("damaged", frozenset({Who.SYSTEM}), ("mark_case_damaged",)),
        ("damaged", "repair"): Row("wanted", frozenset({Who.SYSTEM}), ("fetch_again",)),
    },
)
