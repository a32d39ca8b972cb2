"""The Reading room: images in the middle, series at the left, the case at the right, a document beside the images."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from app.look.buttons import Button
from app.reading.detached import Detached
from app.reading.documents import OpenDocument
from app.reading.focus import TextAndBack, settle
from app.reading.images import Images
from app.reading.panel import CasePanel
from app.reading.presenter import ReadingPresenter
from app.reading.strip import SeriesStrip
from app.reading.tools import ToolBar
from app.shell.room import READING, Room
from viewer.screen import keys
from viewer.screen.pressed import act_of

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from app.opinion.texts import Texts
    from app.reading.case import Cases
    from viewer.workers.pool import Pool

_PANEL = 320
_CALL = 384
_WARM_AFTER_MS = 200


class ReadingRoom(Room):
    """The room. `prepare(case_id)` reads a case's index before it is entered; `refresh(case_id)` says that something of it changed.

    Signals: `review_wanted()` the signing sheet of the case is asked for by its key.
    """

    name: ClassVar[str] = READING
    room_title: ClassVar[str] = "Reading"
    icon: ClassVar[str] = "read"

    review_wanted = Signal()
    first_image = Signal()
    case_changes = Signal(str)  # another case is entered; nothing of it is drawn yet
    text_there = Signal(str)  # the text of the case that is open can be written

    def __init__(self, cases: Cases, pool: Pool, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._warm = False
        self.tools = ToolBar()
        self.strip = SeriesStrip()
        self.images = Images(pool)
        self.document = OpenDocument(pool)
        self.document.hide()
        self.panel = CasePanel()
        self.detached: Detached | None = None
        self._call: tuple[QWidget, ...] = ()
        self._detach = Button("In a window of its own", "link", name="panel-detach", says="Show the case panel in a window of its own")
        self._detach.clicked.connect(self.detach)
        self.panel.add_foot(self._detach)
        self._lay_out()
        self.text_and_back = TextAndBack(self, self.images.active, self._first_field)
        self.presenter = ReadingPresenter(self, cases, pool, texts)
        settle(self)
        settle(self.tools)

    # -- the room ----------------------------------------------------------------------------------------------------

    def enter(self, case_id: str) -> None:
        """Shows the images of a case."""
        self.presenter.enter(case_id)

    def prepare(self, case_id: str) -> None:
        """Reads the index of a case (no pixels), so that entering it shows the first image at once."""
        self.presenter.prepare(case_id)
        if not self._warm:
            self._warm = True
            QTimer.singleShot(_WARM_AFTER_MS, self, self.warm)

    def warm(self) -> None:
        """Lays the room out and paints it once where nobody sees it: fonts, styles and sizes are ready when a case is entered."""
        stack = self.parentWidget()
        if stack is not None and not self.isVisible():
            self.resize(stack.size())
            self.grab()
            self.tools.grab()

    def leave(self) -> bool:
        """Keeps the text."""
        self.presenter.leave()
        return True

    def close_room(self) -> None:
        """Lets go of images, threads and windows."""
        if self.detached is not None:
            self.detached.give_back()
        self.presenter.close()

    def refresh(self, case_id: str) -> None:
        """Something of a case changed on this desk."""
        self.presenter.refresh(case_id)

    def take_up_originals(self) -> None:
        """The desk is unlocked: what was to be saved before is taken up again."""
        self.presenter.originals.begin()

    def originals_arrived(self, case_id: str) -> None:
        """Untouched originals of a case have come."""
        self.presenter.originals.arrived(case_id)

    def show_place(self, where: str) -> None:
        """Shows a series, a document or a key image of the case, now or once the case is open."""
        self.presenter.show_place(where)

    def help_scope(self) -> str:
        """The keys of the viewports."""
        return keys.VIEWPORT

    def room_key(self, event: QKeyEvent) -> bool:
        """The keys of the room: panels, text and back, report, review."""
        act = act_of(event, keys.READING)
        if act in keys.IN_A_CALL:  # there is no call, or it has used them
            return False
        if act is None and act_of(event, keys.VIEWPORT) is keys.Act.MEASUREMENT_TO_TEXT:
            act = keys.Act.MEASUREMENT_TO_TEXT  # also while the caret stands where it shall go
        return act is not None and self.presenter.do(act)

    def follow_keys(self) -> None:
        """The tools name the person's own keys."""
        self.tools.follow_keys()

    # -- panels ------------------------------------------------------------------------------------------------------

    def toggle_strip(self) -> None:
        """Series strip away and back."""
        self.strip.setVisible(not self.strip.isVisible())

    def toggle_panel(self) -> None:
        """Case panel away and back; from a window of its own it comes back."""
        if self.detached is not None:
            self.detached.close()
            return
        self.panel.setVisible(not self.panel.isVisible())
        if not self.panel.isVisible():
            self.focus_images()

    def detach(self) -> None:
        """The case panel in a window of its own, for another screen."""
        if self.detached is None:
            self.detached = Detached(self.panel, self.panel_back, self.room_key)
            self._detach.hide()

    def panel_back(self) -> None:
        """The case panel takes its place again."""
        self.detached = None
        self._detach.show()
        self._sides.insertWidget(1, self.panel)
        self.panel.show()
        self._share_out()

    # -- a call ------------------------------------------------------------------------------------------------------

    def take_call(self, pane: QWidget, before: QWidget, after: QWidget) -> None:
        """The call's pane takes the place of the case panel (its key brings that back beside it); words and buttons go into the top bar."""
        row = self.top_area.layout()
        assert isinstance(row, QHBoxLayout)
        row.insertWidget(0, before)
        row.addWidget(after)
        self._call = (pane, before, after)
        self.tools.give_way(True)
        if self.detached is None:
            self.panel.hide()
        self.call_back(pane)
        settle(pane)
        settle(after)

    def call_back(self, pane: QWidget) -> None:
        """The pane takes its place again after it was in a window of its own."""
        self._sides.addWidget(pane)
        pane.show()
        self._share_out()

    def drop_call(self) -> None:
        """The call is over: the case panel is there again."""
        for widget in self._call:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
        self._call = ()
        self.tools.give_way(False)
        if self.detached is None:
            self.panel.show()
            self._share_out()

    def _share_out(self) -> None:
        beside = [widget for n in range(1, self._sides.count()) if (widget := self._sides.widget(n)) is not None]
        wanted = [_CALL if widget in self._call else _PANEL for widget in beside]
        shown = sum(wide for wide, widget in zip(wanted, beside, strict=True) if not widget.isHidden())
        self._sides.setSizes([max(self._sides.width() - shown, 200), *wanted])

    def show_document(self) -> None:
        """The document takes its place beside the images."""
        if not self.document.isVisible():
            whole = self._middle.width()
            self.document.show()
            self._middle.setSizes([round(whole * 0.55), round(whole * 0.45)])
        if not self.document.failed:  # one that is whole again takes the keys from nobody
            self.document.pages.setFocus(Qt.FocusReason.OtherFocusReason)

    def hide_document(self) -> None:
        """The images take all the room again."""
        self.document.hide()
        self.focus_images()

    def focus_images(self) -> None:
        """The keys go to the viewport one was in."""
        target = self.images.active()
        if target is not None:
            target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _first_field(self) -> QWidget | None:
        notes = self._call[0].findChild(QWidget, "consult-notes") if self._call and self.panel.isHidden() else None
        if notes is not None:  # in a call one writes there
            return notes
        if self.panel.isHidden():
            self.panel.show()
        return self.panel.editor.field(self.panel.editor.first_open())

    def _lay_out(self) -> None:
        row = self.top_area.layout()
        assert isinstance(row, QHBoxLayout)
        row.addWidget(self.tools)
        self._middle = _splitter(self.images, self.document)
        self._sides = _splitter(self._middle, self.panel)
        self._sides.setStretchFactor(0, 1)
        self._sides.setStretchFactor(1, 0)
        self._sides.setSizes([1000, _PANEL])
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._sides)
        sides = QHBoxLayout(self)
        sides.setContentsMargins(0, 0, 0, 0)
        sides.setSpacing(0)
        sides.addWidget(self.strip)
        sides.addLayout(column, 1)


def _splitter(first: QWidget, second: QWidget) -> QSplitter:
    made = QSplitter(Qt.Orientation.Horizontal)
    made.setChildrenCollapsible(False)
    made.setHandleWidth(2)
    made.addWidget(first)
    made.addWidget(second)
    return made
