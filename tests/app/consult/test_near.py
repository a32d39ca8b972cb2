"""What the desk says of a consult that is near: the case's row, the rail, a notice; without a window."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from app.consult.near import notice_of, rail_words, talk_of, talks
from sync.protocol.consult import ConsultRow, Slot
from tests.doubles.consult_room import CHIDI, NGOZI, PEOPLE

if TYPE_CHECKING:
    from app.worklist.row import Level
    from sync.protocol.consult import CallState

NOW = datetime(2026, 12, 1, 14, 0, tzinfo=UTC)  # a Tuesday


def consult(left: timedelta, *waiting: str, state: CallState = "scheduled", which: str = "c1") -> ConsultRow:
    people = tuple(each.model_copy(update={"state": "waiting"}) if each.id in waiting else each for each in PEOPLE)
    return ConsultRow(id=which, case="case", state=state, slot=Slot(starts_at=NOW + left, minutes=30), people=people)


@pytest.mark.parametrize(
    ("left", "words", "level"),
    [
        ({"days": 12}, "consult 13 Dec", "text"),
        ({"days": 3}, "consult Friday", "text"),
        ({"days": 1}, "consult tomorrow", "text"),
        ({"hours": 1, "seconds": 1}, "consult 15:00", "text"),
        ({"minutes": 59, "seconds": 1}, "consult in 60 min", "text"),
        ({"minutes": 10}, "consult in 10 min", "warn"),
        ({"seconds": 20}, "consult in 1 min", "warn"),
        ({"minutes": -29}, "consult now", "warn"),
    ],
)
def test_the_row_says_when(left: dict[str, int], words: str, level: Level) -> None:
    talk = talk_of(consult(timedelta(**left)), NOW)
    assert talk is not None
    assert (talk.words, talk.level) == (words, level)


def test_who_waits_goes_before_the_time() -> None:
    talk = talk_of(consult(timedelta(hours=5), CHIDI, NGOZI), NOW)
    assert talk is not None
    assert (talk.words, talk.level) == ("patient waits now", "warn")
    other = talk_of(consult(timedelta(hours=5), CHIDI), NOW)
    assert other is not None
    assert other.words == "relative waits now"


@pytest.mark.parametrize("state", ["ended", "cancelled", "no_show", "by_telephone"])
def test_what_is_over_is_not_said(state: CallState) -> None:
    assert talk_of(consult(timedelta(minutes=5), NGOZI, state=state), NOW) is None
    assert notice_of(consult(timedelta(minutes=5), NGOZI, state=state), NOW) == ("", "")
    assert rail_words([consult(timedelta(minutes=5), NGOZI, state=state)], NOW) == ""


def test_a_time_that_has_passed_is_not_said() -> None:
    assert talk_of(consult(timedelta(minutes=-31)), NOW) is None


def test_of_two_consults_about_a_case_the_nearer_is_said_unless_somebody_waits() -> None:
    near, far = consult(timedelta(hours=2)), consult(timedelta(days=1), which="c2")
    assert talks([far, near], NOW)["case"].words == "consult 16:00"
    assert talks([near, consult(timedelta(days=1), NGOZI, which="c2")], NOW)["case"].words == "patient waits now"


def test_notice_and_rail_say_a_beginning_and_who_waits() -> None:
    soon, later = consult(timedelta(minutes=9)), consult(timedelta(minutes=11))
    assert notice_of(soon, NOW)[1] == "The consult with Ngozi Okafor begins in 9 min."
    assert notice_of(later, NOW) == ("", "")
    assert rail_words([later, soon], NOW) == "The consult with Ngozi Okafor begins in 9 min"
    both = consult(timedelta(minutes=9), NGOZI, CHIDI)
    assert notice_of(both, NOW)[1] == "Ngozi and Chidi Okafor wait for you."
    assert rail_words([soon, both], NOW) == "Ngozi and Chidi Okafor wait"


def test_the_same_beginning_has_the_same_name_as_time_goes_on() -> None:
    row: Any = consult(timedelta(minutes=9))
    assert notice_of(row, NOW)[0] == notice_of(row, NOW + timedelta(minutes=3))[0]
    moved = row.model_copy(update={"slot": Slot(starts_at=NOW + timedelta(minutes=8), minutes=30)})
    assert notice_of(moved, NOW)[0] != notice_of(row, NOW)[0]
