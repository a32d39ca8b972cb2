"""What the desk says of a consult that is near: at the case's row in the worklist, at the rail, and as a notice. Qt-free."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from app.consult.call import OVER
from app.consult.sentences import KIND_WORDS, joined
from app.worklist.row import Talk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync.protocol.consult import ConsultRow

SOON = timedelta(minutes=10)  # from now on a notice says it
_HOUR, _WEEK = timedelta(hours=1), 7
_ON = ("in_call", "reconnecting")


def talk_of(row: ConsultRow, now: datetime) -> Talk | None:
    """The mark of one consult; None where it is over, or its time has passed and nobody is there."""
    if row.state in OVER:
        return None
    waiting = [each for each in row.people if each.state == "waiting"]
    if waiting:
        first = min(waiting, key=lambda each: (each.kind != "patient", each.since))
        return Talk(f"{KIND_WORDS[first.kind]} waits now", "warn", row.slot.starts_at)
    if row.state in _ON:
        return Talk("consult is on", "good", row.slot.starts_at)
    words = _when_words(row.slot.starts_at, row.slot.minutes, now)
    near = row.slot.starts_at - now <= SOON
    return Talk(words, "warn" if near else "text", row.slot.starts_at) if words else None


def _when_words(at: datetime, minutes: int, now: datetime) -> str:
    left = at - now
    if left <= timedelta(0):
        return "consult now" if left > -timedelta(minutes=minutes) else ""
    local = at.astimezone(now.tzinfo)
    days = (local.date() - now.date()).days
    if left <= _HOUR:
        return f"consult in {math.ceil(left.total_seconds() / 60)} min"
    if days == 0:
        return f"consult {local:%H:%M}"
    if days < _WEEK:
        return "consult tomorrow" if days == 1 else f"consult {local:%A}"
    return f"consult {local.day} {local:%b}"


def talks(rows: Sequence[ConsultRow], now: datetime) -> dict[str, Talk]:
    """The nearest consult of each case."""
    made: dict[str, Talk] = {}
    for row in sorted(rows, key=lambda each: each.slot.starts_at, reverse=True):
        talk = talk_of(row, now)
        if talk is not None and not (row.case in made and made[row.case].level == "warn" and talk.level != "warn"):
            made[row.case] = talk
    return made


def notice_of(row: ConsultRow, now: datetime) -> tuple[str, str]:
    """What is told once, over whatever room is open: (its name, the sentence); ("", "") where nothing is that near."""
    if row.state in OVER or row.state in _ON:
        return "", ""
    waiting = [each for each in row.people if each.state == "waiting"]
    if waiting:
        names = joined([each.name for each in waiting])
        return f"{row.id} {sorted(each.id for each in waiting)}", f"{names} {'waits' if len(waiting) == 1 else 'wait'} for you."
    left = row.slot.starts_at - now
    if not timedelta(0) < left <= SOON:
        return "", ""
    patient = next((each.name for each in row.people if each.kind == "patient"), "")
    with_whom = f" with {patient}" if patient else ""
    return f"{row.id} {row.slot.starts_at.isoformat()}", f"The consult{with_whom} begins in {math.ceil(left.total_seconds() / 60)} min."


def rail_words(rows: Sequence[ConsultRow], now: datetime) -> str:
    """What the rail says: who waits, or else that a consult begins soon; "" for neither."""
    waiting = [each.name for row in rows if row.state not in OVER for each in row.people if each.state == "waiting"]
    if waiting:
        return f"{joined(waiting)} {'waits' if len(waiting) == 1 else 'wait'}"
    return next((sentence.removesuffix(".") for row in rows if (sentence := notice_of(row, now)[1])), "")
