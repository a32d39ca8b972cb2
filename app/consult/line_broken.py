"""The line has been lost for two minutes: the number to call, large, and the way on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from app.look.buttons import Button
from app.look.words import Words

if TYPE_CHECKING:
    from app.consult.call import Call


class LineBroken(QFrame):
    """Signals: `by_telephone()`."""

    by_telephone = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("consult-broken")
        self.setProperty("role", "raised")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(8)
        column.addWidget(Words("The line has been lost for two minutes.", "strong", wrap=True))
        column.addWidget(Words("It is tried again by itself. Meanwhile, call:", "quiet", wrap=True))
        self._number = Words("", "head", wrap=True)
        self._number.setObjectName("consult-number")
        column.addWidget(self._number)
        go_on = Button("Go on by telephone", "go", name="consult-by-telephone")
        go_on.clicked.connect(self.by_telephone)
        column.addWidget(go_on)
        self.hide()

    def follow(self, call: Call) -> None:
        """Shown as long as the line is broken."""
        number = call.state.telephone if call.state is not None else ""
        self._number.setText(number or "the hospital’s coordinator")
        self.setVisible(call.is_broken)
