"""The chat: lines of everybody, a field for one's own, and files for the record's quarantine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.look.buttons import Button
from app.look.fields import Field
from app.look.words import Words, heading
from sync.protocol.consult import MOST_CHAT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sync.protocol.consult import ChatLine, RoomState


class Chat(QWidget):
    """Signals: `said(text)`, `file_wanted()` the person would like to send one."""

    said = Signal(str)
    file_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._shown: list[str] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addWidget(heading("Chat"))
        self.field = Field("consult-chat", "A line for everybody", hint="A line for everybody")
        self.field.setMaxLength(MOST_CHAT)
        self.field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.field.returnPressed.connect(self._say)
        self._column.addWidget(self.field)
        file = Button("Send a file…", "plain", name="consult-file", says="Send a file into the record’s quarantine")
        file.clicked.connect(self.file_wanted)
        self._column.addWidget(file, 0, Qt.AlignmentFlag.AlignLeft)

    def follow(self, state: RoomState | None) -> None:
        """Shows the lines that are new."""
        names = {each.id: each.name for each in state.people} if state is not None else {}
        for line in state.chat if state is not None else ():
            if line.id not in self._shown:
                self._shown.append(line.id)
                words = Words(_line(line, names), "second", wrap=True)
                self._column.insertWidget(self._column.count() - 2, words)  # above field and button

    def _say(self) -> None:
        text = self.field.text().strip()
        if text:
            self.said.emit(text)
            self.field.clear()


def _line(line: ChatLine, names: Mapping[str, str]) -> str:
    who = f"{line.at.astimezone():%H:%M} {names.get(line.by, 'Somebody who left')}: "
    file = f"{line.file_name or 'a file'}, which waits in the record’s quarantine" if line.file else ""
    return who + " ".join(part for part in (line.text, file) if part)
