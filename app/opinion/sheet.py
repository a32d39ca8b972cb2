"""The signing sheet: what a careful colleague would ask, each point answered or left with a reason, then the passphrase."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.look.buttons import Button
from app.look.fields import Field
from app.look.marks import Dot
from app.look.sheet import Sheet, TroublePanel
from app.look.words import Words
from record.opinion.checks import still_open
from record.opinion.draft import Waiver

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.opinion.text import OpinionText
    from record.opinion.checks import Finding
    from record.trouble import Trouble

_GO = {
    "series": "Look at it",
    "documents": "Read it",
    "document": "Read it",
    "records": "See what came",
}


class FindingRow(QWidget):
    """One point: its sentence, a way to its place, and the reason for which it is left.

    Signals: `go(str)` to the place, `reasoned(str)` the reason as it is typed, `for_all(str)` this reason for all of its kind.
    """

    go = Signal(str)
    reasoned = Signal(str)
    for_all = Signal(str)

    def __init__(self, number: int, finding: Finding, reason: str, *, several: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.finding = finding
        self._dot = Dot("good" if reason else "warn")
        head = QHBoxLayout()
        head.setSpacing(8)
        sentence = Words(finding.sentence, wrap=True)
        sentence.setMinimumWidth(120)
        head.addWidget(self._dot)
        head.addWidget(sentence, 1)
        go = Button(_GO.get(finding.where.partition("/")[0], "Answer it"), "link", name=f"finding-{number}-go")
        go.setAccessibleName(f"{go.text()}: {finding.sentence}")
        go.clicked.connect(lambda: self.go.emit(finding.where))
        head.addWidget(go)
        self.reason = Field(f"finding-{number}-reason", f"Reason to leave it: {finding.sentence}", hint="or leave it so, because …")
        self.reason.setText(reason)
        self.reason.textEdited.connect(self._typed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(6)
        column.addLayout(head)
        foot = QHBoxLayout()
        foot.setContentsMargins(15, 0, 0, 0)
        foot.setSpacing(12)
        foot.addWidget(self.reason, 1)
        self._all = Button("For all like it", "link", name=f"finding-{number}-for-all", says="Use this reason for all points of this kind")
        self._all.clicked.connect(lambda: self.for_all.emit(self.reason.text().strip()))
        self._all.setVisible(several and bool(reason))
        self._several = several
        foot.addWidget(self._all)
        column.addLayout(foot)

    def set_reason(self, reason: str) -> None:
        """Shows a reason."""
        if reason != self.reason.text().strip():
            self.reason.setText(reason)
        self._dot.set_state("good" if reason else "warn")

    def _typed(self, words: str) -> None:
        self._dot.set_state("good" if words.strip() else "warn")
        self._all.setVisible(self._several and bool(words.strip()))
        self.reasoned.emit(words.strip())


class SigningSheet(Sheet):
    """The sheet over the text; the pages stay in sight beside it.

    Signals: `go_to(str)` the address of a point's place; `sign(str)` the passphrase, once nothing is open and the paper is the newest.
    """

    go_to = Signal(str)
    sign = Signal(str)

    def __init__(self, over: QWidget, findings: Sequence[Finding], text: OpinionText, signer_line: str) -> None:
        super().__init__(over, "Review and sign", name="signing-sheet", width=640)
        self._text, self._findings = text, tuple(findings)
        self._rows: list[FindingRow] = []
        self._trouble: TroublePanel | None = None
        self._current, self._busy = False, False
        self._state = Words("", "quiet", wrap=True)
        self._state.setObjectName("signing-state")
        self.body.addWidget(self._state)
        kinds = Counter(finding.code for finding in self._findings)
        for number, finding in enumerate(self._findings, 1):
            self._add_row(number, finding, several=kinds[finding.code] > 1)
        self.passphrase = Field("signing-passphrase", "Passphrase for signing", hint="Passphrase", secret=True)
        self.passphrase.textEdited.connect(lambda _words: self._tell())
        self.passphrase.returnPressed.connect(self._press)
        self.body.setContentsMargins(0, 0, 16, 0)
        self.body.addWidget(Words(signer_line, "quiet", wrap=True))
        self._button = Button("Sign", "go", name="sign", says="Sign the opinion")
        self._button.clicked.connect(self._press)
        cancel = Button("Not yet", "plain", name="signing-cancel")
        cancel.clicked.connect(self.close_sheet)
        self.actions.addWidget(self.passphrase, 1)
        self.actions.addWidget(cancel)
        self.actions.addWidget(self._button)
        self._keep = QTimer(self)
        self._keep.setSingleShot(True)
        self._keep.setInterval(300)
        self._keep.timeout.connect(self._write_waivers)
        self._tell()

    def rows(self) -> list[FindingRow]:
        """The points, in the order of the document."""
        return list(self._rows)

    def paper_current(self, current: bool) -> None:
        """Whether the pages beside the sheet hold the text and the reasons as they stand."""
        self._current = current
        self._tell()

    def busy(self, busy: bool) -> None:
        """While the signature is made."""
        self._busy = busy
        self._tell()

    def tell_trouble(self, trouble: Trouble) -> None:
        """Says what went wrong, over the passphrase."""
        self._drop_trouble()
        self._trouble = TroublePanel(trouble, dismissable=False)
        column = self.card.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(column.count() - 1, self._trouble)
        self.busy(busy=False)
        self.passphrase.selectAll()
        self.passphrase.setFocus()

    def _add_row(self, number: int, finding: Finding, *, several: bool) -> None:
        row = FindingRow(number, finding, _reason(self._text, finding), several=several)
        row.go.connect(self._go)
        row.reasoned.connect(lambda _reason: self._reasons_changed())
        row.for_all.connect(lambda reason, code=finding.code: self._reason_for_all(code, reason))
        self._rows.append(row)
        self.body.addWidget(row)

    def _reasons_changed(self) -> None:
        self._current = False
        self._keep.start()
        self._tell()

    def _reason_for_all(self, code: str, reason: str) -> None:
        for row in self._rows:
            if row.finding.code == code and not row.reason.text().strip():
                row.set_reason(reason)
        self._reasons_changed()

    def _write_waivers(self) -> None:
        mine = {(row.finding.code.value, row.finding.where): row.reason.text().strip() for row in self._rows}
        said = {(row.finding.code.value, row.finding.where): row.finding.sentence for row in self._rows}
        kept = tuple(w for w in self._text.draft.waivers if (w.code, w.where) not in mine)
        given = tuple(Waiver(code, where, reason, said[code, where]) for (code, where), reason in mine.items() if reason)
        before = self._text.draft
        self._text.change("waivers", lambda draft: replace(draft, waivers=kept + given))
        if self._text.draft == before:
            self._current = True
        self._tell()

    def _open(self) -> int:
        if self._keep.isActive():
            return sum(1 for row in self._rows if not row.reason.text().strip())
        return len(still_open(self._findings, self._text.draft))

    def _tell(self) -> None:
        left = self._open()
        ready = not left and self._current and not self._keep.isActive()
        if self._busy:
            self._state.setText("Signing …")
        elif left:
            self._state.setText(f"{left} point{'' if left == 1 else 's'} to answer, or to leave with a reason that is kept.")
        elif not ready:
            self._state.setText("Writing the pages …")
        else:
            self._state.setText("The pages beside this sheet are what you sign.")
        self.passphrase.setEnabled(not self._busy)
        self._button.setEnabled(ready and bool(self.passphrase.text()) and not self._busy)

    def _press(self) -> None:
        if self._button.isEnabled():
            self._drop_trouble()
            self.busy(busy=True)
            self.sign.emit(self.passphrase.text())

    def _go(self, where: str) -> None:
        if self._keep.isActive():
            self._keep.stop()
            self._write_waivers()
        self.close_sheet()
        self.go_to.emit(where)

    def _drop_trouble(self) -> None:
        if self._trouble is not None:
            self._trouble.hide()
            self._trouble.deleteLater()
            self._trouble = None


def _reason(text: OpinionText, finding: Finding) -> str:
    return next((w.reason for w in text.draft.waivers if (w.code, w.where) == (finding.code.value, finding.where)), "")
