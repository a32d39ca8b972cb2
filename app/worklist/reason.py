"""Asks why a case is not taken or is given back."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QPlainTextEdit, QWidget

from app.look.buttons import Button
from app.look.choice import Pick
from app.look.sheet import Sheet
from app.look.words import Words

_REASONS = (
    "I know the patient or the referrer",
    "Outside my field",
    "No time before it is due",
    "Another reason",
)


class ReasonSheet(Sheet):
    """A sheet with the usual reasons; `given(reason)` once one is chosen."""

    given = Signal(str)

    def __init__(self, over: QWidget, act: str) -> None:
        super().__init__(over, act, name="reason-sheet", width=440)
        self.body.addWidget(Words("The hospital finds somebody else at once. The reason goes to its coordinator only.", "quiet", wrap=True))
        self._group = QButtonGroup(self)
        for number, reason in enumerate(_REASONS):
            button = Pick(reason, name=f"reason-{number + 1}")
            self._group.addButton(button, number)
            self.body.addWidget(button)
        self._words = QPlainTextEdit()
        self._words.setObjectName("reason-words")
        self._words.setAccessibleName("The reason in your words")
        self._words.setPlaceholderText("In your words, if you like")
        self._words.setTabChangesFocus(True)
        self._words.setFixedHeight(72)
        self.body.addWidget(self._words)
        self._send = Button(act, "go", name="reason-send")
        self._send.setEnabled(False)
        back = Button("Back", "plain", key="Esc", name="reason-back")
        for button_ in (self._send, back):
            self.actions.addWidget(button_)
        self.actions.addStretch()
        self._group.idToggled.connect(self._consider)
        self._words.textChanged.connect(self._consider)
        self._send.clicked.connect(self._give)
        back.clicked.connect(self.close_sheet)

    def reason(self) -> str:
        """The reason as one text."""
        number = self._group.checkedId()
        own = self._words.toPlainText().strip()
        chosen = _REASONS[number] if 0 <= number < len(_REASONS) - 1 else ""
        return ": ".join(part for part in (chosen, own) if part)

    def _consider(self, *_: object) -> None:
        self._send.setEnabled(bool(self.reason()))

    def _give(self) -> None:
        self.given.emit(self.reason())
        self.close_sheet()
