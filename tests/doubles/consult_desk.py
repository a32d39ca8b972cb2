"""The hospital's list of consults in memory: fulfils `app.consult.ports.ConsultDesk`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from record.trouble import Kind, Trouble
from sync.protocol.consult import Colleague, ConsultRow, Slot
from tests.doubles.consult_media import MediaDouble
from tests.doubles.consult_room import NOW, PEOPLE, ConsultRoomDouble

if TYPE_CHECKING:
    from app.consult.session import Recorded
    from sync.protocol.consult import ConsultWish


class ConsultDeskDouble:
    """Keeps the hospital's rules: a consult that is over is not moved, an unreachable hospital says so."""

    def __init__(self, case_id: str) -> None:
        self.case_id, self.reached, self.takes_parts = case_id, True, True
        self.room, self.session = ConsultRoomDouble(), MediaDouble()
        self.rows = [ConsultRow(id="c1", case=case_id, state="scheduled", slot=Slot(starts_at=NOW, minutes=30), people=PEOPLE)]
        self.sharing: tuple[Colleague, ...] = (Colleague(id="a-okoye", name="Dr F. Okoye"),)
        self.invited: list[tuple[str, str]] = []
        self.wishes: list[tuple[str, ConsultWish]] = []
        self.snapshots: list[tuple[str, bytes, str, bool]] = []
        self.parts: list[tuple[str, Recorded]] = []
        self.files: list[tuple[str, bytes, str]] = []

    def _reach(self) -> None:
        if not self.reached:
            raise Trouble("The hospital cannot be reached.", "It is tried again by itself.", "", Kind.NETWORK)

    def consults(self) -> tuple[ConsultRow, ...]:
        self._reach()
        return tuple(self.rows)

    def set_one(self, case_id: str, wish: ConsultWish) -> None:
        self._reach()
        self.wishes.append((case_id, wish))
        self.rows.append(ConsultRow(id=f"c{len(self.rows) + 1}", case=case_id, state="scheduled", slot=wish.slot, people=PEOPLE))

    def colleagues(self, case_id: str) -> tuple[Colleague, ...]:
        self._reach()
        return self.sharing if case_id == self.case_id else ()

    def invite(self, consult: str, account: str) -> None:
        self._reach()
        self.invited.append((consult, account))

    def reschedule(self, consult: str, slot: Slot) -> None:
        self._reach()
        self._put(consult, slot=slot)

    def cancel(self, consult: str, reason: str) -> None:
        self._reach()
        self._put(consult, state="cancelled")

    def snapshot(self, consult: str, png: bytes, label: str, *, identity: bool) -> None:
        self._reach()
        self.snapshots.append((consult, png, label, identity))
        self.room.shows_still(png, label, identity=identity)

    def file(self, consult: str, data: bytes, name: str) -> None:
        self._reach()
        self.files.append((consult, data, name))

    def recorded(self, consult: str, part: Recorded) -> None:
        self._reach()
        if not self.takes_parts:
            raise Trouble("This part of the recording does not follow.", "Ask everybody again, then record anew.", "409", Kind.STATE)
        self.parts.append((consult, part))

    def picture(self, consult: str, sha256: str) -> bytes:
        self._reach()
        return self.room.stills[sha256]

    def line(self, consult: str) -> ConsultRoomDouble:
        self.room.state = self.room.state.model_copy(update={"consult": consult})
        return self.room

    def media(self) -> MediaDouble:
        return self.session

    def _put(self, consult: str, **changes: object) -> None:
        self.rows = [row.model_copy(update=changes) if row.id == consult else row for row in self.rows]
