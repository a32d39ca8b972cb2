"""The application for people's browsers: one page, a few questions, one WebSocket. No account; a link, a proof, a session."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request, Response, WebSocket
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from hospital.api.bounds import Bounds
from hospital.consult import checkin, links, turn
from hospital.consult.rooms import Rooms, serve_line
from hospital.consult.sealed import key_of
from hospital.consult.view import INSIDE, view_of
from hospital.store import cases
from record.trouble import Kind, Trouble
from sync.protocol.consult import CheckIn, LinkOpened, Proof  # noqa: TC001  FastAPI reads them at run time

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from urllib.parse import SplitResult

    from hospital.consult.links import Guest
    from hospital.house import House

log = logging.getLogger(__name__)

PAGE = Path(__file__).resolve().parents[1] / "pages" / "patient"
WORDS = Path(__file__).resolve().parents[2] / "resources" / "words" / "en.txt"
COOKIE = "__Host-consult"
CHECK_MINUTES = 10  # how long the device check's way through the relay is open
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), display-capture=(), geolocation=()",
    "Strict-Transport-Security": "max-age=31536000",
    "Cache-Control": "no-store",
}
STATUS = {"unknown": 404, "expired": 410, "revoked": 410, "ended": 410, "too_many": 403, "wrong": 403, "in_use": 409, "no_link": 401}
CLOSED_NO_LINK = 4401


def make_app(house: House, rooms: Rooms) -> FastAPI:
    """The application over an open hospital; `rooms` are shared with the desks' listener."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.state.house, app.state.rooms = house, rooms
    app.add_exception_handler(Trouble, _told)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _no_route)
    app.add_exception_handler(Exception, _failed)
    app.middleware("http")(_guarded)
    app.add_middleware(Bounds)
    app.add_api_route("/join", lambda: FileResponse(PAGE / "index.html"), methods=["GET"], response_model=None)
    app.add_api_route("/words/en.txt", lambda: FileResponse(WORDS), methods=["GET"], response_model=None)
    app.add_api_route("/api/open", _open, methods=["POST"])
    app.add_api_route("/api/prove", _prove, methods=["POST"], response_model=None)
    app.add_api_route("/api/me", _me, methods=["GET"])
    app.add_api_route("/api/check-in", _check_in, methods=["POST"])
    app.add_api_route("/api/device-check-ice", _device_check, methods=["GET"])
    app.add_api_route("/api/snapshots/{sha256}", _snapshot, methods=["GET"], response_model=None)
    app.add_api_websocket_route("/api/room", _room)
    app.mount("/patient", StaticFiles(directory=PAGE))
    return app


def _open(request: Request, asked: LinkOpened) -> dict[str, Any]:
    house: House = request.app.state.house
    session = request.cookies.get(COOKIE, "")
    with house.database.write() as tx:
        guest = links.open_link(house, tx, asked.token, session)
    proved = guest.person.session_sha256 is not None
    return {**checkin.about_link(house, guest), "proof": guest.person.proof, "proved": proved}


def _prove(request: Request, asked: Proof) -> Response:
    house: House = request.app.state.house
    refused: links.LinkRefused | None = None
    session = ""
    with house.database.write() as tx:
        try:
            session = links.prove(house, tx, asked.token, asked.value, request.cookies.get(COOKIE, ""))
        except links.LinkRefused as trouble:  # a wrong answer counts: the transaction is kept
            refused = trouble
    if refused is not None:
        raise refused
    answer = Response(status_code=204)
    answer.set_cookie(COOKIE, session, secure=True, httponly=True, samesite="strict", path="/")
    return answer


def _me(request: Request) -> dict[str, Any]:
    house: House = request.app.state.house
    with house.database.read() as tx:
        return checkin.about_me(house, tx, _guest(request, tx))


async def _check_in(request: Request, said: CheckIn) -> dict[str, str]:
    house: House = request.app.state.house
    consult, verdict = await asyncio.to_thread(_checked_in, house, request, said)
    await request.app.state.rooms.changed(consult)
    return {"outcome": verdict.outcome, "reason": verdict.reason}


def _checked_in(house: House, request: Request, said: CheckIn) -> tuple[str, Any]:
    with house.database.write() as tx:
        guest = _guest(request, tx)
        return guest.row.id, checkin.check_in(house, tx, guest, said)


def _device_check(request: Request) -> dict[str, Any]:
    house: House = request.app.state.house
    with house.database.read() as tx:
        _guest(request, tx)
    ice = turn.servers(house.settings.consult, house.now() + timedelta(minutes=CHECK_MINUTES))
    return {"ice": [one.model_dump(mode="json") for one in ice]}


def _snapshot(request: Request, sha256: str) -> Response:
    house: House = request.app.state.house
    with house.database.read() as tx:
        guest = _guest(request, tx)
        shown = view_of(house, tx, guest.row).snapshots if guest.person.state in INSIDE else ()
        stored = cases.object_row(tx, guest.row.case, sha256) if any(one.sha256 == sha256 for one in shown) else None
        if stored is None:
            raise HTTPException(404)
        data = house.objects.read(key_of(house, tx, guest.row), stored.object, stored.file_id)
    assert hashlib.sha256(data).hexdigest() == sha256
    return Response(data, media_type="image/png")


def _guest(holder: Request | WebSocket, tx: Any) -> Guest:  # noqa: ANN401  a connection, whose type is the store's own
    house: House = holder.app.state.house
    return links.by_session(house, tx, holder.cookies.get(COOKIE, ""))


async def _room(socket: WebSocket) -> None:
    house: House = socket.app.state.house
    rooms: Rooms = socket.app.state.rooms

    def guest() -> Guest:
        with house.database.read() as tx:
            return _guest(socket, tx)

    if not _is_own(socket.headers.get("origin", ""), socket.headers.get("host", "")):
        await socket.close(CLOSED_NO_LINK)
        return
    try:
        found = await asyncio.to_thread(guest)
    except Trouble:
        await socket.accept()
        await socket.close(CLOSED_NO_LINK)
        return
    await socket.accept()
    await serve_line(rooms, found.row.id, found.person.id, socket)


def _is_own(origin: str, host: str) -> bool:
    from urllib.parse import urlsplit  # noqa: PLC0415  for a WebSocket's first breath alone

    found: SplitResult = urlsplit(origin)
    return found.scheme == "https" and bool(host) and found.netloc == host


async def _guarded(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await answer(request)
    for name, value in HEADERS.items():
        response.headers[name] = value
    return response


async def _told(_: Request, error: Exception) -> Response:
    assert isinstance(error, Trouble)
    code = error.code if isinstance(error, links.LinkRefused) else ""
    left = {"left": error.left} if isinstance(error, links.LinkRefused) and error.left is not None else {}
    status = STATUS.get(code, {Kind.INPUT: 422, Kind.STATE: 409, Kind.REFUSED: 403, Kind.STORAGE: 507}.get(error.kind, 500))
    body = {"what_happened": error.what_happened, "what_to_do": error.what_to_do, "kind": error.kind.value, "code": code, **left}
    return JSONResponse(body, status)


async def _malformed(_: Request, error: Exception) -> Response:
    del error  # it quotes what was sent
    return JSONResponse({"what_happened": "This was not understood.", "what_to_do": "Load the page again.", "code": "malformed"}, 422)


async def _no_route(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return JSONResponse({"what_happened": "There is nothing here.", "what_to_do": "Open your link again.", "code": ""}, error.status_code)


async def _failed(_: Request, error: Exception) -> Response:
    log.error("a question of a browser failed", exc_info=error)
    return JSONResponse({"what_happened": "The hospital's server met a fault.", "what_to_do": "Try again in a moment.", "code": ""}, 500)
