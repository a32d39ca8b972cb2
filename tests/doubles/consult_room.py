"""The room of one consult in memory, by the product's own state tables: what the hospital would say to the desk and to browsers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from record.states import consult_call, consult_participant
from record.states.table import Who, move
from record.trouble import Trouble
from sync.protocol import consult as room

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
DOCTOR, NGOZI, CHIDI, LOCAL = "p-doctor", "p-ngozi", "p-chidi", "p-adebayo"
ICE = (room.IceServer(urls=("turn:relay.example:3478",), username="u", credential="c"),)
NUMBER = "+234 1 555 0142"


def invited(who: str, kind: room.Kind, name: str, *, desk: bool = False) -> room.RoomPerson:
    return room.RoomPerson(id=who, kind=kind, name=name, state="invited", since=NOW, desk=desk, zone="" if desk else "Africa/Lagos")


PEOPLE = (
    invited(DOCTOR, "physician", "Dr M. Adeyemi", desk=True).model_copy(update={"state": "admitted"}),
    invited(NGOZI, "patient", "Ngozi Okafor"),
    invited(CHIDI, "relative", "Chidi Okafor"),
    invited(LOCAL, "local_physician", "Dr F. Adebayo"),
)


class ConsultRoomDouble:
    """The room; `line` gives the desk's end. Every move goes through the tables; what they refuse is refused."""

    def __init__(self, consult: str = "c1", people: tuple[room.RoomPerson, ...] = PEOPLE) -> None:
        self.state = room.RoomState(
            consult=consult, state="open", starts_at=NOW, minutes=30, title="Chest CT", me=DOCTOR, people=people, ice=ICE, telephone=NUMBER
        )
        self.asked: list[room.Ask] = []
        self.notes = ""
        self.stills: dict[str, bytes] = {}
        self.outcomes: dict[str, str] = {}
        self.now = NOW
        self._told: Callable[[room.Told], None] | None = None
        self._linked: Callable[[bool], None] | None = None

    # -- the desk's end ------------------------------------------------------------------------------------------------

    def start(self, told: Callable[[room.Told], None], linked: Callable[[bool], None]) -> None:
        self._told, self._linked = told, linked
        linked(True)
        self.tell()

    def stop(self) -> None:
        self._told = self._linked = None

    @property
    def open(self) -> bool:
        return self._told is not None

    def ask(self, ask: room.Ask) -> None:
        read = room.ASK.validate_json(ask.model_dump_json())  # what would not pass the wire does not pass here
        self.asked.append(read)
        try:
            self._do(read)
        except Trouble as trouble:
            if self._told is not None:
                self._told(room.Refused(ask=read.t, what_happened=trouble.what_happened, what_to_do=trouble.what_to_do))
            return
        self.tell()

    def _do(self, ask: room.Ask) -> None:
        acts: dict[str, Callable[[Any], None]] = {
            "admit": lambda one: self.move(one.who, "admit", Who.PHYSICIAN),
            "remove": lambda one: self.move(one.who, "remove", Who.PHYSICIAN),
            "end": lambda one: self.move_call("end" if self.state.state != "open" else "cancel", Who.PHYSICIAN, reason=one.reason),
            "by_telephone": lambda _one: self.move_call("go_on_by_telephone", Who.PHYSICIAN),
            "chat": self._chat,
            "show": lambda one: self._put(showing=one.label),
            "note": lambda one: setattr(self, "notes", one.text),
            "joint": lambda one: self._put(board=self.state.board.model_copy(update=one.model_dump(exclude={"t"}, exclude_none=True))),
            "words": lambda one: self.outcomes.update({one.to: one.outcome}),
        }
        if ask.t in acts:
            acts[ask.t](ask)

    def _chat(self, ask: room.Chat) -> None:
        line = room.ChatLine(id=f"l{len(self.state.chat)}", by=DOCTOR, at=self.now, text=ask.text)
        self._put(chat=(*self.state.chat, line))

    # -- what others do --------------------------------------------------------------------------------------------------

    def says(self, who: str, text: str) -> None:
        line = room.ChatLine(id=f"l{len(self.state.chat)}", by=who, at=self.now, text=text)
        self._put(chat=(*self.state.chat, line))
        self.tell()

    def shows_still(self, png: bytes, label: str, *, identity: bool = False) -> str:
        """A desk showed a still picture; gives its digest."""
        digest = sha256(png).hexdigest()
        self.stills[digest] = png
        self._put(snapshots=(*self.state.snapshots, room.SnapshotShown(sha256=digest, label=label, identity=identity, at=self.now)))
        self.tell()
        return digest

    def waits(self, who: str, **said: Any) -> None:
        """Somebody has checked in and waits."""
        self.move(who, "check_in", Who.GUEST)
        self._person(who, **said)
        self.move(who, "ready", Who.GUEST)
        self.tell()

    def comes(self, who: str) -> None:
        """Media of somebody who was let in is up."""
        self.move(who, "media_up", Who.SYSTEM)
        if self.state.state == "open":
            self.move_call("first_two_here", Who.SYSTEM)
        self.tell()

    def event(self, who: str, event: str, by: Who = Who.SYSTEM) -> None:
        self.move(who, event, by)
        self.tell()

    def call_event(self, event: str, by: Who = Who.SYSTEM) -> None:
        self.move_call(event, by)
        self.tell()

    def later(self, **how_long: float) -> None:
        self.now += timedelta(**how_long)

    def line_lost(self) -> None:
        assert self._linked is not None
        self._linked(False)

    def line_back(self) -> None:
        assert self._linked is not None
        self._linked(True)
        self.tell()

    # -- within --------------------------------------------------------------------------------------------------------

    def move(self, who: str, event: str, by: Who) -> None:
        person = next(each for each in self.state.people if each.id == who)
        row = move(consult_participant.TABLE, person.state, event, by)
        self._person(who, state=row.to, since=self.now)

    def move_call(self, event: str, by: Who, reason: str = "") -> None:
        self._put(state=move(consult_call.TABLE, self.state.state, event, by).to, reason=reason)

    def _person(self, who: str, **changes: Any) -> None:
        self._put(people=tuple(each.model_copy(update=changes) if each.id == who else each for each in self.state.people))

    def _put(self, **changes: Any) -> None:
        self.state = self.state.model_copy(update=changes)

    def tell(self, state: room.RoomState | None = None) -> None:
        if self._told is not None:
            self._told(room.TOLD.validate_json((state or self.state).model_dump_json()))
