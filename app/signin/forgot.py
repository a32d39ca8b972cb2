"""A forgotten passphrase: a request for the hospital under a new one, and the page that waits for its answer."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout

from app.look.buttons import Button
from app.look.fields import Field
from app.look.words import Words
from app.signin.page import Page
from app.signin.strength import strength


class ForgotPage(Page):
    """Asks for the new passphrase; `ask_wanted(passphrase)`, `back_wanted()`."""

    ask_wanted = Signal(str)
    back_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(
            "I forgot my passphrase",
            "The hospital can let you in again. Drafts are kept; you sign with a new key. Choose a new passphrase.",
            name="page-forgot",
        )
        self.passphrase = self.add_field("New passphrase", Field("forgot-passphrase", "New passphrase", secret=True))
        self._words = Words("", "second", wrap=True)
        self.column.addWidget(self._words)
        self.column.addSpacing(8)
        self.again = self.add_field("Passphrase again", Field("forgot-again", "Passphrase again", secret=True))
        self.go = Button("Make a request", "go", key="↵", name="forgot-go")
        self.back = Button("Back", "plain", name="forgot-back")
        _row(self, self.go, self.back)
        self.close_column()
        for field in (self.passphrase, self.again):
            field.textChanged.connect(self._consider)
            field.returnPressed.connect(self._ask)
        self.go.clicked.connect(self._ask)
        self.back.clicked.connect(self.back_wanted)
        self._consider()

    def busy(self, busy: bool) -> None:
        """While the request is made."""
        for one in (self.passphrase, self.again, self.back):
            one.setEnabled(not busy)
        self._consider()
        self.show_progress("Making the request…" if busy else "", None)

    def _consider(self) -> None:
        judged = strength(self.passphrase.text())
        alike = self.passphrase.text() == self.again.text()
        differ = bool(self.again.text()) and not alike
        self._words.setText("The two passphrases differ." if judged.enough and differ else judged.words)
        self._words.set_role("warn" if differ else judged.level if self.passphrase.text() else "second")
        self.go.setEnabled(self.passphrase.isEnabled() and judged.enough and alike)

    def _ask(self) -> None:
        if self.go.isEnabled():
            self.ask_wanted.emit(self.passphrase.text())


class AnswerPage(Page):
    """Shows the request with its code and takes the answer; `open_wanted(passphrase, answer)`, `again_wanted()`, `back_wanted()`."""

    open_wanted = Signal(str, str)
    again_wanted = Signal()
    back_wanted = Signal()

    def __init__(self, request: str, code: str) -> None:
        super().__init__(
            "Send this request to your hospital",
            "Send it by any way, then call the hospital and read the code aloud. It sends an answer back. "
            "Until then the passphrase that you forgot still opens this desk, should it come back to mind.",
            name="page-answer",
        )
        said = Words(code, "head")
        said.setObjectName("answer-code")
        said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.column.addWidget(Words("Code to read aloud", "second"))
        self.column.addWidget(said)
        self.column.addSpacing(8)
        self.request = self.add_field("Request", Field("answer-request", "Request for the hospital"))
        self.request.setText(request)
        self.request.setReadOnly(True)
        self.request.setCursorPosition(0)
        self.copy = Button("Copy the request", "normal", name="answer-copy")
        self.new = Button("New request", "plain", name="answer-new")
        _row(self, self.copy, self.new)
        self.column.addSpacing(8)
        self.answer = self.add_field("Answer of the hospital", Field("answer-text", "Answer of the hospital"))
        self.passphrase = self.add_field("Your new passphrase", Field("answer-passphrase", "Your new passphrase", secret=True))
        self.go = Button("Open", "go", key="↵", name="answer-go")
        self.back = Button("Back", "plain", name="answer-back")
        _row(self, self.go, self.back)
        self.close_column()
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(request))
        self.new.clicked.connect(self.again_wanted)
        self.back.clicked.connect(self.back_wanted)
        self.go.clicked.connect(self._open)
        for field in (self.answer, self.passphrase):
            field.textChanged.connect(self._consider)
            field.returnPressed.connect(self._open)
        self._consider()

    def busy(self, busy: bool) -> None:
        """While the vault opens."""
        for one in (self.answer, self.passphrase, self.new, self.back):
            one.setEnabled(not busy)
        self._consider()
        if busy:
            self.clear_trouble()
        self.show_progress("Opening…" if busy else "", None)

    def _consider(self) -> None:
        self.go.setEnabled(self.answer.isEnabled() and bool(self.answer.text().strip() and self.passphrase.text()))

    def _open(self) -> None:
        if self.go.isEnabled():
            self.open_wanted.emit(self.passphrase.text(), self.answer.text())


def _row(page: Page, *buttons: Button) -> None:
    row = QHBoxLayout()
    row.setSpacing(8)
    for button in buttons:
        row.addWidget(button)
    row.addStretch()
    page.column.addLayout(row)
