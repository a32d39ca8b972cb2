"""The pane's rows: one person with a dot, words, and what can be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from app.consult.sentences import KIND_WORDS, LINK_WORDS, STATE_WORDS, told_at_check_in, wait_words, who_words
from app.look.buttons import Button
from app.look.marks import Dot
from app.look.words import CutWords, Words, heading

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from app.consult.session import Link, LinkState
    from sync.protocol.consult import RoomPerson


class PersonRow(QWidget):
    """Somebody in or before the room. Signals: `admit(id)`, `out(id)` show out, `handover(id)`."""

    admit = Signal(str)
    out = Signal(str)
    handover = Signal(str)

    def __init__(self, person: RoomPerson, *, may: str) -> None:
        super().__init__()
        self._id = person.id
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        row = QHBoxLayout()
        row.setSpacing(7)
        self._dot, self._name, self._second = Dot(), CutWords("", least=24), CutWords("", "second")
        row.addWidget(self._dot)
        row.addWidget(self._name)
        row.addWidget(self._second)
        row.addStretch()
        self._acts(row, person, may)
        column.addLayout(row)
        self._said = Words("", "faint", wrap=True)
        self._said.setContentsMargins(14, 0, 0, 0)
        self._said.hide()
        column.addWidget(self._said)

    def _acts(self, row: QHBoxLayout, person: RoomPerson, may: str) -> None:
        if may == "admit":
            button = Button("Admit", "go", name=f"admit-{person.id}", says=f"Admit {person.name}")
            button.clicked.connect(lambda: self.admit.emit(self._id))
            row.addWidget(button)
        elif may == "more":
            more = Button("···", "plain", name=f"more-{person.id}", says=f"What to do with {person.name}")
            more.clicked.connect(lambda: self._menu(more))
            row.addWidget(more)

    def _menu(self, under: Button) -> None:
        menu = QMenu(self)
        menu.setObjectName(f"menu-{self._id}")
        menu.addAction("Hand over to the coordinator").triggered.connect(lambda: self.handover.emit(self._id))
        menu.addAction("Show out…").triggered.connect(lambda: self.out.emit(self._id))
        menu.popup(under.mapToGlobal(QPoint(0, under.height())))

    def tell(self, person: RoomPerson, now: datetime, link: Link | None = None) -> None:
        """What is known of the person now, and of the media with them: a line that is lost here is not "here"."""
        dot, words = STATE_WORDS[person.state]
        if person.state == "here" and link in ("lost", "reconnecting"):
            dot = LINK_WORDS[link][0]
        self._dot.set_state(dot)
        self._name.setText(person.name)
        if person.state == "waiting":
            self._second.setText(f"{KIND_WORDS[person.kind]}, {wait_words(person.since, now)}")
            said = told_at_check_in(person)
            self._said.setText(said)
            self._said.setVisible(bool(said))
        elif person.state in ("invited", "checked_in", "blocked"):
            self._second.setText(f"{KIND_WORDS[person.kind]}, {words}")
        else:
            lost = f"{LINK_WORDS[link][1]}, " if person.state == "here" and link in ("lost", "reconnecting") else ""
            self._second.setText(lost + who_words(person))


class People(QWidget):
    """A heading and rows; a row stays the same widget as long as its person is listed. Signals as of `PersonRow`."""

    admit = Signal(str)
    out = Signal(str)
    handover = Signal(str)

    def __init__(self, title: str, may: Callable[[RoomPerson], str]) -> None:
        super().__init__()
        self._may = may
        self._rows: dict[str, PersonRow] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addWidget(heading(title))

    def show_people(self, people: Sequence[RoomPerson], now: datetime, links: Mapping[str, LinkState] | None = None) -> None:
        """These and nobody else."""
        ids = [each.id for each in people]
        for gone in [each for each in self._rows if each not in ids]:
            row = self._rows.pop(gone)
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        for number, person in enumerate(people):
            row = self._rows.get(person.id) or self._add(person)
            self._column.insertWidget(number + 1, row)
            known = (links or {}).get(person.id)
            row.tell(person, now, known.link if known is not None else None)
        self.setVisible(bool(people))

    def _add(self, person: RoomPerson) -> PersonRow:
        row = self._rows[person.id] = PersonRow(person, may=self._may(person))
        row.admit.connect(self.admit)
        row.out.connect(self.out)
        row.handover.connect(self.handover)
        return row
