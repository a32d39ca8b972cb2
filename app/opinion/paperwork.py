"""The paper of the text as it stands: composed anew after each pause in the writing, in threads, the newest one shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app.opinion.facts import facts_of
from app.opinion.pictures import picture_of, printable
from app.shell.job import Jobs
from record.opinion.parts import make_document

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from app.opinion.facts import Signer
    from app.opinion.store import OpinionStore
    from app.opinion.text import OpinionText
    from app.reading.case import Cases, OpenCase
    from record.opinion.compose import Composed
    from record.opinion.draft import Draft, KeyImage
    from record.trouble import Trouble
    from viewer.workers.pool import Pool

PAUSE_MS = 600


@dataclass(frozen=True, slots=True, eq=False)
class Paper:
    """A composed paper and the draft that it holds; signing takes these very bytes."""

    draft: Draft
    composed: Composed


class Paperwork(QObject):
    """Composes the opinion of one case.

    Signals:
        written(Paper): a new paper.
        pictured(str, QImage): the picture of a key image (its id), for thumbnails too.
        failed(Trouble): it cannot be composed, or a key image cannot be drawn.
    """

    written = Signal(object)
    pictured = Signal(str, object)
    failed = Signal(object)

    def __init__(self, store: OpinionStore, cases: Cases, pool: Pool, parent: QObject) -> None:
        super().__init__(parent)
        self._store, self._cases, self._pool = store, cases, pool
        self._jobs = Jobs(self, threads=2)
        self._opened: OpenCase | None = None
        self._text: OpinionText | None = None
        self._signer: Signer | None = None
        self._pictures: dict[tuple[str, str], QImage] = {}  # by what is drawn: two captions share a picture
        self._busy, self._turn = False, 0
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._compose)

    def follow(self, opened: OpenCase, text: OpinionText, signer: Signer) -> None:
        """Composes this text from now on."""
        self.let_go()
        self._opened, self._text, self._signer = opened, text, signer
        text.changed.connect(self._changed)
        self._compose()

    def let_go(self) -> None:
        """Composes nothing."""
        if self._text is not None:
            self._text.changed.disconnect(self._changed)
        self._turn += 1
        self._pause.stop()
        self._pictures.clear()
        self._opened, self._text, self._busy = None, None, False

    def picture(self, image: KeyImage) -> None:
        """Draws a key image; the answer is `pictured`."""
        opened, turn = self._opened, self._turn
        if opened is None:
            return
        known = self._pictures.get(_looks(image))
        if known is not None:
            self.pictured.emit(image.id, known)
            return
        self._jobs.start(
            lambda: picture_of(image, opened, self._cases, self._pool),
            lambda picture: self._take_picture(turn, image, picture),
            lambda trouble: self.failed.emit(trouble) if turn == self._turn else None,
        )

    def hurry(self) -> None:
        """Does not wait for the pause: the person wants to see or sign it now."""
        if self._pause.isActive():
            self._compose()

    def stop(self) -> None:
        """Lets go of the threads."""
        self.let_go()
        self._jobs.stop()

    def _changed(self, address: str) -> None:
        if address != "opened":
            self._pause.start()

    def _compose(self) -> None:
        self._pause.stop()
        opened, text, signer, turn = self._opened, self._text, self._signer, self._turn
        if opened is None or text is None or signer is None:
            return
        if self._busy:
            self._pause.start()
            return
        self._busy = True
        draft, amends, known = text.draft, text.amends, dict(self._pictures)
        self._jobs.start(
            lambda: self._write(opened, draft, amends, signer, known),
            lambda answer: self._take(turn, *answer),
            lambda trouble: self._fail(turn, trouble),
        )

    def _write(
        self, opened: OpenCase, draft: Draft, amends: str | None, signer: Signer, known: dict[tuple[str, str], QImage]
    ) -> tuple[Paper, dict[tuple[str, str], QImage]]:
        pictures = {_looks(i): known.get(_looks(i)) or picture_of(i, opened, self._cases, self._pool) for i in draft.key_images}
        at = self._store.now()
        document = make_document(draft, facts_of(opened, signer, at, amends))
        printed = {image.id: printable(pictures[_looks(image)]) for image in draft.key_images}
        return Paper(draft, self._store.compose(document, printed, at)), pictures

    def _take(self, turn: int, paper: Paper, pictures: dict[tuple[str, str], QImage]) -> None:
        if turn == self._turn:
            self._busy = False
            self._pictures.update(pictures)
            self.written.emit(paper)

    def _fail(self, turn: int, trouble: Trouble) -> None:
        if turn == self._turn:
            self._busy = False
            self.failed.emit(trouble)

    def _take_picture(self, turn: int, image: KeyImage, picture: QImage) -> None:
        if turn == self._turn:
            self._pictures[_looks(image)] = picture
            self.pictured.emit(image.id, picture)


def _looks(image: KeyImage) -> tuple[str, str]:
    """All of a key image that its picture shows."""
    return (f"{image.sop_instance_uid}/{image.frame}", repr((image.window, image.table, image.inverted, image.marks)))
