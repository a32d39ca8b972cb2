"""The worklist room: table, preview, filter, and what can be done with a case."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, TypeVar

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.look.fields import SearchField
from app.look.theme import current
from app.look.words import Words
from app.shell.job import Jobs
from app.shell.room import READING, WORKLIST, Room
from app.worklist.model import Column, WorklistFilter, WorklistModel
from app.worklist.preview import PreviewPanel
from app.worklist.reason import ReasonSheet
from app.worklist.row import Act, Row, count_words, local_now, subtitle
from app.worklist.table import WorklistTable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from PySide6.QtGui import QKeyEvent, QResizeEvent

    from app.worklist.row import Talk
    from app.worklist.shelf import Preview, Shelf
    from record.trouble import Trouble

T = TypeVar("T")

_REFRESH_MS = 30_000  # the clocks of what is due
_NOTHING = (
    "When the hospital offers you a case, it stands here by itself, with what is asked, the time it takes and when it is due. "
    "Images and letters come once you accept; when a case says “Ready offline” it opens whole with the cable pulled."
)
_BY_ENTER = ("read", "accept")
_NEEDS_REASON: dict[str, str] = {"decline": "Not me", "give_back": "Give back"}


class WorklistRoom(Room):
    """All cases of this desk."""

    name: ClassVar[str] = WORKLIST
    room_title: ClassVar[str] = "Worklist"
    icon: ClassVar[str] = "list"
    shows_patient: ClassVar[bool] = False

    chosen = Signal(str)  # the selection is on this case
    letter_wanted = Signal(str, str)  # case, document: to be opened beside its images
    filled = Signal(int)  # rows are on the screen

    def __init__(
        self,
        shelf: Shelf,
        talks: Callable[[datetime], Mapping[str, Talk]] = lambda _now: {},
        parent: QWidget | None = None,
    ) -> None:
        """`talks` answers at once: the consults that are near, by their case."""
        super().__init__(parent)
        self._shelf, self._talks = shelf, talks
        self._jobs = Jobs(self)
        self._selected, self._looked_at, self._shown, self._letter_id = "", "", "", ""
        self._fetching, self._again = False, False
        self._model = WorklistModel(self)
        self._rows = WorklistFilter(self._model, self)
        self.table = WorklistTable(self._rows)
        self.preview = PreviewPanel()
        self.search = SearchField("worklist-search", "Find a case", hint="Find a case")
        self._empty = _Empty("No cases yet", _NOTHING)
        self._no_match = _Empty("No case is like that", "")
        self._lay_out()
        self._connect()
        self._clock = QTimer(self)
        self._clock.timeout.connect(self.refresh)
        self._clock.start(_REFRESH_MS)

    def _lay_out(self) -> None:
        self.search.setFixedWidth(280)
        row = self.top_area.layout()
        assert isinstance(row, QBoxLayout)
        row.addStretch()
        row.addWidget(self.search)
        self._stack = QStackedWidget()
        self._list = QWidget()
        column = QVBoxLayout(self._list)
        column.setContentsMargins(20, 4, 12, 0)
        column.addWidget(self.table)
        self._stack.addWidget(self._list)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._no_match)
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._sides.setContentsMargins(0, 0, 0, 0)
        self._sides.setSpacing(0)
        self._sides.addWidget(self._stack, 1)
        self._sides.addWidget(self.preview)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._look_for)
        self.search.left_down.connect(self._to_table)
        self.table.case_chosen.connect(self._choose)
        self.table.case_opened.connect(self._open)
        self.table.act_chosen.connect(self.do)
        self.preview.act_chosen.connect(lambda act: self.do(self._selected, act))
        self.preview.letter_wanted.connect(self._ask_letter)

    # -- the room --------------------------------------------------------------------------------------------------

    def enter(self, case_id: str) -> None:
        """Shows the list; selects the case one comes from."""
        if case_id:
            self._selected = case_id
        self.refresh()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_room(self) -> None:
        """Stops the clock and the jobs."""
        self._clock.stop()
        self._jobs.stop()

    def help_scope(self) -> str:
        """The worklist's keys."""
        return WORKLIST

    def room_key(self, event: QKeyEvent) -> bool:
        """`/` finds; `Ctrl+1` to `Ctrl+5` sort by a column."""
        if event.text() == "/":
            self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.search.selectAll()
            return True
        column = event.key() - Qt.Key.Key_1
        if event.modifiers() == Qt.KeyboardModifier.ControlModifier and 0 <= column < len(Column):
            self.table.sort_by(Column(column))
            return True
        return False

    # -- rows ------------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Fetches the rows anew; a call while they are being fetched is remembered."""
        if self._fetching:
            self._again = True
            return
        self._fetching = True
        self._jobs.start(lambda: self._shelf.rows(local_now()), self.show_rows, self._no_rows)

    def show_rows(self, rows: list[Row]) -> None:
        """Puts rows on the screen; the selected case stays selected."""
        self._fetching = False
        self._model.put(self._with_talks(rows))
        self.table.follow_rows()
        self._show_list()
        self.subtitle.emit(subtitle(rows, local_now()))
        self._keep_choice()
        self.filled.emit(len(rows))
        if self._again:
            self._again = False
            self.refresh()

    def follow_talks(self) -> None:
        """A consult came, went or is nearer: the rows that are here say so, without asking for them anew."""
        self._model.put(self._with_talks(self._model.rows()))
        self.table.follow_rows()

    def _with_talks(self, rows: Sequence[Row]) -> list[Row]:
        talks = self._talks(local_now())
        return [replace(row, talk=talks.get(row.case_id)) for row in rows]

    def _no_rows(self, trouble: Trouble) -> None:
        self._fetching = False
        self.trouble.emit(trouble)

    def _keep_choice(self) -> None:
        chosen = self.table.chosen()
        if chosen is not None and chosen.case_id == self._selected:
            self._show_preview(self._selected)
        elif not (self._selected and self.table.choose(self._selected)):
            self.table.choose_first()

    def _show_list(self) -> None:
        """The rows, or why there are none."""
        found, all_of_them = self._rows.rowCount(), len(self._model.rows())
        self._no_match.say(f"Nothing in {count_words(all_of_them, 'case', 'cases')} has these words. Esc shows all of them again.")
        self._stack.setCurrentWidget(self._list if found else self._no_match if all_of_them else self._empty)
        self.preview.setVisible(bool(found))

    def _look_for(self, text: str) -> None:
        self._rows.look_for(text)
        self._show_list()
        if self.table.chosen() is None:
            self.table.choose_first()

    def _to_table(self) -> None:
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        if self.table.chosen() is None:
            self.table.choose_first()

    # -- one case --------------------------------------------------------------------------------------------------

    def row(self, case_id: str) -> Row | None:
        """The row of a case."""
        return next((row for row in self._model.rows() if row.case_id == case_id), None)

    def _ask_letter(self) -> None:
        if self._letter_id:
            self.letter_wanted.emit(self._selected, self._letter_id)

    def _choose(self, case_id: str) -> None:
        if case_id:
            self._selected = case_id
            self.chosen.emit(case_id)
        self._show_preview(case_id)

    def _show_preview(self, case_id: str) -> None:
        self._looked_at = case_id
        if not case_id:
            self._shown = ""
            self.preview.clear()
            return
        self._jobs.start(lambda: self._shelf.preview(case_id, local_now()), self._put_preview, self.trouble.emit)

    def _put_preview(self, preview: Preview) -> None:
        if preview.case_id != self._looked_at or repr(preview) == self._shown:
            return
        self._shown, self._letter_id = repr(preview), preview.letter_id
        case_id = preview.case_id
        self.preview.show_case(preview)
        if preview.letter_object:
            letter = preview.letter_object
            put = self._while_looked_at(case_id, self.preview.put_letter)
            self._jobs.start(lambda: self._shelf.letter_text(case_id, letter), put, self._while_looked_at(case_id, self._no_letter))
        for thumb in preview.thumbs:
            if thumb.object_id:
                self._fetch_thumb(case_id, thumb.object_id)

    def _while_looked_at(self, case_id: str, put: Callable[[T], None]) -> Callable[[T], None]:
        """Hands a value on only while the case is still the one that the preview shows."""
        return lambda value: put(value) if case_id == self._looked_at else None

    def _no_letter(self, trouble: Trouble) -> None:
        self.preview.put_letter(f"{trouble.what_happened} {trouble.what_to_do}")

    def _fetch_thumb(self, case_id: str, object_id: str) -> None:
        def show(png: bytes) -> None:
            self.preview.put_thumb(object_id, png)

        put = self._while_looked_at(case_id, show)
        self._jobs.start(lambda: self._shelf.thumbnail(case_id, object_id), put, lambda _trouble: None)

    # -- acts ------------------------------------------------------------------------------------------------------

    def do(self, case_id: str, act: Act) -> None:
        """Does what was chosen for a case; some acts ask for a reason first."""
        row = self.row(case_id)
        if row is None or act not in row.acts:
            return
        if act == "read":
            self.go.emit(READING, case_id)
        elif act in _NEEDS_REASON:
            sheet = ReasonSheet(self.window(), _NEEDS_REASON[act])
            sheet.given.connect(lambda reason: self._act(case_id, act, reason))
            sheet.open()
        else:
            self._act(case_id, act, "")

    def _open(self, case_id: str) -> None:
        row = self.row(case_id)
        if row is not None and row.acts and row.acts[0] in _BY_ENTER:
            self.do(case_id, row.acts[0])

    def _act(self, case_id: str, act: Act, reason: str) -> None:
        self._jobs.start(lambda: self._shelf.act(case_id, act, reason), lambda _: self.refresh(), self.trouble.emit)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Follows theme and size of text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.table.follow_size_of_text()
            self._place_preview()
            self._shown = ""
            self._show_preview(self._selected if self._model.rows() else "")

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """The preview stands beside the list, or below it where the room is narrow for the size of text."""
        super().resizeEvent(event)
        self._place_preview()

    def _place_preview(self) -> None:
        narrow = self.width() < 2.2 * current().panel
        self._sides.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)
        self.preview.setFixedWidth(self.width() if narrow else min(current().panel, round(self.width() * 0.3)))
        self.preview.setMaximumHeight(self.height() // 2 if narrow else self.height())


class _Empty(QWidget):
    """What a list without rows says."""

    def __init__(self, head: str, words: str) -> None:
        super().__init__()
        self.setObjectName("worklist-empty")
        self._said = Words(words, "quiet", wrap=True)
        inner = QWidget()
        inner.setMaximumWidth(460 * current().size_text // 13)
        column = QVBoxLayout(inner)
        column.setSpacing(8)
        column.addWidget(Words(head, "head"))
        column.addWidget(self._said)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(inner, 4)
        row.addStretch(1)
        outer = QVBoxLayout(self)
        outer.addStretch(2)
        outer.addLayout(row)
        outer.addStretch(3)

    def say(self, words: str) -> None:
        """Why there are none."""
        self._said.setText(words)
