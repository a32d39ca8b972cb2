"""The engine of all state tables: one row for each allowed pair of state and event; everything else is refused."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from collections.abc import Mapping


class Who(StrEnum):
    """Who may cause an event."""

    SYSTEM = "system"  # the program itself, on its side
    RULES = "rules"  # the hospital's tables of rules
    PATIENT = "patient"  # or who speaks for the patient
    COORDINATOR = "coordinator"
    CLINICIAN = "clinical coordinator"
    PHYSICIAN = "physician"
    SECOND_READER = "second reader"
    LOCAL_PHYSICIAN = "local physician"
    PROVIDER = "records office"
    RECORDS_OFFICER = "records officer"
    HOSPITAL = "hospital"  # seen from a desk: what the feed brings
    GUEST = "guest"  # anybody with a link to a consult


@dataclass(frozen=True)
class Row:
    """Where an event leads: the next state, who may cause it, what follows, and how time counts in the next state.

    `due` is in working days from entering `to` (None: nothing is due there); `clock_runs` says whether the case's own due time goes on.
    """

    to: str
    who: frozenset[Who]
    effects: tuple[str, ...] = ()
    clock_runs: bool = True
    due: int | None = None


@dataclass(frozen=True)
class Table:
    """A state machine as data: `rows[(state, event)]`; `overlays` can lie beside any state and move nothing."""

    name: str
    title: str
    starts: tuple[str, ...]
    rows: Mapping[tuple[str, str], Row]
    overlays: tuple[str, ...] = ()

    @property
    def states(self) -> frozenset[str]:
        """Every state that the table knows."""
        return frozenset({state for state, _ in self.rows} | {row.to for row in self.rows.values()} | set(self.starts))

    @property
    def events(self) -> frozenset[str]:
        """Every event that the table knows."""
        return frozenset(event for _, event in self.rows)

    @property
    def ends(self) -> tuple[str, ...]:
        """The states that nothing leads out of, sorted."""
        return tuple(sorted(self.states - {state for state, _ in self.rows}))


def move(table: Table, state: str, event: str, who: Who) -> Row:
    """The row by which `who` moves from `state` on `event`.

    Raises:
        Trouble: STATE where the table has no such row, or the row does not allow `who`.
    """
    row = table.rows.get((state, event))
    if row is None:
        raise Trouble(
            f"This is not possible now: the {table.title} is “{state.replace('_', ' ')}”.",
            "Look at its state again; it may have moved on.",
            f"{table.name}: ({state}, {event}) is not in the table",
            Kind.STATE,
        )
    if who not in row.who:
        allowed = ", ".join(sorted(one.value for one in row.who))
        raise Trouble(
            f"This step of the {table.title} is not yours to take.",
            f"It can be taken by: {allowed}.",
            f"{table.name}: ({state}, {event}) by {who.value}",
            Kind.STATE,
        )
    return row
