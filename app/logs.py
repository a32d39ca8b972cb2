"""The desk's log: one JSON object a line, below the data folder; it names places in the code and never what was in hand there."""

from __future__ import annotations

import json
import logging
import sys
import threading
import traceback
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.settings.model import Values

FOLDER = "logs"
_FILE = "desk.log"
_SIZE, _KEPT = 1_000_000, 5
_OURS = ("app", "viewer", "sync", "record")  # only these speak freely; libraries are heard from warnings on, without their words


class LineFormatter(logging.Formatter):
    """Time, level, who, a fixed sentence, our own values; of an exception its class and its places, never its words."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        ours = record.name.split(".")[0] in _OURS
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "says": record.getMessage() if ours else "(a library)",
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["fault"] = record.exc_info[0].__name__
            line["places"] = _places(record.exc_info[2])
        return json.dumps(line)


def _places(trace: Any) -> list[str]:  # noqa: ANN401  a traceback
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)][-12:]


def start_log(data: Path, level: str) -> Callable[[], None]:
    """Begins the log below the data folder; gives what ends it. A log that cannot be written is no reason not to work."""
    root = logging.getLogger()
    root.setLevel(logging.WARNING)
    for name in _OURS:
        logging.getLogger(name).setLevel(level.upper())
    try:
        folder = data / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(folder / _FILE, maxBytes=_SIZE, backupCount=_KEPT, encoding="utf-8", delay=True)
    except OSError:
        return lambda: None
    handler.setFormatter(LineFormatter())
    root.addHandler(handler)

    def end() -> None:
        root.removeHandler(handler)
        handler.close()

    return end


def log_level(values: Values) -> str:
    """The level that the settings ask for."""
    return values.log_level


def catch_all(tell: Callable[[BaseException], None]) -> None:
    """Takes every exception that nobody caught, in any thread: it is logged, and `tell` shows it to the person."""
    log = logging.getLogger("app")

    def in_main(kind: type[BaseException], fault: BaseException, trace: Any) -> None:  # noqa: ANN401  a traceback
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, fault, trace)
            return
        log.error("nobody caught this", exc_info=(kind, fault, trace))
        tell(fault)

    def in_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            log.error("nobody caught this in a thread", exc_info=(args.exc_type, args.exc_value, args.exc_traceback))
            tell(args.exc_value)

    sys.excepthook = in_main
    threading.excepthook = in_thread
