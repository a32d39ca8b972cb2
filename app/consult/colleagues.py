"""Inviting colleagues who share the case: ticks in the sheet that sets a consult, and a sheet of their own for one that is set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget
from shiboken6 import isValid

from app.look.buttons import Button
from app.look.choice import Tick
from app.look.sheet import Sheet
from app.look.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from sync.protocol.consult import Colleague

    Ask = Callable[[str, Callable[[Sequence[Colleague] | None], None]], None]  # a case, and who gets the answer; None: not reached
UNKNOWN = "The hospital cannot be reached now. Colleagues can be invited later, from the list of consults."
ASKING, NOBODY = "Asking the hospital who shares this case…", "Nobody else has this case. The coordinator can assign it to a colleague."


class ColleagueTicks(QWidget):
    """A tick for each colleague. Signals: `changed()`."""

    changed = Signal()

    def __init__(self, ask: Ask, without: Collection[str] = ()) -> None:
        super().__init__()
        self._ask, self._without, self._case = ask, frozenset(without), ""
        self._ticks: dict[str, Tick] = {}
        self._words = Words(ASKING, "quiet", wrap=True)
        self._words.setObjectName("colleagues-words")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addWidget(self._words)

    def show_case(self, case: str) -> None:
        """The colleagues of another case; the hospital is asked."""
        if case == self._case:
            return
        self._case = case
        self._clear()
        self._words.setText(ASKING)
        self._words.show()
        self._ask(case, lambda found: self._take(case, found))

    def chosen(self) -> tuple[str, ...]:
        """The accounts that are ticked."""
        return tuple(account for account, tick in self._ticks.items() if tick.isChecked())

    def _take(self, case: str, found: Sequence[Colleague] | None) -> None:
        if not isValid(self) or case != self._case:
            return
        wanted = [each for each in found or () if each.id not in self._without]
        for number, each in enumerate(wanted):
            tick = self._ticks[each.id] = Tick(each.name, name=f"colleague-{number}")
            tick.toggled.connect(lambda _on: self.changed.emit())
            self._column.addWidget(tick)
        self._words.setText(UNKNOWN if found is None else NOBODY)
        self._words.setVisible(not wanted)
        self.changed.emit()

    def _clear(self) -> None:
        for tick in self._ticks.values():
            tick.hide()
            tick.deleteLater()
        self._ticks.clear()


class InviteSheet(Sheet):
    """Who is invited besides. Signals: `invited(accounts)`."""

    invited = Signal(object)

    def __init__(self, over: QWidget, case: str, ask: Ask, without: Collection[str] = ()) -> None:
        super().__init__(over, "Invite a colleague", name="consult-invite-sheet", width=460)
        words = "Who shares the case joins from the desk they read at; up to four people can be in a call."
        self.body.addWidget(Words(words, "quiet", wrap=True))
        self._ticks = ColleagueTicks(ask, without)
        self.body.addWidget(self._ticks)
        self._go = Button("Invite", "go", name="invite-go")
        self._go.setEnabled(False)
        self._go.clicked.connect(self._do)
        back = Button("Not now", "plain", name="invite-not")
        back.clicked.connect(self.close_sheet)
        self.actions.addWidget(self._go)
        self.actions.addStretch()
        self.actions.addWidget(back)
        self._ticks.changed.connect(lambda: self._go.setEnabled(bool(self._ticks.chosen())))
        self._ticks.show_case(case)

    def _do(self) -> None:
        chosen = self._ticks.chosen()
        self.close_sheet()
        self.invited.emit(chosen)
