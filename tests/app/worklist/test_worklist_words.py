"""What the worklist says of times and sizes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.worklist.row import day_words, due_words, left_words, pair_words, size_words, subtitle, weekday_words
from tests.doubles.shelf import rows

NOW = datetime(2026, 11, 24, 14, 32, tzinfo=UTC)  # a Tuesday


@pytest.mark.parametrize(
    ("due", "words", "level"),
    [
        (timedelta(hours=3), "today, 17:32", "warn"),
        (timedelta(days=1), "tomorrow", "warn"),
        (timedelta(hours=33), "tomorrow", "warn"),
        (timedelta(days=2), "in 2 days", "text"),
        (timedelta(days=40), "in 40 days", "text"),
        (timedelta(minutes=-1), "was due today", "bad"),
        (timedelta(days=-1), "was due yesterday", "bad"),
        (timedelta(days=-5), "5 days late", "bad"),
    ],
)
def test_due_is_amber_at_one_day_and_red_only_when_past(due: timedelta, words: str, level: str) -> None:
    told = due_words(NOW + due, NOW)
    assert (told.words, told.level) == (words, level)


def test_a_delivered_case_has_no_clock() -> None:
    assert due_words(NOW - timedelta(days=9), NOW, done=True).words == "–"


def test_due_counts_calendar_days_where_the_desk_stands() -> None:
    from datetime import timezone  # noqa: PLC0415  only here

    there = NOW.astimezone(timezone(timedelta(hours=12)))  # 02:32 on Wednesday
    assert due_words(datetime(2026, 11, 25, 13, 0, tzinfo=UTC), there).words == "tomorrow"


@pytest.mark.parametrize(
    ("octets", "words"), [(640_000, "640 kB"), (412_000_000, "412 MB"), (1_100_000_000, "1.1 GB"), (0, "0 kB"), (999_999_999, "1000 MB")]
)
def test_sizes_are_said_in_the_unit_that_fits(octets: int, words: str) -> None:
    assert size_words(octets) == words


def test_a_part_of_a_size_keeps_the_unit_of_the_whole() -> None:
    assert pair_words(412_000_000, 660_000_000) == "412 of 660 MB"
    assert pair_words(400_000_000, 2_300_000_000) == "0.4 of 2.3 GB"


@pytest.mark.parametrize(("seconds", "words"), [(3, "5 s"), (22, "20 s"), (56, "1 min"), (170, "3 min"), (7300, "2 h")])
def test_time_left_is_rounded_as_people_say_it(seconds: float, words: str) -> None:
    assert left_words(seconds) == words


def test_days_are_named_while_they_are_near() -> None:
    assert weekday_words(NOW + timedelta(days=3), NOW) == "Friday"
    assert weekday_words(NOW + timedelta(days=13), NOW) == "7 Dec"
    assert day_words(NOW - timedelta(minutes=12), NOW) == "14:20"
    assert day_words(NOW - timedelta(days=1), NOW) == "yesterday"
    assert day_words(NOW - timedelta(days=400), NOW) == "20 Oct 2025"


def test_the_title_counts_cases_and_those_due_this_week() -> None:
    assert subtitle(rows(NOW), NOW) == "6 cases, 4 due this week"
    assert subtitle([], NOW) == ""
