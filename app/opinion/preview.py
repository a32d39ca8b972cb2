"""The pages at the right of the text: key images, and the paper exactly as it will be signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.look.words import Words, heading
from app.reading.keyimages import KeyImages
from app.reading.pages import Pages
from app.reading.paper import Paper

if TYPE_CHECKING:
    from record.trouble import Trouble
    from viewer.workers.pool import Pool


class Preview(QFrame):
    """Key images over the pages of a PDF."""

    def __init__(self, pool: Pool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("opinion-preview")
        self.setProperty("role", "panel")
        self.key_images = KeyImages("opinion")
        self.pages = Pages("opinion-pages", "The opinion as it will be signed", side=2)
        self.paper = Paper(self.pages, pool, self)
        self._count, self._signed = 0, False
        self._head = heading("")
        self._head.setObjectName("opinion-pages-head")
        self._trouble = Words("", "warn", wrap=True)
        self._trouble.setObjectName("opinion-pages-trouble")
        self._trouble.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 12, 0)
        column.setSpacing(0)
        self.key_images.setContentsMargins(0, 0, 12, 0)
        column.addWidget(self.key_images)
        column.addSpacing(18)
        column.addWidget(self._head)
        column.addWidget(self._trouble)
        column.addSpacing(2)
        column.addWidget(self.pages, 1)
        self.pages.page_changed.connect(lambda _page: self._say())
        self.paper.ready.connect(self._ready)
        self.paper.failed.connect(self.tell_trouble)

    def show_pdf(self, data: bytes, *, signed: bool) -> None:
        """Shows a paper, staying on the page one reads."""
        self._trouble.hide()
        self._signed = signed
        self.paper.show(data, keep_place=True)

    def paper_is_shown(self) -> bool:
        """Whether pages are on screen."""
        return self._count > 0

    def clear(self) -> None:
        """Shows nothing."""
        self._count = 0
        self.paper.clear()
        self.key_images.unbind()
        self._head.setText("")

    def tell_trouble(self, trouble: Trouble) -> None:
        """Why there is no newer paper."""
        self._trouble.setText(f"{trouble.what_happened} {trouble.what_to_do}")
        self._trouble.show()

    def _ready(self, count: int) -> None:
        self._count = count
        self._say()

    def _say(self) -> None:
        how = "exactly as it was signed" if self._signed else "exactly as it will be signed"
        self._head.setText(f"Page {self.pages.page + 1} of {self._count}, {how}" if self._count else "")
