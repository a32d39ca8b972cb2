"""What the consult says in words: people, connection, times. Qt-free."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from app.consult.session import Link
    from sync.protocol.consult import CallState, Kind, PersonState, RoomPerson

Dot = Literal["good", "warn", "bad", "accent", "none"]

KIND_WORDS: dict[Kind, str] = {
    "physician": "physician",
    "patient": "patient",
    "relative": "relative",
    "interpreter": "interpreter",
    "local_physician": "local physician",
    "coordinator": "coordinator",
}
LINK_WORDS: dict[Link, tuple[Dot, str]] = {
    "connecting": ("warn", "connecting"),
    "good": ("good", "good connection"),
    "weak": ("warn", "weak connection"),
    "very_weak": ("warn", "very weak connection"),
    "sound_only": ("warn", "sound only"),
    "reconnecting": ("warn", "reconnecting"),
    "lost": ("bad", "line lost"),
}
_WORST: tuple[Link, ...] = ("lost", "reconnecting", "connecting", "very_weak", "sound_only", "weak", "good")
STATE_WORDS: dict[PersonState, tuple[Dot, str]] = {
    "invited": ("none", "invited"),
    "checked_in": ("none", "checking in"),
    "blocked": ("bad", "may not join from there"),
    "waiting": ("warn", "waits"),
    "admitted": ("warn", "connecting"),
    "here": ("good", "here"),
    "lost": ("bad", "line lost, may come back"),
    "left": ("none", "left"),
}
CALL_WORDS: dict[CallState, tuple[Dot, str]] = {
    "scheduled": ("none", "scheduled"),
    "open": ("accent", "the room is open"),
    "in_call": ("good", "in the call"),
    "reconnecting": ("warn", "reconnecting"),
    "ended": ("none", "ended"),
    "cancelled": ("none", "called off"),
    "no_show": ("warn", "nobody came"),
    "by_telephone": ("none", "went on by telephone"),
}
NOT_RECORDED, RECORDED = "Nothing is recorded.", "**This consult is recorded.**"


def worst(links: Sequence[Link]) -> Link | None:
    """The worst of several connections, or None without one."""
    return next((link for link in _WORST if link in links), None)


def clock_words(seconds: float) -> str:
    """How long: "12:41", "1:02:05"."""
    whole = max(int(seconds), 0)
    hours, minutes, left = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def wait_words(since: datetime, now: datetime) -> str:
    """How long somebody waits: "just now", "2 min"."""
    minutes = int((now - since).total_seconds() // 60)
    return "just now" if minutes < 1 else f"{minutes} min"


def who_words(person: RoomPerson) -> str:
    """The second words behind a name that is here: "patient, Nigeria, consents given"."""
    parts = [KIND_WORDS[person.kind], person.place.rsplit(", ", 1)[-1]]
    if person.consents:
        parts.append("consents given")
    if person.state in ("admitted", "lost"):
        parts.append(STATE_WORDS[person.state][1])
    return ", ".join(part for part in parts if part)


def told_at_check_in(person: RoomPerson) -> str:
    """What somebody said before they waited, as one line: where, with whom, consents, the number to call."""
    parts = [person.place]
    if person.with_whom:
        parts.append(f"with {person.with_whom}")
    parts.append("consents given" if person.consents else "")
    if person.call_back:
        parts.append(f"call back {person.call_back}")
    return " · ".join(part for part in parts if part)


def joined(names: Sequence[str]) -> str:
    """Names as a person says them; a family name that several share is said once: "Ngozi and Chidi Okafor"."""
    split = [name.rsplit(" ", 1) for name in names]
    if len(names) > 1 and all(len(one) == 2 for one in split) and len({one[1] for one in split}) == 1 and "." not in "".join(names):
        return f"{_listed([one[0] for one in split])} {split[0][1]}"
    return _listed(list(names))


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def zone_of(name: str) -> ZoneInfo | None:
    """A zone by its IANA name; None where it is not known here."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


def city(zone: str) -> str:
    """The place of a zone: "Lagos" of "Africa/Lagos"."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def here_words(at: datetime, now: datetime) -> str:
    """A time to come on the desk's clock: "today, 15:00", "Tuesday 1 Dec, 15:00"."""
    local = at.astimezone(now.tzinfo)
    days = (local.date() - now.date()).days
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    return f"{near.get(days, f'{local:%A} {local.day} {local:%b}')}, {local:%H:%M}"


def there_words(at: datetime, zone: str, now: datetime) -> str:
    """The same on the other side's clock: "17:00 in Lagos", with the day where it is another; empty where the zone is not known."""
    known = zone_of(zone)
    if known is None:
        return ""
    there, here = at.astimezone(known), at.astimezone(now.tzinfo or UTC)
    other_day = f"{there:%A}, " if there.date() != here.date() else ""
    return f"{other_day}{there:%H:%M} in {city(zone)}"
