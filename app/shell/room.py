"""What every room of the desk is: a widget that fills the window, enters a case and can be left.

Rooms are built once by `app/desk.py` with what they need (`vault`, `engine`, `pool`, `settings`) and live as long as the desk is unlocked.
The shell draws everything around them: rail, patient in the top bar, foot. A room never reaches into the shell; it speaks by signals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

WORKLIST = "worklist"
READING = "reading"
OPINION = "opinion"
CONSULT = "consult"


class Room(QWidget):
    """A room.

    Class attributes: `name` (one of the words above), `room_title` (its word for people, in the rail and in the top bar of the worklist),
    `icon` (a name of `app.look.icons`), `shows_patient` (the shell puts the patient's name and two identifiers into the top bar).

    Signals:
        trouble(Trouble): shown by the shell over the room, in two sentences with "details".
        go(room, case_id): asks the shell for another room; "" as case means the present one.
        foot_text(str): the sentence at the right end of the foot; "" gives the place back to the physician's name and lease.
        foot_state(str): replaces the sentence about the hospital at the left end of the foot; "" gives it back.
        subtitle(str): the quiet words after the title in the top bar of a room that shows no patient.
    """

    name: ClassVar[str] = ""
    room_title: ClassVar[str] = ""
    icon: ClassVar[str] = ""
    shows_patient: ClassVar[bool] = True

    trouble = Signal(object)
    go = Signal(str, str)
    foot_text = Signal(str)
    foot_state = Signal(str)
    subtitle = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"room-{self.name}")
        self.top_area = QWidget()  # the shell places it after the title, up to the right edge
        self.top_area.setObjectName(f"top-{self.name}")
        row = QHBoxLayout(self.top_area)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)

    def enter(self, case_id: str) -> None:
        """Shows the room for a case ("" where the room is not about one). Never waits: what takes time is fetched elsewhere."""

    def leave(self) -> bool:
        """Says whether the room may be left now; saves what it must. False keeps the person here, and the room says why."""
        return True

    def close_room(self) -> None:
        """Lets go of threads, timers and arrays; called once, when the desk locks or closes."""

    def help_scope(self) -> str:
        """The scope of `viewer.screen.keys` whose keys `?` shows first; "" for none."""
        return ""

    def follow_keys(self) -> None:
        """The person has changed keys: what names them is drawn anew."""

    def room_key(self, event: QKeyEvent) -> bool:
        """A key that no focused widget wanted; True where the room used it."""
        del event
        return False
