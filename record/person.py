"""People and days in words: DICOM person names, ages, dates, due times. English, no locale of the machine, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Name:
    """The five components of one component group of a DICOM person name (PS3.5, 6.2.1.1)."""

    family: str = ""
    given: str = ""
    middle: str = ""
    prefix: str = ""
    suffix: str = ""

    @property
    def display(self) -> str:
        """`Family, Given Middle`; the prefix before and the suffix after where there is one; empty for no name."""
        first = " ".join(part for part in (self.prefix, self.given, self.middle) if part)
        last = " ".join(part for part in (self.family, self.suffix) if part)
        return ", ".join(part for part in (last, first) if part)


@dataclass(frozen=True)
class PersonName:
    """A person name with its three component groups, each in its own script."""

    alphabetic: Name = Name()
    ideographic: Name = Name()
    phonetic: Name = Name()

    @property
    def display(self) -> str:
        """The alphabetic name, with the ideographic one behind it; else the phonetic one.

        The ideographic group holds a name in any other script. It is written as its people write it, without a comma: family first
        in Chinese, Japanese and Korean, given name first elsewhere.
        """
        parts = (self.ideographic.family, self.ideographic.given)
        native = " ".join(part for part in (parts if _family_first("".join(parts)) else reversed(parts)) if part)
        latin = self.alphabetic.display
        if latin and native:
            return f"{latin} ({native})"
        return latin or native or self.phonetic.display


def _family_first(text: str) -> bool:
    """Whether a name has Chinese, Japanese or Korean letters."""
    return any(0x1100 <= ord(one) <= 0x11FF or 0x2E80 <= ord(one) <= 0x9FFF or 0xAC00 <= ord(one) <= 0xD7FF for one in text)


def parse_name(text: str) -> PersonName:
    """A DICOM person name (PS3.5, 6.2.1): groups by `=`, components by `^`; surplus ones are dropped, spaces trimmed."""
    groups = [_group(group) for group in text.split("=")[:3]]
    return PersonName(*groups)


def _group(text: str) -> Name:
    return Name(*(component.strip(" \0") for component in text.split("^")[:5]))


def display_name(text: str) -> str:
    """A DICOM person name for people: `Okafor^Ngozi` → `Okafor, Ngozi`; `Wang^XiaoDong=王^小東` → `Wang, XiaoDong (王 小東)`."""
    return parse_name(text).display


def age_at(birth: date, day: date) -> int:
    """Whole years at a day; who is born on 29 February has the birthday on 1 March in other years; negative before birth."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def age_words(birth: date, day: date) -> str:
    """An age as medicine says it: `61 years`, below two years `14 months`, below two months `12 days`."""
    months = (day.year - birth.year) * 12 + day.month - birth.month - (day.day < birth.day)
    if months >= 24:
        return f"{age_at(birth, day)} years"
    if months >= 2:
        return f"{months} months"
    return counted((day - birth).days, "day")


def person_words(sex: Literal["F", "M", "O", ""], birth: date, day: date) -> str:
    """A person without a name: `Woman of 61`, `Girl of 7`, `Person of 40`."""
    years = age_at(birth, day)
    grown = {"F": "Woman", "M": "Man"}
    young = {"F": "Girl", "M": "Boy"}
    return f"{(grown if years >= 18 else young).get(sex, 'Person')} of {years if years >= 2 else age_words(birth, day)}"


def counted(number: int, noun: str) -> str:
    """`1 day`, `2 days`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def date_words(day: date) -> str:
    """`12 Oct 2026`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def time_words(moment: datetime) -> str:
    """`12 Oct 2026, 14:05 UTC`, with the zone that the moment carries."""
    zone = moment.tzname() or ""
    return f"{date_words(moment.date())}, {moment:%H:%M} {zone}".rstrip()


def due_words(due: datetime, now: datetime) -> str:
    """How far off a due time is: `in 2 days`, `tomorrow`, `today, 17:00`, `since yesterday`, `since 3 days`. Both in one zone."""
    days = (due.astimezone(now.tzinfo).date() - now.date()).days
    if due < now:
        return {0: f"since {due.astimezone(now.tzinfo):%H:%M}", -1: "since yesterday"}.get(days, f"since {-days} days")
    return {0: f"today, {due.astimezone(now.tzinfo):%H:%M}", 1: "tomorrow"}.get(days, f"in {days} days")


def span_words(earlier: date, later: date) -> str:
    """The time between two days, in the unit that a reader of priors thinks in: `12 days`, `7 months`, `3 years`."""
    days = (later - earlier).days
    if days < 60:
        return counted(days, "day")
    months = round(days / 30.44)
    return f"{months} months" if months < 24 else f"{round(days / 365.25)} years"


def prior_words(prior: date, current: date) -> str:
    """`Prior, 7 months`; the same day is `Prior, same day`; a later one is `Later, 12 days`."""
    if prior == current:
        return "Prior, same day"
    if prior > current:
        return f"Later, {span_words(current, prior)}"
    return f"Prior, {span_words(prior, current)}"


def parse_date(text: str) -> date | None:
    """A day as DICOM (`20261012`, PS3.5 6.2 DA; also `2026.10.12`) or ISO (`2026-10-12`) writes it, or None."""
    digits = text.strip().replace("-", "").replace(".", "")
    if len(digits) != 8 or not digits.isascii() or not digits.isdigit():
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def working_days_after(day: date, count: int) -> date:
    """The day that lies `count` working days (Monday to Friday) after `day`."""
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day
