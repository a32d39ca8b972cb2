"""What a desk asks about consults beside the room's line: the list, a new one, another time, pictures to show."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from sync.engine.client import sha256
from sync.engine.wire import offline
from sync.protocol.consult import Colleagues, ConsultRow, Consults, ConsultWish, FileTaken, PartTaken, Reason, Slot, SnapshotShown, Wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sync.engine.client import Client
    from sync.engine.room import RoomLine
    from sync.engine.wire import Wire
    from sync.protocol.consult import Colleague


class ConsultDoor:
    """The calls, from any thread but a window's: each opens a connection of its own and waits for the answer.

    Args:
        client: the enrolled desk's calls.
        new_wire: makes a connection.
        address: `https://host:port`.
        ca_file: the pinned authority.
    """

    def __init__(self, client: Client, new_wire: Callable[[], Wire], address: str, ca_file: Path) -> None:
        self._client, self._new_wire, self._address, self._ca_file = client, new_wire, address, ca_file

    @property
    def authority(self) -> Path:
        """The pinned authority (PEM)."""
        return self._ca_file

    def consults(self) -> tuple[ConsultRow, ...]:
        """The physician's consults that are not over, and those of the last days, the earliest first.

        Raises, as all of these:
            Trouble: NETWORK, REFUSED, IDENTITY.
        """
        with self._wire() as wire:
            return self._client.ask(wire, Consults, "GET", "/v1/consults").consults

    def set_one(self, case: str, wish: ConsultWish) -> ConsultRow:
        """Sets a consult on a case; the hospital makes and sends the links."""
        with self._wire() as wire:
            path = f"/v1/cases/{quote(case, safe='')}/consults"
            return self._client.ask(wire, ConsultRow, "POST", path, json=wish.model_dump(mode="json"))

    def colleagues(self, case: str) -> tuple[Colleague, ...]:
        """The other physicians who have a case."""
        with self._wire() as wire:
            return self._client.ask(wire, Colleagues, "GET", f"/v1/cases/{quote(case, safe='')}/colleagues").colleagues

    def invite(self, consult: str, account: str) -> ConsultRow:
        """One of them, to a consult that is set or on."""
        with self._wire() as wire:
            told = Wanted(account=account).model_dump(mode="json")
            return self._client.ask(wire, ConsultRow, "POST", _path(consult, "colleagues"), json=told)

    def reschedule(self, consult: str, slot: Slot) -> ConsultRow:
        """Another time."""
        with self._wire() as wire:
            return self._client.ask(wire, ConsultRow, "POST", _path(consult, "slot"), json=slot.model_dump(mode="json"))

    def cancel(self, consult: str, reason: str) -> ConsultRow:
        """No consult."""
        with self._wire() as wire:
            told = Reason(reason=reason).model_dump(mode="json")
            return self._client.ask(wire, ConsultRow, "POST", _path(consult, "cancellation"), json=told)

    def snapshot(self, consult: str, png: bytes, label: str, *, identity: bool) -> SnapshotShown:
        """Shows a lossless picture to everybody in the call; known by the SHA-256 of `png`."""
        with self._wire() as wire:
            words = urlencode({"label": label, "identity": int(identity)})
            headers = {"Content-Type": "image/png"}
            return self._client.ask(wire, SnapshotShown, "POST", f"{_path(consult, 'snapshots')}?{words}", body=png, headers=headers)

    def file(self, consult: str, data: bytes, name: str) -> None:
        """Sends a file; it waits in the record's quarantine, and the chat says so."""
        with self._wire() as wire:
            headers = {"Content-Type": "application/octet-stream"}
            self._client.ask(wire, FileTaken, "POST", f"{_path(consult, 'files')}?{urlencode({'name': name})}", body=data, headers=headers)

    def recorded(self, consult: str, take: str, number: int, data: bytes, *, last: bool) -> None:
        """The next part of a recording to which everybody agreed; the same again is the same."""
        with self._wire() as wire:
            path = f"{_path(consult, 'recordings')}/{quote(take, safe='')}/{number}?{urlencode({'last': int(last)})}"
            headers = {"Content-Type": "application/octet-stream"}
            self._client.ask(wire, PartTaken, "POST", path, body=data, headers=headers)

    def picture(self, consult: str, digest: str) -> bytes:
        """A picture that somebody showed, as its digest says."""
        with self._wire() as wire:
            data = self._client.fetch(wire, f"{_path(consult, 'snapshots')}/{digest}")
        if sha256(data) != digest:
            raise offline("a picture came otherwise than its digest says")
        return data

    def line(self, consult: str) -> RoomLine:
        """The line into a room, to be started."""
        from sync.engine.room import RoomLine  # noqa: PLC0415  late import: with the first call

        return RoomLine(self._address, self._ca_file, consult, self._bearer)

    def _bearer(self) -> str:
        with self._wire() as wire:
            return self._client.bearer(wire)

    @contextmanager
    def _wire(self) -> Iterator[Wire]:
        wire = self._new_wire()
        try:
            yield wire
        finally:
            wire.close()


def _path(consult: str, what: str) -> str:
    return f"/v1/consults/{quote(consult, safe='')}/{what}"
