from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from record import person


@pytest.mark.parametrize(
    ("dicom", "shown"),
    [
        ("Okafor^Ngozi", "Okafor, Ngozi"),
        ("Adams^John Robert Quincy^^Rev.^B.A. M.Div.", "Adams B.A. M.Div., Rev. John Robert Quincy"),
        ("Morrison-Jones^Susan^^^Ph.D.", "Morrison-Jones Ph.D., Susan"),
        ("Yamada^Tarou=山田^太郎=やまだ^たろう", "Yamada, Tarou (山田 太郎)"),
        ("Hong^Gildong=洪^吉洞=홍^길동", "Hong, Gildong (洪 吉洞)"),
        ("=山田^太郎", "山田 太郎"),
        ("Mansour^Layla=منصور^ليلى", "Mansour, Layla (ليلى منصور)"),
        ("==やまだ^たろう", "やまだ, たろう"),
        ("Single", "Single"),
        ("^Given", "Given"),
        (" Smith ^ Ann ", "Smith, Ann"),
        ("", ""),
        ("^^^^", ""),
        ("A^B^C^D^E^F=x=y=z", "A E, D B C (x)"),
    ],
)
def test_names_of_the_standard(dicom: str, shown: str) -> None:
    assert person.display_name(dicom) == shown


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_some_name(text: str) -> None:
    assert "^" not in person.display_name(text)


@pytest.mark.parametrize(
    ("born", "day", "years"),
    [
        (date(1965, 5, 14), date(2026, 5, 13), 60),
        (date(1965, 5, 14), date(2026, 5, 14), 61),
        (date(2004, 2, 29), date(2026, 2, 28), 21),
        (date(2004, 2, 29), date(2026, 3, 1), 22),
        (date(2027, 1, 1), date(2026, 12, 31), -1),
    ],
)
def test_ages(born: date, day: date, years: int) -> None:
    assert person.age_at(born, day) == years


def test_small_children_are_told_in_months_and_days() -> None:
    day = date(2026, 10, 20)
    assert person.age_words(date(2025, 8, 20), day) == "14 months"
    assert person.age_words(date(2026, 10, 8), day) == "12 days"
    assert person.age_words(date(2026, 10, 19), day) == "1 day"
    assert person.age_words(date(2024, 10, 20), day) == "2 years"


def test_a_person_without_a_name() -> None:
    day = date(2026, 10, 20)
    assert person.person_words("F", date(1965, 5, 14), day) == "Woman of 61"
    assert person.person_words("M", date(2019, 5, 14), day) == "Boy of 7"
    assert person.person_words("F", date(2026, 8, 1), day) == "Girl of 2 months"
    assert person.person_words("", date(1986, 5, 14), day) == "Person of 40"


def test_dates_and_times() -> None:
    assert person.date_words(date(2026, 10, 2)) == "2 Oct 2026"
    assert person.time_words(datetime(2026, 10, 2, 9, 5, tzinfo=UTC)) == "2 Oct 2026, 09:05 UTC"


@pytest.mark.parametrize(
    ("hours", "words"),
    [(48, "in 2 days"), (24, "tomorrow"), (3, "today, 15:00"), (-3, "since 09:00"), (-24, "since yesterday"), (-72, "since 3 days")],
)
def test_due_in_words(hours: int, words: str) -> None:
    now = datetime(2026, 10, 20, 12, 0, tzinfo=UTC)
    assert person.due_words(now + timedelta(hours=hours), now) == words


def test_due_follows_the_readers_zone() -> None:
    here = timezone(timedelta(hours=-5))
    now = datetime(2026, 10, 20, 22, 0, tzinfo=here)
    assert person.due_words(datetime(2026, 10, 21, 4, 0, tzinfo=UTC), now) == "today, 23:00"


@pytest.mark.parametrize(
    ("prior", "words"),
    [
        (date(2026, 3, 12), "Prior, 7 months"),
        (date(2026, 10, 12), "Prior, same day"),
        (date(2026, 9, 30), "Prior, 12 days"),
        (date(2026, 10, 11), "Prior, 1 day"),
        (date(2021, 10, 12), "Prior, 5 years"),
        (date(2026, 10, 24), "Later, 12 days"),
    ],
)
def test_priors_in_words(prior: date, words: str) -> None:
    assert person.prior_words(prior, date(2026, 10, 12)) == words


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("20261012", date(2026, 10, 12)),
        ("2026-10-12", date(2026, 10, 12)),
        ("2026.10.12", date(2026, 10, 12)),
        ("20240229", date(2024, 2, 29)),
        ("20260229", None),
        ("", None),
        ("2026", None),
        ("٢٠٢٦١٠١٢", None),
    ],
)
def test_days_as_headers_write_them(text: str, day: date | None) -> None:
    assert person.parse_date(text) == day


def test_working_days_leave_out_weekends() -> None:
    assert person.working_days_after(date(2026, 10, 16), 1) == date(2026, 10, 19)
    assert person.working_days_after(date(2026, 10, 16), 5) == date(2026, 10, 23)
    assert person.working_days_after(date(2026, 10, 16), 0) == date(2026, 10, 16)
