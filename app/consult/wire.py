"""What the desk and its media process say to each other over their pipe, as JSON: nothing that comes from the process runs at the desk.

To the process: `{"do": name, …}`. From it: `{"event": class name, …}` of `app.consult.session`.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from app.consult.session import (
    Device,
    Devices,
    Event,
    Failed,
    Level,
    LinkState,
    Marked,
    NewPicture,
    Recorded,
    SignalOut,
    WordsBroken,
    WordsKnown,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

EVENTS: Mapping[str, type[Event]] = {
    kind.__name__: kind for kind in (SignalOut, LinkState, NewPicture, WordsKnown, WordsBroken, Marked, Devices, Level, Recorded, Failed)
}
# Fields that JSON cannot give as they are.
FIELDS: Mapping[str, Callable[[Any], Any]] = {
    "words": tuple,
    "devices": lambda rows: tuple(Device(**row) for row in rows),
    "data": b64decode,
}


def packed(message: Mapping[str, Any]) -> bytes:
    """One message."""
    return json.dumps(message, separators=(",", ":"), default=_text).encode()


def _text(data: bytes) -> str:
    return b64encode(data).decode()


def unpacked(data: bytes) -> dict[str, Any]:
    """One message; ValueError where it is none."""
    message = json.loads(data)
    if not isinstance(message, dict):
        raise ValueError("not a message")  # noqa: TRY004  whoever reads knows one error
    return message


def event_packed(event: Event) -> bytes:
    """An event as it crosses."""
    return packed({"event": type(event).__name__, **asdict(event)})


def event_unpacked(data: bytes) -> Event:
    """An event that crossed; ValueError where it is none."""
    message = unpacked(data)
    try:
        kind = EVENTS[message.pop("event")]
        return kind(**{name: FIELDS[name](value) if name in FIELDS else value for name, value in message.items()})
    except (KeyError, TypeError) as error:
        raise ValueError("no event") from error
