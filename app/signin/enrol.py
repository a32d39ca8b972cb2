"""Enrolment: a desk is joined to its hospital by a code, an account, and a new passphrase."""

from __future__ import annotations

from PySide6.QtCore import Signal

from app.look.buttons import Button
from app.look.fields import Field
from app.look.words import Words
from app.signin.enrol_form import EnrolForm
from app.signin.page import Page
from app.signin.strength import strength


class EnrolPage(Page):
    """Asks for everything at once, in the order in which it stands in the hospital's letter; `enrol_wanted(EnrolForm)`."""

    enrol_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__(
            "Join this desk to your hospital",
            "The hospital gave you a code and an account. The passphrase is your own: "
            "it opens this desk and signs, and the hospital never sees it.",
            name="page-enrol",
        )
        self.code = self.add_field("Code from the hospital", Field("enrol-code", "Code from the hospital", hint="host:port/XXXX-XXXX-…"))
        self.login = self.add_field("Account", Field("enrol-login", "Account"))
        self.password = self.add_field("Password of the account", Field("enrol-password", "Password of the account", secret=True))
        self.passphrase = self.add_field("New passphrase", Field("enrol-passphrase", "New passphrase", secret=True))
        self._words = Words("", "second", wrap=True)
        self._words.setObjectName("enrol-strength")
        self.column.addWidget(self._words)
        self.column.addSpacing(8)
        self.again = self.add_field("Passphrase again", Field("enrol-again", "Passphrase again", secret=True))
        self.go = Button("Join", "go", key="↵", name="enrol-go")
        self.column.addWidget(self.go)
        self.close_column()
        for one in self._fields():
            one.textChanged.connect(self._consider)
            one.returnPressed.connect(self._ask)
        self.go.clicked.connect(self._ask)
        self._consider()

    def busy(self, busy: bool) -> None:
        """While the hospital is asked nothing can be changed."""
        for one in self._fields():
            one.setEnabled(not busy)
        self._consider()
        if busy:
            self.go.setEnabled(False)
            self.clear_trouble()

    def form(self) -> EnrolForm:
        """What was typed."""
        return EnrolForm(self.code.text().strip(), self.login.text().strip(), self.password.text(), self.passphrase.text())

    def forget(self) -> None:
        """Empties the secrets."""
        for one in (self.password, self.passphrase, self.again):
            one.clear()

    def _fields(self) -> tuple[Field, ...]:
        return (self.code, self.login, self.password, self.passphrase, self.again)

    def _consider(self) -> None:
        judged = strength(self.passphrase.text(), login=self.login.text())
        alike = self.passphrase.text() == self.again.text()
        words = "The two passphrases differ." if judged.enough and self.again.text() and not alike else judged.words
        self._words.setText(words)
        self._words.set_role("second" if not self.passphrase.text() else judged.level if alike or not self.again.text() else "warn")
        self.go.setEnabled(self.code.isEnabled() and judged.enough and alike and all(one.text().strip() for one in self._fields()))

    def _ask(self) -> None:
        if self.go.isEnabled():
            self.enrol_wanted.emit(self.form())
