"""What each person in a room may see: one reading of what is stored, then a `RoomState` for every viewer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hospital.consult.sealed import answers, case_of, invitee, key_of, told
from hospital.store import consults
from sync.protocol.consult import ChatLine, IceServer, RoomPerson, RoomState, SnapshotShown
from sync.seal.values import open_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from hospital.house import House
    from hospital.store.consults import ConsultRow, PersonRow

INSIDE = frozenset({"admitted", "here", "lost"})
STAFF = frozenset({"physician", "coordinator"})
OF_THE_PATIENT = frozenset({"patient", "relative"})


@dataclass(frozen=True, slots=True)
class RoomView:
    """A room as it is stored."""

    row: ConsultRow
    people: tuple[PersonRow, ...]
    told: tuple[RoomPerson, ...]  # as staff sees them
    chat: tuple[ChatLine, ...]
    snapshots: tuple[SnapshotShown, ...]
    title: str
    showing: str
    reason: str
    relay_only: bool
    telephone: str

    def state_of(self, person: str) -> str:
        """Where somebody stands; empty where they are not of this consult."""
        return next((one.state for one in self.people if one.id == person), "")

    def of(self, me: str, ice: tuple[IceServer, ...]) -> RoomState:
        """The room for one viewer."""
        mine = next(one for one in self.people if one.id == me)
        staff, inside = mine.kind in STAFF, mine.state in INSIDE
        return RoomState(
            consult=self.row.id,
            state=self.row.state,  # type: ignore[arg-type]  # the table's words
            starts_at=self.row.starts_at,
            minutes=self.row.minutes,
            title=self.title if staff else "",
            me=me,
            people=tuple(self._seen_by(mine)),
            ice=ice if inside else (),
            relay_only=self.relay_only,
            telephone=self._patients_number() if staff else self.telephone,
            chat=tuple(one for one in self.chat if staff or inside or one.by == me),
            snapshots=self.snapshots if staff or inside else (),
            showing=self.showing if staff or inside else "",
            reason=self.reason,
        )

    def _seen_by(self, me: PersonRow) -> Iterator[RoomPerson]:
        """Staff sees everybody; the others themselves, the physician, and who is in the call. An interpreter reads no patient's name."""
        for one in self.told:
            if me.kind in STAFF:
                yield one
            elif one.id == me.id or one.kind == "physician" or (me.state in INSIDE and one.state in INSIDE):
                hidden = me.kind == "interpreter" and one.kind in OF_THE_PATIENT
                bare = {"place": "", "consents": (), "call_back": "", "with_whom": ""}
                yield one.model_copy(update=bare | ({"name": ""} if hidden else {}))

    def _patients_number(self) -> str:
        return next((one.call_back for one in self.told if one.kind in OF_THE_PATIENT and one.call_back), "")


def view_of(house: House, tx: Connection, row: ConsultRow) -> RoomView:
    """The room of a consult, read once."""
    key = key_of(house, tx, row)
    found = tuple(consults.people_of(tx, row.id))
    lines, shown = [], {}
    for event in consults.events(tx, row.id, "chat", "snapshot"):
        body = told(key, row, event)
        if event.act == "chat":
            lines.append(ChatLine(id=str(event.seq), by=event.person, at=event.at, text=body["text"]))
        else:
            shown[body["sha256"]] = SnapshotShown(sha256=body["sha256"], label=body["label"], identity=body["identity"], at=event.at)
    return RoomView(
        row=row,
        people=found,
        told=tuple(_person(one, invitee(key, one).name, answers(key, one)) for one in found),
        chat=tuple(lines[-200:]),
        snapshots=tuple(shown.values()),
        title=case_of(house, tx, row).title,
        showing="" if row.showing is None else open_value(key, f"consult showing {row.id}", row.showing).decode(),
        reason=open_value(key, f"consult reason {row.id}", row.sealed_reason).decode() if row.sealed_reason else "",
        relay_only=house.settings.consult.relay_only,
        telephone=house.settings.consult.telephone,
    )


def _person(row: PersonRow, name: str, said: dict[str, Any]) -> RoomPerson:
    place = ", ".join(part for part in (said.get("region", ""), said.get("country", "")) if part)
    return RoomPerson(
        id=row.id,
        kind=row.kind,  # type: ignore[arg-type]  # the table's words
        name=said.get("name", name),
        state=row.state,  # type: ignore[arg-type]  # likewise
        since=row.since,
        desk=row.account is not None,
        place=place,
        consents=tuple(said.get("accepted", ())),
        call_back=said.get("call_back", ""),
        with_whom=said.get("with_whom", ""),
    )
