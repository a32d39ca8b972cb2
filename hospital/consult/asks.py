"""What people in a room ask for, done: each a function over what is stored, in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hospital.consult.links import OVER
from hospital.consult.sealed import key_of, note
from hospital.consult.steps import WHO, follow, move_call, move_person
from hospital.consult.view import INSIDE, STAFF
from hospital.store import consults
from record.states.table import Who
from record.trouble import Kind, Trouble
from sync.protocol import consult as said
from sync.seal.values import seal_value

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from hospital.house import House
    from hospital.store.consults import ConsultRow, PersonRow

    Done = Callable[[House, Connection, ConsultRow, PersonRow, said.Ask], None]

MOST_CHAT_LINES = 500  # in one consult
_NOT_YOURS = "Only the physician can do this."


def do(house: House, tx: Connection, consult: str, me: str, ask: said.Ask) -> None:
    """Does what somebody asks for.

    Raises:
        Trouble: STATE (not now), REFUSED (not theirs to ask), INPUT.
    """
    row, mine = consults.get(tx, consult), consults.person(tx, me)
    assert row is not None
    assert mine is not None
    if row.state in OVER and not isinstance(ask, said.Note | said.Joint):
        raise Trouble("This consult is over.", "Call the hospital for another one.", row.state, Kind.STATE)
    if isinstance(ask, _OF_STAFF) and mine.kind not in STAFF:
        raise Trouble(_NOT_YOURS, "Ask them in the chat.", ask.t, Kind.REFUSED)
    if isinstance(ask, _INSIDE_ONLY) and mine.state not in INSIDE:
        raise Trouble("This can be done in the call only.", "Wait until you are let in.", ask.t, Kind.STATE)
    _DO[type(ask)](house, tx, row, mine, ask)


def arrive(house: House, tx: Connection, consult: str, account: str) -> str:
    """A physician comes with a desk: through check-in and waiting at once; the host's coming opens the room. Gives the person's id.

    Raises:
        Trouble: REFUSED where this physician is not of the consult.
    """
    row = consults.get(tx, consult)
    person = None if row is None else consults.by_account(tx, consult, account)
    if row is None or person is None:
        raise Trouble("There is no such consult of yours.", "Look at the list of consults again.", kind=Kind.REFUSED)
    if row.state == "scheduled":
        row = move_call(house, tx, row, "open_room", Who.PHYSICIAN, person.id)
    for state, event in (("invited", "check_in"), ("checked_in", "ready"), ("waiting", "admit")):
        if person.state == state:
            person = move_person(house, tx, row, person, event, Who.PHYSICIAN)
    return person.id


def keep_snapshot(house: House, tx: Connection, row: ConsultRow, me: str, shown: said.SnapshotShown) -> None:
    """A picture was shown; its bytes stand in the store already."""
    note(house, tx, row, me, "snapshot", house.now(), sha256=shown.sha256, label=shown.label, identity=shown.identity)


def _ready(house: House, tx: Connection, row: ConsultRow, me: PersonRow, _: said.Ask) -> None:
    if me.state == "checked_in":  # said again after a line was lost: nothing to do
        move_person(house, tx, row, me, "ready", WHO[me.kind])


def _admit(house: House, tx: Connection, row: ConsultRow, me: PersonRow, ask: said.Ask) -> None:
    assert isinstance(ask, said.Admit)
    if sum(one.state in INSIDE for one in consults.people_of(tx, row.id)) >= said.MOST_HERE:
        raise Trouble(f"{said.MOST_HERE} people are in the call already.", "Show somebody out first.", kind=Kind.STATE)
    move_person(house, tx, row, _other(tx, row, ask.who), "admit", WHO[me.kind], by=me.id)


def _remove(house: House, tx: Connection, row: ConsultRow, me: PersonRow, ask: said.Ask) -> None:
    assert isinstance(ask, said.Remove)
    move_person(house, tx, row, _other(tx, row, ask.who), "remove", WHO[me.kind], by=me.id)
    follow(house, tx, row, me.id)


def _leave(house: House, tx: Connection, row: ConsultRow, me: PersonRow, _: said.Ask) -> None:
    move_person(house, tx, row, me, "leave", WHO[me.kind])
    follow(house, tx, row, me.id)


def _end(house: House, tx: Connection, row: ConsultRow, me: PersonRow, ask: said.Ask) -> None:
    assert isinstance(ask, said.End)
    event = "cancel" if row.state == "open" else "end"
    move_call(house, tx, row, event, WHO[me.kind], me.id)
    sealed = seal_value(key_of(house, tx, row), f"consult reason {row.id}", ask.reason.encode())
    consults.change(tx, row.id, sealed_reason=sealed, showing=None)


def _by_telephone(house: House, tx: Connection, row: ConsultRow, me: PersonRow, _: said.Ask) -> None:
    move_call(house, tx, row, "go_on_by_telephone", WHO[me.kind], me.id)


def _media(house: House, tx: Connection, row: ConsultRow, me: PersonRow, ask: said.Ask) -> None:
    assert isinstance(ask, said.Media)
    event = {("admitted", True): "media_up", ("lost", True): "link_back", ("here", False): "link_lost"}.get((me.state, ask.up))
    if event is not None:
        move_person(house, tx, row, me, event, Who.SYSTEM)
        note(house, tx, row, me.id, "media", house.now(), up=ask.up, way=ask.way, sound_only=ask.sound_only)
        follow(house, tx, row, me.id)


def _chat(house: House, tx: Connection, row: ConsultRow, me: PersonRow, ask: said.Ask) -> None:
    assert isinstance(ask, said.Chat)
    if me.state not in INSIDE | {"waiting", "checked_in"}:
        raise Trouble("The chat opens after check-in.", "Check in first.", kind=Kind.STATE)
    if len(consults.events(tx, row.id, "chat")) >= MOST_CHAT_LINES:
        raise Trouble("This chat is full.", "Say it aloud.", kind=Kind.STATE)
    note(house, tx, row, me.id, "chat", house.now(), text=ask.text)


def _words(house: House, tx: Connection, row: ConsultRow, me: PersonRow, ask: said.Ask) -> None:
    assert isinstance(ask, said.Words)
    note(house, tx, row, me.id, "words", house.now(), to=_other(tx, row, ask.to).id, outcome=ask.outcome)


def _show(house: House, tx: Connection, row: ConsultRow, me: PersonRow, ask: said.Ask) -> None:
    assert isinstance(ask, said.Show)
    key = key_of(house, tx, row)
    consults.change(tx, row.id, showing=seal_value(key, f"consult showing {row.id}", ask.label.encode()) if ask.label else None)
    note(house, tx, row, me.id, "show", house.now(), label=ask.label, identity=ask.identity)


def _seen(house: House, tx: Connection, row: ConsultRow, me: PersonRow, ask: said.Ask) -> None:
    assert isinstance(ask, said.Seen)
    note(house, tx, row, me.id, "seen", house.now(), sha256=ask.sha256)


def _note(house: House, tx: Connection, row: ConsultRow, me: PersonRow, ask: said.Ask) -> None:
    assert isinstance(ask, said.Note)
    note(house, tx, row, me.id, "note", house.now(), text=ask.text)


def _handover(house: House, tx: Connection, row: ConsultRow, me: PersonRow, ask: said.Ask) -> None:
    assert isinstance(ask, said.Handover)
    note(house, tx, row, me.id, "handover", house.now(), who=_other(tx, row, ask.who).id)


def _joint(house: House, tx: Connection, row: ConsultRow, me: PersonRow, ask: said.Ask) -> None:
    assert isinstance(ask, said.Joint)
    value = ask.model_dump(mode="json", exclude={"t"})
    note(house, tx, row, me.id, "joint", house.now(), **value)


def _other(tx: Connection, row: ConsultRow, person: str) -> PersonRow:
    found = consults.person(tx, person)
    if found is None or found.consult != row.id:
        raise Trouble("There is no such person in this consult.", "Look at the room again.", kind=Kind.INPUT)
    return found


_OF_STAFF = (said.Admit, said.Remove, said.End, said.ByTelephone, said.Show, said.Note, said.Handover, said.Joint, said.Words)
_INSIDE_ONLY = (said.Media, said.Seen)
_DO: dict[type, Done] = {
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
}
