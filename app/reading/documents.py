"""Documents: their list in the panel, and the one that is open beside the images."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.look.buttons import Button, KeyHint, draw_ring
from app.look.fields import Field
from app.look.sheet import TroublePanel
from app.look.theme import colour, current, font
from app.look.words import Words, heading
from app.reading.pages import Pages
from app.reading.paper import Paper

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.reading.contents import DocumentItem
    from record.trouble import Trouble
    from viewer.workers.pool import Pool

_LONGEST = 280  # logical pixels of a line in the panel


class DocumentList(QWidget):
    """The documents of a case, one a line. Signals: `chosen(str)` a document's id."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("document-list")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)

    def show_documents(self, items: Sequence[DocumentItem], report_key: str, absent: Sequence[str]) -> None:
        """Lists documents; a report says by which key it opens beside its study. What the hospital has not got stands below."""
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        head = heading("Documents")
        head.setContentsMargins(0, 0, 0, 2)
        self._column.addWidget(head)
        for number, document in enumerate(items, 1):
            self._column.addWidget(self._line(number, document, report_key))
        if not items:
            self._column.addWidget(Words("None came with this case.", "faint"))
        for words in absent:
            self._column.addWidget(Words(words, "second", wrap=True))

    def _line(self, number: int, document: DocumentItem, report_key: str) -> QWidget:
        line = QWidget()
        column = QVBoxLayout(line)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        open_it = DocumentLine(document.line, f"document-{number}")
        open_it.clicked.connect(lambda: self.chosen.emit(document.id))
        column.addWidget(open_it)
        if document.study is not None:
            row = QHBoxLayout()
            row.setSpacing(8)
            row.addWidget(Words("beside its study", "faint"))
            row.addWidget(KeyHint(report_key))
            row.addStretch()
            column.addLayout(row)
        return line


class DocumentLine(QAbstractButton):
    """A document's name, to be opened by a press, Space or Enter; it wraps where the panel is narrow."""

    def __init__(self, words: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(words)
        self.setObjectName(name)
        self.setAccessibleName(f"Open {words}")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """As long as the words, at most what a panel has."""
        return self._size(_LONGEST)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """In a few lines where it must."""
        return self._size(140)

    def hasHeightForWidth(self) -> bool:  # noqa: N802  Qt's name
        """Narrower is higher."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802  Qt's name
        """The lines it takes."""
        return self._size(width).height()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Enter opens, like Space."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """The words; underlined under the pointer."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        face = font()
        face.setUnderline(self.underMouse())
        painter.setFont(face)
        painter.setPen(colour("accent" if self.isDown() else "text"))
        painter.drawText(self.rect(), Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignVCenter, self.text())
        if self.hasFocus():
            draw_ring(painter, QRectF(self.rect()), current().radius_tag)

    def _size(self, width: int) -> QSize:
        box = QFontMetrics(font()).boundingRect(QRect(0, 0, width, 400), Qt.TextFlag.TextWordWrap, self.text())
        return QSize(min(box.width() + 2, width), box.height() + 2)


class OpenDocument(QFrame):
    """The document that is open beside the images: title, search, zoom, pages.

    Signals: `closed()` the person closed it.
    """

    closed = Signal()

    def __init__(self, pool: Pool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("document")
        self.setProperty("role", "panel")
        self.setMinimumWidth(280)
        self.pages = Pages("document-pages", "Pages of the document")
        self.paper = Paper(self.pages, pool, self)
        self.document = ""
        self._trouble: TroublePanel | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._make_head())
        self._column.addWidget(self.pages, 1)
        self.paper.ready.connect(self._say_page)
        self.paper.failed.connect(self._show_trouble)
        self.paper.found_words.connect(self._say_found)
        self.pages.page_changed.connect(lambda _page: self._say_page())

    def show_document(self, document: str, title: str, data: bytes) -> None:
        """Opens a document."""
        self._drop_trouble()
        self.document = document
        self._title.setText(title)
        self.pages.setAccessibleName(title)
        self.search.clear()
        self._count = 0
        self.paper.show(data)

    def show_trouble(self, document: str, title: str, trouble: Trouble) -> None:
        """Says why a document cannot be opened, in its place."""
        self.document = document
        self._title.setText(title)
        self.paper.clear()
        self._show_trouble(trouble)

    @property
    def failed(self) -> str:
        """The document that is in sight and could not be opened, or an empty string."""
        return self.document if self._trouble is not None and self.isVisible() else ""

    def where_words(self) -> str:
        """What the head says of the page or the place found."""
        return self._where.text()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Esc closes, Ctrl+F and / search."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        elif event.matches(QKeySequence.StandardKey.Find) or event.text() == "/":
            self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            event.ignore()

    def _make_head(self) -> QWidget:
        head = QWidget()
        rows = QVBoxLayout(head)
        rows.setContentsMargins(16, 8, 8, 8)
        rows.setSpacing(4)
        self._title = Words("", "strong")
        self._title.setObjectName("document-title")
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._where = Words("", "faint")
        self.search = Field("document-search", "Find in the document", hint="Find")
        self.search.textEdited.connect(self.paper_search)
        self.search.returnPressed.connect(lambda: self._step(1))
        smaller = _small("remove", "document-smaller", "Smaller", lambda: self.pages.step_zoom(-1))
        larger = _small("add", "document-larger", "Larger", lambda: self.pages.step_zoom(1))
        close = _small("close", "document-close", "Close the document", self._close)
        for row in ((self._title, close), (self.search, self._where, smaller, larger)):
            line = QHBoxLayout()
            line.setSpacing(8)
            for widget in row:
                line.addWidget(widget, 1 if widget in (self._title, self.search) else 0)
            rows.addLayout(line)
        self._count = 0
        return head

    def paper_search(self, query: str) -> None:
        """Finds words as they are typed."""
        self.paper.search(query)

    def _close(self) -> None:
        self.closed.emit()

    def _step(self, step: int) -> None:
        number, count = self.paper.next_hit(step)
        if count:
            self._where.setText(f"{number} of {count}")

    def _say_found(self, count: int) -> None:
        if len(self.search.text().strip()) < 2:
            self._say_page()
        else:
            self._where.setText(f"1 of {count}" if count else "not found")

    def _say_page(self, count: int | None = None) -> None:
        self._count = self._count if count is None else count
        self._where.setText(f"Page {self.pages.page + 1} of {self._count}" if self._count else "")

    def _show_trouble(self, trouble: Trouble) -> None:
        self._drop_trouble()
        self._trouble = TroublePanel(trouble, dismissable=False)
        self._column.insertWidget(1, self._trouble, 1, Qt.AlignmentFlag.AlignTop)
        self.pages.hide()

    def _drop_trouble(self) -> None:
        if self._trouble is not None:
            self._trouble.hide()
            self._trouble.deleteLater()
            self._trouble = None
        self.pages.show()


def _small(icon: str, name: str, says: str, act: Callable[[], None]) -> Button:
    """A button of an icon alone, a square."""
    button = Button("", "plain", icon=icon, name=name, says=says)
    button.setFixedWidth(current().control)
    button.clicked.connect(act)
    return button
