"""The Consult room: the list, setting, moving, calling off, a hospital out of reach; and the words of times and people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from app.consult.colleagues import NOBODY, UNKNOWN
from app.consult.sentences import clock_words, here_words, joined, there_words, wait_words, worst
from app.consult.slots_sheet import CaseChoice, SetSheet
from tests.app.consult.consult_bench import Bench, bench_of
from tests.doubles.consult_room import NGOZI
from tests.doubles.demo_case import DemoCase
from tests.doubles.named_widgets import faults

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

NOW = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def chest() -> DemoCase:
    return DemoCase("ct-chest", most=2)


@pytest.fixture
def bench(qtbot: QtBot, qapp: QApplication, chest: DemoCase) -> Iterator[Bench]:
    for made in bench_of(qtbot, qapp, chest):
        made.window.go("consult", "")
        yield made


def words(bench: Bench) -> str:
    return " ".join(each.text() for each in bench.window.findChildren(QLabel) if each.isVisible())


def test_a_consult_is_listed_with_both_times_and_who_is_invited(bench: Bench) -> None:
    bench.wait(lambda: bench.find("consult-open-c1") is not None)
    assert "16:00 in Lagos, 30 min" in words(bench)
    assert "Okafor, Ngozi" in words(bench)
    assert "Chidi Okafor (relative) and Dr F. Adebayo (local physician)" in words(bench)


def test_a_consult_is_set_for_a_case_that_is_ready(bench: Bench) -> None:
    bench.press("consult-set")
    bench.press("set-more")
    bench.wait(lambda: bench.find("set-name-0") is not None)
    name = bench.find("set-name-0")
    assert name is not None
    QTest.keyClicks(name, "Chidi Okafor")
    bench.press("set-go")
    bench.wait(lambda: bool(bench.desk.wishes))
    case, wish = bench.desk.wishes[0]
    assert case == bench.case.id
    assert [(each.kind, each.name) for each in wish.people] == [("patient", "Ngozi Okafor"), ("relative", "Chidi Okafor")]
    assert wish.slot.starts_at > datetime.now(UTC)


def test_a_colleague_who_shares_the_case_is_invited_with_it(bench: Bench) -> None:
    bench.press("consult-set")
    bench.wait(lambda: bench.find("colleague-0") is not None)
    bench.press("colleague-0")
    bench.press("set-go")
    bench.wait(lambda: bool(bench.desk.wishes))
    assert bench.desk.wishes[0][1].colleagues == ("a-okoye",)


def test_a_colleague_is_invited_to_a_consult_that_is_set(bench: Bench) -> None:
    bench.wait(lambda: bench.find("consult-invite-c1") is not None)
    bench.press("consult-invite-c1")
    bench.wait(lambda: bench.find("colleague-0") is not None)
    go = bench.find("invite-go")
    assert go is not None
    assert not go.isEnabled()
    bench.press("colleague-0")
    bench.press("invite-go")
    bench.wait(lambda: bench.desk.invited == [("c1", "a-okoye")])


@pytest.mark.parametrize(("reached", "says"), [(True, NOBODY), (False, UNKNOWN)])
def test_where_there_is_no_colleague_the_sheet_says_so(bench: Bench, reached: bool, says: str) -> None:
    bench.wait(lambda: bench.find("consult-invite-c1") is not None)
    bench.desk.sharing, bench.desk.reached = (), reached
    bench.press("consult-invite-c1")
    bench.wait(lambda: says in words(bench))
    assert bench.find("colleague-0") is None


def test_whoever_comes_by_a_code_needs_an_address_for_it(bench: Bench) -> None:
    bench.press("consult-set")
    bench.press("set-more")
    bench.wait(lambda: bench.find("set-kind-0") is not None)
    kind, name, go = (bench.find(one) for one in ("set-kind-0", "set-name-0", "set-go"))
    assert kind is not None
    assert name is not None
    assert go is not None
    kind.setCurrentIndex(1)  # type: ignore[attr-defined]  # a choice: the interpreter
    QTest.keyClicks(name, "Ifeoma Eze")
    assert not go.isEnabled()
    second = bench.find("set-second-0")
    assert second is not None
    QTest.keyClicks(second, "+234 1 555 0199")
    bench.press("set-go")
    bench.wait(lambda: bool(bench.desk.wishes))
    assert bench.desk.wishes[0][1].people[1].second_channel == "+234 1 555 0199"


def test_a_case_that_is_not_ready_needs_a_reason(bench: Bench) -> None:
    sheet = SetSheet(
        bench.window, [CaseChoice("k", "Okafor, Ngozi", "Ngozi Okafor", ready=False)], datetime.now(UTC), lambda _case, take: take(())
    )
    sheet.open()
    go = bench.find("set-go")
    reason = bench.find("set-reason")
    assert go is not None
    assert reason is not None
    assert not go.isEnabled()
    QTest.keyClicks(reason, "The operation is tomorrow")
    assert go.isEnabled()


def test_a_time_that_is_none_is_not_taken(bench: Bench) -> None:
    bench.press("consult-set")
    field, go = bench.find("slot-time"), bench.find("set-go")
    assert field is not None
    assert go is not None
    field.clear()  # type: ignore[attr-defined]  # a field
    QTest.keyClicks(field, "noon")
    assert not go.isEnabled()
    assert "A time to come is needed" in words(bench)


def test_a_consult_is_moved_and_called_off(bench: Bench) -> None:
    bench.desk.rows = [
        row.model_copy(update={"slot": row.slot.model_copy(update={"starts_at": datetime.now(UTC) + timedelta(days=3)})})
        for row in bench.desk.rows
    ]
    before = bench.desk.rows[0].slot
    bench.consult.look()
    bench.wait(lambda: bench.consult.rows()[:1] == (bench.desk.rows[0],))
    bench.wait(lambda: bench.find("consult-move-c1") is not None)
    bench.press("consult-move-c1")
    length = bench.find("slot-length")
    assert length is not None
    length.setCurrentIndex(3)  # type: ignore[attr-defined]  # a choice
    bench.press("move-go")
    bench.wait(lambda: bench.desk.rows[0].slot.minutes == 60)
    assert before.minutes == 30
    bench.wait(lambda: bool(bench.consult.rows()) and bench.consult.rows()[0].slot.minutes == 60)
    bench.wait(lambda: bench.find("consult-cancel-c1") is not None)
    bench.press("consult-cancel-c1")
    bench.press("consult-cancel-sure")
    bench.wait(lambda: bench.desk.rows[0].state == "cancelled")
    bench.wait(lambda: bench.find("consult-open-c1") is None)
    assert "called off" in words(bench)


def test_a_hospital_out_of_reach_is_said_where_the_list_would_be(qtbot: QtBot, qapp: QApplication, chest: DemoCase) -> None:
    for bench in bench_of(qtbot, qapp, chest):
        bench.desk.reached = False
        bench.window.go("consult", "")
        bench.wait(lambda made=bench: "The hospital cannot be reached." in words(made))  # type: ignore[misc]  # bound at once
        bench.desk.reached = True
        bench.consult.look()
        bench.wait(lambda made=bench: made.find("consult-open-c1") is not None)  # type: ignore[misc]  # likewise


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["Ngozi Okafor"], "Ngozi Okafor"),
        (["Ngozi Okafor", "Chidi Okafor"], "Ngozi and Chidi Okafor"),
        (["Ngozi Okafor", "Dr F. Adebayo"], "Ngozi Okafor and Dr F. Adebayo"),
        (["A", "B", "C"], "A, B and C"),
        ([], ""),
    ],
)
def test_names_are_joined_as_a_person_says_them(names: list[str], said: str) -> None:
    assert joined(names) == said


def test_times_are_said_on_both_clocks() -> None:
    assert clock_words(761) == "12:41"
    assert clock_words(3725) == "1:02:05"
    assert here_words(NOW, NOW) == "today, 15:00"
    assert there_words(NOW, "Africa/Lagos", NOW) == "16:00 in Lagos"
    assert there_words(NOW.replace(hour=23, minute=30), "Asia/Tokyo", NOW) == "Wednesday, 08:30 in Tokyo"
    assert there_words(NOW, "Mars/Base", NOW) == ""
    assert wait_words(NOW, NOW + timedelta(minutes=2, seconds=5)) == "2 min"


def test_the_worst_connection_is_told() -> None:
    assert worst(["good", "weak", "reconnecting"]) == "reconnecting"
    assert worst([]) is None


def test_who_waits_is_told_once_by_a_notice_that_leads_to_the_room(bench: Bench) -> None:
    told: list[tuple[str, str, str]] = []
    bench.consult.notice.connect(lambda *each: told.append(each))
    bench.wait(lambda: bool(bench.consult.rows()))
    people = tuple(each.model_copy(update={"state": "waiting"}) if each.id == NGOZI else each for each in bench.desk.rows[0].people)
    bench.desk._put("c1", people=people)
    for _ in range(2):
        asked = bench.consult._asking
        bench.consult.look()
        bench.wait(lambda: not bench.consult._asking and bool(told))
        assert not asked
    assert told == [("Ngozi Okafor waits for you.", "c1", bench.case.id)]
    assert bench.consult.talks(datetime.now(UTC))[bench.case.id].words == "patient waits now"
    bench.window.show_notice(told[0][0], "Open the room", lambda: bench.consulting.open("c1", bench.case.id))
    notice = bench.find("notice")
    assert notice is not None
    assert notice.accessibleName() == "Ngozi Okafor waits for you."
    assert faults(notice) == []
    bench.press("notice-act")
    bench.wait(lambda: bench.consulting.call is not None)
    assert bench.find("notice") is None
    bench.consult.show_on("c1")
    assert told[-1] == ("", "", "")
