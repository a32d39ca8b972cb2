"""The hospital's consults at this desk: fulfils `app.consult.ports.ConsultDesk`. What carries media is loaded with the first call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.consult.slots_sheet import CaseChoice
from record.person import display_name, parse_name
from sync.vault.values import CaseState

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.consult.session import MediaSession, Recorded
    from sync.engine.consults import ConsultDoor
    from sync.engine.room import RoomLine
    from sync.protocol.consult import Colleague, ConsultRow, ConsultWish, Slot
    from sync.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class HospitalConsults:
    """`door` gives the engine's calls about consults, each time anew."""

    door: Callable[[], ConsultDoor]

    def consults(self) -> tuple[ConsultRow, ...]:
        """The physician's consults."""
        return self.door().consults()

    def set_one(self, case_id: str, wish: ConsultWish) -> None:
        """Sets a consult for a case."""
        self.door().set_one(case_id, wish)

    def colleagues(self, case_id: str) -> tuple[Colleague, ...]:
        """The other physicians who have a case."""
        return self.door().colleagues(case_id)

    def invite(self, consult: str, account: str) -> None:
        """One of them, to a consult that is set or on."""
        self.door().invite(consult, account)

    def reschedule(self, consult: str, slot: Slot) -> None:
        """Another time."""
        self.door().reschedule(consult, slot)

    def cancel(self, consult: str, reason: str) -> None:
        """Calls it off."""
        self.door().cancel(consult, reason)

    def snapshot(self, consult: str, png: bytes, label: str, *, identity: bool) -> None:
        """A still picture for the people in the room."""
        self.door().snapshot(consult, png, label, identity=identity)

    def file(self, consult: str, data: bytes, name: str) -> None:
        """A file of the chat."""
        self.door().file(consult, data, name)

    def recorded(self, consult: str, part: Recorded) -> None:
        """The next part of a recording."""
        self.door().recorded(consult, part.take, part.number, part.data, last=part.last)

    def picture(self, consult: str, sha256: str) -> bytes:
        """A still picture of the room."""
        return self.door().picture(consult, sha256)

    def line(self, consult: str) -> RoomLine:
        """A line that is not started yet."""
        return self.door().line(consult)

    def media(self) -> MediaSession:
        """Media in a process of its own."""
        from app.consult.process import MediaProcess  # noqa: PLC0415  late import: with the first call

        return MediaProcess(authority=self.door().authority)


def case_choices(vault: Vault) -> list[CaseChoice]:
    """The accepted cases of this desk, as a consult can be set for them."""
    rows = [(row.case, row.readiness.state is CaseState.READY_OFFLINE) for row in vault.cases() if row.case is not None]
    return [CaseChoice(case.id, display_name(case.patient.name), _spoken(case.patient.name), ready) for case, ready in rows]


def _spoken(name: str) -> str:
    """A name as one is spoken to: "Ngozi Okafor"."""
    family, _, given = parse_name(name).display.partition(", ")
    return f"{given} {family}".strip()
