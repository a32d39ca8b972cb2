"""The coordinators' page and what it asks.

It has a listener of its own (`[staff]`), and not the one of people's browsers: that one stands open to the Internet and knows nothing but
what a link opens, while this page names every patient; a hospital binds it to its inner network. Nor is it the one of the desks: that one
is reached from outside as well, pinned to the hospital's own authority, by programs that hold a key and no cookie.
"""

from __future__ import annotations

from datetime import date  # noqa: TC003  FastAPI reads it at run time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Cookie, Depends, FastAPI, Query, Request, Response
from fastapi.responses import FileResponse, RedirectResponse, StreamingResponse
from starlette.staticfiles import StaticFiles

from hospital.consult import box, links, overseeing, schedule, slots, takes
from hospital.consult.opened import opened
from hospital.house import House
from hospital.people.guard import Guard
from hospital.refusals import Refusals
from hospital.staff import signing_in
from hospital.staff.asks import Cancelling, Inviting, Posted, Setting, SigningIn, When  # noqa: TC001  FastAPI reads them at run time
from hospital.store import consults
from hospital.store.people import Person
from record.states.table import Who
from record.trouble import Kind, Trouble
from sync.protocol.consult import Slot

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hospital.consult.opened import Opened
    from hospital.consult.room import Rooms
    from hospital.store.consults import Participant

COOKIE = "__Host-staff"
PAGES = Path(__file__).resolve().parents[1] / "pages"
REFUSALS = Refusals(
    malformed=("What was sent is not understood.", "Look at what you typed, or load the page again."),
    nothing="Open the page by its own address.",
    failed="Try again in a moment; its log says more.",
)
routes = APIRouter()


def make_staff_app(house: House, rooms: Rooms) -> FastAPI:
    """The application for coordinators' browsers over an open hospital and its rooms."""
    app = FastAPI(title="Overread coordinators", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.house, app.state.rooms = house, rooms
    REFUSALS.refuse(app)
    app.include_router(routes)
    for name in ("staff", "patient"):  # what the two pages share rests with the patient's
        app.mount(f"/{name}", StaticFiles(directory=PAGES / name))
    trusted = house.settings.staff.certificate_file is not None
    app.add_middleware(Guard, trusted=trusted, devices=False, strict=True, remedy="Open the page by its own address.")
    return app


def _house(request: Request) -> House:
    house: House = request.app.state.house
    return house


Open = Annotated[House, Depends(_house)]
Session = Annotated[str, Cookie(alias=COOKIE, max_length=100)]


def _coordinator(house: Open, session: Session = "", quiet: bool = False) -> Person:
    """`quiet`: the page looks by itself, which is no sign of a person."""
    return signing_in.who(house, session, quiet=quiet)


Coordinator = Annotated[Person, Depends(_coordinator)]


# -- the page and who reads it


@routes.get("/", response_class=RedirectResponse)
def root() -> RedirectResponse:
    """To the page."""
    return RedirectResponse("/consults", 307)


@routes.get("/consults")
def page() -> FileResponse:
    """The page; the same for everybody."""
    return FileResponse(PAGES / "staff" / "index.html")


@routes.post("/api/sign-in", status_code=204)
def sign_in(request: Request, house: Open, asked: SigningIn) -> Response:
    """A session for an account."""
    network = request.client.host if request.client is not None else ""
    made = signing_in.sign_in(house, asked.login, asked.password, network)
    answer = Response(status_code=204)
    answer.set_cookie(COOKIE, made, secure=True, httponly=True, samesite="strict", path="/")
    return answer


@routes.post("/api/sign-out", status_code=204)
def sign_out(house: Open, session: Session = "") -> Response:
    """No session."""
    signing_in.sign_out(house, session)
    answer = Response(status_code=204)
    answer.delete_cookie(COOKIE, secure=True, httponly=True, samesite="strict", path="/")
    return answer


@routes.get("/api/me")
def me(house: Open, who: Coordinator) -> dict[str, Any]:
    """Who one is, and what the page needs to know of the hospital."""
    settings = house.settings
    return {"name": who.name, "hospital": settings.hospital.name, "zone": settings.consult.zone, "zones": slots.zones()}


# -- consults


@routes.get("/api/overview")
def overview(house: Open, _: Coordinator) -> dict[str, Any]:
    """Cases, consults, who waits."""
    with house.database.read() as tx:
        return overseeing.overview(house, tx)


@routes.get("/api/now")
def now(house: Open, _: Coordinator) -> dict[str, Any]:
    """What changes from one minute to the next."""
    with house.database.read() as tx:
        return overseeing.now(house, tx)


@routes.get("/api/slots")
def choices(
    house: Open,
    _: Coordinator,
    day: date,
    zone: Annotated[str, Query(max_length=64)],
    minutes: Annotated[int, Query(ge=5, le=240)] = 30,
    physician: Annotated[list[str], Query(max_length=4)] = [],  # noqa: B006  FastAPI copies it
    without: Annotated[str, Query(max_length=64)] = "",
) -> dict[str, Any]:
    """The beginnings of a day on the hospital's clock and on another."""
    here = house.settings.consult.zone
    with house.database.read() as tx:
        found = slots.day(tx, house.now(), day, (here, zone), minutes, physician, without)
    return {"zone": here, "other": zone, "clocks": slots.change_on(day, here), "slots": found}


@routes.get("/api/consults/{consult}")
def one(house: Open, _: Coordinator, consult: str) -> dict[str, Any]:
    """A consult."""
    with house.database.read() as tx:
        return overseeing.consult(house, tx, consult)


@routes.get("/api/consults/{consult}/recordings/{take}", response_class=StreamingResponse)
def recording(house: Open, who: Coordinator, consult: str, take: str) -> StreamingResponse:
    """A recording, to which everybody agreed; that it was fetched stands in the record."""
    parts = takes.read(house, consult, take, who.id)
    head = {"Content-Disposition": 'attachment; filename="consult.webm"', "Cache-Control": "no-store"}
    return StreamingResponse(parts, media_type="video/webm", headers=head)


@routes.post("/api/cases/{case}/consults")
def add(house: Open, who: Coordinator, case: str, asked: Setting) -> dict[str, Any]:
    """Sets a consult; the links are told this once."""
    made, given = schedule.add(house, case, _slot(house, asked), asked.physicians, asked.people, reason=asked.reason.strip(), by=who.id)
    return {"consult": made, "links": given}


@routes.post("/api/consults/{consult}/slot")
def move(request: Request, house: Open, who: Coordinator, consult: str, asked: When) -> dict[str, Any]:
    """Another time."""
    with house.database.write() as tx:
        at = opened(house, tx, consult)
        schedule.move(at, _slot(house, asked), who.id)
    return _changed(request, at)


@routes.post("/api/consults/{consult}/cancellation")
def cancel(request: Request, house: Open, who: Coordinator, consult: str, asked: Cancelling) -> dict[str, Any]:
    """No consult."""
    with house.database.write() as tx:
        at = opened(house, tx, consult)
        schedule.cancel(at, Who.COORDINATOR, who.id, asked.reason.strip())
    return _changed(request, at)


@routes.post("/api/consults/{consult}/people")
def invite(request: Request, house: Open, who: Coordinator, consult: str, asked: Inviting) -> dict[str, Any]:
    """One more person; their link is told this once."""
    given = {}
    with house.database.write() as tx:
        at = opened(house, tx, consult)
        if asked.person is not None:
            person, link = schedule.invite(at, asked.person, who.id)
            given = {person.id: link}
        else:
            schedule.add_physician(at, asked.physician)
    return _changed(request, at) | {"links": given}


@routes.post("/api/people/{person}/link")
def new_link(request: Request, house: Open, who: Coordinator, person: str) -> dict[str, Any]:
    """A new link, told this once; the one before is revoked."""
    with house.database.write() as tx:
        at, found = _person(house, tx, person)
        given = {found.id: links.again(at, found, who.id)}
    return _changed(request, at) | {"links": given}


@routes.post("/api/people/{person}/revocation")
def revoke(request: Request, house: Open, who: Coordinator, person: str) -> dict[str, Any]:
    """No link."""
    with house.database.write() as tx:
        at, found = _person(house, tx, person)
        links.revoke(at, found, who.id)
    return _changed(request, at)


def _slot(house: House, asked: When) -> Slot:
    return Slot(starts_at=asked.starts_at or slots.wall(asked.wall, house.settings.consult.zone), minutes=asked.minutes)


def _person(house: House, tx: Connection, wanted: str) -> tuple[Opened, Participant]:
    found = consults.participant(tx, wanted)
    if found is None:
        raise Trouble("There is no such person in a consult.", "Load the page again.", "404", Kind.INPUT)
    return opened(house, tx, found.consult), found


def _changed(request: Request, at: Opened) -> dict[str, Any]:
    """Those in the room are told at once."""
    request.app.state.rooms.changed(at.id)
    return {"consult": at.id}


# -- the outgoing box


@routes.get("/api/box")
def letters(house: Open, _: Coordinator) -> dict[str, Any]:
    """What waits, what is being sent, what was sent."""
    with house.database.read() as tx:
        return overseeing.post(house, tx)


@routes.post("/api/box/{letter}/take")
def take(house: Open, who: Coordinator, letter: str) -> dict[str, Any]:
    """A letter with its text, for who sends it now; who took it may read it again."""
    found, _ = box.read(house, letter)
    if not (found.state == "taken" and found.state_by == who.id):
        found, _ = box.take(house, letter, who.id)
    with house.database.read() as tx:
        return overseeing.letter(house, tx, found, whole=True)


@routes.post("/api/box/{letter}/outcome")
def posted(house: Open, who: Coordinator, letter: str, asked: Posted) -> dict[str, Any]:
    """What became of it."""
    found = box.failed(house, letter, who.id) if asked.outcome == "failed" else box.sent(house, letter, who.id, asked.at)
    with house.database.read() as tx:
        return overseeing.letter(house, tx, found)
