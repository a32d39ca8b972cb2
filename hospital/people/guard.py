"""What every request of a browser meets first: headers that let nothing foreign in, our own origin, a bound on bodies, a bound on haste."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from hospital.consult.line import Allowance
from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)

MOST_BODY = 64 * 1024
_STREAMED = "/api/files"  # bound where its stream is read
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-robots-tag": "noindex",
}
_MOST_KNOWN = 10_000  # addresses whose haste is known


_DEVICES = "camera={0}, microphone={0}, display-capture=(), geolocation=(), usb=(), payment=()"


class Guard:
    """ASGI middleware.

    Args:
        app: what it stands before.
        trusted: the certificate is publicly trusted, so that browsers may be told to stay with TLS.
        devices: whether the page may ask for camera and microphone.
        strict: whether every request that changes something must say that it comes from our own page; else one that says nothing passes.
        remedy: what a person does who came from elsewhere.
    """

    def __init__(self, app: ASGIApp, *, trusted: bool, devices: bool, strict: bool, remedy: str) -> None:
        self._app, self._strict, self._remedy = app, strict, remedy
        kept = {"strict-transport-security": "max-age=31536000"} if trusted else {}
        self._headers = _HEADERS | kept | {"permissions-policy": _DEVICES.format("(self)" if devices else "()")}
        self._haste: OrderedDict[str, Allowance] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the beginning of a WebSocket."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refused = self._refusal(scope, headers)
        if scope["type"] == "websocket":
            await self._line(scope, receive, send, refused)
            return
        await self._request(scope, receive, send, refused)

    async def _line(self, scope: Scope, receive: Receive, send: Send, refused: tuple[int, Trouble] | None) -> None:
        if refused is None:
            await self._app(scope, receive, send)
            return
        await receive()
        await send({"type": "websocket.close", "code": 4403})

    async def _request(self, scope: Scope, receive: Receive, send: Send, refused: tuple[int, Trouble] | None) -> None:
        began, status, taken = time.monotonic(), 0, 0

        async def bounded() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > MOST_BODY and scope["path"] != _STREAMED:
                raise HTTPException(413)
            return message

        async def dressed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(raw=message["headers"])
                for name, value in self._headers.items():
                    headers[name] = value
                headers.setdefault("cache-control", "no-store")
                message = {**message, "headers": headers.raw}
            await send(message)

        app = self._app if refused is None else JSONResponse(refused[1].as_dict(), refused[0])
        try:
            await app(scope, bounded, dressed)
        finally:
            route = getattr(scope.get("route"), "path", "none")
            ms = round((time.monotonic() - began) * 1000)
            log.info("request", extra={"method": scope["method"], "route": route, "status": status, "ms": ms})

    def _refusal(self, scope: Scope, headers: Headers) -> tuple[int, Trouble] | None:
        writes = scope["type"] == "websocket" or scope["method"] not in {"GET", "HEAD"}
        origin = headers.get("origin")
        must_say = self._strict or scope["type"] == "websocket"
        if writes and origin != f"https://{headers.get('host', '')}" and (origin is not None or must_say):
            return 403, Trouble("This request came from another site.", self._remedy, "origin", Kind.REFUSED)
        if not self._allowance(scope).takes():
            return 429, Trouble("There were too many requests at once.", "Wait a minute, then try again.", "haste", Kind.REFUSED)
        return None

    def _allowance(self, scope: Scope) -> Allowance:
        """By network address; a whole house may stand behind one, so the bound is wide."""
        client = (scope.get("client") or ("", 0))[0]
        found = self._haste.pop(client, None) or Allowance(400, 20)
        self._haste[client] = found
        while len(self._haste) > _MOST_KNOWN:
            self._haste.popitem(last=False)
        return found
