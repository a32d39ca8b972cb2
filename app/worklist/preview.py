"""The right-hand side of the worklist: questions, letter, images, and what can be done."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from app.look.buttons import Button
from app.look.flow import Flow, Pile
from app.look.scroll import ContentScroll
from app.look.theme import current
from app.look.thumb import ThumbPicture
from app.look.words import Role, Words, heading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.worklist.row import Act
    from app.worklist.shelf import Preview, Thumb

_GREETING = re.compile(r"\bDear [^,.:!]{1,60}[,:!]")

# act → (word, kind, key)
_ACTS: dict[str, tuple[str, str, str]] = {
    "read": ("Read", "go", "↵"),
    "accept": ("Accept", "go", "↵"),
    "decline": ("Not me", "normal", ""),
    "pause": ("Pause", "plain", ""),
    "resume": ("Go on fetching", "normal", ""),
    "give_back": ("Give back", "plain", ""),
}


class PreviewPanel(QFrame):
    """Shows one case; `act_chosen(act)` when a button is pressed, `letter_wanted()` for the whole letter."""

    act_chosen = Signal(str)
    letter_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("worklist-preview")
        self.setProperty("role", "panel")
        self._thumbs: dict[str, ThumbPicture] = {}
        self._letter: Words | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(20, 20, 20, 20)
        self._column.setSpacing(20)
        self._content: QWidget | None = None

    def clear(self) -> None:
        """Shows nothing."""
        self._thumbs, self._letter = {}, None
        self._put(QWidget())

    def show_case(self, preview: Preview) -> None:
        """Shows a case; letter and thumbnails follow by `put_letter` and `put_thumb`."""
        self._thumbs, self._letter = {}, None
        inner = QWidget()
        column = Pile(inner, spacing=22)
        for make in (self._notice, self._questions, self._facts, self._letter_part, self._images):
            part = make(preview)
            if part is not None:
                column.addLayout(part)
        whole = QWidget()
        rows = QVBoxLayout(whole)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(20)
        rows.addWidget(ContentScroll(inner))
        rows.addLayout(self._acts(preview))
        rows.addStretch()
        self._put(whole)

    def put_letter(self, text: str) -> None:
        """The words of the letter's first page."""
        if self._letter is not None:
            self._letter.setText(_opening(text))

    def put_thumb(self, object_id: str, png: bytes) -> None:
        """A thumbnail that came."""
        picture = QPixmap()
        if object_id in self._thumbs and picture.loadFromData(png, "PNG"):
            self._thumbs[object_id].put(picture)

    def _put(self, content: QWidget) -> None:
        if self._content is not None:
            self._column.removeWidget(self._content)
            self._content.hide()
            self._content.deleteLater()
        self._content = content
        self._column.addWidget(content)

    def _notice(self, preview: Preview) -> QLayout | None:
        return _section("", [Words(preview.notice, "warn", wrap=True)]) if preview.notice else None

    def _questions(self, preview: Preview) -> QLayout | None:
        if not preview.questions:
            return None
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for row, question in enumerate(preview.questions):
            role: Role = "quiet" if question.from_patient else "text"
            text = f"From the patient: “{question.text}”" if question.from_patient else question.text
            grid.addWidget(Words(str(question.number), role), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(Words(text, role, wrap=True), row, 1)
        return _section("Questions", [grid])

    def _facts(self, preview: Preview) -> QLayout | None:
        if not preview.facts:
            return None
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for row, (label, words) in enumerate(preview.facts):
            grid.addWidget(Words(label, "quiet"), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(Words(words, wrap=True), row, 1)
        return _section("Offered", [grid])

    def _letter_part(self, preview: Preview) -> QLayout | None:
        if not preview.letter_title:
            return None
        here = bool(preview.letter_object)
        self._letter = Words("" if here else "The letter comes with the images.", "quiet", wrap=True)
        self._letter.setAlignment(Qt.AlignmentFlag.AlignTop)
        parts: list[QWidget | QLayout] = [self._letter]
        if here:
            pages = f", {preview.letter_pages} pages" if preview.letter_pages > 1 else ""
            whole = Button(f"Read the whole letter{pages}", "link", name="preview-letter")
            whole.clicked.connect(self.letter_wanted)
            parts.append(whole)
        return _section("Letter", parts)

    def _images(self, preview: Preview) -> QLayout | None:
        if not preview.thumbs:
            return None
        flow = Flow(spacing=8)
        for thumb in preview.thumbs:
            flow.addWidget(self._thumb(thumb))
        return _section("Images", [flow])

    def _thumb(self, thumb: Thumb) -> QWidget:
        made = QWidget()
        made.setFixedWidth(current().thumb)
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        picture = ThumbPicture(says=f"{thumb.title}, {thumb.when}")
        column.addWidget(picture)
        for words in (thumb.title, thumb.when):
            line = Words(words, "tiny")
            line.setText(line.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, current().thumb))
            line.setToolTip(words)
            column.addWidget(line)
        column.setSpacing(2)
        if thumb.object_id:
            self._thumbs[thumb.object_id] = picture
        return made

    def _acts(self, preview: Preview) -> QLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        for act in preview.acts:
            word, kind, key = _ACTS[act]
            button = Button(word, kind, key=key, name=f"act-{act}")  # type: ignore[arg-type]  # the table's words are the kinds
            button.clicked.connect(lambda _=False, act=act: self._chosen(act))
            row.addWidget(button)
        row.addStretch()
        return row

    def _chosen(self, act: Act) -> None:
        self.act_chosen.emit(act)


def _section(title: str, parts: Sequence[QWidget | QLayout]) -> QLayout:
    column = Pile(spacing=7)
    if title:
        column.addWidget(heading(title))
    for part in parts:
        if isinstance(part, QWidget):
            column.addWidget(part)
        else:
            column.addLayout(part)
    return column


def _opening(text: str, limit: int = 260) -> str:
    """The first words of a letter, as one paragraph, cut between words."""
    words = " ".join(text.split())
    greeting = _GREETING.search(words)
    if greeting:  # the letterhead before it says nothing about the patient
        words = words[greeting.end() :].lstrip()
    if len(words) <= limit:
        return words
    return words[:limit].rsplit(" ", 1)[0].rstrip(".,;:") + "…"
