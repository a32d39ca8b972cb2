"""What the worklist needs of the desk, as a port: fulfilled from the vault by `presenter.py`, and by a double in tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from app.worklist.row import Act, Row


@dataclass(frozen=True, slots=True)
class PreviewQuestion:
    """A question in full."""

    number: int
    text: str
    from_patient: bool


@dataclass(frozen=True, slots=True)
class Thumb:
    """A series as a thumbnail: the object that holds its PNG ("" where there is none), two lines of words."""

    object_id: str
    title: str
    when: str


@dataclass(frozen=True, slots=True)
class Preview:
    """The right-hand side for one case."""

    case_id: str
    questions: tuple[PreviewQuestion, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()  # an offered case: label and words
    letter_title: str = ""  # "Referral letter"
    letter_object: str = ""  # "" while it is not on this desk
    letter_pages: int = 0
    letter_id: str = ""  # the document's id in the case
    thumbs: tuple[Thumb, ...] = ()
    notice: str = ""  # what a person should know first, as a sentence
    acts: tuple[Act, ...] = ()


class Shelf(Protocol):
    """The cases of this desk. Every method may take its time: the room calls them in jobs, never in the main thread."""

    def rows(self, now: datetime) -> list[Row]:
        """All rows."""
        ...

    def preview(self, case_id: str, now: datetime) -> Preview:
        """The preview of one case."""
        ...

    def letter_text(self, case_id: str, object_id: str) -> str:
        """The words of the letter's first page."""
        ...

    def thumbnail(self, case_id: str, object_id: str) -> bytes:
        """A PNG of 128 px."""
        ...

    def act(self, case_id: str, act: Act, reason: str) -> None:
        """Does what the person chose: stored first, sent by the engine."""
        ...
