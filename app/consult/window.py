"""The Consult room: the consults to come and those that are on; each is opened, moved or called off from here."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.consult.call import OVER
from app.consult.colleagues import InviteSheet
from app.consult.near import notice_of, rail_words, talks
from app.consult.sentences import CALL_WORDS, KIND_WORDS, here_words, joined, there_words
from app.consult.sheets import SureSheet
from app.consult.slots_sheet import MoveSheet, SetSheet
from app.look.buttons import Button
from app.look.marks import Dot
from app.look.theme import current
from app.look.words import CutWords, Words
from app.shell.job import Jobs
from app.shell.room import CONSULT, Room
from app.worklist.row import local_now

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from app.consult.ports import ConsultDesk
    from app.consult.sentences import Dot as Dot_
    from app.consult.slots_sheet import CaseChoice
    from app.worklist.row import Talk
    from record.trouble import Trouble
    from sync.protocol.consult import Colleague, ConsultRow

LOOK_MS = 10_000  # how often the hospital is asked while the list is seen or a consult is near
_NEAR = timedelta(minutes=45)
_QUIET = 12  # of these times, where none is near: a consult that somebody else sets is heard of
_NARROW = 80  # sizes of text


class ListedConsult(QFrame):
    """One consult. Signals: `open()`, `invite_wanted()`, `move_wanted()`, `cancel_wanted()`."""

    open = Signal()
    invite_wanted = Signal()
    move_wanted = Signal()
    cancel_wanted = Signal()

    def __init__(self, row: ConsultRow, person: str, now: datetime, *, on: bool, narrow: bool) -> None:
        super().__init__()
        self.setObjectName(f"consult-{row.id}")
        self.setProperty("role", "raised")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 14, 16, 14)
        whole.setSpacing(8)
        outer = QHBoxLayout()
        outer.setSpacing(16)
        whole.addLayout(outer)
        when = here_words(row.slot.starts_at, now)
        there = there_words(row.slot.starts_at, _zone(row), now)
        outer.addLayout(_two(when, ", ".join(part for part in (there, f"{row.slot.minutes} min") if part), "strong"), 3)
        patient = next((each.name for each in row.people if each.kind == "patient"), "")
        physicians = [each for each in row.people if each.kind == "physician" and each.desk and each.state != "left"]
        guests = [each for each in row.people if each.kind not in ("patient", "physician")]
        board = physicians if len(physicians) > 1 else []
        others = [f"{each.name} ({KIND_WORDS[each.kind]})" for each in (*guests, *board)]
        outer.addLayout(_two(person or patient, joined(others) or "nobody else is invited", "text"), 5)
        state = QHBoxLayout()
        state.setSpacing(7)
        dot, words = _state(row)
        mark = Dot(dot)
        state.addWidget(mark)
        state.addWidget(CutWords(words, "text"), 1)
        outer.addLayout(state, 2)
        if narrow:  # large letters in a small window: what can be done stands below
            outer = QHBoxLayout()
            outer.setSpacing(16)
            whole.addLayout(outer)
        self._acts(outer, row, on=on)
        if narrow:
            outer.addStretch()

    def _acts(self, outer: QHBoxLayout, row: ConsultRow, *, on: bool) -> None:
        over = row.state in OVER
        acts = (
            ("Back to the call" if on else "Open the room", "go", "open", self.open, not over),
            ("Invite…", "plain", "invite", self.invite_wanted, not over),
            ("Another time…", "plain", "move", self.move_wanted, row.state == "scheduled"),
            ("Call off…", "plain", "cancel", self.cancel_wanted, row.state in ("scheduled", "open") and not on),
        )
        for text, kind, name, signal, wanted in acts:
            if wanted:
                button = Button(text, kind, name=f"consult-{name}-{row.id}")  # type: ignore[arg-type]  # kinds of the table above
                button.clicked.connect(signal)
                outer.addWidget(button)


class ConsultRoom(Room):
    """The room.

    Signals: `open_wanted(consult, case)`; `waits(words)` somebody waits in a room that is not open here, or a consult begins soon; `near()`
    what is near is another; `notice(sentence, consult, case)` told once for each who waits and each that begins, and "" once that is over.
    """

    name: ClassVar[str] = CONSULT
    room_title: ClassVar[str] = "Consult"
    icon: ClassVar[str] = "video"
    shows_patient: ClassVar[bool] = False

    open_wanted = Signal(str, str)
    waits = Signal(str)
    near = Signal()
    notice = Signal(str, str, str)

    def __init__(self, desk: ConsultDesk, cases: Callable[[], Sequence[CaseChoice]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._cases = desk, cases
        self._jobs = Jobs(self, threads=1)
        self._rows: tuple[ConsultRow, ...] | None = None
        self._on, self._asking = "", False
        self._told, self._noticed, self._quiet = set[str](), "", 0
        self._trouble: Trouble | None = None
        new = Button("Set a consult…", name="consult-set")
        new.clicked.connect(self._set)
        top = self.top_area.layout()
        assert isinstance(top, QHBoxLayout)
        top.addStretch()
        top.addWidget(new)
        inner = QWidget()
        self._list = QVBoxLayout(inner)
        self._list.setContentsMargins(20, 8, 20, 20)
        self._list.setSpacing(8)
        scroll = QScrollArea()
        scroll.setObjectName("consult-list")
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)
        self._again = QTimer(self)
        self._again.setInterval(LOOK_MS)
        self._again.timeout.connect(self._look_if_wanted)
        self._again.start()

    def enter(self, case_id: str) -> None:
        """Shows what is known, and asks the hospital."""
        del case_id
        self._fill()
        self.window().setFocus(Qt.FocusReason.OtherFocusReason)
        self._focus("")
        self.look()

    def close_room(self) -> None:
        """Lets go of the thread and of every name."""
        self._again.stop()
        self._jobs.stop()
        self._rows = None
        self._clear()

    def look(self) -> None:
        """Asks the hospital for the consults; at most once at a time."""
        if not self._asking:
            self._asking = True
            self._jobs.start(self._desk.consults, self._take, self._not_reached)

    def show_on(self, consult: str) -> None:
        """The consult whose call is on here, "" for none."""
        self._on = consult
        self._fill()
        self._tell_waiting()

    def rows(self) -> tuple[ConsultRow, ...]:
        """The consults as they were last heard of."""
        return self._rows or ()

    def _look_if_wanted(self) -> None:
        now = local_now()
        near = any(row.state in ("open", "in_call", "reconnecting") or abs(row.slot.starts_at - now) < _NEAR for row in self.rows())
        self._quiet += 1
        if self.isVisible() or near or self._rows is None or self._quiet >= _QUIET:
            self._quiet = 0
            self.look()
        else:
            self._tell_waiting()  # the clock goes on

    def _take(self, rows: tuple[ConsultRow, ...]) -> None:
        self._asking, self._trouble = False, None
        if rows != self._rows:
            self._rows = rows
            self._fill()
        self._tell_waiting()

    def _not_reached(self, trouble: Trouble) -> None:
        self._asking, self._trouble = False, trouble
        if self._rows is None:
            self._fill()

    def talks(self, now: datetime) -> dict[str, Talk]:
        """What the worklist says of the consults, by case."""
        return talks(self.rows(), now)

    def _tell_waiting(self) -> None:
        self.near.emit()
        if self._on:
            self._tell_notice("", "", None)
            return
        now = local_now()
        self.waits.emit(rail_words(self.rows(), now))
        found = next(((*notice, row) for row in self.rows() if (notice := notice_of(row, now))[0]), ("", "", None))
        self._tell_notice(*found)

    def _tell_notice(self, name: str, sentence: str, row: ConsultRow | None) -> None:
        """Each is told once; it goes as soon as it no longer holds."""
        if name == self._noticed:
            return
        self._noticed = name
        if row is None:
            self.notice.emit("", "", "")
        elif name not in self._told:
            self._told.add(name)
            self.notice.emit(sentence, row.id, row.case)

    # -- the list ------------------------------------------------------------------------------------------------------

    def _clear(self) -> None:
        while (item := self._list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def _fill(self) -> None:
        focused = QApplication.focusWidget()
        kept = focused.objectName() if focused is not None and self.isAncestorOf(focused) else ""
        self._clear()
        now = local_now()
        people = {each.id: each.person for each in self._cases()}
        rows = sorted(self.rows(), key=lambda row: (row.state in OVER, row.slot.starts_at))
        for row in rows:
            made = ListedConsult(
                row, people.get(row.case, ""), now, on=row.id == self._on, narrow=self.window().width() < _NARROW * current().size_text
            )
            made.open.connect(lambda one=row: self.open_wanted.emit(one.id, one.case))
            made.invite_wanted.connect(lambda one=row: self._invite(one))
            made.move_wanted.connect(lambda one=row: self._move(one))
            made.cancel_wanted.connect(lambda one=row: self._cancel(one))
            self._list.addWidget(made)
        if not rows:
            self._list.addStretch()
            self._list.addWidget(self._empty())
        self._list.addStretch()
        open_ = sum(1 for row in rows if row.state not in OVER)
        self.subtitle.emit(f"{open_} to come" if open_ else "")
        if self.isVisible():
            self._focus(kept)

    def _focus(self, kept: str) -> None:
        """The keys go back to the button that had them, or to the first where nobody has them."""
        buttons = [each for each in self.findChildren(Button) if each.isVisibleTo(self) and each.objectName().startswith("consult-")]
        again = next((each for each in buttons if each.objectName() == kept), None)
        if kept or QApplication.focusWidget() in (None, self.window()):
            target = again or (buttons[0] if buttons else None)
            if target is not None:
                target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _empty(self) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setSpacing(8)
        trouble = self._trouble
        if trouble is not None:
            first, second = trouble.what_happened, "The consults are listed as soon as it is reached."
        elif self._rows is None:
            first, second = "Asking the hospital…", ""
        else:
            first, second = (
                "No consult is set.",
                "Set one for a case that is ready; the hospital invites the patient, who needs a browser and a link.",
            )
        for words, role in ((first, "head"), (second, "quiet")):
            label = Words(words, role)  # type: ignore[arg-type]  # two of the roles
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        return made

    # -- acts ----------------------------------------------------------------------------------------------------------

    def _set(self) -> None:
        sheet = SetSheet(self.window(), self._cases(), local_now(), self._ask_colleagues)
        sheet.wished.connect(lambda case, wish: self._do(lambda: self._desk.set_one(case, wish)))
        sheet.open()

    def _ask_colleagues(self, case: str, take: Callable[[Sequence[Colleague] | None], None]) -> None:
        self._jobs.start(lambda: self._desk.colleagues(case), take, lambda _trouble: take(None))

    def _invite(self, row: ConsultRow) -> None:
        sheet = InviteSheet(self.window(), row.case, self._ask_colleagues)
        sheet.invited.connect(lambda accounts: self._do(lambda: self._invite_all(row.id, accounts)))
        sheet.open()

    def _invite_all(self, consult: str, accounts: Sequence[str]) -> None:
        for account in accounts:
            self._desk.invite(consult, account)

    def _move(self, row: ConsultRow) -> None:
        sheet = MoveSheet(self.window(), row.slot, _zone(row), local_now())
        sheet.moved.connect(lambda slot: self._do(lambda: self._desk.reschedule(row.id, slot)))
        sheet.open()

    def _cancel(self, row: ConsultRow) -> None:
        sheet = SureSheet(
            self.window(),
            "Call the consult off?",
            "Everybody who is invited is told.",
            "Call off",
            name="consult-cancel",
            stay="Leave it",
            reason="Reason",
        )
        sheet.sure.connect(lambda reason: self._do(lambda: self._desk.cancel(row.id, reason)))
        sheet.open()

    def _do(self, act: Callable[[], None]) -> None:
        self._jobs.start(act, lambda _none: self.look(), self.trouble.emit)


def _zone(row: ConsultRow) -> str:
    """Where the patient is, by the zone of the invitation."""
    return next((each.zone for each in row.people if each.kind == "patient"), "")


def _state(row: ConsultRow) -> tuple[Dot_, str]:
    waiting = [each.name for each in row.people if each.state == "waiting"]
    if waiting and row.state not in OVER:
        return "warn", f"{joined(waiting)} {'waits' if len(waiting) == 1 else 'wait'}"
    return CALL_WORDS[row.state]


def _two(first: str, second: str, role: str) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(2)
    column.addWidget(CutWords(first, role))  # type: ignore[arg-type]  # a role of the style sheet
    column.addWidget(CutWords(second, "second"))
    return column
