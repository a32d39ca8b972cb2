"""The whole opinion as fields, once: in Reading's panel, where the seldom ones are folded away, and in the Opinion room."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.look.buttons import Button
from app.look.words import Words, heading
from app.opinion.choices import Choices
from app.opinion.fields import BoundField
from app.opinion.places import TEXTS, with_diagnoses
from app.opinion.verdict import VerdictRow
from record.opinion.draft import Urgency

if TYPE_CHECKING:
    from app.opinion.places import Place
    from app.opinion.text import OpinionText
    from sync.protocol.messages import Question

URGENCIES: tuple[tuple[str, str], ...] = (
    (Urgency.ROUTINE.value, "Routine"),
    (Urgency.WITHIN_WEEKS.value, "Within weeks"),
    (Urgency.WITHIN_DAYS.value, "Within days"),
    (Urgency.AT_ONCE.value, "At once"),
)


@dataclass(frozen=True, slots=True)
class Extent:
    """Where an editor stands; `name` begins the object names of its fields."""

    name: str
    heads: str  # the heading over the questions
    folded: tuple[str, ...] = ()  # places that are shown when they hold words, or when the person unfolds them
    narrow: bool = False  # on a panel: short hints, fields on a ground of their own


class Editor(QWidget):
    """The fields of an opinion.

    Signals: `entered(str)` the caret came to the field of an address.
    """

    entered = Signal(str)

    def __init__(self, extent: Extent, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"{extent.name}-editor")
        self._extent = extent
        self._fields: dict[str, BoundField] = {}
        self._hints: dict[str, str] = {}
        self._around: dict[str, list[QWidget]] = {}  # what belongs to a field: its words above, the space below
        self._verdicts: list[VerdictRow] = []
        self._urgency: Choices | None = None
        self._more: Button | None = None
        self._unfolded = False
        self._text: OpinionText | None = None
        self._asked: tuple[tuple[Question, ...], tuple[str, ...]] = ((), ())
        self._whole = _column(self)
        self._column = self._whole  # that of the text's fields, while there is one

    def bind(self, text: OpinionText, questions: tuple[Question, ...], diagnoses: tuple[str, ...]) -> None:
        """Shows a text: a field for each question, verdict and place."""
        self._unfolded = self._unfolded and text is self._text
        self.unbind()
        self._text, self._asked = text, (questions, diagnoses)
        if len(text.draft.verdicts) < len(diagnoses):
            text.change("verdicts", lambda draft: with_diagnoses(draft, diagnoses))
        inner = QWidget()  # filled before it is shown: styles and sizes are worked out once
        self._column = _column(inner)
        self._add_all(text, questions)
        text.changed.connect(self._follow)
        text.closed_changed.connect(self._close)
        self._close(text.closed)
        self._whole.addWidget(inner)
        inner.show()

    def _add_all(self, text: OpinionText, questions: tuple[Question, ...]) -> None:
        self._column.addWidget(_head(self._extent.heads))
        for question in sorted(questions, key=lambda each: each.number):
            self._add_question(text, question)
        for each in TEXTS:
            self._add_place(text, each)
            if each.address == "recommendation":
                self._add_urgency(text)
            if each.address == "findings":
                self._add_verdicts(text)
        if self._extent.folded:
            self._add_more()

    def _close(self, closed: bool) -> None:
        self.set_writable(not closed)

    def unbind(self) -> None:
        """Lets go of the text and of its fields."""
        if self._text is not None:
            self._text.changed.disconnect(self._follow)
            self._text.closed_changed.disconnect(self._close)
            self._text = None
        for field in self._fields.values():
            field.unbind()
        self._fields, self._around, self._verdicts, self._urgency, self._more = {}, {}, [], None, None
        while (item := self._whole.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def set_writable(self, writable: bool) -> None:
        """Whether the fields take words; where they do not, places without words are not shown."""
        for address, field in self._fields.items():
            field.setReadOnly(not writable)
            open_here = writable and (self._unfolded or address not in self._extent.folded)
            shown = open_here or bool(field.toPlainText().strip()) or address.startswith(("answers/", "verdicts/"))
            for widget in (field, *self._around.get(address, ())):
                widget.setVisible(shown)
            field.setPlaceholderText(self._hints[address] if writable else "Not answered")
        if self._more is not None:
            self._more.setVisible(writable and not self._unfolded)
        holder = self._column.parentWidget()
        for choices in holder.findChildren(Choices) if holder is not None else ():
            choices.set_writable(writable)

    def field(self, address: str) -> BoundField | None:
        """The field of an address."""
        return self._fields.get(address)

    def focus(self, address: str) -> bool:
        """Leads the caret to a place, unfolding it; False where there is none."""
        if address in self._extent.folded:
            self._unfold()
        target: QWidget | None = self._fields.get(address)
        if target is None and address.startswith("verdicts") and self._verdicts:
            number = int(address.partition("/")[2] or 0)
            target = self._verdicts[min(number, len(self._verdicts) - 1)].first()
        if address == "urgency" and self._urgency is not None:
            target = self._urgency.findChildren(QWidget)[0]
        if target is None:
            return False
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True

    def first_open(self) -> str:
        """The address of the first field that is empty, or of the first."""
        empty = (address for address, field in self._fields.items() if not field.toPlainText().strip())
        return next(empty, next(iter(self._fields), ""))

    def current(self) -> BoundField | None:
        """The field that holds the caret."""
        return next((field for field in self._fields.values() if field.hasFocus()), None)

    def _add_question(self, text: OpinionText, question: Question) -> None:
        of_patient = question.asked_by == "patient"
        words = f"From the patient: “{question.text}”" if of_patient else question.text
        label = Words(f"{question.number}   {words}", wrap=True)
        label.setContentsMargins(0, 0, 0, 6)
        self._column.addWidget(label)
        hint = "Answer, in words for the patient" if of_patient else "Answer"
        self._add_field(text, f"answers/{question.id}", f"answer-{question.number}", f"Answer to question {question.number}", hint)
        self._space(18)

    def _add_place(self, text: OpinionText, what: Place) -> None:
        head = _head(what.heading)
        self._column.addWidget(head)
        self._add_field(text, what.address, what.address.replace("_", "-"), what.heading, (self._extent.narrow and what.short) or what.hint)
        self._around[what.address] = [head, self._space(18)]

    def _add_more(self) -> None:
        self._more = Button("More of the opinion", "link", name=f"{self._extent.name}-more", says="Unfold the rest of the opinion")
        self._more.clicked.connect(self._unfold)
        self._column.addWidget(self._more)

    def _unfold(self) -> None:
        self._unfolded = True
        self.set_writable(self._text is not None and not self._text.closed)

    def _add_field(self, text: OpinionText, address: str, name: str, says: str, hint: str) -> None:
        field = BoundField(f"{self._extent.name}-{name}", says, hint)
        if self._extent.narrow:
            field.raise_ground()
        field.bind(text, address)
        field.entered.connect(lambda: self.entered.emit(address))
        self._fields[address], self._hints[address] = field, hint
        self._column.addWidget(field)

    def _add_urgency(self, text: OpinionText) -> None:
        self._urgency = Choices(f"{self._extent.name}-urgency", "How soon", URGENCIES)
        self._urgency.set_value(text.draft.urgency.value if text.draft.urgency else "")
        self._urgency.chosen.connect(lambda value: text.change("urgency", lambda draft: replace(draft, urgency=_urgency(value))))
        self._column.insertWidget(self._column.count() - 1, self._urgency)

    def _add_verdicts(self, text: OpinionText) -> None:
        if text.draft.verdicts:
            self._column.addWidget(_head("Verdict on each first diagnosis"))
        for number in range(len(text.draft.verdicts)):
            row = VerdictRow(f"{self._extent.name}-verdict-{number + 1}", text, number)
            if self._extent.narrow:
                row.reason.raise_ground()
            row.reason.entered.connect(lambda number=number: self.entered.emit(f"verdicts/{number}"))
            self._fields[f"verdicts/{number}"], self._hints[f"verdicts/{number}"] = row.reason, "Because"
            self._verdicts.append(row)
            self._column.addWidget(row)
            self._space(18)

    def _space(self, height: int) -> QWidget:
        gap = QWidget()
        gap.setFixedHeight(height)
        self._column.addWidget(gap)
        return gap

    def _follow(self, address: str) -> None:
        if self._text is None:
            return
        if address == "all":
            self.bind(self._text, *self._asked)
            return
        if address == "urgency" and self._urgency is not None:
            self._urgency.set_value(self._text.draft.urgency.value if self._text.draft.urgency else "")
        if address.startswith("verdicts"):
            for row in self._verdicts:
                row.show_verdict()


def _column(holder: QWidget) -> QVBoxLayout:
    made = QVBoxLayout(holder)
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(0)
    return made


def _head(words: str) -> Words:
    label = heading(words)
    label.setContentsMargins(0, 0, 0, 8)
    return label


def _urgency(value: str) -> Urgency | None:
    return Urgency(value) if value else None
