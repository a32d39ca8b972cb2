"""Structured logs: one JSON object a line, our own ids only, never a name, date of birth, UID or text."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

_FIELDS = ("kind", "why", "device", "case", "assignment", "step", "method", "route", "status", "ms")


class JsonLines(logging.Formatter):
    """A record as one line of JSON; exceptions by their type and places alone, since their texts may hold anything."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        value: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "where": record.name,
            "what": str(record.msg) if not record.args else str(record.msg).split("%", maxsplit=1)[0],
        }
        value |= {name: getattr(record, name) for name in _FIELDS if hasattr(record, name)}
        if record.exc_info and record.exc_info[0] is not None:
            value["error"] = record.exc_info[0].__name__
            value["trace"] = _places(record)
        return json.dumps(value)


def _places(record: logging.LogRecord) -> list[str]:
    trace = record.exc_info[2] if record.exc_info else None
    places = []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return places


def start(level: str) -> None:
    """Logs to stderr from `level` on; libraries from warnings on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("hospital").setLevel(level.upper())
