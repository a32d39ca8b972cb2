"""What the Opinion room does: text to paper, the signing sheet, the signature, the way home."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from app.look.buttons import Button
from app.look.sheet import Sheet
from app.opinion.delivery import Delivery, foot_sentence
from app.opinion.facts import facts_of, read_state
from app.opinion.fields import TextField
from app.opinion.open_points import open_sentence
from app.opinion.paperwork import Paperwork
from app.opinion.sheet import SigningSheet
from app.shell.job import Jobs
from record.opinion.checks import signing_sheet
from record.person import date_words

if TYPE_CHECKING:
    from datetime import datetime

    from app.opinion.facts import Signer
    from app.opinion.kept import Kept
    from app.opinion.paperwork import Paper
    from app.opinion.store import OpinionStore
    from app.opinion.text import OpinionText
    from app.opinion.texts import Texts
    from app.opinion.window import OpinionRoom
    from app.reading.case import Cases, OpenCase
    from record.opinion.draft import KeyImage
    from record.trouble import Trouble
    from viewer.workers.pool import Pool


class OpinionPresenter(QObject):
    """Connects the room with the text, the store and the worker."""

    def __init__(self, room: OpinionRoom, cases: Cases, store: OpinionStore, pool: Pool, texts: Texts) -> None:
        super().__init__(room)
        self._room, self._cases, self._store, self._texts = room, cases, store, texts
        self._jobs = Jobs(self, threads=1)
        self._paperwork = Paperwork(store, cases, pool, self)
        self._paperwork.written.connect(self._written)
        self._paperwork.pictured.connect(room.preview.key_images.put_picture)
        self._paperwork.failed.connect(room.preview.tell_trouble)
        room.preview.paper.ready.connect(self._pages_shown)
        room.preview.key_images.wanted.connect(self._paperwork.picture)
        room.preview.key_images.shown.connect(self._show_image)
        room.way.addendum_wanted.connect(self._begin_addendum)
        self._case = ""
        self._opened: OpenCase | None = None
        self._text: OpinionText | None = None
        self._signer: Signer | None = None
        self._paper: Paper | None = None
        self._delivery = Delivery()
        self._sheet: SigningSheet | None = None
        self._entering = 0
        self._review_due = False

    # -- in and out ------------------------------------------------------------------------------------------------

    def enter(self, case_id: str) -> None:
        """Shows the opinion of a case; the fields of the case one was in are there at once."""
        self._say_foot()
        if case_id == self._case and self._text is not None and self._text is self._texts.of(case_id):
            self.refresh(case_id)
            self._focus()
            return
        self._let_go()
        self._case = case_id
        self._entering = self._jobs.start(lambda: self._fetch(case_id), lambda found: self._take_in(*found), self._room.trouble.emit)

    def leave(self) -> None:
        """Keeps the text and closes the sheet."""
        if self._sheet is not None:
            self._sheet.close_sheet()
        self._texts.flush()

    def close(self) -> None:
        """Lets go of everything."""
        self.leave()
        self._let_go()
        self._jobs.stop()
        self._paperwork.stop()
        self._room.preview.paper.stop()

    def refresh(self, case_id: str) -> None:
        """Reads again what is stored of the case one is in."""
        if case_id == self._case and self._text is not None:
            self._jobs.start(lambda: self._fetch(case_id), lambda found: self._look_again(*found), lambda _trouble: None)

    # -- what a person does ----------------------------------------------------------------------------------------

    def review(self) -> None:
        """Opens the signing sheet, now or once the text is there."""
        self._review_due = self._text is None
        if self._sheet is not None or self._text is None or self._opened is None or self._signer is None or self._delivery.signed:
            return
        self._texts.flush()
        facts = facts_of(self._opened, self._signer, self._store.now(), self._text.amends)
        findings = signing_sheet(self._text.draft, facts, read_state(self._opened, self._text.opened, self._text.seen_version))
        sheet = SigningSheet(self._room.left, findings, self._text, self._signer_line(self._signer))
        sheet.closed.connect(self._sheet_closed)
        sheet.go_to.connect(self._go_to)
        sheet.sign.connect(self._sign)
        self._sheet = sheet
        self._paperwork.hurry()
        sheet.paper_current(self._paper_stands())
        sheet.open()

    def ask(self) -> None:
        """Opens the sheet that asks the coordinator something."""
        sheet = Sheet(self._room.left, "Ask a question", name="ask-sheet")
        words = TextField("ask-words", "The question to the coordinator", "What is missing, or unclear", lines=3)
        send = Button("Send", "go", name="ask-send", says="Send the question")
        send.setEnabled(False)
        words.textChanged.connect(lambda: send.setEnabled(bool(words.toPlainText().strip())))
        send.clicked.connect(lambda: self._send_question(sheet, words.toPlainText().strip()))
        sheet.body.addWidget(words)
        sheet.actions.addStretch()
        sheet.actions.addWidget(send)
        sheet.open()

    # -- taking in -------------------------------------------------------------------------------------------------

    def _fetch(self, case_id: str) -> tuple[OpenCase, Kept, Signer, Delivery, bytes | None]:
        delivery = self._store.delivery(case_id)
        signed = self._store.signed_pdf(case_id) if delivery.signed else None
        return self._cases.open(case_id), self._cases.kept(case_id), self._store.signer(), delivery, signed

    def _take_in(self, opened: OpenCase, kept: Kept, signer: Signer, delivery: Delivery, signed: bytes | None) -> None:
        room = self._room
        self._opened, self._signer = opened, signer
        text = self._text = self._texts.open(opened.id, kept)
        text.sign_off(opened.signed)
        room.editor.bind(text, tuple(opened.case.questions), tuple(opened.case.diagnoses))
        text.changed.connect(self._changed)
        text.kept.connect(self._say_kept)
        text.not_kept.connect(self._say_not_kept)
        self._say_kept(text.kept_at)
        room.say_notice(signer.no_examination_notice or "No physical examination was made. This opinion rests on the records provided.")
        self._paperwork.follow(opened, text, signer)
        room.preview.key_images.bind(text)
        self._show_delivery(self._of_the_text(delivery), signed)
        self._changed("")
        self._focus()
        if self._review_due:
            self.review()

    def _look_again(self, opened: OpenCase, _kept: Kept, signer: Signer, delivery: Delivery, signed: bytes | None) -> None:
        text = self._text
        if text is None or opened.id != self._case:
            return
        text.sign_off(opened.signed)
        delivery = self._of_the_text(delivery)
        fresh = self._opened is None or opened.digest != self._opened.digest or signer != self._signer
        self._opened, self._signer = opened, signer
        if fresh and not delivery.signed:
            self._paperwork.follow(opened, text, signer)
        if delivery != self._delivery:
            self._show_delivery(delivery, signed)
        self._say_foot()

    def _of_the_text(self, delivery: Delivery) -> Delivery:
        """The way of what stands in the fields: an addendum that is being written has none yet."""
        return delivery if self._text is None or self._text.closed or not delivery.signed else Delivery()

    def _begin_addendum(self) -> None:
        text, opened, signer = self._text, self._opened, self._signer
        if text is None or opened is None or signer is None or not text.closed:
            return
        text.begin_addendum()
        self._show_delivery(Delivery(), None)
        self._paperwork.follow(opened, text, signer)
        self._changed("")
        self._focus()

    def _let_go(self) -> None:
        if self._entering:
            self._jobs.forget(self._entering)
        if self._text is not None:
            self._text.changed.disconnect(self._changed)
            self._text.kept.disconnect(self._say_kept)
            self._text.not_kept.disconnect(self._say_not_kept)
        self._paperwork.let_go()
        self._room.editor.unbind()
        self._room.preview.clear()
        self._case, self._opened, self._text, self._paper, self._delivery = "", None, None, None, Delivery()

    # -- text and paper --------------------------------------------------------------------------------------------

    def _changed(self, address: str) -> None:
        if self._text is None or self._opened is None:
            return
        asked = [question.id for question in self._opened.case.questions]
        self._room.say_open("" if self._text.amends else open_sentence(self._text.draft, asked))
        if self._sheet is not None and address != "opened":
            self._sheet.paper_current(self._paper_stands())

    def _written(self, paper: Paper) -> None:
        if self._delivery.signed:
            return
        self._paper = paper
        self._room.preview.show_pdf(paper.composed.pdf, signed=False)

    def _paper_stands(self) -> bool:
        """Whether the pages on screen are the newest paper, and that holds the text as it stands."""
        paper, text = self._paper, self._text
        return paper is not None and text is not None and paper.draft == text.draft and self._room.preview.paper.data is paper.composed.pdf

    def _pages_shown(self, _count: int) -> None:
        if self._sheet is not None:
            self._sheet.paper_current(self._paper_stands())

    def _say_not_kept(self, _trouble: Trouble) -> None:
        self._room.kept.setText("Draft not kept")
        self._room.kept.set_role("warn")

    def _say_kept(self, at: datetime | None) -> None:
        self._room.kept.set_role("quiet")
        self._room.kept.setText("" if at is None else f"Draft kept {at.astimezone():%H:%M}")

    def _focus(self) -> None:
        if not self._delivery.signed:
            self._room.editor.focus(self._room.editor.first_open())
        else:
            self._room.preview.pages.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_image(self, image: KeyImage) -> None:
        self._room.place_wanted.emit(f"key_image/{image.id}")

    # -- the sheet and the signature -------------------------------------------------------------------------------

    def _sheet_closed(self) -> None:
        self._sheet = None

    def _go_to(self, where: str) -> None:
        kind, _, name = where.partition("/")
        if kind == "key_images":
            self._room.preview.key_images.write_caption(name)
        elif not self._room.editor.focus(where):
            self._room.place_wanted.emit(where)

    def _sign(self, passphrase: str) -> None:
        paper, opened, sheet = self._paper, self._opened, self._sheet
        if paper is None or opened is None or sheet is None or not self._paper_stands():
            return
        self._jobs.start(
            lambda: self._store.sign(opened.id, opened.revision, opened.digest, paper.composed.pdf, passphrase),
            self._signed,
            self._not_signed,
        )

    def _signed(self, delivery: Delivery) -> None:
        if self._text is not None and self._opened is not None:
            self._text.sign_off(f"{self._opened.assignment.id}/{self._opened.revision}")
        if self._sheet is not None:
            self._sheet.close_sheet()
        paper = self._paper
        self._show_delivery(delivery, None if paper is None else paper.composed.pdf)
        self.refresh(self._case)

    def _not_signed(self, trouble: Trouble) -> None:
        if self._sheet is not None:
            self._sheet.tell_trouble(trouble)
        else:
            self._room.trouble.emit(trouble)

    def _show_delivery(self, delivery: Delivery, pdf: bytes | None) -> None:
        self._delivery = delivery
        self._room.way.show_delivery(delivery)
        self._room.show_writable(writable=not delivery.signed)
        if delivery.signed:
            self._focus()
        if delivery.signed and pdf is not None:
            self._room.preview.show_pdf(pdf, signed=True)
        self._say_foot()

    def _say_foot(self) -> None:
        self._room.foot_state.emit(foot_sentence(self._delivery))
        if self._signer is not None:
            self._room.foot_text.emit(self._signer_words(self._signer))

    @staticmethod
    def _signer_words(signer: Signer) -> str:
        if signer.valid_until is None:
            return f"Signer: **{signer.name}**; the certificate of {signer.hospital} has not come yet"
        return f"Signer: **{signer.name}**, certificate of {signer.hospital}, valid until {date_words(signer.valid_until)}"

    @staticmethod
    def _signer_line(signer: Signer) -> str:
        if signer.valid_until is None:
            return f"The certificate of {signer.hospital} has not come yet. It comes by itself after the hospital approved it."
        return f"You sign as {signer.name}, with the certificate of {signer.hospital}, valid until {date_words(signer.valid_until)}."

    # -- asking ----------------------------------------------------------------------------------------------------

    def _send_question(self, sheet: Sheet, words: str) -> None:
        case_id = self._case
        self._jobs.start(lambda: self._store.ask(case_id, words), lambda _none: sheet.close_sheet(), self._room.trouble.emit)
