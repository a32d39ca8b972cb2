"""Which protocol a case is hung by; the protocols are data in resources/hanging."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from viewer.hanging.facts import facts_of
from viewer.hanging.match import match
from viewer.hanging.protocol import load_protocols
from viewer.screen.grid import Hung, first_index

if TYPE_CHECKING:
    from app.reading.open_case import Ready
    from viewer.hanging.match import Hanging, Step
    from viewer.hanging.protocol import Protocol
    from viewer.load.series import SeriesData

FOLDER = Path(getattr(sys, "_MEIPASS", Path(__file__).resolve().parents[2])) / "resources" / "hanging"


@cache
def protocols() -> tuple[Protocol, ...]:
    """All protocols, read once."""
    return load_protocols(FOLDER)


def hanging_of(ready: Ready) -> Hanging:
    """The protocol that fits; raises `Trouble` (INPUT) where the case has no image."""
    return match(protocols(), [facts_of(data) for data in all_series(ready)])


def all_series(ready: Ready) -> tuple[SeriesData, ...]:
    """Every stack of the case, in the order of the strip."""
    return tuple(data for uid in ready.uids() for data in ready.series(uid))


def hung(step: Step, series: dict[str, SeriesData]) -> list[Hung]:
    """What hangs in the places of a step."""
    return [
        Hung(series[place.series], first_index(series[place.series], place.cell.first), place.cell.preset)
        for place in step.places
        if place.series in series
    ]
