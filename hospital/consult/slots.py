"""Times on a wall clock: what a day of a zone holds, which hours there are twice or not at all, and what is taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from hospital.consult.schedule import LATE
from hospital.store import consults, people
from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

STEP = timedelta(minutes=30)
_NIGHT = (time(7), time(22))  # who is asked to come outside of these is asked at night


_AREAS = frozenset(("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"))


@dataclass(frozen=True, slots=True)
class Choice:
    """One beginning on a day, as two zones read it. `state`: free, past or taken."""

    starts_at: datetime
    here: str  # "15:00", with the offset where the clock shows it twice
    there: str
    there_day: str  # "2026-12-02" where it is another day there, else empty
    night: bool  # at either side
    state: str


def zones() -> list[str]:
    """The time zones that people live in, by their IANA names."""
    return sorted(one for one in available_timezones() if one == "UTC" or one.partition("/")[0] in _AREAS)


def zone_of(name: str) -> ZoneInfo:
    """A time zone by its IANA name. Raises `Trouble` (INPUT)."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Trouble(f"There is no time zone “{name}”.", "Take an IANA name, such as Africa/Lagos.", "zone", Kind.INPUT) from error


def wall(text: str, zone: str) -> datetime:
    """A time as somebody writes it: "2026-12-01T15:00" in a zone, or with an offset of its own.

    Of an hour that comes twice it is the first.

    Raises:
        Trouble: INPUT; with details "gap" where the clocks of the zone skip this time.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        remedy = "Write the time as 2026-12-01T15:00 and the zone as an IANA name, such as Europe/Berlin."
        raise Trouble("The time cannot be read.", remedy, "time", Kind.INPUT) from error
    if found.tzinfo is not None:
        return found
    placed = found.replace(tzinfo=zone_of(zone))
    if placed.astimezone(UTC).astimezone(placed.tzinfo).replace(tzinfo=None) != found:
        raise Trouble(f"This time does not exist in {zone}: the clocks are put forward then.", "Choose another time.", "gap", Kind.INPUT)
    return placed


def day(
    tx: Connection, now: datetime, on: date, zones: tuple[str, str], minutes: int, logins: Sequence[str] = (), without: str = ""
) -> list[Choice]:
    """Every half hour of a day.

    Args:
        tx: the transaction.
        now: the time.
        on: the day, in the first zone.
        zones: the hospital's and the patient's.
        minutes: how long it takes.
        logins: the physicians; what they have already is taken.
        without: a consult that is being moved, and takes no time itself.
    """
    here, there = map(zone_of, zones)
    busy = _busy(tx, logins, without)
    begins, ends = (datetime.combine(one, time(), here).astimezone(UTC) for one in (on, on + timedelta(days=1)))
    starts = [begins + STEP * n for n in range((ends - begins) // STEP)]
    clocks = [one.astimezone(here).strftime("%H:%M") for one in starts]
    return [
        _choice(one, here, there, _state(one, minutes, now, busy), twice=clocks.count(at) > 1)
        for one, at in zip(starts, clocks, strict=True)
    ]


def change_on(on: date, zone: str) -> str:
    """What the clocks of a zone do on a day: "forward", "back", or empty."""
    here = zone_of(zone)
    before, after = (datetime.combine(one, time(), here).utcoffset() for one in (on, on + timedelta(days=1)))
    assert before is not None
    assert after is not None
    return "" if before == after else "forward" if after > before else "back"


def _choice(at: datetime, here: ZoneInfo, there: ZoneInfo, state: str, *, twice: bool) -> Choice:
    mine, theirs = at.astimezone(here), at.astimezone(there)
    night = any(not _NIGHT[0] <= one.time() < _NIGHT[1] for one in (mine, theirs))
    other_day = "" if mine.date() == theirs.date() else theirs.date().isoformat()
    shown = mine.strftime("%H:%M") + (f" (UTC{mine.isoformat()[-6:]})" if twice else "")
    return Choice(at, shown, theirs.strftime("%H:%M"), other_day, night, state)


def _state(at: datetime, minutes: int, now: datetime, busy: list[tuple[datetime, datetime]]) -> str:
    if at < now - LATE:
        return "past"
    return "taken" if any(at < end and begin < at + timedelta(minutes=minutes) for begin, end in busy) else "free"


def _busy(tx: Connection, logins: Sequence[str], without: str) -> list[tuple[datetime, datetime]]:
    accounts = [one.id for login in logins if (one := people.person_by_login(tx, login)) is not None]
    rows = [row for account in accounts for row in consults.of_account(tx, account) if not row.over and row.id != without]
    return [(row.starts_at, row.starts_at + timedelta(minutes=row.minutes)) for row in rows]
