"""The top bar: whose case it is (or the room's title), and the room's own tools at the right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QStackedWidget, QWidget

from app.look.theme import current
from app.look.words import CutWords, Words

if TYPE_CHECKING:
    from app.shell.room import Room


@dataclass(frozen=True, slots=True)
class PatientLine:
    """What the top bar says of a case: the patient's name and two identifiers."""

    name: str  # "Okafor, Ngozi"
    identity: str  # "F · 14 May 1965 · 4471-0093"


class TopBar(QFrame):
    """Title, second words, and the top area of the room that one is in."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("top")
        self.setProperty("role", "ground")
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 0, 20, 0)
        row.setSpacing(16)
        self.title = CutWords("", "title", least=8)  # a long name is cut before its numbers are
        self.title.setObjectName("top-title")
        self.second = Words("", "quiet")
        self.second.setObjectName("top-second")
        self._areas = QStackedWidget()
        self._areas.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        row.addWidget(self.title)
        row.addWidget(self.second)
        row.addWidget(self._areas, 1)
        self.follow_size_of_text()

    def follow_size_of_text(self) -> None:
        """Takes the height from the tokens."""
        self.setFixedHeight(current().top)

    def add(self, room: Room) -> None:
        """Takes in a room's tools."""
        self._areas.addWidget(room.top_area)

    def show_room(self, room: Room, line: PatientLine) -> None:
        """Shows a room's tools and a title."""
        for at in range(self._areas.count()):  # the tools of the other rooms take no room
            area, policy = self._areas.widget(at), QSizePolicy.Policy
            if area is not None:
                area.setSizePolicy(policy.Expanding if area is room.top_area else policy.Ignored, policy.Preferred)
        self._areas.setCurrentWidget(room.top_area)
        self.say(line)

    def say(self, line: PatientLine) -> None:
        """Title and second words."""
        self.title.setText(line.name)
        self.second.setText(line.identity)
        self.second.setVisible(bool(line.identity))
