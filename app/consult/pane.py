"""The call's pane at the right of the images: faces, words to compare, who is here, who waits, notes, chat, the board's three texts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.consult.board import BoardFields
from app.consult.chat import Chat
from app.consult.compare import CompareWords
from app.consult.faces import Face, FaceBoard
from app.consult.line_broken import LineBroken
from app.consult.record_part import RecordPart
from app.consult.rows import People
from app.consult.shown_tools import ShownTools
from app.consult.stills import Stills
from app.look.buttons import Button
from app.look.words import Words, heading
from app.opinion.fields import BoundField

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.consult.call import Call
    from app.consult.mark_paint import Over
    from app.opinion.text import OpinionText
    from sync.protocol.consult import RoomPerson

WIDE = 360
_REST_MS = 700  # how long a hand rests before what is written goes to the hospital
_NO_PICTURE = {
    "connecting": "Connecting…",
    "reconnecting": "Reconnecting…",
    "lost": "The line is lost. Trying again…",
    "sound_only": "Sound only",
}
_ABOVE = 12  # logical pixels over a part that is scrolled to
_SETTLES_MS = 60  # a picture that is opened has its place by then


class CallPane(QFrame):
    """The pane. Signals: `admit(id)`, `out(id)`, `handover(id)`, `compared(peer, outcome)`, `said(text)`, `noted(text)`,
    `joint(Joint)`, `detach()`, `back()` to the case of the call, `by_telephone()`.
    """  # noqa: D205  one list of signals

    admit = Signal(str)
    out = Signal(str)
    handover = Signal(str)
    compared = Signal(str, str)
    said = Signal(str)
    noted = Signal(str)
    joint = Signal(object)
    detach = Signal()
    back = Signal()
    by_telephone = Signal()

    def __init__(self, call: Call, over: Callable[[str], Over], now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        super().__init__()
        self._call, self._now = call, now
        self.setObjectName("consult-pane")
        self.setAccessibleName("Consult")
        self.setProperty("role", "panel")
        self.setMinimumWidth(300)
        self.faces = FaceBoard(lambda peer: call.newest(peer, "camera"))
        self.broken, self.words, self.chat = LineBroken(), CompareWords(), Chat()
        self.shown, self.stills = ShownTools(), Stills(over)
        self.here = People("Here", lambda _person: "more")
        self.waiting = People("Waiting room", lambda _person: "admit")
        self.away = People("Not here yet", lambda _person: "")
        self.notes = BoundField("consult-notes", "Notes for the case", "What was said; kept with the case", lines=3)
        self.board = BoardFields()
        self.record = RecordPart()
        self._to_still = False
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self._away_from_case = self._make_elsewhere()
        self._inner = QWidget()
        self._column = column = QVBoxLayout(self._inner)
        column.setContentsMargins(20, 18, 20, 20)
        column.setSpacing(22)
        notes = _part("Notes for the case", self.notes)
        self.notes.raise_ground()
        self.detach_button = Button("In a window of its own", "link", name="consult-detach", says="Show the call in a window of its own")
        self.detach_button.clicked.connect(self.detach)
        for part in (
            self.broken,
            self.words,
            self.here,
            self.waiting,
            self.shown,
            self.stills,
            notes,
            self.chat,
            self.record,
            self.board,
            self.away,
        ):
            column.addWidget(part)
        column.addWidget(self.detach_button)
        column.addStretch()
        self._scroll = QScrollArea()
        self._scroll.setObjectName("consult-scroll")
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(self._inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.faces)
        outer.addWidget(self._away_from_case)
        outer.addWidget(self._scroll, 1)

    def _make_elsewhere(self) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(20, 20, 20, 20)
        column.setSpacing(12)
        column.addWidget(Words("A call about another case goes on, with sound.", "strong", wrap=True))
        column.addWidget(Words("Nothing of what you see here is shown, and nobody of the call is seen beside it.", "quiet", wrap=True))
        back = Button("Back to the call", "go", name="consult-back")
        back.clicked.connect(self.back)
        column.addWidget(back)
        column.addStretch()
        made.hide()
        return made

    def _connect(self) -> None:
        for people in (self.here, self.waiting):
            people.admit.connect(self.admit)
            people.out.connect(self.out)
            people.handover.connect(self.handover)
        self.words.compared.connect(self.compared)
        self.chat.said.connect(self.said)
        self.broken.by_telephone.connect(self.by_telephone)
        self._noting, self._joining = self._resting(self._note), self._resting(self._join)
        self.notes.textChanged.connect(self._noting.start)
        self.board.written.connect(self._joining.start)
        self.stills.opened.connect(self._show_still)
        self._call.changed.connect(self.follow)
        self._call.picture.connect(lambda _peer, _track: self.faces.update())

    # -- what it shows -----------------------------------------------------------------------------------------------

    def show_elsewhere(self, elsewhere: bool) -> None:
        """Another case is open in Reading: nobody of the call is seen beside it."""
        self._away_from_case.setVisible(elsewhere)
        self.faces.setVisible(not elsewhere)
        self._scroll.setVisible(not elsewhere)

    def _show_still(self, on: str) -> None:
        self._to_still = bool(on)
        QTimer.singleShot(_SETTLES_MS, self, self._at_still)

    def _at_still(self) -> None:
        """Tools and picture from the top, once the picture has its place."""
        if self._to_still:
            self._to_still = False
            self._scroll.verticalScrollBar().setValue(self.shown.y() - _ABOVE)

    def bind(self, text: OpinionText) -> None:
        """The notes are kept in the vault's draft of the case from now on, and begin with what was written before."""
        self.notes.bind(text, "consult_notes")

    def unbind(self) -> None:
        """Sends what was written last, and lets go of the draft."""
        self.flush()
        self.notes.unbind()

    def flush(self) -> None:
        """Sends what waits for the hand to rest."""
        for timer, send in ((self._noting, self._note), (self._joining, self._join)):
            if timer.isActive():
                timer.stop()
                send()

    def follow(self) -> None:
        """Shows the call as it is."""
        call, now = self._call, self._now()
        inside = call.inside()
        own = "Camera is off" if call.camera_off else "No camera" if call.has_no("camera") else ""
        self.faces.show_faces([self._face(each) for each in inside], self._waiting_words(), own)
        self.broken.follow(call)
        self.words.follow(call)
        self.here.show_people(inside, now, call.links)
        self.waiting.show_people(call.waiting(), now)
        self.away.show_people(call.away(), now)
        self.chat.follow(call.state)
        self.shown.follow(call)
        self.record.follow(call)
        self._place_record()
        physicians = [each for each in inside if each.kind in ("physician", "local_physician")]
        if call.state is not None:
            self.board.follow(call.state.board)
        self.board.setVisible(any(each.desk for each in physicians) or len(physicians) > 1 or self.board.begun())

    def _place_record(self) -> None:
        """Where one is asked, it stands at the top; else its place is below the chat."""
        if self.record.asks != (self._column.indexOf(self.record) == 0):
            self._column.removeWidget(self.record)
            self._column.insertWidget(0 if self.record.asks else self._column.indexOf(self.chat) + 1, self.record)

    def _face(self, person: RoomPerson) -> Face:
        link = self._call.links.get(person.id)
        line = ", ".join(part for part in (person.name, person.place.partition(",")[0]) if part)
        if person.state == "lost":
            return Face(person.id, line, _NO_PICTURE["lost"])
        return Face(person.id, line, _NO_PICTURE.get(link.link if link else "connecting", "Camera is off"))

    def _waiting_words(self) -> str:
        if not self._call.line_up:
            return "Connecting to the room…"
        count = len(self._call.waiting())
        return (
            "Nobody is here yet."
            if not count
            else "One person waits to be admitted."
            if count == 1
            else f"{count} people wait to be admitted."
        )

    # -- what is written ---------------------------------------------------------------------------------------------

    def _resting(self, send: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(_REST_MS)
        timer.timeout.connect(send)
        return timer

    def _note(self) -> None:
        self.noted.emit(self.notes.toPlainText())

    def _join(self) -> None:
        if (joint := self.board.changes()) is not None:
            self.joint.emit(joint)


def _part(title: str, field: QWidget) -> QWidget:
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(8)
    column.addWidget(heading(title))
    column.addWidget(field)
    return made
