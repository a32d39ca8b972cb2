"""The desks' consults: listed, set, moved, cancelled, pictures shown, and the line into the room."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response, WebSocket
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from hospital.api.asking import Desk, Open  # noqa: TC001  FastAPI reads them at run time
from hospital.consult import acting, colleagues, files, line, schedule, snapshots, takes
from hospital.consult.opened import opened
from hospital.consult.streaming import whole
from hospital.desks import enrolling
from hospital.store import consults, people, work
from record.states.table import Who
from record.trouble import Kind, Trouble
from sync.protocol.consult import Colleagues, ConsultRow, Consults, ConsultWish, PartTaken, Reason, Slot, SnapshotShown, Wanted

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hospital.consult.opened import Opened
    from hospital.consult.room import Rooms
    from hospital.house import House
    from hospital.store.consults import Participant
    from hospital.store.people import Device

log = logging.getLogger(__name__)
routes = APIRouter(prefix="/v1")


async def _picture(request: Request) -> bytes:
    return await whole(request, snapshots.MOST_BYTES)


async def _file(request: Request) -> bytes:
    return await whole(request, files.MOST_BYTES)


async def _part(request: Request) -> bytes:
    return await whole(request, takes.MOST_BYTES)


@routes.get("/consults")
def listed(house: Open, device: Desk) -> Consults:
    """The physician's consults that are not over, and those of the last days."""
    with house.database.read() as tx:
        return Consults(consults=tuple(schedule.listed(house, tx, device.person)))


@routes.post("/cases/{case}/consults")
def add(house: Open, device: Desk, case: str, wish: ConsultWish) -> ConsultRow:
    """The physician sets a consult on a case that they have."""
    with house.database.read() as tx:
        if case not in work.open_cases(tx, device.person):
            raise Trouble("This case is not known.", "Wait until your worklist is up to date.", "404", Kind.REFUSED)
        more = colleagues.logins(tx, case, device.person, wish.colleagues)
        login = people.person(tx, device.person).login
    made, _ = schedule.add(house, case, wish.slot, [login, *more], wish.people, reason=wish.reason, by=device.id)
    with house.database.read() as tx:
        return schedule.described(opened(house, tx, made))


@routes.get("/cases/{case}/colleagues")
def sharing(house: Open, device: Desk, case: str) -> Colleagues:
    """Who else has a case of the physician's."""
    with house.database.read() as tx:
        if case not in work.open_cases(tx, device.person):
            raise Trouble("This case is not known.", "Wait until your worklist is up to date.", "404", Kind.REFUSED)
        return Colleagues(colleagues=colleagues.of(tx, case, device.person))


@routes.post("/consults/{consult}/colleagues")
def invite(request: Request, house: Open, device: Desk, consult: str, wanted: Wanted) -> ConsultRow:
    """One more physician."""
    with house.database.write() as tx:
        at, _ = _mine(house, tx, device, consult)
        colleagues.invite(at, device.person, wanted.account)
        row = schedule.described(at)
    request.app.state.rooms.changed(row.id)
    return row


@routes.post("/consults/{consult}/slot")
def move(request: Request, house: Open, device: Desk, consult: str, slot: Slot) -> ConsultRow:
    """Another time."""
    with house.database.write() as tx:
        at, me = _mine(house, tx, device, consult)
        schedule.move(at, slot, me.id)
        row = schedule.described(at)
    request.app.state.rooms.changed(row.id)
    return row


@routes.post("/consults/{consult}/cancellation")
def cancel(request: Request, house: Open, device: Desk, consult: str, told: Reason) -> ConsultRow:
    """No consult."""
    with house.database.write() as tx:
        at, me = _mine(house, tx, device, consult)
        schedule.cancel(at, Who.PHYSICIAN, me.id, told.reason)
        row = schedule.described(at)
    request.app.state.rooms.changed(row.id)
    return row


@routes.post("/consults/{consult}/snapshots")
def show(
    request: Request,
    house: Open,
    device: Desk,
    consult: str,
    png: Annotated[bytes, Depends(_picture)],
    label: Annotated[str, Query(max_length=200)] = "",
    identity: bool = False,
) -> SnapshotShown:
    """A lossless picture for everybody in the call."""
    with house.database.read() as tx:
        at, me = _mine(house, tx, device, consult)
    shown = snapshots.show(house, at.id, me.id, png, label, identity=identity)
    request.app.state.rooms.changed(at.id)
    return shown


@routes.get("/consults/{consult}/snapshots/{sha256}", response_class=Response)
def picture(house: Open, device: Desk, consult: str, sha256: str) -> Response:
    """A picture that was shown."""
    with house.database.read() as tx:
        at, me = _mine(house, tx, device, consult)
    return Response(snapshots.picture(house, at.id, me.id, sha256), media_type="image/png")


@routes.post("/consults/{consult}/files")
def send_file(
    request: Request,
    house: Open,
    device: Desk,
    consult: str,
    data: Annotated[bytes, Depends(_file)],
    name: Annotated[str, Query(max_length=200)] = "",
) -> dict[str, str]:
    """A file of the chat, into quarantine."""
    with house.database.read() as tx:
        at, me = _mine(house, tx, device, consult)
    digest = files.take(house, at.id, me.id, data, name)
    request.app.state.rooms.changed(at.id)
    return {"sha256": digest}


@routes.post("/consults/{consult}/recordings/{take}/{number}")
def record(
    house: Open,
    device: Desk,
    consult: str,
    take: str,
    number: Annotated[int, Path(ge=0, lt=takes.MOST_PARTS)],
    data: Annotated[bytes, Depends(_part)],
    last: bool = False,
) -> PartTaken:
    """The next part of a recording to which everybody agreed, also when the consult is over."""
    with house.database.read() as tx:
        at, _ = _mine(house, tx, device, consult)
        mine = [one.id for one in at.people() if one.account == device.person]
    return PartTaken(sha256=takes.part(house, at.id, mine, take, number, data, last=last))


@routes.websocket("/consults/{consult}/room")
async def room(socket: WebSocket, consult: str) -> None:
    """The line into the room."""
    house: House = socket.app.state.house
    rooms: Rooms = socket.app.state.rooms
    try:
        device, found, person = await run_in_threadpool(_admitted, house, socket.headers.get("authorization", ""), consult)
    except Trouble as trouble:
        status = 404 if trouble.details == "404" else 401
        await socket.send_denial_response(JSONResponse(trouble.as_dict(), status_code=status))
        return
    await socket.accept()
    try:
        await rooms.hold(socket, found, person, lambda: _still(house, device))
    except Trouble as trouble:
        log.info("a line ended", extra={"why": trouble.details, "kind": trouble.kind.value})
        await socket.close(line.FULL if trouble.details == acting.FULL else line.DONE)


def _admitted(house: House, authorization: str, consult: str) -> tuple[Device, str, str]:
    device = enrolling.device_of(house, authorization.removeprefix("Bearer "))
    with house.database.read() as tx:
        at, me = _mine(house, tx, device, consult)
        return device, at.id, me.id


def _still(house: House, device: Device) -> bool:
    with house.database.read() as tx:
        now = people.device(tx, device.id)
    return now is not None and now.revoked_at is None


def _mine(house: House, tx: Connection, device: Device, consult: str) -> tuple[Opened, Participant]:
    """A consult to which the desk's physician was invited, and the physician in it; another is as if it were not there."""
    mine = {row.id for row in consults.of_account(tx, device.person)}
    if consult not in mine:
        raise Trouble("This consult is not known.", "Wait until your list is up to date.", "404", Kind.REFUSED)
    at = opened(house, tx, consult)
    return at, [one for one in at.people() if one.account == device.person][-1]
