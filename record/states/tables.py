"""All state tables, in the order of ARCHITECTURE.md, section 5, and their rendering for `docs/states.md`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from record.states import (
    assignment,
    case_desk,
    case_hospital,
    consult_call,
    consult_participant,
    consult_recording,
    letter,
    object_desk,
    opinion_desk,
    opinion_hospital,
    payment,
    release,
)

if TYPE_CHECKING:
    from record.states.table import Row, Table

ALL: tuple[Table, ...] = (
    case_hospital.TABLE,
    assignment.TABLE,
    case_desk.TABLE,
    opinion_desk.TABLE,
    opinion_hospital.TABLE,
    object_desk.TABLE,
    consult_call.TABLE,
    consult_participant.TABLE,
    consult_recording.TABLE,
    letter.TABLE,
    release.TABLE,
    payment.TABLE,
)

_HEAD = """# States

Every state machine of the program. This page is made from the tables in `record/states/` by `record.states.tables.render`; a test holds
it up to date. What is not in a table is refused. Due times are working days from entering the next state; where the clock is stopped,
the case's own due time waits.
"""


def render() -> str:
    """The text of `docs/states.md`."""
    return _HEAD + "".join(_section(table) for table in ALL)


def _section(table: Table) -> str:
    overlays = f"\n\nBeside any state: {_words(table.overlays)}." if table.overlays else ""
    rows = "\n".join(_line(state, event, row) for (state, event), row in table.rows.items())
    return (
        f"\n## {table.name}\n\nBegins as {_words(table.starts)}. Ends: {_words(table.ends)}.{overlays}\n\n"
        f"| from | event | to | who | then | clock | due |\n|---|---|---|---|---|---|---|\n{rows}\n"
    )


def _words(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "none"


def _line(state: str, event: str, row: Row) -> str:
    who = ", ".join(sorted(one.value for one in row.who))
    then = ", ".join(effect.replace("_", " ") for effect in row.effects)
    clock = "runs" if row.clock_runs else "stopped"
    due = "" if row.due is None else str(row.due)
    return f"| `{state}` | {event.replace('_', ' ')} | `{row.to}` | {who} | {then} | {clock} | {due} |"
