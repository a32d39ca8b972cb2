"""The one text of an opinion: what Reading's panel and the Opinion room both show and change, kept in the vault as one writes."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from app.opinion.places import text_at, with_text
from app.shell.job import Jobs
from record.opinion.draft import Draft
from record.trouble import Trouble

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from app.opinion.kept import Kept, Opened
    from record.opinion.draft import KeyImage

log = logging.getLogger(__name__)

PAUSE_MS = 700  # how long a hand must rest before the draft is kept
LONGEST_MS = 5000  # and how long it may go on without; also how soon it is tried again where it failed
CONSULT_NOTES = "consult_notes"  # the one text that goes on being written when the opinion is signed


class Keeper(Protocol):
    """Where drafts are kept: the vault, or a test."""

    def save(self, kept: Kept) -> datetime:
        """Keeps a draft durably and says when (aware); raises `Trouble` (STORAGE, LOCKED). Called from a thread."""
        ...


class OpinionText(QObject):
    """A draft that changes.

    Signals:
        changed(str): the address of what changed ("findings", "answers/<id>", "verdicts/<n>", "urgency", "key_images", "measurements",
            "waivers", "opened"; "all": another draft took its place).
        closed_changed(bool): the text was signed and is only read from now on, or an addendum was begun.
        kept(datetime): the draft is in the vault as it stands, since then.
        not_kept(Trouble): it is not; the text is still here, and it is tried again by itself. Said once for one cause.
    """

    changed = Signal(str)
    closed_changed = Signal(bool)
    kept = Signal(object)
    not_kept = Signal(object)

    def __init__(self, case_id: str, kept: Kept, keeper: Keeper, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.case_id = case_id
        self.kept_at: datetime | None = kept.at
        self._now, self._keeper = kept, keeper
        self._jobs = Jobs(self, threads=1)
        self._saving, self._dirty = False, False
        self._not_kept_by, self._signed = "", ""
        self._undo: list[tuple[str, Draft]] = []
        self._rest, self._longest = self._timer(PAUSE_MS), self._timer(LONGEST_MS)

    @property
    def all_kept(self) -> bool:
        """Whether the vault holds the text as it stands."""
        return not self._saving and not self._dirty

    @property
    def draft(self) -> Draft:
        """The draft as it stands."""
        return self._now.draft

    @property
    def opened(self) -> Opened:
        """What was opened so far."""
        return self._now.opened

    @property
    def seen_version(self) -> int:
        """The version of the manifest that the reading began with; 0 before it began."""
        return self._now.seen_version

    @property
    def amends(self) -> str | None:
        """The signed opinion that this draft is an addendum to."""
        return self._now.amends

    @property
    def closed(self) -> bool:
        """Whether the text is signed: nothing in it changes any more."""
        return bool(self._signed) and self._signed != self.amends

    def sign_off(self, opinion: str) -> None:
        """Says which opinion of the case is signed ("assignment/revision"), or "" for none."""
        before, self._signed = self.closed, opinion
        if self.closed != before:
            self.closed_changed.emit(self.closed)

    def begin_addendum(self) -> None:
        """An empty draft that amends the signed opinion; that one stays as it is, in the vault and at the hospital."""
        if not self.closed:
            return
        self._undo.clear()
        self._put(replace(self._now, draft=Draft(consult_notes=self.draft.consult_notes), amends=self._signed), "all")
        self.closed_changed.emit(False)

    def text(self, address: str) -> str:
        """The text at an address."""
        return text_at(self.draft, address)

    def write(self, address: str, text: str) -> None:
        """Changes the text at an address."""
        if text != self.text(address):
            self.change(address, lambda draft: with_text(draft, address, text))

    def change(self, address: str, how: Callable[[Draft], Draft], *, undoable: bool = False) -> None:
        """Changes the draft at an address by a function of it; `undoable` remembers how it stood."""
        before = self.draft
        after = how(before)
        if after == before or (self.closed and address != CONSULT_NOTES):
            return
        if undoable:
            self._undo.append((address, before))
        self._put(replace(self._now, draft=after), address)

    def add_key_image(self, image: KeyImage) -> None:
        """Adds a key image at the end."""
        self.change("key_images", lambda draft: replace(draft, key_images=(*draft.key_images, image)), undoable=True)

    def caption(self, key_image: str, text: str) -> None:
        """Changes what is said of a key image."""

        def captioned(draft: Draft) -> Draft:
            images = tuple(replace(each, caption=text) if each.id == key_image else each for each in draft.key_images)
            return replace(draft, key_images=images)

        self.change("key_images/caption", captioned)

    def remove_key_image(self, key_image: str) -> None:
        """Takes a key image out; `undo` brings it back."""
        self.change(
            "key_images", lambda draft: replace(draft, key_images=tuple(i for i in draft.key_images if i.id != key_image)), undoable=True
        )

    def undo(self) -> bool:
        """Takes back the last addition or removal of a key image or measurement; False where there is none."""
        if not self._undo or self.closed:
            return False
        address, before = self._undo.pop()
        now = replace(self.draft, key_images=_restored(self.draft.key_images, before.key_images), measurements=before.measurements)
        self._put(replace(self._now, draft=now), address)
        return True

    def open_series(self, series: str) -> None:
        """Remembers that a series was on screen."""
        self._put_opened(self.opened.with_series(series))

    def open_document(self, document: str) -> None:
        """Remembers that a document was on screen."""
        self._put_opened(self.opened.with_document(document))

    def see_version(self, version: int) -> None:
        """Remembers the manifest's version that the person has seen."""
        if version != self.seen_version:
            self._put(replace(self._now, seen_version=version), "opened")

    def flush(self) -> None:
        """Keeps what is not kept yet, now and here (leaving the room, closing): one short write."""
        self._stop_timers()
        self._jobs.stop()
        if self._saving or self._dirty:  # the answer of a save that was under way is not waited for: it may have been a no
            self._saving, self._dirty = False, False
            try:
                self._was_kept(self._keeper.save(self._now))
            except Trouble as trouble:
                self._was_not_kept(trouble)

    def close(self) -> None:
        """Keeps what is left and lets go of the thread."""
        self.flush()

    def _put_opened(self, opened: Opened) -> None:
        if opened != self.opened:
            self._put(replace(self._now, opened=opened), "opened")

    def _put(self, now: Kept, address: str) -> None:
        self._now, self._dirty = now, True
        self._rest.start()
        if not self._longest.isActive():
            self._longest.start()
        self.changed.emit(address)

    def _timer(self, wait_ms: int) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(wait_ms)
        timer.timeout.connect(self._save)
        return timer

    def _stop_timers(self) -> None:
        self._rest.stop()
        self._longest.stop()

    def _save(self) -> None:
        self._stop_timers()
        if self._saving or not self._dirty:
            return
        self._saving, self._dirty = True, False
        now = self._now
        self._jobs.start(lambda: self._keeper.save(now), self._was_kept, self._was_not_kept)

    def _was_kept(self, at: datetime) -> None:
        self._saving, self.kept_at, self._not_kept_by = False, at, ""
        self.kept.emit(at)
        if self._dirty:
            self._rest.start()

    def _was_not_kept(self, trouble: Trouble) -> None:
        self._saving, self._dirty = False, True
        self._longest.start()
        if trouble.what_happened != self._not_kept_by:
            self._not_kept_by = trouble.what_happened
            self.not_kept.emit(trouble)


def _restored(now: tuple[KeyImage, ...], before: tuple[KeyImage, ...]) -> tuple[KeyImage, ...]:
    """The key images of before, with the captions written since."""
    captions = {image.id: image for image in now}
    return tuple(captions.get(image.id, image) for image in before)
