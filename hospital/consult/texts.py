"""What letters say, in the language of whom they are for, and how a time is written there."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from hospital.consult.places import FOLDER, read

if TYPE_CHECKING:
    from datetime import datetime

LANGUAGES = ("en", "es", "fr", "de", "ar", "zh-Hans")  # of the page too
_CHINESE = re.compile(r"^zh(-(hans|cn|sg))?$", re.IGNORECASE)
_ISOLATED = "\u2068{}\u2069"  # in a right to left sentence a name keeps its own direction (Unicode, UAX 9, 2.4)
_FROM_RIGHT = frozenset({"ar"})
_FOR_STAFF = frozenset({"handover", "blocked"})


def nearest(wanted: str) -> str:
    """The language of ours that is nearest to a BCP 47 tag; English where none is."""
    if _CHINESE.match(wanted):
        return "zh-Hans"
    short = wanted.partition("-")[0].lower()
    return short if short in LANGUAGES else "en"


def when(time: datetime, zone: str, language: str = "en") -> str:
    """A time as people of a zone say it in a language: "Tuesday, 1 December 2026 at 15:00 (Lagos)"."""
    table, there = _table()[nearest(language)], time.astimezone(ZoneInfo(zone))
    values: dict[str, Any] = {
        "weekday": table["weekdays"][there.weekday()],
        "month": table["months"][there.month - 1],
        "day": there.day,
        "year": there.year,
        "hour": there.hour,
        "hour12": there.hour % 12 or 12,
        "half": table.get("halves", ("", ""))[there.hour >= 12],
        "minute": f"{there.minute:02}",
        "place": zone.rpartition("/")[2].replace("_", " "),
    }
    return str(table["when"]).format(**values)


def text(kind: str, language: str, **values: str) -> str:
    """A letter's text without its link. `values`: hospital, when, code, consult."""
    language = nearest(language)
    table = _table()["staff" if kind in _FOR_STAFF else language]
    isolated = {name: _ISOLATED.format(value) if language in _FROM_RIGHT else value for name, value in values.items() if name != "when"}
    return str(table[kind]).format(**values | isolated)


@cache
def _table() -> dict[str, Any]:
    return read(FOLDER / "letters.toml", "letters")
