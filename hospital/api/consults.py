"""The consults of a desk's physician: `/v1/consults`, and the line into a room."""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Query, Request, WebSocket
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from hospital.consult import asks, schedule
from hospital.consult.rooms import Rooms, serve_line
from hospital.consult.sealed import consult_of, key_of
from hospital.consult.view import view_of
from hospital.desks import enrolling
from hospital.house import House
from hospital.store import cases, consults, people
from hospital.store.people import Device
from record.trouble import Kind, Trouble
from sync.protocol.consult import ConsultCancel, ConsultRow, Consults, ConsultWish, Slot, SnapshotShown

if TYPE_CHECKING:
    from sqlalchemy import Connection

MOST_SNAPSHOT = 24 << 20  # bytes of one PNG
CLOSED_NOT_YOURS = 4403
_bearer = HTTPBearer(auto_error=False)
routes = APIRouter(prefix="/v1")


def _house(request: Request) -> House:
    house: House = request.app.state.house
    return house


def _rooms(request: Request) -> Rooms:
    rooms: Rooms = request.app.state.rooms
    return rooms


Open = Annotated[House, Depends(_house)]
Lines = Annotated[Rooms, Depends(_rooms)]


def _desk(house: Open, held: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> Device:
    if held is None:
        raise Trouble("This step needs a signed-in desk.", "Sign in at the desk.", kind=Kind.IDENTITY)
    return enrolling.device_of(house, held.credentials)


Desk = Annotated[Device, Depends(_desk)]


@routes.get("/consults")
def listed(house: Open, device: Desk) -> Consults:
    """The consults in which this physician is."""
    with house.database.read() as tx:
        return Consults(consults=tuple(_told(house, tx, row) for row in consults.of_account(tx, device.person)))


@routes.post("/cases/{case}/consults")
def wish(house: Open, device: Desk, case: str, wanted: ConsultWish) -> ConsultRow:
    """Sets a consult on a case of this physician's; the links go into the outgoing box."""
    with house.database.write() as tx:
        found = cases.find(tx, case)
        if found is None or not schedule.may_see(tx, found.id, device.person):
            raise Trouble("There is no such case of yours.", "Look at the worklist again.", "404", Kind.REFUSED)
        host = people.person(tx, device.person)
        made, _ = schedule.set_for(house, tx, found, host, wanted.slot, wanted.people, wanted.reason)
        return _told(house, tx, consult_of(tx, made))


@routes.post("/consults/{consult}/time")
async def move(house: Open, device: Desk, rooms: Lines, consult: str, slot: Slot) -> ConsultRow:
    """Another time; everybody is told."""

    def moved() -> ConsultRow:
        with house.database.write() as tx:
            schedule.move(house, tx, consult, slot, _mine(tx, consult, device))
            return _told(house, tx, consult_of(tx, consult))

    row = await asyncio.to_thread(moved)
    await rooms.changed(consult)
    return row


@routes.post("/consults/{consult}/cancel")
async def cancel(house: Open, device: Desk, rooms: Lines, consult: str, wanted: ConsultCancel) -> ConsultRow:
    """It does not take place; everybody is told."""

    def cancelled() -> ConsultRow:
        with house.database.write() as tx:
            schedule.cancel(house, tx, consult, _mine(tx, consult, device), wanted.reason)
            return _told(house, tx, consult_of(tx, consult))

    row = await asyncio.to_thread(cancelled)
    await rooms.changed(consult)
    return row


@routes.put("/consults/{consult}/snapshots/{sha256}", status_code=204)
async def snapshot(
    request: Request,
    house: Open,
    device: Desk,
    rooms: Lines,
    consult: str,
    sha256: str,
    label: Annotated[str, Query(max_length=200)] = "",
    *,
    identity: bool = False,
) -> None:
    """A picture that everybody in the call shall see, as the bytes of a PNG; the same again changes nothing."""
    taken = bytearray()
    async for piece in request.stream():
        taken += piece
        if len(taken) > MOST_SNAPSHOT:
            raise Trouble("The picture is larger than this hospital takes.", "Show a smaller viewport.", "size", Kind.REFUSED)
    data = bytes(taken)
    if hashlib.sha256(data).hexdigest() != sha256 or not data.startswith(b"\x89PNG\r\n\x1a\n"):
        raise Trouble("The picture is not what was announced.", "Show it again.", "digest", Kind.INPUT)

    def kept() -> None:
        with house.database.read() as tx:
            row, mine = consult_of(tx, consult), _mine(tx, consult, device)
            key = key_of(house, tx, row)
        stored = house.objects.put(key, data)
        house.objects.settle(key, [stored])
        with house.database.write() as tx:
            cases.add_objects(tx, row.case, [(stored, "snapshot")])
            shown = SnapshotShown(sha256=sha256, label=label, identity=identity, at=house.now())
            asks.keep_snapshot(house, tx, row, mine, shown)

    await asyncio.to_thread(kept)
    await rooms.changed(consult)


@routes.websocket("/consults/{consult}/room")
async def room(socket: WebSocket, consult: str) -> None:
    """The line of a desk into a room; the host's coming opens it."""
    house: House = socket.app.state.house

    def arrived() -> str:
        device = enrolling.device_of(house, socket.headers.get("authorization", "").removeprefix("Bearer "))
        with house.database.write() as tx:
            return asks.arrive(house, tx, consult, device.person)

    try:
        person = await asyncio.to_thread(arrived)
    except Trouble as trouble:
        await socket.accept()
        await socket.close(4401 if trouble.kind is Kind.IDENTITY else CLOSED_NOT_YOURS, trouble.what_happened[:120])
        return
    await socket.accept()
    await serve_line(socket.app.state.rooms, consult, person, socket)


def _mine(tx: Connection, consult: str, device: Device) -> str:
    """The person that this desk's physician is in a consult."""
    found = consults.by_account(tx, consult, device.person)
    if found is None:
        raise Trouble("There is no such consult of yours.", "Look at the list of consults again.", "404", Kind.REFUSED)
    return found.id


def _told(house: House, tx: Connection, row: consults.ConsultRow) -> ConsultRow:
    view = view_of(house, tx, row)
    return ConsultRow(
        id=row.id,
        case=row.case,
        state=row.state,  # type: ignore[arg-type]  # the table's words
        slot=Slot(starts_at=row.starts_at, minutes=row.minutes),
        people=view.told,
        zones={one.id: one.zone for one in view.people},
    )
