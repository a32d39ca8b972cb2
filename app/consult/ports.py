"""What the consult asks of the desk around it, as ports: fulfilled from the hospital's line, and by doubles in tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.consult.session import MediaSession, Recorded
    from sync.protocol.consult import Ask, Colleague, ConsultRow, ConsultWish, Slot, Told


class RoomLine(Protocol):
    """One desk's line to the room of one consult. All calls return at once; the callbacks come from any thread."""

    def start(self, told: Callable[[Told], None], linked: Callable[[bool], None]) -> None:
        """Connects, and again by itself when the line is lost; `told` gets every message, `linked` whether the line is up."""
        ...

    def ask(self, ask: Ask) -> None:
        """Sends one ask; while the line is down it waits (the newest of those that hold a whole text), else it is dropped."""
        ...

    def stop(self) -> None:
        """Ends the line."""
        ...


class ConsultDesk(Protocol):
    """Every method but `line` and `media` may take its time, may be called from any thread, and raises `Trouble`."""

    def consults(self) -> tuple[ConsultRow, ...]:
        """The physician's consults that are not over, and those of the last days."""
        ...

    def set_one(self, case_id: str, wish: ConsultWish) -> None:
        """Sets a consult for a case; the hospital invites the people."""
        ...

    def colleagues(self, case_id: str) -> tuple[Colleague, ...]:
        """The other physicians who have a case."""
        ...

    def invite(self, consult: str, account: str) -> None:
        """One of them, to a consult that is set or on."""
        ...

    def reschedule(self, consult: str, slot: Slot) -> None:
        """Another time."""
        ...

    def cancel(self, consult: str, reason: str) -> None:
        """Calls it off; the hospital tells everybody."""
        ...

    def snapshot(self, consult: str, png: bytes, label: str, *, identity: bool) -> None:
        """A still picture for the people in the room."""
        ...

    def file(self, consult: str, data: bytes, name: str) -> None:
        """A file of the chat; it waits in the record's quarantine."""
        ...

    def recorded(self, consult: str, part: Recorded) -> None:
        """The next part of a recording to which everybody agreed; the same again is the same."""
        ...

    def picture(self, consult: str, sha256: str) -> bytes:
        """The PNG of a still picture of the room, as its digest says."""
        ...

    def line(self, consult: str) -> RoomLine:
        """A line that is not started yet."""
        ...

    def media(self) -> MediaSession:
        """Media that is not started yet; the program that carries it is loaded here and not before."""
        ...
