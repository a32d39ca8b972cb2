"""Setting a consult, and giving it another time: day, hour, length, and who is invited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimeZone, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.consult.colleagues import ColleagueTicks
from app.consult.sentences import KIND_WORDS, here_words, there_words, zone_of
from app.look.buttons import Button
from app.look.choice import Choice
from app.look.fields import Field
from app.look.sheet import Sheet
from app.look.words import Words, heading
from sync.protocol.consult import ConsultWish, Invitee, Slot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.consult.colleagues import Ask
    from sync.protocol.consult import Kind

LENGTHS = (15, 30, 45, 60, 90)
ZONES = (
    *("Europe/Berlin", "Europe/London", "Africa/Lagos", "America/New_York", "America/Chicago", "America/Los_Angeles", "America/Sao_Paulo"),
    *("Asia/Dubai", "Asia/Karachi", "Asia/Kolkata", "Asia/Shanghai", "Asia/Tokyo", "Australia/Sydney", "UTC"),
)
_DAYS = 60
_MORE: tuple[Kind, ...] = ("relative", "interpreter", "local_physician", "coordinator")
_BY_CODE: frozenset[Kind] = frozenset({"interpreter", "coordinator"})  # they do not know the birth date: a code goes to a second address


@dataclass(frozen=True, slots=True)
class CaseChoice:
    """A case that a consult can be set for: who, and whether it is ready."""

    id: str
    person: str  # "Okafor, Ngozi"
    name: str  # "Ngozi Okafor"
    ready: bool


class TimeFields(QWidget):
    """Day, time, length, and the zone of the other side; says both times. Signals: `changed()`."""

    changed = Signal()

    def __init__(self, now: datetime, at: datetime | None = None, minutes: int = 30) -> None:
        super().__init__()
        self._now = now
        first = (at or now + timedelta(days=1)).astimezone(now.tzinfo)
        self._days = [now.date() + timedelta(days=n) for n in range(_DAYS)]
        self._day, self._length, self._zone = (
            Choice("slot-day", "Day"),
            Choice("slot-length", "Length"),
            Choice("slot-zone", "Time zone of the patient"),
        )
        for day in self._days:
            self._day.addItem(f"{day:%A} {day.day} {day:%B}")
        self._day.setCurrentIndex(self._days.index(first.date()) if first.date() in self._days else 1)
        self._time = Field("slot-time", "Time, your clock", hint="15:00")
        self._time.setText(f"{first:%H:%M}" if at else "15:00")
        for each in LENGTHS:
            self._length.addItem(f"{each} minutes", each)
        self._length.setCurrentIndex(LENGTHS.index(minutes) if minutes in LENGTHS else 1)
        self._zone.addItems(list(ZONES))
        self.use_zone(bytes(QTimeZone.systemTimeZoneId().data()).decode("ascii", "replace"))
        self._both = Words("", "second", wrap=True)
        self._both.setObjectName("slot-both")
        self._lay_out()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        row = QHBoxLayout()
        row.addWidget(self._day, 3)
        row.addWidget(self._time, 1)
        row.addWidget(self._length, 2)
        column.addWidget(heading("When, on your clock"))
        column.addLayout(row)
        column.addWidget(heading("The patient’s time zone"))
        column.addWidget(self._zone)
        column.addWidget(self._both)
        for choice in (self._day, self._length, self._zone):
            choice.currentIndexChanged.connect(lambda _at: self._tell())
        self._time.textChanged.connect(lambda _text: self._tell())
        self._tell()

    def zone(self) -> str:
        """The other side's zone."""
        return self._zone.currentText()

    def use_zone(self, zone: str) -> None:
        """The other side's zone, where it is known."""
        if zone_of(zone) is not None:
            if self._zone.findText(zone) < 0:
                self._zone.addItem(zone)
            self._zone.setCurrentText(zone)

    def slot(self) -> Slot | None:
        """The time that is set; None where it is none, or past."""
        try:
            clock = datetime.strptime(self._time.text().strip(), "%H:%M").time()  # noqa: DTZ007  the zone is that of the desk, below
        except ValueError:
            return None
        at = datetime.combine(self._days[self._day.currentIndex()], clock, self._now.tzinfo)
        return Slot(starts_at=at, minutes=int(self._length.currentData())) if at > self._now else None

    def _tell(self) -> None:
        slot = self.slot()
        there = there_words(slot.starts_at, self.zone(), self._now) if slot else ""
        here = here_words(slot.starts_at, self._now) if slot else ""
        both = f"{here[:1].upper()}{here[1:]} here; {there}." if slot else ""
        self._both.setText(both or "A time to come is needed, as 15:00.")
        self._both.set_role("second" if slot else "warn")
        self.changed.emit()


class _More(QWidget):
    """One more person: who they are, their name, and a second address where a code is needed. Signals: `changed()`."""

    changed = Signal()

    def __init__(self, number: int) -> None:
        super().__init__()
        self._kind, self.name = Choice(f"set-kind-{number}", "Who they are"), Field(f"set-name-{number}", "Their name", hint="Name")
        self._second = Field(f"set-second-{number}", "Where their code goes", hint="E-mail or telephone for their code")
        for each in _MORE:
            self._kind.addItem(KIND_WORDS[each].capitalize(), each)
        row = QHBoxLayout()
        row.addWidget(self._kind, 2)
        row.addWidget(self.name, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self._second)
        self._kind.currentIndexChanged.connect(lambda _at: self._tell())
        for field in (self.name, self._second):
            field.textChanged.connect(lambda _text: self._tell())
        self._tell()

    def _tell(self) -> None:
        self._second.setVisible(self._kind.currentData() in _BY_CODE)
        self.changed.emit()

    def lacks(self) -> bool:
        """Whether somebody is named whose code has nowhere to go."""
        return bool(self.name.text().strip()) and self._kind.currentData() in _BY_CODE and not self._second.text().strip()

    def invitee(self, zone: str) -> Invitee | None:
        """The person, where one is named."""
        kind, name = self._kind.currentData(), self.name.text().strip()
        second = self._second.text().strip() if kind in _BY_CODE else ""
        return Invitee(kind=kind, name=name, zone=zone, second_channel=second) if name else None


class SetSheet(Sheet):
    """Sets a consult. Signals: `wished(case, ConsultWish)`."""

    wished = Signal(str, object)

    def __init__(self, over: QWidget, cases: Sequence[CaseChoice], now: datetime, ask: Ask) -> None:
        super().__init__(over, "Set a consult", name="consult-set-sheet")
        self._cases = list(cases)
        self._people: list[_More] = []
        self._colleagues = ColleagueTicks(ask)
        self._case = Choice("set-case", "Case")
        for each in self._cases:
            self._case.addItem(each.person if each.ready else f"{each.person} (not ready)")
        self._case.currentIndexChanged.connect(lambda _at: self._tell())
        self.times = TimeFields(now)
        self.times.changed.connect(self._tell)
        self._reason = Field("set-reason", "Why now, though the case is not ready", hint="Why now, though the case is not ready")
        self._reason.textChanged.connect(lambda _text: self._tell())
        self._to = Field("set-to", "The patient’s e-mail address or telephone number", hint="E-mail or telephone for the patient’s link")
        self._more = QVBoxLayout()
        self._more.setSpacing(8)
        add = Button("Invite one more", "link", name="set-more")
        add.clicked.connect(self._add)
        self._add_button = add
        for part in (heading("Case"), self._case, self._reason, self.times, heading("Who is invited, besides the patient")):
            self.body.addWidget(part)
        self.body.addLayout(self._more)
        self.body.addWidget(add)
        self.body.addWidget(heading("Colleagues who share the case"))
        self.body.addWidget(self._colleagues)
        self.body.addWidget(heading("Where the patient’s link goes"))
        self.body.addWidget(self._to)
        self._go = Button("Set the consult", "go", name="set-go")
        self._go.clicked.connect(self._do)
        back = Button("Not now", "plain", name="set-not")
        back.clicked.connect(self.close_sheet)
        self.actions.addWidget(self._go)
        self.actions.addStretch()
        self.actions.addWidget(back)
        self._tell()

    def _add(self) -> None:
        more = _More(len(self._people))
        more.changed.connect(self._tell)
        self._more.addWidget(more)
        self._people.append(more)
        self._add_button.setVisible(len(self._people) < 3)
        more.name.setFocus()
        self._tell()

    def _tell(self) -> None:
        chosen = self._chosen()
        self._reason.setVisible(chosen is not None and not chosen.ready)
        held = chosen is None or self.times.slot() is None or (not chosen.ready and not self._reason.text().strip())
        self._go.setEnabled(not held and not any(more.lacks() for more in self._people))
        if chosen is not None:
            self._colleagues.show_case(chosen.id)

    def _chosen(self) -> CaseChoice | None:
        at = self._case.currentIndex()
        return self._cases[at] if 0 <= at < len(self._cases) else None

    def _do(self) -> None:
        chosen, slot = self._chosen(), self.times.slot()
        if chosen is None or slot is None:
            return
        zone = self.times.zone()
        patient = Invitee(kind="patient", name=chosen.name, zone=zone, to=self._to.text().strip())
        more = [invitee for each in self._people if (invitee := each.invitee(zone)) is not None]
        reason = "" if chosen.ready else self._reason.text().strip()
        self.close_sheet()
        self.wished.emit(chosen.id, ConsultWish(slot=slot, people=(patient, *more), colleagues=self._colleagues.chosen(), reason=reason))


class MoveSheet(Sheet):
    """Another time. Signals: `moved(Slot)`."""

    moved = Signal(object)

    def __init__(self, over: QWidget, slot: Slot, zone: str, now: datetime) -> None:
        super().__init__(over, "Another time", name="consult-move-sheet")
        self.times = TimeFields(now, slot.starts_at, slot.minutes)
        self.times.use_zone(zone)
        self.body.addWidget(self.times)
        go = Button("Move it, and tell everybody", "go", name="move-go")
        go.clicked.connect(self._do)
        back = Button("Leave it", "plain", name="move-not")
        back.clicked.connect(self.close_sheet)
        self.times.changed.connect(lambda: go.setEnabled(self.times.slot() is not None))
        self.actions.addWidget(go)
        self.actions.addStretch()
        self.actions.addWidget(back)

    def _do(self) -> None:
        slot = self.times.slot()
        if slot is not None:
            self.close_sheet()
            self.moved.emit(slot)
