"""The real desk, with one more thread that answers a journey's questions about its widgets.

`python -m tests.journeys.desk_under_test SOCKET run --data DIR …` runs `app.__main__.main` unchanged. A journey connects to the socket
and sends Python expressions, one a line as JSON; they are evaluated in the main thread with `find(object_name)`, `where(object_name)`
and `app`.
With OVERREAD_TEST_CLOCK (a file that holds seconds, maybe negative) the desk's own clock goes wrong by so much, from when it is written
on: `app.desk.run` is given another one. With OVERREAD_TEST_MEDIA ("module:function") the media process of a consult has other devices.
The program that ships has neither door nor such a clock nor such devices.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


def _shown() -> list[QWidget]:
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415  the start of the desk is measured: nothing before it

    return [w for w in QApplication.allWidgets() if w.isVisible()]


def find(name: str) -> QWidget:
    """The visible widget of that object name (or accessible name)."""
    for widget in _shown():
        if name in (widget.objectName(), widget.accessibleName()):
            return widget
    raise LookupError(name)


def where(name: str) -> list[int]:
    """Its rectangle on the screen in device pixels: x, y, width, height."""
    from PySide6.QtCore import QPoint  # noqa: PLC0415  as above

    widget = find(name)
    ratio = widget.devicePixelRatioF()
    corner = widget.mapToGlobal(QPoint(0, 0))
    return [round(v * ratio) for v in (corner.x(), corner.y(), widget.width(), widget.height())]


def scrolled(name: str) -> list[int]:
    """The visible part of the scroll area that holds a widget, on the screen in device pixels; empty where none does."""
    from PySide6.QtCore import QPoint  # noqa: PLC0415  as above
    from PySide6.QtWidgets import QScrollArea  # noqa: PLC0415  as above

    widget: QWidget | None = find(name)
    while widget is not None and not isinstance(widget, QScrollArea):
        widget = widget.parentWidget()
    if not isinstance(widget, QScrollArea):
        return []
    port, ratio = widget.viewport(), widget.devicePixelRatioF()
    corner = port.mapToGlobal(QPoint(0, 0))
    return [round(v * ratio) for v in (corner.x(), corner.y(), port.width(), port.height())]


def names() -> list[list[str]]:
    """Object name, accessible name and text of everything visible."""
    rows = []
    for widget in _shown():
        text = getattr(widget, "text", None) or getattr(widget, "toPlainText", None)
        rows.append([type(widget).__name__, widget.objectName(), widget.accessibleName(), str(text())[:80] if callable(text) else ""])
    return [r for r in rows if any(r[1:])]


def words() -> str:
    """Everything that can be read (or heard by a screen reader) in the windows now, a line for each widget."""
    said = []
    for widget in _shown():
        text = getattr(widget, "text", None) or getattr(widget, "toPlainText", None)
        said += [str(text()) if callable(text) else "", widget.accessibleName(), widget.accessibleDescription()]
    return "\n".join(dict.fromkeys(one for one in said if one))


def focus() -> str:
    """The object name of what has the keyboard."""
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415  as above

    widget = QApplication.focusWidget()
    return (widget.objectName() or type(widget).__name__) if widget is not None else ""


def _answer(line: bytes) -> bytes:
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415  as above

    scope: dict[str, Any] = {
        "find": find,
        "where": where,
        "names": names,
        "scrolled": scrolled,
        "words": words,
        "focus": focus,
        "app": QApplication.instance(),
    }
    try:
        value = eval(json.loads(line), scope)  # noqa: S307  a journey asks about its own desk
        return json.dumps({"value": value}).encode() + b"\n"
    except Exception as error:  # noqa: BLE001  the answer to a question that cannot be answered yet
        return json.dumps({"error": f"{type(error).__name__}: {error}"}).encode() + b"\n"


def _serve(path: str) -> None:
    server = socket.socket(socket.AF_UNIX)
    server.bind(f"{path}.new")
    server.listen(1)
    os.rename(f"{path}.new", path)  # noqa: PTH104  whoever sees the door can open it
    while "PySide6.QtWidgets" not in sys.modules:
        time.sleep(0.02)
    from PySide6.QtCore import QObject, Qt, Signal  # noqa: PLC0415  as above
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415  as above

    while (application := QApplication.instance()) is None:
        time.sleep(0.02)

    class Door(QObject):
        asked = Signal(object)

        def answer(self, question: tuple[socket.socket, bytes]) -> None:
            question[0].sendall(_answer(question[1]))

    door = Door()
    door.moveToThread(application.thread())
    door.asked.connect(door.answer, Qt.ConnectionType.QueuedConnection)
    while True:
        connection, _ = server.accept()
        with connection, connection.makefile("rb") as lines:
            for line in lines:
                door.asked.emit((connection, line))


def _turn_the_clock(by: Path) -> None:
    from datetime import UTC, datetime, timedelta  # noqa: PLC0415  only for a journey with a wrong clock
    from functools import partial  # noqa: PLC0415  likewise

    from app import desk  # noqa: PLC0415  likewise

    desk.run = partial(desk.run, clock=lambda: datetime.now(UTC) + timedelta(seconds=float(by.read_text())))


def _other_devices(entry: str) -> None:
    from app.consult import process  # noqa: PLC0415  only for a journey with a consult

    process.MediaProcess.__init__.__defaults__ = (entry, None)


def main() -> int:
    """Starts the door and the desk."""
    path, *argv = sys.argv[1:]
    threading.Thread(target=_serve, args=(path,), daemon=True).start()
    from app.__main__ import main as desk  # noqa: PLC0415  after the door stands

    if wrong := os.environ.get("OVERREAD_TEST_CLOCK"):
        _turn_the_clock(Path(wrong))
    if entry := os.environ.get("OVERREAD_TEST_MEDIA"):
        _other_devices(entry)
    try:
        return int(desk(argv))
    finally:
        os.unlink(path)  # noqa: PTH108  a socket, at exit


if __name__ == "__main__":
    sys.exit(main())
