"""Documents beside the images: read in a thread, shown or told of, the report of a study found by its key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.reading.contents import DocumentItem, document_of_study
from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.opinion.text import OpinionText
    from app.reading.case import Cases
    from app.reading.window import ReadingRoom
    from app.shell.job import Jobs


class Beside:
    """The documents of the case that is open.

    Args:
        room: shows them.
        cases: gives their bytes.
        jobs: reads them in a thread.
        want_again: asks for a damaged object.
    """

    def __init__(self, room: ReadingRoom, cases: Cases, jobs: Jobs, want_again: Callable[[str], None]) -> None:
        self._room, self._cases, self._jobs, self._want_again = room, cases, jobs, want_again
        self._case = ""
        self._items: tuple[DocumentItem, ...] = ()
        self._text: OpinionText | None = None

    def take(self, case_id: str, items: tuple[DocumentItem, ...]) -> None:
        """The documents of a case, from now on."""
        self._case, self._items = case_id, items

    def bind(self, text: OpinionText) -> None:
        """What is opened is kept with this text."""
        self._text = text

    def let_go(self) -> None:
        """No case is open."""
        self._case, self._items, self._text = "", (), None
        self._room.document.hide()
        self._room.document.paper.clear()

    def open(self, document_id: str) -> None:
        """Opens a document beside the images."""
        item = next((each for each in self._items if each.id == document_id), None)
        if item is None:
            return
        case_id = self._case
        self._jobs.start(
            lambda: self._cases.object_bytes(case_id, item.object),
            lambda data: self._read(case_id, item, data),
            lambda trouble: self._failed(case_id, item, trouble),
        )

    def open_again(self) -> None:
        """Opens once more what could not be read."""
        self.open(self._room.document.failed)

    def report(self) -> None:
        """Opens the report of the study on screen, or closes it."""
        study = self._room.images.active_study()
        item = document_of_study(self._items, study) if study else None
        if item is None:
            nothing = Trouble("No report came for this study.", "Look into the documents, or ask the coordinator for it.", kind=Kind.STATE)
            self._room.trouble.emit(nothing)
            return
        if self._room.document.isVisible() and self._room.document.document == item.id:
            self._room.hide_document()
            return
        self.open(item.id)

    def _read(self, case_id: str, item: DocumentItem, data: bytes) -> None:
        if case_id != self._case:
            return
        self._room.show_document()
        self._room.document.show_document(item.id, item.title, data)
        if self._text is not None:
            self._text.open_document(item.id)

    def _failed(self, case_id: str, item: DocumentItem, trouble: Trouble) -> None:
        if case_id != self._case:
            return
        if trouble.kind is Kind.DAMAGED:
            self._want_again(item.object)
        self._room.show_document()
        self._room.document.show_trouble(item.id, item.title, trouble)
