"""A wrong clock at the desk: set back beyond the last use, and far ahead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.journeys.processes import House
    from tests.journeys.trouble_stage import Stage

KEEPS = pytest.mark.keeps("process", "the stage's hospital, which a journey stopped and started again")
DAY = 86_400
KEPT = "Nothing is deleted: your cases, drafts and opinions are kept as they are."
BACK = "This computer's clock is wrong: it shows a time before Overread was last used."
AHEAD = "This desk has not heard from the hospital for longer than the hospital allows."


def _set(house: House, days: int) -> dict[str, str]:
    clock = house.secrets / "clock"
    clock.write_text(str(days * DAY))
    return {"OVERREAD_TEST_CLOCK": str(clock)}


def _date(days: int) -> str:
    day = (datetime.now(UTC) + timedelta(days=days)).astimezone()
    return f"{day.day} {day:%B %Y}"


@KEEPS
def test_a_clock_set_back_locks_until_it_is_right(stage: Stage) -> None:
    house = stage.home("clock-back")
    wrong = _set(house, -2)
    stage.hospital.stop()
    with stage.sits(house, unlocked=False, environment=wrong) as seat:
        seat.unlocks()
        seat.reads(BACK, "Set its date and time, then try again.", KEPT, _date(-2))
        seat.person.picture("clock-back")
        seat.person.clicks("lease-try")
        seat.reads("The hospital cannot be reached.", "Check the network, then try again.")
        seat.person.picture("clock-back-no-network")
        _set(house, 0)
        seat.person.clicks("lease-try")
        seat.arrives()


@KEEPS
def test_a_clock_far_ahead_locks_until_it_is_right(stage: Stage) -> None:
    house = stage.home("clock-ahead")
    wrong = _set(house, 400)
    stage.hospital.stop()
    with stage.sits(house, unlocked=False, environment=wrong) as seat:
        seat.unlocks()
        seat.reads(AHEAD, "Connect it to the network and try again.", KEPT, _date(400))
        seat.person.picture("clock-ahead")
        _set(house, 0)
        seat.person.clicks("lease-try")
        seat.arrives()


def test_the_hospitals_time_counts_where_the_clock_was_ahead_for_a_while(stage: Stage) -> None:
    house = stage.home("clock-between")
    with stage.sits(house, environment=_set(house, 3)):
        pass  # within the lease: the desk cannot know better
    _set(house, 0)
    with stage.sits(house, unlocked=False) as seat:
        seat.unlocks()
        seat.reads(BACK, "If they are right, connect to the hospital once: its time counts.")
        seat.person.clicks("lease-try")
        seat.arrives()
