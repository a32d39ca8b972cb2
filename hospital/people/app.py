"""What people's browsers ask of the hospital: the page of a consult, and what it needs. No account, no third party, no tracking."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Cookie, Depends, FastAPI, Query, Request, Response, WebSocket
from fastapi.responses import FileResponse
from starlette.concurrency import run_in_threadpool
from starlette.staticfiles import StaticFiles

from hospital.consult import checkin, files, line, links, proving, snapshots, turn
from hospital.consult.streaming import whole
from hospital.house import House
from hospital.people.asks import CheckingIn, Opening, Proof  # noqa: TC001  FastAPI reads them at run time
from hospital.people.guard import Guard
from hospital.refusals import Refusals
from hospital.store.consults import Participant
from record.trouble import Trouble

if TYPE_CHECKING:
    from hospital.consult.room import Rooms

log = logging.getLogger(__name__)

COOKIE = "__Host-consult"
PAGE = Path(__file__).resolve().parents[1] / "pages" / "patient"
WORDS = Path(__file__).resolve().parents[2] / "resources" / "words" / "en.txt"
_GONE = dict.fromkeys(("expired", "revoked", "ended", "too_many"), 410)
# By the first word of a refusal's details: the code by which the page says it in its reader's language.
_CODES = {"unknown": 404, "404": 404, "no_link": 401, "in_use": 409, "wrong": 403} | _GONE
REFUSALS = Refusals(
    malformed=("What was sent is not understood.", "Load the page again."),
    nothing="Open the link of your invitation.",
    failed="Try again in a moment, or call the hospital.",
    codes=_CODES,
)
routes = APIRouter()


def make_people_app(house: House, rooms: Rooms) -> FastAPI:
    """The application for browsers over an open hospital and its rooms."""
    app = FastAPI(title="Overread consult", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.house, app.state.rooms = house, rooms
    REFUSALS.refuse(app)
    app.include_router(routes)
    app.mount("/patient", StaticFiles(directory=PAGE))
    trusted = house.settings.people.certificate_file is not None
    app.add_middleware(Guard, trusted=trusted, devices=True, strict=False, remedy="Open the link of your invitation.")
    return app


def _house(request: Request) -> House:
    house: House = request.app.state.house
    return house


Open = Annotated[House, Depends(_house)]
Session = Annotated[str, Cookie(alias=COOKIE, max_length=100)]


def _guest(house: Open, session: Session = "") -> Participant:
    return links.guest(house, session)[1]


Guest = Annotated[Participant, Depends(_guest)]


@routes.get("/join")
def join() -> FileResponse:
    """The page; the same for everybody, and it consumes nothing."""
    return FileResponse(PAGE / "index.html")


@routes.get("/words/en.txt")
def words() -> FileResponse:
    """The words that both sides compare aloud."""
    return FileResponse(WORDS, media_type="text/plain")


@routes.post("/api/open")
def open_link(house: Open, asked: Opening, session: Session = "") -> dict[str, Any]:
    """What stands behind a link, before the proof."""
    return proving.look(house, asked.token, session)


@routes.post("/api/prove", status_code=204)
def prove(request: Request, house: Open, asked: Proof, session: Session = "") -> Response:
    """A session for who proved themselves."""
    made = proving.prove(house, asked.token, asked.value, session, _network(request))
    answer = Response(status_code=204)
    answer.set_cookie(COOKIE, made, secure=True, httponly=True, samesite="strict", path="/")
    return answer


@routes.get("/api/me")
def me(house: Open, guest: Guest) -> dict[str, Any]:
    """Who one is, when it begins, what is asked."""
    return checkin.about_me(house, guest)


@routes.post("/api/check-in")
def check_in(request: Request, house: Open, guest: Guest, said: CheckingIn) -> dict[str, Any]:
    """What a person said before the consult; answered by what the rules say."""
    answer = checkin.check_in(house, guest, said.model_dump(), _network(request))
    request.app.state.rooms.changed(guest.consult)
    return answer


@routes.get("/api/device-check-ice")
def device_check_ice(house: Open, _: Guest) -> dict[str, Any]:
    """The relays with a credential of ten minutes."""
    return {
        "ice": [one.model_dump(mode="json") for one in turn.minted(house, turn.DEVICE_CHECK)],
        "relay_only": house.settings.consult.relay_only,
    }


@routes.get("/api/snapshots/{sha256}")
def snapshot(house: Open, guest: Guest, sha256: str) -> Response:
    """A picture that was shown."""
    return Response(snapshots.picture(house, guest.consult, guest.id, sha256), media_type="image/png")


@routes.post("/api/files")
async def send_file(request: Request, name: Annotated[str, Query(max_length=200)] = "", session: Session = "") -> dict[str, str]:
    """A file of the chat, into quarantine."""
    house = _house(request)
    _, guest = await run_in_threadpool(links.guest, house, session)
    data = await whole(request, files.MOST_BYTES)
    digest = await run_in_threadpool(files.take, house, guest.consult, guest.id, data, name)
    request.app.state.rooms.changed(guest.consult)
    return {"sha256": digest}


@routes.websocket("/api/room")
async def room(socket: WebSocket) -> None:
    """The line into the room."""
    house: House = socket.app.state.house
    rooms: Rooms = socket.app.state.rooms
    session = socket.cookies.get(COOKIE, "")
    try:
        _, guest = await run_in_threadpool(links.guest, house, session)
    except Trouble:
        await socket.close(line.NO_LONGER)
        return
    await socket.accept()
    try:
        await rooms.hold(socket, guest.consult, guest.id, lambda: _still(house, session))
    except Trouble as trouble:
        log.info("a line ended", extra={"why": trouble.details, "kind": trouble.kind.value})
        await socket.close(line.DONE)


def _still(house: House, session: str) -> bool:
    try:
        links.guest(house, session)
    except Trouble:
        return False
    return True


def _network(request: Request) -> str:
    return request.client.host if request.client is not None else ""
