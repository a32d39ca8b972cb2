"""The pictures of a call in the pane: small ones in a row, one of them large, to point at and mark; and what another desk shows live."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.consult.marks import LIVE
from app.consult.picture_board import PictureBoard
from app.look.buttons import Button
from app.look.flow import Flow
from app.look.words import CutWords, heading
from app.reading.thumb import Thumb

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.consult.mark_paint import Over
    from sync.protocol.consult import SnapshotShown

COMING, FAILED = "The picture is on its way.", "The picture could not be had.\nPress its small one to try again."


class Stills(QWidget):
    """Signals: `wanted(sha256)` a picture is to be fetched; `opened(on)` another one is large, "" for none."""

    wanted = Signal(str)
    opened = Signal(str)

    def __init__(self, over: Callable[[str], Over]) -> None:
        super().__init__()
        self._images: dict[str, QImage] = {}
        self._failed: set[str] = set()
        self._thumbs: dict[str, Thumb] = {}
        self._labels: dict[str, str] = {}
        self._known: tuple[str, ...] | None = None
        self.board = PictureBoard(over)
        self._label = CutWords("", "second")
        self._close = Button("Close", "link", name="still-close", says="Close the picture")
        self._close.clicked.connect(lambda: self.open(""))
        self._large = QWidget()
        self._row = QWidget()
        self._strip = Flow(self._row)
        self._lay_out()
        self.hide()

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self._label, 1)
        line.addWidget(self._close)
        large = QVBoxLayout(self._large)
        large.setContentsMargins(0, 0, 0, 0)
        large.setSpacing(6)
        large.addWidget(self.board)
        large.addLayout(line)
        self._large.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(heading("Pictures that were shown"))
        column.addWidget(self._large)
        column.addWidget(self._row)

    @property
    def on(self) -> str:
        """The picture that is large: a SHA-256, "live" for what another desk shows, or ""."""
        return self.board.on

    def follow(self, shown: Sequence[SnapshotShown]) -> None:
        """The still pictures of the room; one that is new is opened."""
        ids = tuple(each.sha256 for each in shown)
        for each in shown:
            if each.sha256 not in self._thumbs:
                self._labels[each.sha256] = f"{each.label}{', with name' if each.identity else ''}"
                lines = (f"{each.at.astimezone():%H:%M}", each.label, *(("with name",) if each.identity else ()))
                self._add(each.sha256, f"Still picture, {self._labels[each.sha256]}", lines)
                self.wanted.emit(each.sha256)
        fresh = [on for on in ids if self._known is not None and on not in self._known]
        self._known = ids
        if fresh:
            self.open(fresh[-1])
        self._settle()

    def follow_live(self, label: str, by: str) -> None:
        """What another desk shows live, and whose; "" for nothing."""
        if label and LIVE not in self._thumbs:
            self._labels[LIVE] = label
            self._add(LIVE, f"{by} shows {label}", ("live", by))
            self.open(LIVE)
        elif label and label != self._labels.get(LIVE):
            self._labels[LIVE] = label
            self._put(LIVE)
        elif not label and LIVE in self._thumbs:
            thumb = self._thumbs.pop(LIVE)
            self._strip.removeWidget(thumb)
            thumb.hide()
            thumb.deleteLater()
            self._images.pop(LIVE, None)
            if self.on == LIVE:
                self.open("")
        self._settle()

    def put(self, on: str, image: QImage) -> None:
        """A picture has come."""
        self._images[on] = image
        self._failed.discard(on)
        if on in self._thumbs and (on != LIVE or not self._thumbs[on].has_picture()):
            self._thumbs[on].set_picture(image)
        self._put(on)

    def fail(self, on: str) -> None:
        """A picture cannot be had now."""
        self._failed.add(on)
        self._put(on)

    def open(self, on: str) -> None:
        """Makes a picture large; "" none."""
        if on in self._failed:
            self._failed.discard(on)
            self.wanted.emit(on)
        self.board.show_picture(on, self._images.get(on, QImage()), self._labels.get(on, ""), self._without(on))
        self._label.setText(self._labels.get(on, ""))
        self._large.setVisible(bool(on))
        for own, thumb in self._thumbs.items():
            thumb.set_on(own == on)
        self.opened.emit(on)

    def _put(self, on: str) -> None:
        if on and on == self.on:
            self.board.show_picture(on, self._images.get(on, QImage()), self._labels.get(on, ""), self._without(on))
            self._label.setText(self._labels.get(on, ""))

    def _without(self, on: str) -> str:
        return FAILED if on in self._failed else COMING

    def _add(self, on: str, says: str, lines: tuple[str, ...]) -> None:
        thumb = self._thumbs[on] = Thumb(f"still-{on[:12]}", says, lines)
        thumb.clicked.connect(lambda: self.open("" if on == self.on and on not in self._failed else on))
        if on in self._images:
            thumb.set_picture(self._images[on])
        self._strip.addWidget(thumb)

    def _settle(self) -> None:
        self.setVisible(bool(self._thumbs))
