"""The API `/v1`: thin routes over the hospital's own work, refusals as two sentences, OpenAPI at /openapi.json."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, FastAPI, Header, Request
from fastapi.responses import StreamingResponse

from hospital.api import consults
from hospital.api.asking import Desk, DeskOrRevoked, Open  # noqa: TC001  FastAPI reads them at run time
from hospital.api.bounds import Bounds
from hospital.desks import auditing, bundles, enrolling, feeding, intents, opinions
from hospital.refusals import Refusals
from record.trouble import Kind, Trouble
from sync.protocol.audit import AuditRecords, AuditState  # noqa: TC001  FastAPI reads them at run time
from sync.protocol.bundle import MEDIA_TYPE
from sync.protocol.messages import (
    Authority,
    BundleRequest,
    CertificateState,
    Enrolment,
    EnrolmentRequest,
    Holdings,
    Intent,
    IntentAnswer,
    Page,
    ReceiptAnswer,
    Refusal,
    Token,
    TokenRequest,
)
from sync.protocol.recovery import SigningRequest  # noqa: TC001  likewise

if TYPE_CHECKING:
    from collections.abc import Callable

    from hospital.consult.room import Rooms
    from hospital.house import House

_NOTHING = "The hospital has no such thing."
REFUSALS = Refusals(
    malformed=("The request is not understood.", "Install the current version of the desk."),
    nothing="Install the current version of the desk.",
    failed="Try again later; its log says more.",
    codes={"404": 404, "409": 409},
    happened={404: _NOTHING, 405: _NOTHING, 413: "The request is larger than any desk's."},
    otherwise="The request is not understood.",
)
routes = APIRouter(prefix="/v1")


def make_app(house: House, rooms: Rooms, enrolled: Callable[[], None] = lambda: None) -> FastAPI:
    """The application over an open hospital and its consults' rooms; `enrolled` is called after each enrolment."""
    app = FastAPI(title="Overread hospital", version="1", docs_url=None, redoc_url=None, responses={"4XX": {"model": Refusal}})
    app.state.house, app.state.rooms, app.state.enrolled = house, rooms, enrolled
    REFUSALS.refuse(app)
    app.add_middleware(Bounds)
    app.include_router(routes)
    app.include_router(consults.routes)
    return app


async def _body(request: Request, house: Open) -> bytes:
    most = house.settings.opinions.most_megabytes * 1_000_000
    taken = bytearray()
    async for piece in request.stream():
        taken += piece
        if len(taken) > most:
            raise Trouble("The opinion is larger than this hospital takes.", "Keep fewer key images.", "size", Kind.REFUSED)
    return bytes(taken)


Body = Annotated[bytes, Depends(_body)]


@routes.get("/authority")
def authority(house: Open) -> Authority:
    """What a desk pins: fetched without trust, hashed against the enrolment code."""
    return enrolling.authority(house)


@routes.post("/enrolments")
def enrol(request: Request, house: Open, wanted: EnrolmentRequest) -> Enrolment:
    """A new desk, by account and one-time secret."""
    made = enrolling.enrol(house, wanted)
    _publish(house)
    request.app.state.enrolled()
    return made


@routes.post("/tokens")
def token(house: Open, request: TokenRequest) -> Token:
    """A bearer token for a device's signed assertion."""
    return enrolling.token(house, request.assertion)


@routes.get("/certificate")
def certificate(house: Open, device: Desk) -> CertificateState:
    """This desk's signing certificate, once approved."""
    return CertificateState(certificate_pem=enrolling.certificate(house, device))


@routes.post("/signing-requests")
def signing_request(request: Request, house: Open, device: Desk, wanted: SigningRequest) -> CertificateState:
    """A certificate for another signing key, once after a recovery."""
    enrolling.renew(house, device, wanted.signing_request_pem)
    _publish(house)
    request.app.state.enrolled()
    return CertificateState(certificate_pem=enrolling.certificate(house, device))


@routes.get("/changes")
def changes(house: Open, device: DeskOrRevoked, cursor: str = "", limit: int = 500) -> Page:
    """The physician's changes after a cursor."""
    return feeding.page(house, device, cursor, min(max(limit, 1), 1000))


@routes.post("/holdings")
def holdings(house: Open, device: Desk, held: Holdings) -> Page:
    """What a desk holds, after the dataset changed."""
    return feeding.after_restore(house, device, held)


@routes.post("/bundles", response_class=StreamingResponse)
def bundle(house: Open, device: Desk, request: BundleRequest) -> StreamingResponse:
    """Many objects in one answer."""
    return StreamingResponse(bundles.stream(house, device, request), media_type=MEDIA_TYPE)


@routes.post("/intents")
def intent(house: Open, device: Desk, wanted: Intent) -> IntentAnswer:
    """What a desk wants to happen."""
    answer = intents.decide(house, device, wanted)
    _publish(house)
    return answer


@routes.get("/audit")
def audit_state(house: Open, device: Desk) -> AuditState:
    """Where the hospital's copy of this desk's audit record ends."""
    return auditing.state(house, device)


@routes.post("/audit")
def audit_records(house: Open, device: Desk, sent: AuditRecords) -> AuditState:
    """The records of this desk since then, with its signed head; the same again changes nothing. 409: broken, forked or cut."""
    try:
        return auditing.take(house, device, sent)
    finally:
        _publish(house)


def _publish(house: House) -> None:
    """The head of the audit chain, outside the database too."""
    with house.database.read() as tx:
        house.audit.publish(tx, house.now())


@routes.put("/assignments/{assignment}/opinions/{revision}")
def opinion(
    house: Open,
    device: Desk,
    assignment: str,
    revision: int,
    signed: Body,
    content_digest: Annotated[str, Header()] = "",
) -> ReceiptAnswer:
    """A signed opinion; answered by a receipt."""
    return ReceiptAnswer(receipt=opinions.take(house, device, assignment, revision, signed, content_digest))
