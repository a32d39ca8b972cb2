"""What every request meets first: a bound on its body before anything is read into memory, and one line of log after it."""

from __future__ import annotations

import logging
import re
import time
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)

MOST_JSON = 1 << 20
_OPINION = "PUT"  # opinions alone are put; their bound is the settings', kept where their stream is read
_STREAMED = re.compile(r"/v1/consults/[^/]+/(snapshots|files|recordings/[^/]+/\d+)")  # likewise bound where their stream is read


class Bounds:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status, taken = time.monotonic(), 0, 0
        streamed = scope["method"] == _OPINION or _STREAMED.fullmatch(scope["path"]) is not None

        async def bounded() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > MOST_JSON and not streamed:
                raise HTTPException(413)
            return message

        async def noted(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self._app(scope, bounded, noted)
        finally:
            route = getattr(scope.get("route"), "path", "none")  # the route's own words, never what stood in their place
            ms = round((time.monotonic() - began) * 1000)
            log.info("request", extra={"method": scope["method"], "route": route, "status": status, "ms": ms})
