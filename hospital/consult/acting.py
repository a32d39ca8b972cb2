"""What people ask in a room, done to what is stored: one function for each ask, in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hospital.consult import box, links, recording
from hospital.consult.moving import WHO, call_moves, person_moves, settle
from hospital.consult.opened import opened
from hospital.consult.schedule import again
from hospital.store import consults
from hospital.store.people import new_id
from record.states.table import Who
from record.trouble import Kind, Trouble
from sync.protocol import consult as said

if TYPE_CHECKING:
    from collections.abc import Callable

    from hospital.consult.bodies import ConsultBody
    from hospital.consult.opened import Opened
    from hospital.house import House
    from hospital.store.consults import Participant

FULL = "full"  # the details of a trouble: nobody more can be let in
MOST_LINES = 500  # of chat, in one consult

HOSTS = (said.Admit, said.Remove, said.End, said.ByTelephone, said.Show, said.Note, said.Handover, said.Joint)


def act(house: House, consult: str, person: str, ask: Any) -> None:  # noqa: ANN401  one of `sync.protocol.consult.Ask`
    """Does what somebody asks. Raises `Trouble` (STATE, REFUSED)."""
    with house.database.write() as tx:
        at = opened(house, tx, consult)
        me = at.person(person)
        if at.row.over:
            raise Trouble("This consult is over.", "Close it.", kind=Kind.STATE)
        if isinstance(ask, HOSTS):
            _require_host(me)
        _DOES[type(ask)](at, me, ask)


def came(house: House, consult: str, person: str) -> str:
    """Somebody's line stands; gives under which person: who left and has a desk comes anew. Raises `Trouble` (STATE)."""
    with house.database.write() as tx:
        at = opened(house, tx, consult)
        me = at.person(person)
        if at.row.over:
            return person
        if me.account is not None:
            me = _desk_came(at, me)
        elif me.state == "lost":
            _back(at, me)
        return me.id


def lost(house: House, consult: str, person: str) -> None:
    """Somebody's line, or their media, is gone for longer than a moment."""
    with house.database.write() as tx:
        at = opened(house, tx, consult)
        if at.person(person).state == "here" and not at.row.over:
            person_moves(at, person, "link_lost", Who.SYSTEM, person)
            settle(at)


def is_host(me: Participant) -> bool:
    """Who lets people in: a physician at the desk, and a coordinator."""
    return me.account is not None or me.kind == "coordinator"


def _require_host(me: Participant) -> None:
    if not is_host(me) or me.state not in consults.INSIDE:
        raise Trouble("This is the physician's to do.", "Ask the physician.", kind=Kind.REFUSED)


def _require_room(at: Opened) -> None:
    if sum(one.state in consults.INSIDE for one in at.people()) >= said.MOST_HERE:
        raise Trouble(f"There are {said.MOST_HERE} people in this consult already.", "Show somebody out first.", FULL, Kind.STATE)


def _require_inside(me: Participant) -> None:
    if me.state not in consults.INSIDE:
        raise Trouble("You are not in the call yet.", "Wait until the physician lets you in.", kind=Kind.STATE)


def _desk_came(at: Opened, me: Participant) -> Participant:
    if me.state not in consults.INSIDE:
        _require_room(at)
    if me.state == "left":
        me = again(at, me)
    who = WHO[me.kind]
    for state, event in (("invited", "check_in"), ("checked_in", "ready"), ("waiting", "admit")):
        if me.state == state:
            me = person_moves(at, me.id, event, who, me.id)
    if me.state == "lost":
        me = _back(at, me)
    if at.row.state == "scheduled":
        call_moves(at, "open_room", who, me.id)
    return me


def _back(at: Opened, me: Participant) -> Participant:
    me = person_moves(at, me.id, "link_back", Who.SYSTEM, me.id)
    settle(at)
    return me


# -- the asks


def _ready(at: Opened, me: Participant, _: said.Ready) -> None:
    if me.state == "checked_in":  # said again after a lost line, it is no news
        person_moves(at, me.id, "ready", WHO[me.kind], me.id)


def _admit(at: Opened, me: Participant, ask: said.Admit) -> None:
    _require_room(at)
    person_moves(at, at.person(ask.who).id, "admit", WHO[me.kind], me.id)


def _remove(at: Opened, me: Participant, ask: said.Remove) -> None:
    who = at.person(ask.who)
    person_moves(at, who.id, "remove", WHO[me.kind], me.id)
    links.end_sessions(at, who)
    settle(at)


def _leave(at: Opened, me: Participant, _: said.Leave) -> None:
    person_moves(at, me.id, "leave", WHO[me.kind], me.id)
    links.end_sessions(at, me)
    settle(at)


def _end(at: Opened, me: Participant, ask: said.End) -> None:
    _close(at, me, "end" if at.row.state in {"in_call", "reconnecting"} else "cancel", ask.reason)


def _by_telephone(at: Opened, me: Participant, _: said.ByTelephone) -> None:
    _close(at, me, "go_on_by_telephone", "")


def _close(at: Opened, me: Participant, event: str, reason: str) -> None:
    body = at.body
    if body.note:
        at.note("note", me.id, text=body.note)
    if body.agenda or body.recommendation or body.dissent:
        _keep_joint(at, body)
    at.write(end_reason=reason, showing="")
    call_moves(at, event, WHO[me.kind], me.id, reason)


def _media(at: Opened, me: Participant, ask: said.Media) -> None:
    event = {("admitted", True): "media_up", ("lost", True): "link_back", ("here", False): "link_lost"}.get((me.state, ask.up), "")
    if event:
        person_moves(at, me.id, event, Who.SYSTEM, me.id)
        settle(at)
    if ask.up and me.state in consults.INSIDE:
        at.note("media", me.id, way=ask.way, sound_only=ask.sound_only)


def _chat(at: Opened, me: Participant, ask: said.Chat) -> None:
    if me.state not in consults.INSIDE | {"checked_in", "waiting"}:
        raise Trouble("You have not checked in yet.", "Check in first.", kind=Kind.STATE)
    if len(consults.record(at.tx, at.id, "chat")) >= MOST_LINES:
        raise Trouble("The chat of this consult is full.", "Say it aloud.", kind=Kind.STATE)
    at.note("chat", me.id, id=new_id(), text=ask.text, file="", file_name="")
    consults.change(at.tx, at.id)


def _words(at: Opened, me: Participant, ask: said.Words) -> None:
    _require_inside(me)
    at.note("words", me.id, to=at.person(ask.to).id, outcome=ask.outcome)


def _show(at: Opened, me: Participant, ask: said.Show) -> None:
    if at.body.showing != ask.label:
        at.write(showing=ask.label)
        at.note("show", me.id, label=ask.label, identity=ask.identity)


def _seen(at: Opened, me: Participant, ask: said.Seen) -> None:
    _require_inside(me)
    if consults.snapshot(at.tx, at.id, ask.sha256) is None:
        raise Trouble("There is no such picture.", "Go on.", kind=Kind.STATE)
    at.note("seen", me.id, sha256=ask.sha256)


def _note(at: Opened, _: Participant, ask: said.Note) -> None:
    at.write(note=ask.text)


def _handover(at: Opened, me: Participant, ask: said.Handover) -> None:
    who = at.person(ask.who)
    at.note("handover", me.id, who=who.id)
    box.write(at, who, "handover", to="coordinator")


def _joint(at: Opened, me: Participant, ask: said.Joint) -> None:
    """Where another wrote before, what stood then stays in the record: so it can be told who wrote what."""
    body = at.body
    written = {name: text for name, text in ask.model_dump(exclude={"t"}, exclude_none=True).items() if getattr(body, name) != text}
    if written and body.joint_by not in ("", me.id):
        _keep_joint(at, body)
    if written:
        at.write(**written, joint_by=me.id)


def _record(at: Opened, me: Participant, _: said.Record) -> None:
    recording.ask(at, me, WHO[me.kind])


def _consent(at: Opened, me: Participant, ask: said.Consent) -> None:
    recording.answer(at, me, WHO[me.kind], agree=ask.agree)


def _keep_joint(at: Opened, body: ConsultBody) -> None:
    at.note("joint", body.joint_by, agenda=body.agenda, recommendation=body.recommendation, dissent=body.dissent)


_DOES: dict[type, Callable[[Opened, Participant, Any], None]] = {
    said.Ready: _ready,
    said.Admit: _admit,
    said.Remove: _remove,
    said.Leave: _leave,
    said.End: _end,
    said.ByTelephone: _by_telephone,
    said.Media: _media,
    said.Chat: _chat,
    said.Words: _words,
    said.Show: _show,
    said.Seen: _seen,
    said.Note: _note,
    said.Handover: _handover,
    said.Joint: _joint,
    said.Record: _record,
    said.Consent: _consent,
}
