"""What people's browsers ask of the hospital, in memory: one consult, its links, its room. Signals are carried, media is not.

The messages are those of `sync.protocol.consult`; whatever is asked in another shape closes the line, so a page that is out of step with
the protocol fails here. The first word of a refusal's details is the code by which the page says
it in the reader's language.
"""

from __future__ import annotations

import asyncio
import hashlib
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any, Self

import uvicorn
from fastapi import FastAPI, Request, Response, WebSocket, WebSocketDisconnect
from fastapi.responses import FileResponse, JSONResponse
from fastapi.staticfiles import StaticFiles

from sync.protocol import consult as said

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

PAGE = Path(__file__).resolve().parents[2] / "hospital" / "pages" / "patient"
WORDS = Path(__file__).resolve().parents[2] / "resources" / "words" / "en.txt"
COOKIE = "__Host-consult"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
NOTICES = [
    {
        "id": "telehealth",
        "version": "1",
        "title": {"en": "Video consult", "ar": "استشارة بالفيديو", "de": "Videogespräch"},
        "text": {
            "en": "The consult takes place by video. It can be interrupted.\nYou may end it at any time.",
            "ar": "تجري الاستشارة بالفيديو.",
        },
    },
    {
        "id": "no-examination",
        "version": "2",
        "title": {"en": "No physical examination", "ar": "دون فحص جسدي", "de": "Keine körperliche Untersuchung"},
        "text": {"en": "The physician cannot examine you and rests on the records that were sent.", "ar": "لا يمكن للطبيب فحصك."},
    },
]
RULES = {"NG": ("go_on", ""), "US-NY": ("local_physician", "New York asks for a licence of its own."), "KP": ("stop", "Not allowed there.")}
REGIONS = {"US": [{"code": "US-NY", "name": "New York"}, {"code": "US-TX", "name": "Texas"}]}
ATTEMPTS = 3


@dataclass
class Guest:
    """One person, invited or a desk."""

    id: str
    kind: str
    name: str
    token: str = ""
    language: str = "en"
    zone: str = "Africa/Lagos"
    proof: str = "code"
    secret: str = "314159"
    desk: bool = False
    state: str = "invited"
    left: int = ATTEMPTS
    trouble: str = ""  # a refusal's code for this link
    session: str = ""
    check_in: dict[str, Any] = field(default_factory=dict)
    asked: list[Any] = field(default_factory=list)
    line: WebSocket | None = None
    hears: Callable[[str, dict[str, Any]], None] | None = None  # a desk's ear for signals


class Refusal(Exception):  # noqa: N818  the protocol's own word
    """An answer of 400 or more."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        sentences = {"what_happened": f"({code})", "what_to_do": "Call the hospital.", "kind": "refused"}
        self.status, self.body = status, {**sentences, "details": code}


class PeopleApi:
    """The double. Methods are called from the test; the server runs in a thread of its own."""

    def __init__(self, certificate: Path, key: Path, ice: tuple[said.IceServer, ...] = (), *, relay_only: bool = True) -> None:
        self.guests: dict[str, Guest] = {}
        self.call: said.CallState = "open"
        self.ice, self.relay_only = ice, relay_only
        self.starts_at = datetime.now(UTC) + timedelta(minutes=5)
        self.chat: list[said.ChatLine] = []
        self.snapshots: list[said.SnapshotShown] = []
        self.pictures: dict[str, bytes] = {}
        self.showing, self.reason, self.recording, self.telephone, self.ahead = "", "", said.Recording(), "+49 30 5550 142", 0
        self.lost: list[str] = []  # asks in another shape than the protocol's
        tls = {"ssl_certfile": str(certificate), "ssl_keyfile": str(key)}
        config = uvicorn.Config(self._app(), host="127.0.0.1", port=0, log_config=None, ws="websockets-sansio", lifespan="off", **tls)  # type: ignore[arg-type]  # two texts
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, name="people api")

    def __enter__(self) -> Self:
        self._thread.start()
        end = time.monotonic() + 20
        while not self._server.started:
            assert time.monotonic() < end, "the double did not start"
            time.sleep(0.02)
        self.port: int = self._server.servers[0].sockets[0].getsockname()[1]
        self.loop: asyncio.AbstractEventLoop = self._server.servers[0].get_loop()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = self._server.force_exit = True
        self._thread.join(20)

    def link(self, guest: Guest) -> str:
        """The address that a person gets."""
        return f"https://localhost:{self.port}/join#{guest.token}"

    # -- what a coordinator, a physician or fate does ------------------------------------------------------------------

    def invite(self, name: str = "Ngozi Okafor", kind: str = "patient", **more: Any) -> Guest:
        """A person with a link of their own."""
        return self._add(Guest(f"{len(self.guests) + 1:02d}-{token_urlsafe(6)}", kind, name, token_urlsafe(24), **more))

    def desk(self, name: str = "Dr M. Adeyemi", state: str = "here", hears: Callable[[str, dict[str, Any]], None] | None = None) -> Guest:
        """The physician's desk."""
        return self._add(Guest("00-desk", "physician", name, desk=True, state=state, hears=hears))

    def _add(self, guest: Guest) -> Guest:
        self.guests[guest.id] = guest
        return guest

    def change(self, guest: Guest | None = None, **to: Any) -> None:
        """Sets fields of the room, or of one person, and tells everybody."""
        for name, value in to.items():
            setattr(guest or self, name, value)
        self._do(self._tell())

    def say(self, guest: Guest, text: str) -> None:
        """A line of the chat."""
        self.chat.append(said.ChatLine(id=token_urlsafe(6), by=guest.id, at=datetime.now(UTC), text=text))
        self._do(self._tell())

    def shoot(self, picture: bytes, label: str) -> str:
        """A snapshot for everybody; gives its digest."""
        sha256 = hashlib.sha256(picture).hexdigest()
        self.pictures[sha256] = picture
        self.snapshots.append(said.SnapshotShown(sha256=sha256, label=label, identity=False, at=datetime.now(UTC)))
        self._do(self._tell())
        return sha256

    def signal(self, by: Guest, to: Guest, body: dict[str, Any]) -> None:
        """From a desk to somebody; from any thread."""
        self._do(self._send(to, said.Heard(by=by.id, body=body)))

    def cut(self, guest: Guest) -> None:
        """Their line falls; it may come back."""
        if guest.line is not None:
            self._do(guest.line.close(1012))

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self.loop).result(10)

    # -- the application ---------------------------------------------------------------------------------------------------

    def _app(self) -> FastAPI:
        app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
        app.add_exception_handler(Refusal, _refused)
        app.middleware("http")(_headers)
        routes: list[tuple[str, str, Callable[..., Any]]] = [
            ("GET", "/join", lambda: FileResponse(PAGE / "index.html")),
            ("GET", "/words/en.txt", _words),
            ("POST", "/api/open", self._open),
            ("POST", "/api/prove", self._prove),
            ("GET", "/api/me", self._me),
            ("POST", "/api/check-in", self._check_in),
            ("GET", "/api/device-check-ice", self._device_check),
            ("GET", "/api/snapshots/{sha256}", self._snapshot),
        ]
        for method, path, function in routes:
            app.add_api_route(path, function, methods=[method], response_model=None)
        app.add_api_websocket_route("/api/room", self._room)
        app.mount("/patient", StaticFiles(directory=PAGE))
        return app

    def _by_token(self, token: str) -> Guest:
        guest = next((g for g in self.guests.values() if g.token and g.token == token), None)
        if guest is None:
            raise Refusal(404, "unknown")
        if guest.trouble:
            raise Refusal(410, guest.trouble)
        return guest

    def _known(self, holder: Request | WebSocket) -> Guest:
        session = holder.cookies.get(COOKIE, "")
        guest = next((g for g in self.guests.values() if g.session and g.session == session), None)
        if guest is None:
            raise Refusal(401, "no_link")
        if guest.trouble:
            raise Refusal(410, guest.trouble)
        return guest

    def _about(self) -> dict[str, Any]:
        return {"hospital": "Northlight University Hospital", "telephone": self.telephone, "starts_at": self.starts_at.isoformat()}

    async def _open(self, request: Request) -> dict[str, Any]:
        guest = self._by_token((await request.json())["token"])
        if guest.session and request.cookies.get(COOKIE) != guest.session:
            raise Refusal(409, "in_use")
        proved = bool(guest.session)
        return {**self._about(), "kind": guest.kind, "language": guest.language, "zone": guest.zone, "proof": guest.proof, "proved": proved}

    async def _prove(self, request: Request) -> Response:
        body = await request.json()
        guest = self._by_token(body["token"])
        if guest.session and request.cookies.get(COOKIE) != guest.session:
            raise Refusal(409, "in_use")
        if body["value"] != guest.secret:
            guest.left -= 1
            guest.trouble = "" if guest.left else "too_many"
            raise Refusal(403, f"wrong {guest.left}" if guest.left else "too_many")
        guest.session = guest.session or token_urlsafe(24)
        answer = Response(status_code=204)
        answer.set_cookie(COOKIE, guest.session, secure=True, httponly=True, samesite="strict", path="/")
        return answer

    async def _me(self, request: Request) -> dict[str, Any]:
        guest = self._known(request)
        physician = next((g.name for g in self.guests.values() if g.kind == "physician"), "")
        more = {"kind": guest.kind, "name": guest.name, "state": guest.state, "language": guest.language, "zone": guest.zone}
        place = {"hospital_zone": "Europe/Berlin", "physician": physician, "regions": REGIONS, "notices": NOTICES}
        outcome, reason = guest.check_in.get("answer", ("", ""))
        return {**self._about(), **more, **place, "minutes": 30, "outcome": outcome, "reason": _reason(reason)}

    async def _check_in(self, request: Request) -> dict[str, Any]:
        guest = self._known(request)
        guest.check_in = await request.json()
        wanted = {"name", "country", "region", "address", "call_back", "emergency", "with_whom", "accepted", "camera", "microphone"}
        assert set(guest.check_in) == wanted, set(guest.check_in) ^ wanted
        told = guest.check_in
        outcome, reason = RULES.get(told["region"]) or RULES.get(told["country"]) or ("go_on", "")
        guest.check_in["answer"] = (outcome, reason)
        guest.state = "checked_in" if outcome == "go_on" else "blocked"
        return {"outcome": outcome, "reason": _reason(reason)}

    async def _device_check(self, request: Request) -> dict[str, Any]:
        self._known(request)
        return {"ice": [server.model_dump(mode="json") for server in self.ice]}

    async def _snapshot(self, request: Request, sha256: str) -> Response:
        self._known(request)
        return Response(self.pictures[sha256], media_type="image/png")

    # -- the room ------------------------------------------------------------------------------------------------------------

    async def _room(self, line: WebSocket) -> None:
        try:
            guest = self._known(line)
        except Refusal:
            await line.close(4401)
            return
        await line.accept()
        if guest.line is not None:
            await guest.line.close(4409)
        guest.line = line
        if guest.state == "lost":
            guest.state = "here"
        await self._tell()
        try:
            while True:
                await self._hear(guest, await line.receive_text())
        except (WebSocketDisconnect, RuntimeError):
            if guest.line is line:
                guest.line = None

    async def _hear(self, guest: Guest, text: str) -> None:
        try:
            ask = said.ASK.validate_json(text)
        except ValueError:
            self.lost.append(text)
            raise
        guest.asked.append(ask)
        match ask:
            case said.Ping():
                await self._send(guest, said.Pong())
            case said.Signal(to=to, body=body):
                await self._carry(guest, self.guests[to], body)
            case said.Ready() if guest.state == "checked_in":
                guest.state = "waiting"
            case said.Media(up=True) if guest.state == "admitted":
                guest.state, self.call = "here", "in_call"
            case said.Leave():
                guest.state = "left"
            case said.Consent(agree=agree):
                self._consent(guest, agree=agree)
            case said.Chat(text=line):
                self.chat.append(said.ChatLine(id=token_urlsafe(6), by=guest.id, at=datetime.now(UTC), text=line))
        if not isinstance(ask, said.Ping | said.Signal):
            await self._tell()

    def _consent(self, guest: Guest, *, agree: bool) -> None:
        now = self.recording
        if not agree:
            self.recording = now.model_copy(update={"state": "off", "refused_by": guest.id, "take": ""})
            return
        agreed = (*now.agreed, guest.id)
        inside = {g.id for g in self.guests.values() if g.state in {"admitted", "here", "lost"}}
        on = inside <= set(agreed)
        self.recording = now.model_copy(update={"agreed": agreed, "state": "on" if on else "asked", "take": "t1" if on else ""})

    async def _carry(self, by: Guest, to: Guest, body: dict[str, Any]) -> None:
        if to.hears is not None:
            to.hears(by.id, body)
        else:
            await self._send(to, said.Heard(by=by.id, body=body))

    async def _send(self, guest: Guest, message: said.RoomState | said.Heard | said.Pong) -> None:
        line = guest.line
        try:
            if line is not None:
                await line.send_text(message.model_dump_json())
        except (WebSocketDisconnect, RuntimeError):  # it has just gone
            guest.line = None if guest.line is line else guest.line

    async def _tell(self) -> None:
        now = datetime.now(UTC)
        people = tuple(
            said.RoomPerson.model_validate(
                {"id": g.id, "kind": g.kind, "name": g.name, "state": g.state, "since": now, "desk": g.desk, "online": _online(g)}
            )
            for g in self.guests.values()
        )
        room = said.RoomState(
            consult="c-1", state=self.call, starts_at=self.starts_at, minutes=30, me="", people=people, relay_only=self.relay_only,
            telephone=self.telephone, chat=tuple(self.chat), snapshots=tuple(self.snapshots), showing=self.showing,
            recording=self.recording, reason=self.reason, ahead=self.ahead,
        )  # fmt: skip
        for guest in self.guests.values():
            ice = self.ice if guest.state in {"admitted", "here", "lost"} else ()
            await self._send(guest, room.model_copy(update={"me": guest.id, "ice": ice}))


def _reason(text: str) -> dict[str, str]:
    return {"en": text} if text else {}


def _online(guest: Guest) -> bool:
    return guest.state in {"admitted", "here"} if guest.desk else guest.line is not None


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return JSONResponse(error.body, error.status)


async def _headers(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await answer(request)
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def _words() -> Response:
    text = WORDS.read_text("utf-8") if WORDS.exists() else "".join(f"word{n}\n" for n in range(2048))
    return Response(text, media_type="text/plain")
