"""The one window of the desk: rail, top bar, rooms, foot; before them the pages of sign-in and the locked desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.look.icons import program_icon
from app.look.sheet import Sheet, TroublePanel
from app.look.theme import current
from app.shell.foot import Foot, FootState
from app.shell.keys import desk_act
from app.shell.notice import Notice
from app.shell.rail import Rail
from app.shell.room import WORKLIST, Room
from app.shell.top import PatientLine, TopBar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent

    from record.trouble import Trouble

TITLE = "Overread"  # never a name: titles are seen in task bars and shared screens
_FIRST_SIZE = (1440, 900)
_SMALLEST = (960, 600)


class DeskWindow(QWidget):
    """The window.

    Signals: `settings_wanted(page)` ("settings", "status", "keys", "about"), `lock_wanted()`, `closing()`, `room_changed(name, case_id)`.
    """

    settings_wanted = Signal(str)
    lock_wanted = Signal()
    closing = Signal()
    room_changed = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("desk")
        self.setWindowTitle(TITLE)
        self.setWindowIcon(program_icon())
        self.setMinimumSize(*_SMALLEST)
        self.resize(QSize(*_FIRST_SIZE).boundedTo(self.screen().availableSize()))
        self._rooms: dict[str, Room] = {}
        self._room: Room | None = None
        self._case = ""
        self._line_of: Callable[[str], PatientLine] = lambda _case: PatientLine("", "")
        self._trouble: TroublePanel | None = None
        self._trouble_told = ""
        self._notice: Notice | None = None
        self._leaving = False
        self.unkept: Callable[[], Trouble | None] = lambda: None  # why what was written would be lost by closing
        self.call_key: Callable[[QKeyEvent], bool] = lambda _event: False  # the keys of a call, in every room
        self.rail, self.top, self.foot = Rail(), TopBar(), Foot()
        self._stack = QStackedWidget()
        self._stack.setObjectName("rooms")
        self._pages = QStackedWidget()
        self._lay_out()
        self.rail.room_wanted.connect(lambda name: self.go(name, ""))
        self.rail.settings_wanted.connect(lambda: self.settings_wanted.emit("settings"))

    def _lay_out(self) -> None:
        desk = QWidget()
        sides = QHBoxLayout(desk)
        sides.setContentsMargins(0, 0, 0, 0)
        sides.setSpacing(0)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self.top)
        column.addWidget(self._stack, 1)
        column.addWidget(self.foot)
        sides.addWidget(self.rail)
        sides.addLayout(column, 1)
        self._desk = desk
        self._pages.addWidget(desk)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._pages)

    # -- pages before the desk -------------------------------------------------------------------------------------

    def show_page(self, page: QWidget) -> None:
        """Shows a page instead of the desk: sign-in, unlock, locked. The page before it is let go."""
        self._drop_page()
        self.close_sheets()
        self._pages.addWidget(page)
        self._pages.setCurrentWidget(page)
        page.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_rooms(self, rooms: Sequence[Room], line_of: Callable[[str], PatientLine]) -> None:
        """Shows the desk with these rooms; `line_of` answers at once with what the top bar says of a case."""
        self._drop_page()
        self._line_of = line_of
        for room in rooms:
            self._rooms[room.name] = room
            self._stack.addWidget(room)
            self.rail.add(room)
            self.top.add(room)
            self._connect(room)
        self._pages.setCurrentWidget(self._desk)
        self.go(WORKLIST, "")

    def drop_rooms(self) -> None:
        """Lets all rooms go: what they show is no longer in memory when the desk is locked."""
        self.close_sheets()
        for room in self._rooms.values():
            room.close_room()
            self._stack.removeWidget(room)
            room.top_area.setParent(None)
            room.top_area.deleteLater()
            room.setParent(None)
            room.deleteLater()
        self._rooms.clear()
        self._room, self._case = None, ""
        self.rail.clear()
        self.top.say(PatientLine("", ""))
        self.foot.put(FootState())

    def _drop_page(self) -> None:
        page = self._pages.currentWidget()
        if page is not None and page is not self._desk:
            self._pages.removeWidget(page)
            page.deleteLater()

    # -- rooms -----------------------------------------------------------------------------------------------------

    def go(self, name: str, case_id: str) -> None:
        """Leaves the present room and enters another; "" is the case one has open."""
        case = case_id or self._case
        room = self._rooms.get(name)
        if room is None or (room.shows_patient and not case):
            return
        if self._room is not None and not self._room.leave():
            return
        self._room, self._case = room, case
        self.close_trouble()
        self.foot.put_room_text("")
        self.foot.put_room_state("")
        self._stack.setCurrentWidget(room)
        self.rail.show_room(name)
        for other in self._rooms.values():
            self.rail.allow(other.name, bool(case) or not other.shows_patient)
        self.top.show_room(room, self._line_of(case) if room.shows_patient else PatientLine(room.room_title, ""))
        room.enter(case)
        self.room_changed.emit(name, case)

    def refresh_line(self) -> None:
        """Asks again what the top bar says of the open case."""
        if self._room is not None and self._room.shows_patient:
            self.top.say(self._line_of(self._case))

    def present(self) -> tuple[str, str]:
        """The room and the case that one is in."""
        return (self._room.name if self._room else "", self._case)

    def room(self) -> Room | None:
        """The room that one is in."""
        return self._room

    def _connect(self, room: Room) -> None:
        room.go.connect(self.go)
        room.trouble.connect(self.show_trouble)
        room.foot_text.connect(lambda text: self.foot.put_room_text(text) if room is self._room else None)
        room.foot_state.connect(lambda text: self.foot.put_room_state(text) if room is self._room else None)
        room.subtitle.connect(lambda text: self._say_subtitle(room, text))

    def _say_subtitle(self, room: Room, text: str) -> None:
        if room is self._room and not room.shows_patient:
            self.top.say(PatientLine(room.room_title, text))

    # -- trouble and sheets ----------------------------------------------------------------------------------------

    def show_trouble(self, trouble: Trouble, *, act: str = "", do: Callable[[], object] | None = None) -> None:
        """Tells a trouble over the room, with at most one act that helps; the one before it goes."""
        self.close_trouble()
        panel = TroublePanel(trouble, act=act, parent=self._pages)
        if do is not None:
            panel.acted.connect(do)
            panel.acted.connect(self.close_trouble)
        panel.dismissed.connect(self.close_trouble)
        panel.setProperty("role", "sheet")
        panel.setFixedWidth(min(460 * current().size_text // 13, self.width() - 80))
        panel.grew.connect(self._place_trouble)
        self._trouble, self._trouble_told = panel, trouble.what_happened
        panel.show()
        self._place_trouble()
        panel.raise_()

    def show_notice(self, sentence: str, act: str, do: Callable[[], object]) -> None:
        """Says over the room that something waits, with the act that leads there; the one before it goes."""
        self.close_notice()
        notice = self._notice = Notice(sentence, act, self._pages)
        notice.acted.connect(do)
        notice.acted.connect(self.close_notice)
        notice.dismissed.connect(self.close_notice)
        self._place_notice()
        notice.show()
        notice.raise_()

    def close_notice(self) -> None:
        """Takes the notice away."""
        if self._notice is not None:
            self._notice.hide()
            self._notice.deleteLater()
            self._notice = None

    def _place_notice(self) -> None:
        if self._notice is not None:
            self._notice.place(self.width() - 24, self.top.height() + 12, self.width() - 120)

    def trouble_over(self, what_happened: str) -> None:
        """This trouble is over: where it is the one that is told, it goes."""
        if what_happened and what_happened == self._trouble_told:
            self.close_trouble()

    def close_trouble(self) -> None:
        """Takes the trouble away."""
        if self._trouble is not None:
            self._trouble.hide()
            self._trouble.deleteLater()
            self._trouble, self._trouble_told = None, ""

    def close_sheets(self) -> None:
        """Closes every open sheet, trouble and notice."""
        self.close_trouble()
        self.close_notice()
        for sheet in self.findChildren(Sheet):
            sheet.close_sheet()

    def _place_trouble(self) -> None:
        if self._trouble is None:
            return
        self._trouble.fit_height()
        right, bottom = self.width() - 24, self.height() - self.foot.height() - 20
        self._trouble.move(right - self._trouble.width(), bottom - self._trouble.height())

    def follow_keys(self) -> None:
        """Every room names the keys that are in force."""
        for room in self._rooms.values():
            room.follow_keys()

    def _leave_it(self) -> None:
        self._leaving = True
        self.close()

    # -- events ----------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """A key that no widget wanted: the room's, then the desk's."""
        if self._room is not None and self._pages.currentWidget() is self._desk and self._used(event, self._room):
            event.accept()
            return
        super().keyPressEvent(event)

    def _used(self, event: QKeyEvent, room: Room) -> bool:
        return self.call_key(event) or self._desk_key(event) or room.room_key(event)

    def _desk_key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape and self._trouble is not None:
            self.close_trouble()
            return True
        act = desk_act(event)
        if act.startswith("room-"):
            number = int(act[-1]) - 1
            names = list(self._rooms)
            if number < len(names):
                self.go(names[number], "")
            return True
        acts: dict[str, Callable[[], None]] = {
            "help": lambda: self.settings_wanted.emit("keys"),
            "settings": lambda: self.settings_wanted.emit("settings"),
            "lock": self.lock_wanted.emit,
        }
        if act in acts:
            acts[act]()
        return act in acts

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """The trouble stays in its corner."""
        super().resizeEvent(event)
        self._place_trouble()
        self._place_notice()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Follows theme and size of text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            for part in (self.rail, self.top, self.foot):
                part.follow_size_of_text()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  Qt's name
        """Leaves the room first; it may want to stay, and so may what is not kept."""
        if self._room is not None and not self._room.leave():
            event.ignore()
            return
        unkept = None if self._leaving else self.unkept()
        if unkept is not None:
            event.ignore()
            self.show_trouble(unkept, act="Quit without it", do=self._leave_it)
            return
        self.closing.emit()
        event.accept()
