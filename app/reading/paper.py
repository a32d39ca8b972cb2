"""A PDF on screen: the worker draws its pages and finds its words, `Pages` shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.reading.pages import Hit, Pages, PageSize
from app.reading.search import found
from app.shell.job import Jobs

if TYPE_CHECKING:
    from record.trouble import Trouble
    from viewer.workers.pdf_pages import PdfInfo, PdfPage, PdfText
    from viewer.workers.pool import Pool


class Paper(QObject):
    """Shows the pages of PDF bytes in a `Pages`.

    Signals:
        ready(int): the document is on screen; how many pages it has.
        found_words(int): how many places were found.
        failed(Trouble): it cannot be shown.
    """

    ready = Signal(int)
    found_words = Signal(int)
    failed = Signal(object)

    def __init__(self, pages: Pages, pool: Pool, parent: QObject) -> None:
        super().__init__(parent)
        self._pages, self._pool = pages, pool
        self._jobs = Jobs(self, threads=2)
        self._data = b""
        self._turn = 0  # answers of an earlier document are dropped
        self._count = 0
        self._texts: dict[int, PdfText] = {}
        self._query = ""
        self._reading = False
        self._hits: tuple[Hit, ...] = ()
        self._at = 0
        pages.wanted.connect(self._draw)

    @property
    def data(self) -> bytes:
        """The bytes that are on screen."""
        return self._data

    def show(self, data: bytes, *, keep_place: bool = False) -> None:
        """Shows a document; `keep_place` where it is the same one, written anew."""
        self._turn += 1
        turn = self._turn
        self._texts, self._hits, self._at, self._reading = {}, (), 0, False
        self._jobs.start(
            lambda: self._pool.run("pdf_info", data),
            lambda info: self._take_in(turn, data, info, keep_place=keep_place),
            lambda trouble: self._fail(turn, trouble),
        )

    def clear(self) -> None:
        """Shows nothing."""
        self._turn += 1
        self._data, self._count, self._texts, self._hits = b"", 0, {}, ()
        self._pages.show_pages(())

    def search(self, query: str) -> None:
        """Finds words anywhere in the document and marks them; fewer than two letters mark nothing."""
        self._query = query.strip()
        if len(self._query) < 2:
            self._put_hits(())
            return
        missing = [page for page in range(self._count) if page not in self._texts]
        if not missing:
            self._find()
            return
        if self._reading:
            return  # its answer looks for the newest words
        self._reading = True
        turn, data = self._turn, self._data
        self._jobs.start(
            lambda: {page: self._pool.run("pdf_text", (data, page)) for page in missing},
            lambda texts: self._take_texts(turn, texts),
            lambda trouble: self._fail(turn, trouble),
        )

    def next_hit(self, step: int = 1) -> tuple[int, int]:
        """Leads to the next place found (or the one before): its number from 1, and how many there are; (0, 0) where there is none."""
        if not self._hits:
            return (0, 0)
        self._at = (self._at + step) % len(self._hits)
        self._pages.mark(self._hits, self._at)
        return (self._at + 1, len(self._hits))

    def stop(self) -> None:
        """Lets go of the threads."""
        self._jobs.stop()

    def _take_in(self, turn: int, data: bytes, info: PdfInfo, *, keep_place: bool) -> None:
        if turn != self._turn:
            return
        same = keep_place and len(info.pages) == self._count
        self._data, self._count = data, len(info.pages)
        if same:
            self._pages.stale()
        else:
            self._pages.show_pages([PageSize(*size) for size in info.pages], keep_place=keep_place)
        self.ready.emit(self._count)

    def _draw(self, page: int, scale: float) -> None:
        turn, data = self._turn, self._data
        if not data:
            return
        self._jobs.start(
            lambda: _picture(self._pool.run("pdf_page", (data, page, scale))),
            lambda picture: self._pages.put(page, scale, picture) if turn == self._turn else None,
            lambda trouble: self._tell(turn, page, trouble),
        )

    def _tell(self, turn: int, page: int, trouble: Trouble) -> None:
        if turn == self._turn:
            self._pages.tell(page, f"{trouble.what_happened} {trouble.what_to_do}")

    def _fail(self, turn: int, trouble: Trouble) -> None:
        if turn == self._turn:
            self.failed.emit(trouble)

    def _take_texts(self, turn: int, texts: dict[int, PdfText]) -> None:
        if turn == self._turn:
            self._reading = False
            self._texts.update(texts)
            self._find()

    def _find(self) -> None:
        hits: list[Hit] = []
        for page in sorted(self._texts):
            hits += [Hit(page, boxes) for boxes in found(self._texts[page].words, self._query)]
        self._put_hits(tuple(hits))

    def _put_hits(self, hits: tuple[Hit, ...]) -> None:
        self._hits, self._at = hits, 0
        self._pages.mark(hits)
        self.found_words.emit(len(hits))


def _picture(page: PdfPage) -> QImage:
    return QImage(page.rgba, page.width, page.height, page.width * 4, QImage.Format.Format_RGBX8888).copy()
