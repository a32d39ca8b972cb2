"""A request's body, read as it comes and never further than allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from starlette.requests import Request


async def whole(request: Request, most: int) -> bytes:
    """All of it. Raises `Trouble` (REFUSED) beyond `most` bytes."""
    taken = bytearray()
    async for piece in request.stream():
        taken += piece
        if len(taken) > most:
            raise Trouble("What was sent is larger than this hospital takes.", "Send less.", "size", Kind.REFUSED)
    return bytes(taken)
