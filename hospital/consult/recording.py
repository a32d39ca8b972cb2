"""Whether a consult may be recorded: only where the hospital allows it, and only while everybody who is in has agreed.

Consent is asked of each person, kept with the words' version, and ends when they leave. The desk of the physician who asked records; here
stands what holds it to that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hospital.consult.opened import SYSTEM
from hospital.store import consults
from hospital.store.people import new_id
from record.states import consult_recording
from record.states.table import Who, move
from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from collections.abc import Collection

    from hospital.consult.opened import Opened
    from hospital.store.consults import Participant

BY_CONSENT = "by_consent"
WORDS = "recording@1"  # the version of the question, as the pages and the desk put it
BEGAN, ENDED = "recording_began", "recording_ended"


def ask(at: Opened, me: Participant, who: Who) -> None:
    """A physician asks everybody; their own asking is their consent. Raises `Trouble` (REFUSED, STATE)."""
    if at.house.settings.consult.recording != BY_CONSENT:
        raise Trouble("This hospital records no consults.", "Take notes instead.", kind=Kind.REFUSED)
    if me.account is None or me.state not in consults.INSIDE:
        raise Trouble("A recording is made by a physician's desk.", "Ask the physician.", kind=Kind.REFUSED)
    _moves(at, "ask_to_record", who, me.id)
    at.write(recording_by=me.id, recording_agreed=(me.id,), recording_refused_by="")
    follow(at)


def answer(at: Opened, me: Participant, who: Who, *, agree: bool) -> None:
    """Somebody's own consent, or that they have none, which ends it for all. Raises `Trouble` (STATE)."""
    body = at.body
    if me.state not in consults.INSIDE or body.recording == "off":
        raise Trouble("Nobody asks for a recording now.", "Go on.", kind=Kind.STATE)
    if not agree:
        _moves(at, "refuse_recording", who, me.id)
        at.write(recording_refused_by=me.id)
    elif me.id not in body.recording_agreed:
        at.note("recording_consent", me.id, words=WORDS)
        at.write(recording_agreed=(*body.recording_agreed, me.id))
        follow(at)


def follow(at: Opened) -> None:
    """What follows from who is in now, and from who has agreed."""
    body = at.body
    if body.recording == "off":
        return
    inside = {one.id for one in at.people() if one.state in consults.INSIDE}
    agreed = tuple(one for one in body.recording_agreed if one in inside)
    if agreed != body.recording_agreed:
        at.write(recording_agreed=agreed)
    event = next_event(body.recording, body.recording_by, inside, agreed, over=at.row.over)
    if event:
        _moves(at, event, Who.SYSTEM, SYSTEM)


def next_event(state: str, by: str, inside: Collection[str], agreed: Collection[str], *, over: bool) -> str:
    """The system's next event in the table of recordings, "" for none."""
    if over:
        return "call_over"
    if by not in inside:
        return "recorder_gone"
    together = len(inside) > 1 and set(inside) <= set(agreed)
    return {("asked", True): "everybody_agrees", ("on", False): "not_everybody"}.get((state, together), "")


def _moves(at: Opened, event: str, who: Who, by: str) -> None:
    body = at.body
    to = move(consult_recording.TABLE, body.recording, event, who).to
    at.note(event, by, state=to)
    if to == "on":
        take = new_id()
        at.write(recording=to, recording_take=take)
        at.note(BEGAN, body.recording_by, take=take, people=list(body.recording_agreed))
        return
    if body.recording_take:
        at.note(ENDED, by, take=body.recording_take, why=event)
    at.write(recording=to, recording_take="")
