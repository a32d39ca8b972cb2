"""What is shown, as acts: live or once, with or without identity, with pointers and marks; and what the others show."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.consult.marking import Marking
from app.consult.marks import LIVE, Mark
from app.consult.sentences import joined
from app.consult.sheets import ShowSheet
from app.consult.showing import Showing, image_of, label_of, png_of
from app.shell.room import READING
from record.trouble import Kind, Trouble
from sync.protocol import consult as room

if TYPE_CHECKING:
    from app.consult.call import Call
    from app.consult.ports import ConsultDesk
    from app.consult.shown_tools import ShownTools
    from app.consult.stills import Stills
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
        self._stills: Stills | None = None
        self._own: dict[str, bytes] = {}  # pictures that were sent from here, until the room lists them
        self._shower = ""  # another desk that shows its viewport
        self.showing = Showing(lambda: self.marking.over(LIVE), self)
        self.marking = Marking(self.showing, self)
        self.showing.picture.connect(self._send_picture)
        self.showing.began.connect(self._began)
        self.showing.ended.connect(self._ended)
        self.showing.drawn.connect(lambda _mark: self.tool(""))

    def take(self, call: Call, tools: ShownTools, stills: Stills) -> None:
        """Shows to the people of this call from now on."""
        self._call, self._tools, self._stills, self._said, self._shower = call, tools, stills, None, ""
        self.marking.take(call)
        call.back.connect(self._say_again)
        call.changed.connect(self._follow)
        call.picture.connect(self._take_picture)
        self.marking.changed.connect(stills.board.update)
        stills.wanted.connect(self._fetch)
        stills.opened.connect(self._opened)
        stills.board.drawn.connect(self._drawn)
        stills.board.pointed.connect(self.marking.point)

    def let_go(self) -> None:
        """There is nobody to show to."""
        if self._stills is not None:
            self.marking.changed.disconnect(self._stills.board.update)
        self._call = self._tools = self._stills = None
        self._own.clear()
        self.marking.let_go()

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
        """One of the tools: over the picture that is open in the pane, or else over the shown viewport."""
        if self._tools is None or self._stills is None:
            return
        still = self._stills.on
        if name == "snapshot":
            self.ask_snapshot()
        elif name == "clear":
            self.marking.clear(still or LIVE)
        drawn = name if name in ("circle", "line") else ""
        self.showing.tool("" if still else drawn)
        self._stills.board.tool(drawn if still else "")
        self._tools.raise_tool(drawn)

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
        self._own = {sha256(png).hexdigest(): png}
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

    # -- what others show, and still pictures --------------------------------------------------------------------------

    def _follow(self) -> None:
        call, stills = self._call, self._stills
        if call is None or stills is None or call.state is None:
            return
        stills.follow(call.state.snapshots)
        shower = call.person(self._shower)
        if shower is None or self.showing.on or not call.state.showing or call.newest(self._shower, "shown") is None:
            self._shower = ""
        stills.follow_live(call.state.showing if self._shower else "", shower.name if shower is not None else "")

    def _take_picture(self, peer: str, track: str) -> None:
        """Another desk shows its viewport."""
        call, stills = self._call, self._stills
        person = call.person(peer) if call is not None else None
        if call is None or stills is None or track != "shown" or person is None or not person.desk or self.showing.on:
            return
        picture = call.newest(peer, "shown") if call.state is not None and call.state.showing else None
        if picture is not None:
            self._shower = peer
            stills.put(LIVE, image_of(picture))
            stills.follow_live(call.state.showing if call.state is not None else "", person.name)

    def _fetch(self, digest: str) -> None:
        """A still picture, as its digest says: the one that was sent from here, or from the hospital."""
        call, stills, desk = self._call, self._stills, self._desk
        if call is None or stills is None:
            return
        if digest in self._own:
            stills.put(digest, QImage.fromData(self._own.pop(digest), "PNG"))  # type: ignore[arg-type]  # the stub wants bytes; Qt takes text
            return
        consult = call.consult
        self._jobs.start(
            lambda: desk.picture(consult, digest), lambda png: self._came(call, digest, png), lambda _trouble: self._came(call, digest, b"")
        )

    def _came(self, call: Call, digest: str, png: bytes) -> None:
        if self._stills is None or call is not self._call:
            return
        image = QImage.fromData(png, "PNG")  # type: ignore[arg-type]  # as above
        if image.isNull():
            self._stills.fail(digest)
        else:
            self._stills.put(digest, image)

    def _opened(self, on: str) -> None:
        if self._tools is not None:
            self._tools.show_still(bool(on))
            self.tool("")

    def _drawn(self, on: str, mark: object) -> None:
        if isinstance(mark, Mark):
            self.marking.draw(on, mark)
        self.tool("")
