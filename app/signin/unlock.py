"""Unlock: at the start, after the desk was locked, and when the lease is over."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout

from app.look.buttons import Button
from app.look.fields import Field
from app.signin.page import Page

LONG_MS = 6000  # an unlock that takes longer waits for somebody
WAITS = "Still opening. Perhaps this computer's keyring asks for its password in a window of its own."


class Why(StrEnum):
    """Why the person is asked."""

    START = "start"
    IDLE = "idle"
    SCREEN = "screen"
    ASKED = "asked"


_HEADS: dict[Why, tuple[str, str]] = {
    Why.START: ("Good to see you", ""),
    Why.IDLE: ("The desk is locked", "Nobody touched it for a while. What you wrote is kept; signed opinions leave as soon as you unlock."),
    Why.SCREEN: ("The desk is locked", "The screen was locked. What you wrote is kept; signed opinions leave as soon as you unlock."),
    Why.ASKED: ("The desk is locked", "What you wrote is kept; signed opinions leave as soon as you unlock."),
}


class UnlockPage(Page):
    """Asks for the passphrase; `unlock_wanted(passphrase)`, `forgot_wanted()`. No name stands on it: a locked desk tells nothing."""

    unlock_wanted = Signal(str)
    forgot_wanted = Signal()

    def __init__(self, why: Why, *, words: str = "") -> None:
        head, own = _HEADS[why]
        super().__init__(head, words or own, name="page-unlock")
        self.passphrase = self.add_field("Passphrase", Field("unlock-passphrase", "Passphrase", secret=True))
        self.go = Button("Unlock", "go", key="↵", name="unlock-go")
        self.forgot = Button("I forgot my passphrase", "plain", name="unlock-forgot")
        self.column.addWidget(self.go)
        self.column.addWidget(self.forgot)
        self.forgot.clicked.connect(self.forgot_wanted)
        self.close_column()
        self.passphrase.returnPressed.connect(self._ask)
        self.passphrase.textChanged.connect(lambda text: self.go.setEnabled(bool(text)))
        self.go.clicked.connect(self._ask)
        self.go.setEnabled(False)
        self._long = QTimer(self)
        self._long.setSingleShot(True)
        self._long.timeout.connect(lambda: self.show_progress(WAITS, None))

    def busy(self, busy: bool) -> None:
        """While the vault opens."""
        self.passphrase.setEnabled(not busy)
        self.go.setEnabled(not busy and bool(self.passphrase.text()))
        self.forgot.setEnabled(not busy)
        if busy:
            self.clear_trouble()
            self.show_progress("Opening…", None)
            self._long.start(LONG_MS)
        else:
            self._long.stop()
            self.show_progress("", None)
            self.passphrase.selectAll()
            self.passphrase.setFocus()

    def forget(self) -> None:
        """Empties the secret."""
        self.passphrase.clear()

    def _ask(self) -> None:
        if self.passphrase.text() and self.passphrase.isEnabled():
            self.unlock_wanted.emit(self.passphrase.text())


class LeaseOverPage(Page):
    """The desk has not heard from the hospital for too long: locked, not wiped. `try_wanted()` asks the hospital again."""

    try_wanted = Signal()

    def __init__(self, today: str, head: str = "", words: str = "") -> None:
        super().__init__(
            head or "This desk must hear from the hospital",
            f"{words or 'Connect to the network and try again.'} This computer says that it is {today}. "
            "Nothing is deleted: your cases, drafts and opinions are kept as they are.",
            name="page-lease-over",
        )
        self.again = Button("Try now", "go", name="lease-try")
        row = QHBoxLayout()
        row.addWidget(self.again)
        row.addStretch()
        self.column.addLayout(row)
        self.close_column()
        self.again.clicked.connect(self.try_wanted)

    def busy(self, busy: bool) -> None:
        """While the hospital is asked."""
        self.again.setEnabled(not busy)
        self.show_progress("Asking the hospital…" if busy else "", None)
        if busy:
            self.clear_trouble()


class NoticePage(Page):
    """A trouble that keeps the desk from starting, as a page of its own; `again_wanted()`, `quit_wanted()`."""

    again_wanted = Signal()
    quit_wanted = Signal()

    def __init__(self, head: str, words: str) -> None:
        super().__init__(head, words, name="page-notice")
        self.again = Button("Try again", "go", name="notice-again")
        self.quit = Button("Close", "plain", name="notice-close")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.again)
        row.addWidget(self.quit)
        row.addStretch()
        self.column.addLayout(row)
        self.close_column()
        self.again.clicked.connect(self.again_wanted)
        self.quit.clicked.connect(self.quit_wanted)
