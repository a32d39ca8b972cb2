"""The foot's sentences."""

from __future__ import annotations

from datetime import UTC, datetime

from app.shell.foot_words import LOST, Board, fold, foot_state
from record.trouble import Kind, Trouble
from sync.engine.events import (
    CaseChanged,
    Delivered,
    HospitalLost,
    HospitalReached,
    Progress,
    Sending,
    Synced,
    TroubleSeen,
    WorklistChanged,
)
from sync.vault.values import CaseState

NOW = datetime(2026, 11, 24, 14, 40, tzinfo=UTC)
NO = HospitalLost(Trouble("The hospital cannot be reached.", "Go on.", "", Kind.NETWORK))
COMING = Progress("c", 412_000_000, 660_000_000, 4, 9, 1_400_000)
PEOPLE = {"c": "Haddad, Samira"}


def _board(*events: object) -> Board:
    board = Board()
    for event in events:
        board = fold(board, event)
    return board


def test_before_the_first_word_it_looks_for_the_hospital() -> None:
    assert foot_state(Board(), NOW, {}, "", None).hospital == "Looking for the hospital…"


def test_reached_and_up_to_date() -> None:
    board = _board(HospitalReached(), Synced(datetime(2026, 11, 24, 14, 32, tzinfo=UTC), 0, 0, 0.1))
    told = foot_state(board, NOW, {}, "Dr M. Adeyemi", datetime(2026, 12, 7, 9, tzinfo=UTC))
    assert (told.dot, told.hospital) == ("good", "Hospital reached, up to date at **14:32**")
    assert told.physician == "Dr M. Adeyemi · this laptop may work offline until **7 Dec**"


def test_lost_says_what_still_works() -> None:
    told = foot_state(_board(HospitalReached(), COMING, NO), NOW, PEOPLE, "", None)
    assert (told.dot, told.hospital, told.arriving) == ("none", LOST, "")


def test_what_arrives_has_a_name_bytes_and_time() -> None:
    told = foot_state(_board(HospitalReached(), COMING), NOW, PEOPLE, "", None)
    assert told.arriving == "Haddad, Samira arrives: **412 of 660 MB**, 3 min"


def test_a_case_that_is_whole_no_longer_arrives() -> None:
    whole = Progress("c", 660_000_000, 660_000_000, 9, 9, 1_400_000)
    assert _board(COMING, whole).arriving == {}
    assert _board(COMING, CaseChanged("c", CaseState.READY_OFFLINE)).arriving == {}
    assert _board(COMING, CaseChanged("c", CaseState.FETCHING)).arriving == {"c": COMING}


def test_an_opinion_is_on_its_way_until_its_receipt() -> None:
    again = Sending("c", "a", 1)  # tried twice, delivered once
    board = _board(HospitalReached(), Sending("c", "a", 1), again)
    assert "on its way" in foot_state(board, NOW, {}, "", None).hospital
    board = fold(board, Delivered("c", "a", 1, "7F3A-19C2", NOW, quarantined=False))
    assert "on its way" not in foot_state(board, NOW, {}, "", None).hospital


def test_an_opinion_that_the_hospital_refused_is_no_longer_on_its_way() -> None:
    refused = TroubleSeen(Trouble("The hospital refused it.", "Look at the case.", "", Kind.REFUSED), "c")
    board = _board(HospitalReached(), Sending("c", "a", 1), refused)
    assert "on its way" not in foot_state(board, NOW, {}, "", None).hospital


def test_other_events_change_nothing() -> None:
    assert fold(Board(), WorklistChanged()) == Board()


FULL = Trouble("The disk is full.", "Free some space.", "", Kind.STORAGE)
ANOTHER = Trouble("Something answers in the hospital's place.", "Nothing was sent.", "certificate: pin", Kind.IDENTITY)


def test_what_holds_up_a_way_is_said_until_that_way_is_through() -> None:
    board = _board(HospitalReached(), Synced(NOW, 0, 0, 0.1), TroubleSeen(FULL, way="in"), TroubleSeen(FULL, way="out"))
    told = foot_state(board, NOW, {}, "", None)
    assert (told.dot, told.hospital) == ("warn", "The disk is full.")
    board = fold(board, Synced(NOW, 0, 0, 0.1))
    assert board.troubles() == ("The disk is full.",)  # the way out waits still
    board = fold(board, Delivered("c", "a", 1, "7F3A-19C2", NOW, quarantined=False))
    assert board.troubles() == ()
    assert "up to date" in foot_state(board, NOW, {}, "", None).hospital


def test_another_in_the_hospitals_place_is_not_called_the_hospital() -> None:
    board = _board(HospitalReached(), Synced(NOW, 0, 0, 0.1), HospitalLost(ANOTHER), TroubleSeen(ANOTHER, way="in"))
    told = foot_state(board, NOW, {}, "", None)
    assert (told.dot, told.hospital) == ("warn", "Something answers in the hospital's place. Reading and signing go on.")
    assert foot_state(fold(board, NO), NOW, {}, "", None).hospital == LOST
    assert fold(board, NO).troubles() == ()
