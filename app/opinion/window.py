"""The Opinion room: the whole text at the left, the pages as they will be signed at the right."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSplitter, QVBoxLayout, QWidget

from app.look.buttons import Button
from app.look.words import CutWords, Words
from app.opinion.editor import Editor, Extent
from app.opinion.presenter import OpinionPresenter
from app.opinion.preview import Preview
from app.opinion.way import WayHome
from app.reading.focus import settle
from app.shell.room import OPINION, READING, Room
from viewer.screen.keys import Act, first_key

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from app.opinion.store import OpinionStore
    from app.opinion.texts import Texts
    from app.reading.case import Cases
    from viewer.workers.pool import Pool

EXTENT = Extent("opinion", "Answers")
_TEXT_WIDTH = 820


class OpinionRoom(Room):
    """The room. `refresh(case_id)` says that something of a case changed on this desk: its delivery, its records.

    Signals: `place_wanted(str)` an address that is not of the text ("series/<uid>", "documents/<id>"): Reading shows it.
    """

    name: ClassVar[str] = OPINION
    room_title: ClassVar[str] = "Opinion"
    icon: ClassVar[str] = "pen"

    place_wanted = Signal(str)

    def __init__(self, cases: Cases, store: OpinionStore, pool: Pool, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = Editor(EXTENT)
        self.preview = Preview(pool)
        self.way = WayHome()
        self.kept = CutWords("", "quiet")
        self.kept.setObjectName("draft-kept")
        self.open_points = CutWords("", "warn")
        self.open_points.setObjectName("open-points")
        self.ask = Button("Ask a question", name="ask", says="Ask the coordinator a question")
        review_key = first_key(Act.REVIEW).replace("Enter", "↵").replace("+", " ")
        self.review = Button("Review and sign", key=review_key, name="review-and-sign")
        self._left = self._make_left()
        self._lay_out()
        self.editor.entered.connect(self._show_field)
        self.presenter = OpinionPresenter(self, cases, store, pool, texts)
        self.review.clicked.connect(self.presenter.review)
        self.ask.clicked.connect(self.presenter.ask)
        settle(self)

    @property
    def left(self) -> QWidget:
        """What a sheet is laid over: the text, so that the pages stay in sight."""
        return self._left

    def enter(self, case_id: str) -> None:
        """Shows the opinion of a case."""
        self.presenter.enter(case_id)

    def leave(self) -> bool:
        """Keeps the text."""
        self.presenter.leave()
        return True

    def close_room(self) -> None:
        """Lets go of everything."""
        self.presenter.close()

    def refresh(self, case_id: str) -> None:
        """Something of a case changed on this desk."""
        self.presenter.refresh(case_id)

    def room_key(self, event: QKeyEvent) -> bool:
        """Ctrl+Enter reviews, F2 leads to the text and back to the images."""
        ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if ctrl and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.presenter.review()
            return True
        if event.key() == Qt.Key.Key_F2:
            self.go.emit(READING, "")
            return True
        return False

    def show_writable(self, *, writable: bool) -> None:
        """A signed text is read, not written."""
        self.editor.set_writable(writable)
        self._under_way.setVisible(self.way.isVisibleTo(self._left))
        self.review.setVisible(writable)
        self.kept.setVisible(writable)
        self.open_points.setVisible(writable and bool(self.open_points.text()))

    def say_open(self, sentence: str) -> None:
        """What is still open."""
        self.open_points.setText(sentence)
        self.open_points.setVisible(bool(sentence) and self.review.isVisibleTo(self.top_area))

    def say_notice(self, notice: str) -> None:
        """The notice that is printed on every opinion."""
        self._notice.setText(f"{notice}  (printed on every opinion)")

    def _lay_out(self) -> None:
        row = self.top_area.layout()
        assert isinstance(row, QHBoxLayout)
        row.setSpacing(12)
        row.addStretch()
        for widget in (self.kept, self.ask, self.open_points, self.review):
            row.addWidget(widget)
        sides = QSplitter(Qt.Orientation.Horizontal)
        sides.setChildrenCollapsible(False)
        sides.setHandleWidth(1)
        sides.addWidget(self._left)
        sides.addWidget(self.preview)
        sides.setStretchFactor(0, 3)
        sides.setStretchFactor(1, 2)
        sides.setSizes([824, 560])
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(sides)

    def _make_left(self) -> QWidget:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(24, 8, 28, 24)
        column.setSpacing(0)
        column.addWidget(self.way)
        self._under_way = QWidget()
        self._under_way.setFixedHeight(18)
        self._under_way.hide()
        column.addWidget(self._under_way)
        column.addWidget(self.editor)
        self._notice = Words("", "quiet", wrap=True)
        column.addWidget(self._notice)
        column.addStretch()
        self._scroll = QScrollArea()
        self._scroll.setObjectName("opinion-scroll")
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(inner)
        left = QWidget()
        left.setMinimumWidth(420)
        left.setMaximumWidth(_TEXT_WIDTH)  # the lines stay readable; a wide screen gives its room to the pages
        outer = QVBoxLayout(left)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._scroll)
        return left

    def _show_field(self, address: str) -> None:
        field, inner = self.editor.field(address), self._scroll.widget()
        if field is not None and inner is not None:
            at = field.mapTo(inner, QPoint(0, field.cursorRect().center().y()))
            self._scroll.ensureVisible(at.x(), at.y(), 0, 60)
