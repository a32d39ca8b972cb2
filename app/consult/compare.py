"""The three words that are compared aloud, once with everybody who is in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.look.buttons import Button
from app.look.flow import Flow
from app.look.words import Words

if TYPE_CHECKING:
    from app.consult.call import Call

_ACTS = (("same", "The same", "normal"), ("different", "Not the same", "normal"), ("skipped", "Skip", "plain"))
_REMEDY = "Somebody may be in between. Say nothing that matters; end, and go on by telephone."
DOUBTS = {
    "different": f"The words were not the same. {_REMEDY}",
    "broken": f"There are no words to compare: the other side did not keep to what it had promised. {_REMEDY}",
}


class CompareWords(QWidget):
    """Signals: `compared(peer, outcome)`."""

    compared = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self._peer = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self._title = Words("Compare aloud, once", "heading", wrap=True)
        self._words = Words("", "title", wrap=True)
        self._words.setObjectName("consult-words")
        self._buttons = QWidget()
        row = Flow(self._buttons)
        for outcome, text, kind in _ACTS:
            button = Button(text, kind, name=f"words-{outcome}")  # type: ignore[arg-type]  # kinds of the table above
            button.clicked.connect(lambda _on=False, said=outcome: self.compared.emit(self._peer, said))
            row.addWidget(button)
        self._doubt = Words("", "bad", wrap=True)
        self._doubt.setObjectName("consult-words-differ")
        for part in (self._title, self._words, self._buttons, self._doubt):
            column.addWidget(part)

    def follow(self, call: Call) -> None:
        """The words of the first person with whom they are not compared; a doubt stays as long as that person is in."""
        inside = {each.id: each.name for each in call.inside()}
        open_ = [peer for peer in inside if peer in call.words and peer not in call.compared]
        self._peer = open_[0] if open_ else ""
        doubt = next((DOUBTS[said] for peer in inside if (said := call.compared.get(peer)) in DOUBTS), "")
        name = inside.get(self._peer, "")
        self._title.setText(f"Compare aloud with {name}, once" if len(inside) > 1 else "Compare aloud, once")
        self._words.setText(" · ".join(call.words[self._peer]) if self._peer else "")
        for part in (self._title, self._words, self._buttons):
            part.setVisible(bool(self._peer))
        self._doubt.setText(doubt)
        self._doubt.setVisible(bool(doubt))
        self.setVisible(bool(self._peer or doubt))
