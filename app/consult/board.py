"""The board's three texts, shared by its desks: what one writes stands at the others, and a hand that writes is not overwritten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.look.words import heading
from app.opinion.fields import TextField
from sync.protocol.consult import Joint

if TYPE_CHECKING:
    from sync.protocol.consult import BoardTexts

FIELDS = (
    ("agenda", "Agenda", "What is to be decided"),
    ("recommendation", "Joint recommendation", "What the board recommends"),
    ("dissent", "Dissent", "Who sees it otherwise, and why"),
)
MOST = 8000  # characters of each


class BoardFields(QWidget):
    """The fields. Signals: `written()` by the person here."""

    written = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("consult-board")
        self._fields = {name: TextField(f"consult-{name}", says, hint, lines=2) for name, says, hint in FIELDS}
        self._known = dict.fromkeys(self._fields, "")  # as the room has them
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for name, says, _ in FIELDS:
            field = self._fields[name]
            field.raise_ground()
            field.textChanged.connect(self.written)
            column.addWidget(heading(says))
            column.addWidget(field)

    def begun(self) -> bool:
        """Whether anything is written."""
        return any(field.toPlainText() for field in self._fields.values())

    def follow(self, texts: BoardTexts) -> None:
        """What the room has now: a text that nobody here is changing becomes that of the room."""
        for name, field in self._fields.items():
            before, self._known[name] = self._known[name], str(getattr(texts, name))
            if field.toPlainText() == before != self._known[name]:
                with QSignalBlocker(field):
                    field.setPlainText(self._known[name])

    def changes(self) -> Joint | None:
        """What was written here and the room does not have yet; None where there is nothing."""
        found = {name: field.toPlainText()[:MOST] for name, field in self._fields.items()}
        changed = {name: text for name, text in found.items() if text != self._known[name]}
        return Joint.model_validate(changed) if changed else None
