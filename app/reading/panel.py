"""The case panel at the right of the images: the whole opinion under the questions, key images, documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.look.buttons import Button
from app.look.words import Words
from app.opinion.editor import Editor, Extent
from app.opinion.places import SELDOM
from app.reading.documents import DocumentList
from app.reading.keyimages import KeyImages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.opinion.text import OpinionText
    from app.reading.contents import DocumentItem
    from sync.protocol.messages import CaseBody

EXTENT = Extent("reading", "Questions", folded=SELDOM, narrow=True)


class CasePanel(QFrame):
    """The panel. Signals: `opinion_wanted()`, `since_read()` the person has seen that records came since."""

    opinion_wanted = Signal()
    since_read = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("case-panel")
        self.setAccessibleName("Case")
        self.setProperty("role", "panel")
        self.setMinimumWidth(240)
        self.editor = Editor(EXTENT)
        self.key_images = KeyImages("reading")
        self.documents = DocumentList()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._make_since())
        self._scroll = self._make_scroll()
        outer.addWidget(self._scroll, 1)
        self.editor.entered.connect(self._show_field)

    def bind(self, text: OpinionText, case: CaseBody) -> None:
        """Shows the text of a case."""
        self.editor.bind(text, tuple(case.questions), tuple(case.diagnoses))
        self.key_images.bind(text)

    def show_documents(self, items: Sequence[DocumentItem], report_key: str, absent: Sequence[str]) -> None:
        """Lists the documents."""
        self.documents.show_documents(items, report_key, absent)

    def add_foot(self, widget: QWidget) -> None:
        """Takes in a control below everything else."""
        self._foot.addWidget(widget)

    def unbind(self) -> None:
        """Lets go of the text."""
        self.editor.unbind()
        self.key_images.unbind()

    def show_since(self, sentence: str) -> None:
        """Says that records came since the reading began; "" takes it away."""
        self._since_words.setText(sentence)
        self._since.setVisible(bool(sentence))

    def _make_since(self) -> QWidget:
        self._since = QFrame()
        self._since.setObjectName("records-since")
        self._since.setProperty("role", "raised")
        column = QVBoxLayout(self._since)
        column.setContentsMargins(20, 12, 20, 12)
        column.setSpacing(6)
        self._since_words = Words("", "warn", wrap=True)
        seen = Button("I have seen it", "link", name="records-since-seen")
        seen.clicked.connect(self.since_read)
        column.addWidget(self._since_words)
        column.addWidget(seen)
        self._since.hide()
        return self._since

    def _make_scroll(self) -> QScrollArea:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(20, 16, 20, 20)
        column.setSpacing(22)
        to_opinion = Button("The whole opinion", "link", name="reading-to-opinion", says="Go to the whole opinion")
        to_opinion.clicked.connect(self.opinion_wanted)
        self.editor.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.editor)
        column.addWidget(self.key_images)
        column.addWidget(self.documents)
        self._foot = QVBoxLayout()
        self._foot.setSpacing(10)
        self._foot.addWidget(to_opinion)
        column.addLayout(self._foot)
        column.addStretch()
        scroll = QScrollArea()
        scroll.setObjectName("case-panel-scroll")
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidgetResizable(True)
        scroll.setWidget(inner)
        return scroll

    def _show_field(self, address: str) -> None:
        field = self.editor.field(address)
        inner = self._scroll.widget()
        if field is not None and inner is not None:
            at = field.mapTo(inner, QPoint(0, field.cursorRect().center().y()))
            self._scroll.ensureVisible(at.x(), at.y(), 0, 60)
