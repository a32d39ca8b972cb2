"""The recording of a consult: none by default, and only while everybody who is in has agreed."""

from __future__ import annotations

from record.states.table import Row, Table, Who

_ANYBODY = frozenset({Who.PHYSICIAN, Who.LOCAL_PHYSICIAN, Who.COORDINATOR, Who.PATIENT, Who.GUEST})
_SYSTEM = frozenset({Who.SYSTEM})

TABLE = Table(
    name="consult_recording",
    title="recording",
    starts=("off",),
    rows={
        ("off", "ask_to_record"): Row("asked", frozenset({Who.PHYSICIAN}), ("ask_everybody",)),
        ("asked", "everybody_agrees"): Row("on", _SYSTEM, ("show_mark", "record")),
        ("asked", "refuse_recording"): Row("off", _ANYBODY, ("tell_everybody",)),
        ("asked", "recorder_gone"): Row("off", _SYSTEM),
        ("asked", "call_over"): Row("off", _SYSTEM),
        ("on", "not_everybody"): Row("asked", _SYSTEM, ("end_recording", "ask_everybody")),
        ("on", "refuse_recording"): Row("off", _ANYBODY, ("end_recording", "tell_everybody")),
        ("on", "recorder_gone"): Row("off", _SYSTEM, ("end_recording",)),
        ("on", "call_over"): Row("off", _SYSTEM, ("end_recording",)),
    },
)
