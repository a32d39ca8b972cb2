"""The foot: the state of sync and delivery, as sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from app.look.marks import Dot, State
from app.look.sentence import Sentence
from app.look.theme import current

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent


@dataclass(frozen=True, slots=True)
class FootState:
    """What the foot says; words between double stars are strong."""

    dot: State = "none"
    hospital: str = ""  # "Hospital reached, up to date at **14:32**"
    arriving: str = ""  # "Haddad, Samira arrives: **412 of 660 MB**, 3 min"
    physician: str = ""  # "Dr M. Adeyemi · this laptop may work offline until **7 Dec**"


class Foot(QFrame):
    """The hospital's state and what arrives at the left, the physician or the room's own sentence at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("foot")
        self.setProperty("role", "panel")
        self._state, self._room_state, self._room_text, self._alarm = FootState(), "", "", ""
        self._call = ("", "")
        self._dot = Dot()
        self._dot.setAccessibleName("")
        self.hospital = Sentence(name="foot-hospital")
        self.arriving = Sentence(name="foot-arriving")
        self.right = Sentence(name="foot-right")
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 0, 20, 0)
        row.setSpacing(7)
        row.addWidget(self._dot)
        row.addWidget(self.hospital)
        row.addSpacing(13)
        row.addWidget(self.arriving)
        row.addStretch()
        row.addWidget(self.right)
        for sentence in (self.hospital, self.arriving, self.right):
            sentence.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
            sentence.setMinimumWidth(24)
        self.follow_size_of_text()

    def follow_size_of_text(self) -> None:
        """Takes the height from the tokens."""
        self.setFixedHeight(current().foot)
        self._tell()

    def put(self, state: FootState) -> None:
        """The state of sync and of the desk."""
        if state != self._state:
            self._state = state
            self._tell()

    def put_alarm(self, sentence: str) -> None:
        """What must not be overlooked, in every room, in place of the sentence at the left; "" once it is over."""
        self._alarm = sentence
        self._tell()

    def put_call(self, left: str, right: str) -> None:
        """What a call says in every room: who sees what, and the number to call; "" once it is over."""
        self._call = (left, right)
        self._tell()

    def put_room_state(self, sentence: str) -> None:
        """The room's own sentence at the left, "" for none."""
        self._room_state = sentence
        self._tell()

    def put_room_text(self, sentence: str) -> None:
        """The room's own sentence at the right, "" for none."""
        self._room_text = sentence
        self._tell()

    def _tell(self) -> None:
        state, own = self._state, self._alarm or self._call[0] or self._room_state
        self._dot.setVisible(bool(self._alarm) or (not own and bool(state.hospital)))
        self._dot.set_state("bad" if self._alarm else state.dot)
        self.hospital.tell(own or state.hospital)
        self.arriving.tell("" if own else state.arriving)
        self.right.tell(self._call[1] or self._room_text or state.physician)
        self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """What does not fit gives way whole, never cut in the middle of a word."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        left = self.width() - 60 - self.hospital.sizeHint().width()
        for sentence in (self.right, self.arriving):
            left -= sentence.sizeHint().width() + 20
            sentence.setVisible(left > 0 and bool(sentence.told()))
