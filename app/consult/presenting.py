"""What is shown to the others, as acts: live or once, with or without identity, pointers and marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.consult.sentences import joined
from app.consult.sheets import ShowSheet
from app.consult.showing import Showing, label_of, png_of
from app.shell.room import READING
from record.trouble import Kind, Trouble
from sync.protocol import consult as room

if TYPE_CHECKING:
    from app.consult.call import Call
    from app.consult.ports import ConsultDesk
    from app.consult.shown_tools import ShownTools
    from app.reading.window import ReadingRoom
    from app.shell.job import Jobs
    from app.shell.window import DeskWindow

_NOT_HERE = Trouble("There is no image of the patient in this viewport.", "Choose an image of this case, then show it.", kind=Kind.STATE)
_NO_CALL_CASE = Trouble("The call is about another case.", "Go back to the case of the call, then show it.", kind=Kind.STATE)


class Presenting(QObject):
    """Shows the viewport that has the keys. Signals: `changed()` something is shown, or no longer."""

    changed = Signal()

    def __init__(self, window: DeskWindow, reading: ReadingRoom, desk: ConsultDesk, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._window, self._reading, self._desk, self._jobs = window, reading, desk, jobs
        self._call: Call | None = None
        self._tools: ShownTools | None = None
        self._said: room.Show | None = None
        self.showing = Showing(self)
        self.showing.picture.connect(self._send_picture)
        self.showing.began.connect(self._began)
        self.showing.ended.connect(self._ended)
        self.showing.mark.connect(self._mark)

    def take(self, call: Call, tools: ShownTools) -> None:
        """Shows to the people of this call from now on."""
        self._call, self._tools, self._said = call, tools, None
        call.back.connect(self._say_again)

    def let_go(self) -> None:
        """There is nobody to show to."""
        self._call = self._tools = None

    def show_or_stop(self) -> None:
        """Asks what goes along and shows; stops at once where something is shown."""
        if self.showing.on:
            self.showing.end()
        else:
            self._ask(still=False)

    def ask_snapshot(self) -> None:
        """Asks what goes along and sends the viewport once."""
        self._ask(still=True)

    def tool(self, name: str) -> None:
        """One of the tools over the shown viewport."""
        if self._tools is None:
            return
        if name == "snapshot":
            self._tools.raise_tool("")
            self.ask_snapshot()
            return
        self.showing.tool(name)
        self._tools.raise_tool(name)

    def _ask(self, *, still: bool) -> None:
        call = self._call
        if call is None or not call.inside():
            return
        if self._window.present() != (READING, call.case_id):
            self._window.show_trouble(_NO_CALL_CASE)
            return
        if not self._reading.images.active().shows_the_case():
            self._window.show_trouble(_NOT_HERE)
            return
        sheet = ShowSheet(self._window, joined([each.name for each in call.inside()]), still=still)
        sheet.chosen.connect(self._send_snapshot if still else self._begin)
        sheet.open()

    def _begin(self, identity: bool) -> None:
        call = self._call
        if call is None or self._window.present() != (READING, call.case_id):
            return
        if not self.showing.begin(self._reading.images.active(), call.case_id, identity=identity):
            self._window.show_trouble(_NOT_HERE)

    def _send_snapshot(self, identity: bool) -> None:
        call, viewport = self._call, self._reading.images.active()
        if call is None or self._window.present() != (READING, call.case_id):
            return
        picture = viewport.picture(identity=identity)
        if picture is None:
            self._window.show_trouble(_NOT_HERE)
            return
        label, consult, desk = label_of(viewport, image=True), call.consult, self._desk
        png = png_of(picture)
        self._jobs.start(lambda: desk.snapshot(consult, png, label, identity=identity), lambda _none: None, self._window.show_trouble)

    def _send_picture(self, picture: object) -> None:
        if self._call is not None:
            self._call.show_picture(picture)  # type: ignore[arg-type]  # an array, or None

    def _began(self, label: str, identity: bool) -> None:
        self._say(room.Show(label=label[:200], identity=identity))

    def _ended(self, why: str) -> None:
        if self._tools is not None:
            self._tools.raise_tool("")
        if why:
            self._reading.foot_text.emit(why)
        self._say(room.Show(label=""))

    def _say(self, show: room.Show) -> None:
        self._said = show
        if self._call is not None:
            self._call.ask(show)
        self.changed.emit()

    def _say_again(self) -> None:
        """What was said while the line was gone was not heard."""
        if self._call is not None and self._said is not None:
            self._call.ask(self._said)

    def _mark(self, message: object) -> None:
        if self._call is None or not isinstance(message, dict):
            return
        self._call.mark(message)
        if message.get("m") in ("circle", "line"):
            self.tool("")
