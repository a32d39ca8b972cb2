"""The TLS server of the hospital in memory: a route each, one thread for a connection."""

from __future__ import annotations

import re
import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from record.trouble import Kind, Trouble
from sync.protocol.audit import AuditRecords
from sync.protocol.bundle import MEDIA_TYPE, Missing, ObjectHead, end_frame, head_frame, missing_frame
from sync.protocol.canonical import content_digest
from sync.protocol.messages import (
    BundleRequest,
    CertificateState,
    EnrolmentRequest,
    Holdings,
    Intent,
    ReceiptAnswer,
    Refusal,
    Token,
    TokenRequest,
)
from sync.protocol.recovery import SigningRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pydantic import BaseModel

    from tests.doubles.hospital import HospitalDouble


class Server:
    """Serves one hospital on a free port of loopback; can be stopped and started again on the same port."""

    def __init__(self, hospital: HospitalDouble, certificate: Path, key: Path) -> None:
        self._hospital = hospital
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate, key)
        self._open: set[socket.socket] = set()
        self._gone = False
        self._http: _Listener | None = None
        self._thread: threading.Thread | None = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def start(self) -> None:
        self._gone = False
        handler = type("Handler", (_Handler,), {"hospital": self._hospital, "server_of": self})
        self._http = _Listener(("127.0.0.1", self.port), handler)
        self._http.context = self._context
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), name="hospital double")
        self._thread.start()

    def stop(self) -> None:
        """Vanishes: the listener and every open connection."""
        if self._http is None or self._thread is None:
            return
        self._gone = True
        self._http.shutdown()
        self._thread.join()
        for connection in list(self._open):
            _shut(connection)
        self._http.server_close()
        self._http = self._thread = None

    def opened(self, connection: socket.socket) -> None:
        self._open.add(connection)
        if self._gone:  # its handshake ended after the others were cut
            _shut(connection)

    def closed(self, connection: socket.socket) -> None:
        self._open.discard(connection)


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


class _Listener(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True
    context: ssl.SSLContext

    def finish_request(self, request: Any, client_address: Any) -> None:
        """The handshake happens in the connection's own thread."""
        request.settimeout(30)
        try:
            request.getpeername()  # Python lets go of a socket whose peer is gone before it is wrapped, and does not close it
            wrapped = self.context.wrap_socket(request, server_side=True)
        except (ssl.SSLError, OSError):
            return
        try:
            super().finish_request(wrapped, client_address)
        finally:
            wrapped.close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A desk that goes away in the middle is nothing to print."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hospital: ClassVar[HospitalDouble]
    server_of: ClassVar[Server]

    def setup(self) -> None:
        super().setup()
        self.server_of.opened(self.request)

    def finish(self) -> None:
        self.server_of.closed(self.request)
        super().finish()

    def log_message(self, *_: Any) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        self._route()

    def do_POST(self) -> None:
        self._route()

    def do_PUT(self) -> None:
        self._route()

    def _route(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path = urlsplit(self.path)
        for (method, pattern), act in ROUTES.items():
            found = re.fullmatch(pattern, path.path)
            if method == self.command and found:
                try:
                    act(self, found, body, {name: values[0] for name, values in parse_qs(path.query).items()})
                except Trouble as trouble:
                    self._refuse(trouble)
                return
        self._refuse(Trouble("There is no such place.", "Nothing.", "404", Kind.REFUSED))

    def device(self) -> str:
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        device = self.hospital.tokens.get(token)
        if device is None:
            raise Trouble("This token is not known.", "Ask for one.", "401", Kind.IDENTITY)
        return device

    def answer(self, message: BaseModel, status: int = 200) -> None:
        data = message.model_dump_json().encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _refuse(self, trouble: Trouble) -> None:
        status, _, details = trouble.details.partition(" ")
        self.answer(Refusal(**{**trouble.as_dict(), "details": details}), int(status or 400))

    def stream(self, pieces: Iterator[bytes]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", MEDIA_TYPE)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        sent = 0
        for piece in pieces:
            cut = self.hospital.mood.cut_bundle_after
            if cut is not None and sent + len(piece) > cut:
                self.hospital.mood.cut_bundle_after = None
                self.wfile.write(f"{len(piece):x}\r\n".encode() + piece[: cut - sent])
                self.wfile.flush()
                self.close_connection = True
                _shut(self.request)
                return
            self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
            sent += len(piece)
        self.wfile.write(b"0\r\n\r\n")


def _authority(handler: _Handler, *_: Any) -> None:
    handler.answer(handler.hospital.keys.authority(handler.hospital.dataset))


def _enrol(handler: _Handler, _found: Any, body: bytes, _query: Any) -> None:
    handler.answer(handler.hospital.enrol(EnrolmentRequest.model_validate_json(body)), 201)


def _token(handler: _Handler, _found: Any, body: bytes, _query: Any) -> None:
    token, lease = handler.hospital.token(TokenRequest.model_validate_json(body).assertion)
    handler.answer(Token(access_token=token, expires_in=600, server_time=handler.hospital.now(), lease_until=lease))


def _certificate(handler: _Handler, *_: Any) -> None:
    handler.answer(CertificateState(certificate_pem=handler.hospital.certificate(handler.device())))


def _signing_request(handler: _Handler, _found: Any, body: bytes, _query: Any) -> None:
    device = handler.device()
    handler.hospital.renew(device, SigningRequest.model_validate_json(body).signing_request_pem)
    handler.answer(CertificateState(certificate_pem=handler.hospital.certificate(device)))


def _changes(handler: _Handler, _found: Any, _body: bytes, query: dict[str, str]) -> None:
    handler.device()
    handler.answer(handler.hospital.page(query.get("cursor", ""), int(query["limit"])))


def _holdings(handler: _Handler, _found: Any, body: bytes, _query: Any) -> None:
    handler.device()
    handler.answer(handler.hospital.after_restore(Holdings.model_validate_json(body).cases))


def _bundles(handler: _Handler, _found: Any, body: bytes, _query: Any) -> None:
    handler.device()
    wanted = BundleRequest.model_validate_json(body).objects
    handler.hospital.bundles.append(list(wanted))
    handler.stream(_bundle(handler.hospital, wanted))


def _bundle(hospital: HospitalDouble, wanted: list[tuple[str, int]]) -> Iterator[bytes]:
    for name, offset in wanted:
        data = hospital.objects.get(name)
        if data is None or name in hospital.mood.missing:
            yield missing_frame(Missing(name, "not here"))
            continue
        if name in hospital.mood.wrong_bytes:
            data = bytes([data[0] ^ 1]) + data[1:]
        yield head_frame(ObjectHead(name, offset, len(data) - offset, len(data)))
        for at in range(offset, len(data), 1 << 18):
            yield data[at : at + (1 << 18)]
    yield end_frame(len(wanted))


def _intent(handler: _Handler, _found: Any, body: bytes, _query: Any) -> None:
    handler.device()
    handler.answer(handler.hospital.intent(Intent.model_validate_json(body)))


def _opinion(handler: _Handler, found: re.Match[str], body: bytes, _query: Any) -> None:
    device = handler.device()
    if handler.headers["Content-Digest"] != content_digest(body):
        raise Trouble("The opinion changed on the way.", "Send it again.", "400", Kind.DAMAGED)
    receipt = handler.hospital.opinion(found["assignment"], int(found["revision"]), body, device)
    if handler.hospital.mood.drop_answers:
        handler.hospital.mood.drop_answers -= 1
        handler.close_connection = True
        _shut(handler.request)
        return
    handler.answer(ReceiptAnswer(receipt=receipt))


def _audit(handler: _Handler, _found: Any, body: bytes, _query: Any) -> None:
    device = handler.device()
    if handler.command == "GET":
        handler.answer(handler.hospital.audit_state(device))
    else:
        handler.answer(handler.hospital.audit(device, AuditRecords.model_validate_json(body)))


ROUTES: dict[tuple[str, str], Callable[..., None]] = {
    ("GET", "/v1/authority"): _authority,
    ("POST", "/v1/enrolments"): _enrol,
    ("POST", "/v1/tokens"): _token,
    ("GET", "/v1/certificate"): _certificate,
    ("POST", "/v1/signing-requests"): _signing_request,
    ("GET", "/v1/changes"): _changes,
    ("POST", "/v1/holdings"): _holdings,
    ("POST", "/v1/bundles"): _bundles,
    ("POST", "/v1/intents"): _intent,
    ("GET", "/v1/audit"): _audit,
    ("POST", "/v1/audit"): _audit,
    ("PUT", "/v1/assignments/(?P<assignment>[^/]+)/opinions/(?P<revision>[0-9]+)"): _opinion,
}
