"""What the Reading room does: the first image before all else, then the lists, the text and the documents."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent

from app.opinion.pictures import picture_of
from app.reading.beside import Beside
from app.reading.contents import absent_words, documents, studies
from app.reading.frames import CaseFrames
from app.reading.keeping import SIGNED, named, no_measurement, numbered
from app.reading.open_case import Ready, ready_of
from app.reading.original import OriginalSaver
from app.reading.preparing import Preparing
from app.reading.thumbnails import thumbnails
from app.shell.job import Jobs
from app.shell.room import OPINION
from viewer.screen.keys import Act, first_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QImage

    from app.opinion.kept import Kept
    from app.opinion.text import OpinionText
    from app.opinion.texts import Texts
    from app.reading.case import Cases, OpenCase
    from app.reading.window import ReadingRoom
    from record.opinion.draft import KeyImage
    from record.trouble import Trouble
    from viewer.workers.pool import Pool

_SAID_MS = 4000  # how long a passing word stands in the foot
_LATEST_MS = 400  # the lists come now, even where no image was drawn


class ReadingPresenter(QObject):
    """Connects the room with the case, the text and the worker."""

    _damaged = Signal(str)

    def __init__(self, room: ReadingRoom, cases: Cases, pool: Pool, texts: Texts) -> None:
        super().__init__(room)
        self._room, self._cases, self._pool, self._texts = room, cases, pool, texts
        self._jobs = Jobs(self, threads=2)
        self._case = ""
        self._ready: Ready | None = None
        self._preparing = Preparing(
            cases, self._jobs, wanted=self._entering, came=self._show, failed=self._read, make_ready=room.images.make_ready
        )
        self._text: OpinionText | None = None
        self._beside = Beside(room, cases, self._jobs, self._want_again)
        self._place = ""
        self._stage = ""
        self._asked_again: set[str] = set()
        self._lists_due = QTimer(self)
        self._lists_due.setSingleShot(True)
        self._lists_due.timeout.connect(self._fill)
        self._foot_back = QTimer(self)
        self._foot_back.setSingleShot(True)
        self._foot_back.timeout.connect(lambda: room.foot_text.emit(self._stage))
        self._acts: dict[Act, Callable[[], None]] = {
            Act.PANEL_LEFT: room.toggle_strip,
            Act.PANEL_RIGHT: room.toggle_panel,
            Act.TO_TEXT: room.text_and_back.go,
            Act.REPORT_BESIDE: self._beside.report,
            Act.REVIEW: self._review,
            Act.KEY_IMAGE: self._keep_image,
            Act.MEASUREMENT_TO_TEXT: self._measurement_to_text,
            Act.HELP: self._help,
            Act.SAVE_ORIGINAL: self._save_original,
        }
        self.originals = OriginalSaver(room, cases, self._say_shortly, room.trouble.emit)
        self._connect()

    def _connect(self) -> None:
        room, images = self._room, self._room.images
        self._damaged.connect(self._want_again)
        images.first_painted.connect(self._first_painted)
        images.shown.connect(self._series_shown)
        images.stage.connect(self._say_stage)
        images.tool.connect(room.tools.show_tool)
        images.link.connect(room.tools.show_link)
        images.planes.connect(room.tools.show_planes)
        images.act.connect(self.do)
        images.trouble.connect(room.trouble)
        room.tools.chosen.connect(self.do)
        room.strip.chosen.connect(self._choose_series)
        room.panel.documents.chosen.connect(self._beside.open)
        room.panel.opinion_wanted.connect(lambda: room.go.emit(OPINION, ""))
        room.panel.since_read.connect(self._since_read)
        room.panel.key_images.wanted.connect(self._draw_key_image)
        room.panel.key_images.shown.connect(self._show_key_image)
        room.document.closed.connect(room.hide_document)

    # -- in and out ------------------------------------------------------------------------------------------------

    def prepare(self, case_id: str) -> None:
        """Reads the index of a case before it is entered."""
        if self._ready is None or self._ready.opened.id != case_id:
            self._preparing.begin(case_id)

    def enter(self, case_id: str) -> None:
        """Shows a case: what is prepared at once, else as soon as its index is read."""
        self._say_stage(self._stage)
        if case_id == self._case and self._ready is not None:
            self._room.focus_images()
            self._show_waiting_place()
            return
        self._room.case_changes.emit(case_id)
        self._let_go()
        self._case = case_id
        prepared = self._preparing.take(case_id)
        if prepared is not None:
            self._show(prepared)
        elif not self._preparing.is_underway(case_id):
            self._read(case_id)

    def _entering(self) -> str:
        return self._case if self._ready is None else ""

    def _read(self, case_id: str) -> None:
        self._jobs.start(lambda: ready_of(self._cases, case_id), self._show, partial(self._not_shown, case_id))

    def prepared(self) -> str:
        """The case whose index is read and that is not entered yet, or an empty string."""
        return self._preparing.case()

    def leave(self) -> None:
        """Keeps the text."""
        self._texts.flush()

    def close(self) -> None:
        """Lets go of everything."""
        self._texts.flush()
        self._let_go()
        self._jobs.stop()
        self.originals.close()
        self._room.images.close_images()
        self._room.document.paper.stop()

    def refresh(self, case_id: str) -> None:
        """Looks again at what is stored of the case one is in."""
        self._preparing.drop(case_id)
        if case_id == self._case:
            came = self._look_again if self._ready is not None else self._show  # what was damaged as it was entered is whole again, perhaps
            self._jobs.start(lambda: ready_of(self._cases, case_id), came, lambda _trouble: None)

    # -- acts --------------------------------------------------------------------------------------------------------

    def do(self, act: Act) -> bool:
        """Does an act of the room, or hands it to the viewport that has the keys."""
        own = self._acts.get(act)
        if own is not None:
            own()
            return True
        self._room.focus_images()
        return self._room.images.do(act)

    def show_place(self, where: str) -> None:
        """Shows a place of the case ("series/<uid>", "documents/<id>", "key_image/<id>", "case"), now or once the case is open."""
        self._place = where
        if self._text is not None:
            self._show_waiting_place()

    # -- opening -----------------------------------------------------------------------------------------------------

    def _not_shown(self, case_id: str, trouble: Trouble) -> None:
        if case_id == self._case and self._ready is None:
            self._room.images.tell(trouble)

    def _show(self, ready: Ready) -> None:
        if ready.opened.id != self._case:
            return
        self._ready = ready
        frames = CaseFrames(self._cases, self._case, self._damaged.emit)
        self._room.images.show_case(ready, frames)
        self._room.focus_images()
        self._lists_due.start(_LATEST_MS)

    def _first_painted(self) -> None:
        if self._lists_due.isActive():
            self._lists_due.start(0)
        self._room.first_image.emit()

    def _fill(self) -> None:
        """Strip, documents and text; the images are on screen."""
        ready, case_id = self._ready, self._case
        if ready is None:
            return
        self._list(ready.opened)
        self._jobs.start(lambda: self._cases.kept(case_id), partial(self._take_text, case_id), self._room.trouble.emit)

    def _list(self, opened: OpenCase) -> None:
        room = self._room
        listed = studies(opened.manifest)
        papers = documents(opened.manifest)
        self._beside.take(opened.id, papers)
        room.strip.show_studies(listed)
        room.strip.show_on_screen(room.images.on_screen())
        room.panel.show_documents(papers, first_key(Act.REPORT_BESIDE), absent_words(opened.manifest))
        wanted = [(each.uid, each.thumbnail) for study in listed for each in study.series if each.thumbnail]
        self._jobs.start(lambda: thumbnails(self._cases, opened.id, wanted), self._put_thumbnails, lambda _trouble: None)

    def _take_text(self, case_id: str, kept: Kept) -> None:
        if case_id != self._case or self._ready is None or self._text is not None:
            return
        opened, room = self._ready.opened, self._room
        text = self._text = self._texts.open(opened.id, kept)
        text.sign_off(opened.signed)
        self._beside.bind(text)
        room.panel.bind(text, opened.case)
        room.text_and_back.forget()
        if not text.seen_version:
            text.see_version(opened.manifest.version)
        for uid in room.images.on_screen():
            text.open_series(uid)
        room.images.restore_marks(text.draft.key_images)
        room.text_there.emit(case_id)
        self._say_since(opened)
        self._show_waiting_place()

    def _look_again(self, ready: Ready) -> None:
        before = self._ready
        if before is None or ready.opened.id != self._case:
            return
        if self._text is not None:
            self._text.sign_off(ready.opened.signed)
        back = ready.opened.damaged < before.opened.damaged or (bool(self._asked_again) and not ready.opened.damaged)
        if back:
            self._asked_again.clear()
        if ready.opened.digest != before.opened.digest:
            self._ready = ready
            self._room.images.take_series(ready)
            self._list(ready.opened)
            self._say_since(ready.opened)
        else:
            self._ready = replace(before, opened=ready.opened)
        if back:
            self._room.images.retry()
            self._beside.open_again()

    def _let_go(self) -> None:
        self._lists_due.stop()
        self._foot_back.stop()
        if self._text is not None:
            self._room.panel.unbind()
        self._room.images.clear()
        self._room.strip.show_studies(())
        self._beside.let_go()
        self._room.panel.show_since("")
        self._case, self._ready, self._text, self._stage = "", None, None, ""
        self._asked_again = set()

    def _put_thumbnails(self, pictures: list[tuple[str, QImage]]) -> None:
        for uid, picture in pictures:
            self._room.strip.put_picture(uid, picture)

    # -- while reading -----------------------------------------------------------------------------------------------

    def _series_shown(self, uids: tuple[str, ...]) -> None:
        self._room.strip.show_on_screen(uids)
        if self._text is not None:
            for uid in uids:
                self._text.open_series(uid)

    def _choose_series(self, uid: str) -> None:
        self._room.images.put_series(uid)
        self._room.focus_images()

    def _say_stage(self, words: str) -> None:
        self._stage = words
        self._room.foot_text.emit(words)

    def _say_shortly(self, words: str) -> None:
        self._room.foot_text.emit(words)
        self._foot_back.start(_SAID_MS)

    def _say_since(self, opened: OpenCase) -> None:
        seen = self._text.seen_version if self._text is not None else opened.manifest.version
        since = 0 < seen < opened.manifest.version
        self._room.panel.show_since("Records came since you began to read. They are in the lists below." if since else "")

    def _since_read(self) -> None:
        if self._text is not None and self._ready is not None:
            self._text.see_version(self._ready.opened.manifest.version)
        self._room.panel.show_since("")

    def _want_again(self, object_id: str) -> None:
        if object_id in self._asked_again or not self._case:
            return
        self._asked_again.add(object_id)
        case_id = self._case
        self._jobs.start(lambda: self._cases.want_again(case_id, object_id), lambda _none: None, self._room.trouble.emit)

    # -- key images and measurements ---------------------------------------------------------------------------------

    def _keep_image(self) -> None:
        image = self._room.images.key_image()
        if image is None or self._text is None:
            return
        if self._text.closed:
            self._say_shortly(SIGNED)
            return
        kept = named(image)
        self._text.add_key_image(kept)
        self._room.panel.key_images.choose(kept.id)
        self._say_shortly(f"Key image {len(self._text.draft.key_images)} kept")

    def _save_original(self) -> None:
        uid = self._room.images.instance()
        if uid and self._case:
            self.originals.save(self._case, uid)

    def _measurement_to_text(self) -> None:
        found = self._room.images.measurement()
        if found is None or self._text is None:
            self._room.trouble.emit(no_measurement())
            return
        measurement, words = found
        kept = numbered(measurement)
        self._text.change("measurements", lambda draft: replace(draft, measurements=(*draft.measurements, kept)), undoable=True)
        field = self._room.panel.editor.field(self._room.text_and_back.address())
        if field is not None:
            field.insert(words)

    def _draw_key_image(self, image: KeyImage) -> None:
        ready = self._ready
        if ready is None:
            return
        self._jobs.start(
            lambda: picture_of(image, ready.opened, self._cases, self._pool),
            lambda picture: self._room.panel.key_images.put_picture(image.id, picture),
            lambda _trouble: None,  # the panel keeps the caption; the Opinion room tells what is wrong
        )

    def _show_key_image(self, image: KeyImage) -> None:
        self._room.images.show_image(image)
        self._room.focus_images()

    def _help(self) -> None:
        """A viewport took the key; the window's own key for help leads there."""
        press = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_F1, Qt.KeyboardModifier.NoModifier)
        QCoreApplication.postEvent(self._room.window(), press)

    # -- to other places ---------------------------------------------------------------------------------------------

    def _review(self) -> None:
        self._room.review_wanted.emit()

    def _show_waiting_place(self) -> None:
        where, self._place = self._place, ""
        kind, _, name = where.partition("/")
        if kind == "series":
            self._choose_series(name)
        elif kind == "documents":
            self._beside.open(name)
        elif kind == "key_image" and self._text is not None:
            image = next((each for each in self._text.draft.key_images if each.id == name), None)
            if image is not None:
                self._show_key_image(image)
