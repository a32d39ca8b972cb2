"""The foot's sentences, folded from the engine's events. Pure: values in, values out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from app.shell.foot import FootState
from app.worklist.row import date_words, left_words, pair_words
from sync.engine.events import (
    CaseChanged,
    Delivered,
    HospitalLost,
    HospitalReached,
    IntentAnswered,
    Progress,
    Sending,
    Synced,
    TroubleSeen,
)
from sync.engine.wire import OFFLINE
from sync.vault.values import CaseState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from app.look.marks import State

LOST = "No network. You can read and sign; the opinion leaves by itself."


@dataclass(frozen=True, slots=True)
class Board:
    """What is known of the hospital and of what comes and goes; `reached` is None before the first word.

    `lost_by` says in one sentence by what the hospital was lost, where it is not the network; `held` what holds up a way ("in", "out").
    """

    reached: bool | None = None
    synced_at: datetime | None = None
    arriving: Mapping[str, Progress] = field(default_factory=dict)
    sending: frozenset[Sending] = frozenset()  # each opinion that is on its way, once however often it was tried
    lost_by: str = ""
    held: Mapping[str, str] = field(default_factory=dict)

    def troubles(self) -> tuple[str, ...]:
        """What holds up the exchange with the hospital now, each in one sentence."""
        return tuple(one for one in (self.lost_by, *self.held.values()) if one)


def fold(board: Board, event: object) -> Board:
    """The board after an event; events that are not about the foot change nothing."""
    board = replace(board, held=_held(board.held, event))
    match event:
        case HospitalReached():
            return replace(board, reached=True, lost_by="")
        case HospitalLost(trouble=trouble):
            by = "" if trouble.what_happened == OFFLINE else trouble.what_happened
            return replace(board, reached=False, sending=frozenset(), lost_by=by)
        case Synced(at=at):
            return replace(board, reached=True, synced_at=at, arriving={})
        case Progress(case=case):
            rest = {each: known for each, known in board.arriving.items() if each != case}
            whole = event.present_bytes >= event.total_bytes
            return replace(board, reached=True, arriving=rest if whole else {**rest, case: event})
        case CaseChanged(case=case, state=state) if state is not CaseState.FETCHING:
            return replace(board, arriving={each: known for each, known in board.arriving.items() if each != case})
        case _:
            return replace(board, sending=_sending(board.sending, event))


def _sending(board: frozenset[Sending], event: object) -> frozenset[Sending]:
    match event:
        case Sending():
            return board | {event}
        case Delivered(case=case, assignment=assignment, revision=revision):
            return board - {Sending(case, assignment, revision)}
        case TroubleSeen(case=case) if case is not None:  # what the hospital refused is no longer on its way
            return frozenset(each for each in board if each.case != case)
        case _:
            return board


def _held(held: Mapping[str, str], event: object) -> Mapping[str, str]:
    """What holds up each way, after an event."""
    match event:
        case TroubleSeen(trouble=trouble, way=way) if way:
            return {**held, way: trouble.what_happened}
        case HospitalLost():  # whatever else held it up: now it is this
            return {}
        case Synced():
            return {way: what for way, what in held.items() if way != "in"}
        case IntentAnswered() | Delivered():
            return {way: what for way, what in held.items() if way != "out"}
        case _:
            return held


def foot_state(board: Board, now: datetime, people: Mapping[str, str], physician: str, lease_until: datetime | None) -> FootState:
    """The foot: `people` says the patient's name of a case."""
    return FootState(
        dot=_dot(board),
        hospital=_hospital(board, now),
        arriving=_arriving(board, people),
        physician=_physician(physician, lease_until, now),
    )


def _dot(board: Board) -> State:
    if board.held or board.lost_by:
        return "warn"
    if board.reached is None or not board.reached:
        return "none"
    return "good" if board.synced_at is not None else "accent"


def _hospital(board: Board, now: datetime) -> str:
    if board.reached is None:
        return "Looking for the hospital…"
    if not board.reached:
        return f"{board.lost_by} Reading and signing go on." if board.lost_by else LOST
    if board.held:
        return " ".join(dict.fromkeys(board.held.values()))
    if board.sending:
        return "Hospital reached, a signed opinion is **on its way**"
    if board.synced_at is None:
        return "Hospital reached, asking what is new…"
    return f"Hospital reached, up to date at **{board.synced_at.astimezone(now.tzinfo):%H:%M}**"


def _arriving(board: Board, people: Mapping[str, str]) -> str:
    if not board.arriving or not board.reached:
        return ""
    first = min(board.arriving.values(), key=lambda each: each.total_bytes - each.present_bytes)
    left = first.seconds_left
    when = f", {left_words(left)}" if left is not None else ""
    others = len(board.arriving) - 1
    more = f" and {others} more" if others else ""
    return f"{people.get(first.case, 'A case')} arrives: **{pair_words(first.present_bytes, first.total_bytes)}**{when}{more}"


def _physician(name: str, lease_until: datetime | None, now: datetime) -> str:
    if not name:
        return ""
    return f"{name} · this laptop may work offline until **{date_words(lease_until, now)}**" if lease_until else name
