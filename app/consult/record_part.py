"""Recording in the pane: asked for, agreed to or refused, and ended; there is nothing of it where the hospital records no consults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.consult.sentences import joined
from app.look.buttons import Button
from app.look.flow import Flow
from app.look.words import Words, heading

if TYPE_CHECKING:
    from app.consult.call import Call

_WHAT = "Sound and pictures would be kept with the case at the hospital. Everybody is asked; one no is enough."


class RecordPart(QWidget):
    """Signals: `wanted()` everybody is to be asked, `answered(agree)` one's own answer; a no ends a recording as well."""

    wanted = Signal()
    answered = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.asks = False  # whether one's own answer is waited for
        self.setObjectName("consult-record")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(heading("Recording"))
        self._on = Words("", "bad", wrap=True)
        self._on.setObjectName("consult-record-on")
        self._words = Words("", "quiet", wrap=True)
        self._words.setObjectName("consult-record-words")
        buttons = QWidget()
        row = Flow(buttons)
        self._ask = Button("Ask to record", "normal", name="record-ask", says="Ask everybody whether the consult may be recorded")
        self._agree = Button("I agree", "normal", name="record-agree", says="I agree to the recording")
        self._refuse = Button("Do not record", "normal", name="record-refuse")
        self._ask.clicked.connect(self.wanted)
        self._agree.clicked.connect(lambda: self.answered.emit(True))
        self._refuse.clicked.connect(lambda: self.answered.emit(False))
        for button in (self._ask, self._agree, self._refuse):
            row.addWidget(button)
        for part in (self._on, self._words, buttons):
            column.addWidget(part)
        self.hide()

    def follow(self, call: Call) -> None:
        """Shows how it stands."""
        state = call.state
        if state is None or not (state.recording.allowed or state.recording.state != "off"):
            self.asks = False
            self.hide()
            return
        now, names = state.recording, {each.id: each.name for each in state.people}
        mine = state.me in now.agreed
        open_ = [each.name for each in call.inside() if each.id not in now.agreed]
        self._on.setText("Sound and pictures are recorded." if now.state == "on" else "")
        self._words.setText(self._sentence(now.state, names.get(now.by, "A physician"), open_, names.get(now.refused_by, ""), mine=mine))
        self._refuse.setText("End the recording" if now.state == "on" else "Do not record")
        self._on.setVisible(now.state == "on")
        self._ask.setVisible(now.state == "off")
        self._ask.setEnabled(bool(call.inside()))
        self.asks = now.state == "asked" and not mine
        self._agree.setVisible(self.asks)
        self._refuse.setVisible(now.state != "off")
        self.setVisible(True)

    def _sentence(self, state: str, by: str, open_: list[str], refused: str, *, mine: bool) -> str:
        if state == "on":
            return "Everybody agreed. Anybody can end it."
        if state == "asked":
            return (
                f"{by} asks to record. {_WHAT}"
                if not mine
                else f"It begins when all agree. Not yet: {joined(open_) or 'nobody else is here'}."
            )
        return f"{refused} does not agree: nothing is recorded." if refused else _WHAT
