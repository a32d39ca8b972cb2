"""Dates as the reading room writes them, beside `record.person`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from record.person import MONTHS, date_words

if TYPE_CHECKING:
    from datetime import date


def short(day: date, beside: date | None) -> str:
    """3 Mar beside a date of the same year, else 3 Mar 2024."""
    return f"{day.day} {MONTHS[day.month - 1]}" if beside is not None and day.year == beside.year else date_words(day)
