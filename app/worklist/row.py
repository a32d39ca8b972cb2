"""A row of the worklist, in words: what a person sees, made from numbers and states. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

Level = Literal["text", "quiet", "warn", "bad", "good"]
Dot = Literal["good", "warn", "bad", "accent", "none", ""]
Act = Literal["read", "accept", "decline", "pause", "resume", "give_back"]


@dataclass(frozen=True, slots=True)
class Due:
    """When the opinion is due: words, how they look, and the time to sort by."""

    words: str
    level: Level
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Talk:
    """A consult about the case that is to come, is near or is on."""

    words: str  # "consult 15:00", "consult in 10 min", "patient waits now"
    level: Level
    at: datetime


@dataclass(frozen=True, slots=True)
class OnDesk:
    """What of the case stands on this desk: dot, words, second line, and a bar where `progress` (0 to 1) is known."""

    dot: Dot
    words: str
    more: str = ""
    progress: float | None = None
    level: Level = "text"
    rank: int = 0  # the order when sorted by this column


@dataclass(frozen=True, slots=True)
class Row:
    """One case as the worklist shows it."""

    case_id: str
    assignment_id: str
    person: str  # "Okafor, Ngozi", or "Woman of 61" where it is only offered
    identity: str  # "F, 61 · 4471-0093"
    asked: str
    by: str  # "Thoracic oncology · Dr A. Lindqvist, Uppsala"
    tags: tuple[str, ...]
    due: Due
    on_desk: OnDesk
    acts: tuple[Act, ...] = field(default=())  # what can be done now, the first is what Enter does
    done: bool = False  # delivered: it recedes
    talk: Talk | None = None

    def searched(self) -> str:
        """All words of the row, for filtering."""
        talk = self.talk.words if self.talk is not None else ""
        parts = (self.person, self.identity, self.asked, self.by, *self.tags, self.due.words, talk, self.on_desk.words, self.on_desk.more)
        return " ".join(parts).casefold()


def due_words(due_at: datetime | None, now: datetime, *, done: bool = False) -> Due:
    """When something is due, by calendar days where the person is: amber from tomorrow on, red only when past."""
    if due_at is None or done:
        return Due("–", "quiet", due_at)
    days = (due_at.astimezone(now.tzinfo).date() - now.date()).days
    if due_at < now:
        late = max(-days, 0)
        return Due({0: "was due today", 1: "was due yesterday"}.get(late, f"{late} days late"), "bad", due_at)
    near = {0: f"today, {due_at.astimezone(now.tzinfo):%H:%M}", 1: "tomorrow"}
    return Due(near.get(days, f"in {days} days"), "warn" if days <= 1 else "text", due_at)


def day_words(moment: datetime, now: datetime) -> str:
    """A moment in the past as a person says it: "14:20", "yesterday", "3 Mar", "3 Mar 2025"."""
    local = moment.astimezone(now.tzinfo)
    days = (now.date() - local.date()).days
    if days <= 0:
        return f"{local:%H:%M}"
    if days == 1:
        return "yesterday"
    return date_words(local, now)


def date_words(moment: datetime, now: datetime) -> str:
    """A date: "7 Dec", with the year where it is not this one's."""
    local = moment.astimezone(now.tzinfo)
    return f"{local.day} {local:%b}" if local.year == now.year else f"{local.day} {local:%b %Y}"


def weekday_words(moment: datetime, now: datetime) -> str:
    """A moment to come: "today 18:00", "tomorrow", "Friday", then a date."""
    local = moment.astimezone(now.tzinfo)
    days = (local.date() - now.date()).days
    if days <= 0:
        return f"today, {local:%H:%M}"
    if days == 1:
        return "tomorrow"
    return f"{local:%A}" if days < 7 else date_words(local, now)


def size_words(octets: int) -> str:
    """A size: "640 kB", "412 MB", "1.1 GB" (decimal, as disks and networks are sold)."""
    if octets >= 1_000_000_000:
        return f"{octets / 1e9:.1f} GB"
    if octets >= 1_000_000:
        return f"{octets / 1e6:.0f} MB"
    return f"{max(octets, 0) / 1e3:.0f} kB"


def pair_words(done: int, total: int) -> str:
    """How much of a size is there: "412 of 660 MB"."""
    whole = size_words(total)
    unit = whole.rsplit(" ", 1)[1]
    scale, digits = {"GB": (1e9, 1), "MB": (1e6, 0), "kB": (1e3, 0)}[unit]
    return f"{done / scale:.{digits}f} of {whole}"


def left_words(seconds: float) -> str:
    """How long it still takes: "3 min", "20 s", "2 h"."""
    if seconds < 55:
        return f"{max(5 * round(seconds / 5), 5)} s"
    minutes = max(round(seconds / 60), 1)
    return f"{minutes} min" if minutes < 100 else f"{round(minutes / 60)} h"


def count_words(number: int, one: str, many: str) -> str:
    """A number with its word: "1 prior", "4,212 images"."""
    return f"{number:,} {one if number == 1 else many}"


def subtitle(rows: tuple[Row, ...] | list[Row], now: datetime) -> str:
    """The quiet words beside the title: "6 cases, 2 due this week"."""
    if not rows:
        return ""
    week = now + timedelta(days=7)
    due = sum(1 for row in rows if not row.done and row.due.at is not None and row.due.at <= week)
    words = count_words(len(rows), "case", "cases")
    return f"{words}, {due} due this week" if due else words


def local_now() -> datetime:
    """The wall clock where the desk stands."""
    return datetime.now(UTC).astimezone()
