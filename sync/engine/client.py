"""What a desk asks of the hospital, call by call: messages in, messages out, refusals as `Trouble`."""

from __future__ import annotations

import hashlib
import io
import json
import threading
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from pydantic import BaseModel, ValidationError

from record.trouble import Kind, Trouble
from sync.engine.wire import Answer, offline
from sync.protocol import jws
from sync.protocol.audit import AuditRecords, AuditState
from sync.protocol.bundle import MEDIA_TYPE
from sync.protocol.canonical import content_digest
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
from sync.protocol.recovery import SigningRequest
from sync.protocol.steps import Step, reached

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sync.engine.wire import Wire
    from sync.vault.signing import PrivateKey

Model = TypeVar("Model", bound=BaseModel)

PAGE_LIMIT = 500
RENEW_BEFORE = timedelta(seconds=60)
JSON = "application/json"
FULL = 507  # Insufficient Storage (RFC 4918, section 11.5)


class Client:
    """The calls of one enrolled desk. Thread-safe but for the wire, of which each thread brings its own.

    Args:
        device: this desk's id.
        dataset: gives the dataset that the desk knows now.
        key: the device key.
        now: the computer's time.
        heard: is told the hospital's time and the lease with each new token.
        answered: is told whenever the hospital answered as it should.
    """

    def __init__(
        self,
        device: str,
        dataset: Callable[[], str],
        key: PrivateKey,
        *,
        now: Callable[[], datetime],
        heard: Callable[[datetime, datetime], None],
        answered: Callable[[], None] = lambda: None,
    ) -> None:
        self._device = device
        self._dataset = dataset
        self._key = key
        self._now = now
        self._heard = heard
        self._answered = answered
        self._guard = threading.Lock()
        self._token: tuple[str, datetime] | None = None
        self._offset = timedelta(0)  # the hospital's clock less ours

    def changes(self, wire: Wire, cursor: str) -> Page:
        """A page of the feed."""
        return self.ask(wire, Page, "GET", f"/v1/changes?cursor={quote(cursor, safe='')}&limit={PAGE_LIMIT}")

    def holdings(self, wire: Wire, holdings: Holdings) -> Page:
        """The explicit puts and drops after a restore of the hospital."""
        return self.ask(wire, Page, "POST", "/v1/holdings", json=holdings.model_dump(mode="json"))

    def certificate(self, wire: Wire) -> str | None:
        """The signing certificate, once approved."""
        return self.ask(wire, CertificateState, "GET", "/v1/certificate").certificate_pem

    def signing_request(self, wire: Wire, signing_request_pem: str) -> None:
        """Asks for a certificate of the new signing key, after a recovery. Raises `Trouble` (REFUSED)."""
        wanted = SigningRequest(signing_request_pem=signing_request_pem)
        self.ask(wire, CertificateState, "POST", "/v1/signing-requests", json=wanted.model_dump(mode="json"))

    def intent(self, wire: Wire, intent: Intent) -> IntentAnswer:
        """The hospital's answer to an intent."""
        return self.ask(wire, IntentAnswer, "POST", "/v1/intents", json=intent.model_dump(mode="json"))

    def audit_state(self, wire: Wire) -> AuditState:
        """Where the hospital's copy of this desk's audit record ends."""
        return self.ask(wire, AuditState, "GET", "/v1/audit")

    def audit(self, wire: Wire, records: AuditRecords) -> AuditState:
        """Hands over records. Raises `Trouble` (STATE: the hospital holds that they do not continue what it has)."""
        return self.ask(wire, AuditState, "POST", "/v1/audit", json=records.model_dump(mode="json"))

    @contextmanager
    def bundle(self, wire: Wire, request: BundleRequest) -> Iterator[Iterator[bytes]]:
        """The bundle's bytes as they come."""
        more = {"json": request.model_dump(mode="json"), "headers": {"Accept": MEDIA_TYPE}}
        with wire.stream("POST", "/v1/bundles", token=self.bearer(wire), **more) as (answer, pieces):
            self._refuse(answer)
            yield pieces

    def upload(self, wire: Wire, assignment: str, revision: int, pdf: bytes) -> str:
        """Sends a signed opinion; the receipt's JWS, not verified yet."""
        headers = {"Content-Type": "application/pdf", "Content-Digest": content_digest(pdf)}
        path = f"/v1/assignments/{quote(assignment, safe='')}/opinions/{revision}"
        return self.ask(wire, ReceiptAnswer, "PUT", path, body=pdf, headers=headers).receipt

    def fetch(self, wire: Wire, path: str) -> bytes:
        """The bytes of a small thing. Raises `Trouble`."""
        answer = wire.ask("GET", path, token=self.bearer(wire))
        self._refuse(answer)
        return answer.body

    def ask(self, wire: Wire, model: type[Model], method: str, path: str, *, body: bytes | None = None, **more: Any) -> Model:  # noqa: ANN401  passed on
        """One call with this desk's token, and the message that answers it. Raises `Trouble`."""
        for attempt in (1, 2):
            data = {} if body is None else {"data": _Announced(body)}
            answer = wire.ask(method, path, token=self.bearer(wire), **data, **more)
            if answer.status != 401 or attempt == 2:
                break
            with self._guard:
                self._token = None
        self._refuse(answer)
        found = parsed(model, answer)
        self._answered()
        return found

    def _refuse(self, answer: Answer) -> None:
        if answer.status == 401:
            with self._guard:
                self._token = None
        refuse(answer)

    def bearer(self, wire: Wire) -> str:
        """A token that is valid now; a new one where need be. Raises `Trouble`."""
        with self._guard:
            if self._token is None or self._now() + self._offset > self._token[1] - RENEW_BEFORE:
                self._token = self._new_token(wire)
            return self._token[0]

    def _new_token(self, wire: Wire) -> tuple[str, datetime]:
        answer = self._assert_self(wire, self._dataset())
        if answer.status == 401:
            told = parsed(Authority, wire.ask("GET", "/v1/authority")).dataset  # over the pinned connection: a hospital that was restored
            answer = self._assert_self(wire, told) if told != self._dataset() else answer
        refuse(answer)
        token = parsed(Token, answer)
        self._offset = token.server_time - self._now()
        self._heard(token.server_time, token.lease_until)
        return token.access_token, token.server_time + timedelta(seconds=token.expires_in)

    def _assert_self(self, wire: Wire, dataset: str) -> Answer:
        assertion = jws.assertion(self._device, dataset, self._key, self._now() + self._offset)
        return wire.ask("POST", "/v1/tokens", json=TokenRequest(assertion=assertion).model_dump())


def enrol(wire: Wire, request: EnrolmentRequest) -> Enrolment:
    """`POST /v1/enrolments`. Raises `Trouble` (IDENTITY: account or code; NETWORK; REFUSED)."""
    answer = wire.ask("POST", "/v1/enrolments", json=request.model_dump(mode="json"))
    refuse(answer)
    return parsed(Enrolment, answer)


def parsed(model: type[Model], answer: Answer) -> Model:
    """The message in an answer. Raises `Trouble` (NETWORK: something else answers; DAMAGED: not what the protocol says)."""
    if answer.media_type != JSON:
        raise offline("what answers is not the hospital's server")
    try:
        return model.model_validate_json(answer.body)
    except ValidationError as error:
        raise Trouble(
            "The hospital's answer is not understood.",
            "Install the newest version of Overread, or tell the hospital's IT.",
            details=model.__name__,
            kind=Kind.DAMAGED,
        ) from error


def refuse(answer: Answer) -> None:
    """Raises the `Trouble` that an answer of 400 or more carries; its details begin with the status."""
    if answer.status < 300:
        return
    if answer.status < 400 or answer.media_type != JSON:
        raise offline(f"status {answer.status} and no message: what answers is not the hospital's server")
    if answer.status >= 500:
        raise _cannot_now(answer)
    raise _told(answer, Kind.REFUSED)


def parsed_refusal(status: int, body: bytes) -> Trouble | None:
    """The trouble of a refusal whose body came by another way; None where the hospital may answer otherwise later."""
    if status >= 500 or status == 429:
        return None
    return _told(Answer(status, JSON, body), Kind.REFUSED)


def _cannot_now(answer: Answer) -> Trouble:
    """The hospital answers and cannot do it now: what it says of its own house is for its IT, so its words stay in the details."""
    remedy = "Nothing is lost: what you signed stays on this desk and leaves by itself. Tell the hospital's IT if this stays."
    if answer.status == FULL:
        return Trouble("The hospital's server has no room to store anything.", remedy, f"{answer.status}", Kind.REFUSED)
    return Trouble("The hospital's server cannot do its work now.", remedy, f"{answer.status}", Kind.REFUSED)


def _told(answer: Answer, kind: Kind) -> Trouble:
    try:
        refusal = Refusal.model_validate_json(answer.body)
    except (ValidationError, json.JSONDecodeError):
        return Trouble("The hospital refused this step.", "Tell the hospital's IT.", details=f"{answer.status}", kind=kind)
    told = Trouble.from_dict(refusal.model_dump())
    kinds = {Kind.INTERNAL.value: kind}
    details = f"{answer.status} {told.details}".strip()
    return Trouble(told.what_happened, told.what_to_do, details, kinds.get(told.kind.value, told.kind) if kind is Kind.REFUSED else kind)


class _Announced(io.BytesIO):
    """A body that says when its last byte has left: the stored step between sending and answer."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._length = len(data)

    def __len__(self) -> int:
        return self._length

    def read(self, size: int | None = -1, /) -> bytes:
        """Like `io.BytesIO.read`; at the end everything before has been handed to the socket."""
        data = super().read(size)
        if not data:
            reached(Step.UPLOAD_SENT)
        return data


def sha256(data: bytes) -> str:
    """The digest by which an opinion is known."""
    return hashlib.sha256(data).hexdigest()
