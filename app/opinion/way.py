"""The way home as it is shown over a signed text: signed, on its way, received."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.look.buttons import Button
from app.look.marks import Dot
from app.look.words import Words
from app.opinion.delivery import Way, received, steps

if TYPE_CHECKING:
    from app.opinion.delivery import Delivery

_SENTENCES = {
    Way.SIGNED: "Signed. You can close the case or the laptop; the opinion leaves by itself when the hospital is reached.",
    Way.SENDING: "On its way. You can close the case; nothing is lost if the line breaks.",
    Way.RECEIVED: "On its way. You can close the case; nothing is lost if the line breaks.",
    Way.REFUSED: "The hospital did not take this opinion: {refusal} Change the text and sign again.",
}


class WayHome(QFrame):
    """Three steps in a line, each a word and a dot, and a sentence. Signal: `addendum_wanted()` something is to be added."""

    addendum_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("way-home")
        self.setProperty("role", "raised")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(8)
        self._sentence = Words("", wrap=True)
        self._sentence.setObjectName("way-home-sentence")
        row = QHBoxLayout()
        row.setSpacing(8)
        self._steps: list[tuple[Dot, Words, Words]] = []
        for number in range(3):
            dot, words, more = Dot(), Words("", "strong"), Words("", "second")
            words.setObjectName(f"way-home-{number + 1}")
            more.setObjectName(f"way-home-{number + 1}-more")
            for widget in (dot, words, more):
                row.addWidget(widget)
            if number < 2:
                row.addWidget(Words("→", "faint"))
            self._steps.append((dot, words, more))
        row.addStretch()
        column.addLayout(row)
        column.addWidget(self._sentence)
        self._add = Button("Write an addendum", "link", name="way-home-addendum", says="Write an addendum to this opinion")
        self._add.clicked.connect(self.addendum_wanted)
        column.addWidget(self._add)
        self.hide()

    def show_delivery(self, delivery: Delivery) -> None:
        """Shows where an opinion is; nothing while it is a draft."""
        refused = delivery.way is Way.REFUSED
        self.setVisible(delivery.signed or refused)
        for (dot, words, more), step in zip(self._steps, steps(delivery), strict=True):
            dot.set_state("none" if refused else step.dot)
            words.setText(step.words)
            words.set_role("quiet" if step.dot == "none" else "strong")
            more.setText(step.more)
            more.setVisible(bool(step.more))
        self._add.setVisible(received(delivery))
        self._sentence.setText(self._say(delivery))
        self._sentence.set_role("warn" if refused else "quiet")
        self.setAccessibleName(self._sentence.text())

    @staticmethod
    def _say(delivery: Delivery) -> str:
        if received(delivery):
            kept = " It is kept for a coordinator, because the case was changed meanwhile." if delivery.quarantined else ""
            return f"The hospital has it and has said so. The receipt is on this desk.{kept}"
        return _SENTENCES.get(delivery.way, "").format(refusal=delivery.refusal)
