"""The key images of the opinion: thumbnails, and under them the caption of the one chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.look.buttons import Button
from app.look.fields import Field
from app.look.flow import Flow
from app.look.words import Words, heading
from app.reading.thumb import Thumb

if TYPE_CHECKING:
    from PySide6.QtGui import QImage, QKeyEvent

    from app.opinion.text import OpinionText
    from record.opinion.draft import KeyImage


class KeyImages(QWidget):
    """Thumbnails of the key images of a text.

    Signals:
        wanted(KeyImage): its picture is not here; answer with `put_picture`.
        shown(KeyImage): the person wants to see it where it was taken.
    """

    wanted = Signal(object)
    shown = Signal(object)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.setObjectName(f"{name}-key-images")
        self._text: OpinionText | None = None
        self._pictures: dict[str, QImage] = {}
        self._thumbs: dict[str, Thumb] = {}
        self._chosen = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = heading("Key images")
        head.setContentsMargins(0, 0, 0, 8)
        column.addWidget(head)
        self._none = Words("None yet. K keeps the image as you see it.", "faint", wrap=True)
        column.addWidget(self._none)
        self._grid = QWidget()
        self._flow = Flow(self._grid)
        column.addWidget(self._grid)
        column.addWidget(self._make_caption_row())
        column.addWidget(self._make_undo_row())

    def bind(self, text: OpinionText) -> None:
        """Shows the key images of a text."""
        self.unbind()
        self._text = text
        text.changed.connect(self._follow)
        text.closed_changed.connect(self._rebuild)
        self._chosen = ""
        self._undo_row.hide()
        self._rebuild()

    def unbind(self) -> None:
        """Lets go of the text and the pictures."""
        if self._text is not None:
            self._text.changed.disconnect(self._follow)
            self._text.closed_changed.disconnect(self._rebuild)
            self._text = None
        self._pictures.clear()

    def put_picture(self, key_image: str, picture: QImage) -> None:
        """The picture of a key image."""
        self._pictures[key_image] = picture
        if key_image in self._thumbs:
            self._thumbs[key_image].set_picture(picture)

    def choose(self, key_image: str) -> None:
        """Shows the caption of a key image for writing."""
        self._chosen = key_image
        image = self._image()
        self._row.setVisible(image is not None)
        closed = self._text is not None and self._text.closed
        self._caption.setReadOnly(closed)
        self._remove_it.setVisible(not closed)
        for each, thumb in self._thumbs.items():
            thumb.set_on(each == key_image)
        if image is not None and self._caption.text() != image.caption:
            self._caption.setText(image.caption)

    def write_caption(self, key_image: str) -> None:
        """Chooses a key image and leads the caret to its caption."""
        self.choose(key_image)
        self._caption.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Delete takes the chosen one out, Ctrl+Z brings it back."""
        undo = event.key() == Qt.Key.Key_Z and event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() == Qt.Key.Key_Delete and self._image() is not None:
            self._remove()
        elif not (undo and self._text is not None and self._text.undo()):
            event.ignore()

    def _make_caption_row(self) -> QWidget:
        self._row = QFrame()
        column = QVBoxLayout(self._row)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(6)
        self._caption = Field(f"{self._name}-caption", "Caption of the key image", hint="What it shows")
        self._caption.setProperty("role", "raised")
        self._caption.setProperty("of-the-text", True)
        self._caption.textEdited.connect(self._write_caption)
        column.addWidget(self._caption)
        row = QHBoxLayout()
        row.setSpacing(16)
        show = Button("Show", "link", name=f"{self._name}-key-image-show", says="Show the key image where it was taken")
        remove = self._remove_it = Button("Remove", "link", name=f"{self._name}-key-image-remove", says="Remove the key image")
        show.clicked.connect(lambda: self.shown.emit(self._image()) if self._image() else None)
        remove.clicked.connect(self._remove)
        row.addWidget(show)
        row.addWidget(remove)
        row.addStretch()
        column.addLayout(row)
        self._row.hide()
        return self._row

    def _make_undo_row(self) -> QWidget:
        self._undo_row = QWidget()
        row = QHBoxLayout(self._undo_row)
        row.setContentsMargins(0, 8, 0, 0)
        row.setSpacing(12)
        row.addWidget(Words("Key image removed.", "second"))
        undo = Button("Undo", "link", name=f"{self._name}-key-image-undo", says="Bring the removed key image back")
        undo.clicked.connect(lambda: self._text.undo() if self._text else None)
        row.addWidget(undo)
        row.addStretch()
        self._undo_row.hide()
        return self._undo_row

    def _image(self) -> KeyImage | None:
        images = self._text.draft.key_images if self._text is not None else ()
        return next((image for image in images if image.id == self._chosen), None)

    def _write_caption(self, words: str) -> None:
        if self._text is not None and self._chosen:
            self._text.caption(self._chosen, words)

    def _remove(self) -> None:
        if self._text is not None and self._chosen:
            self._text.remove_key_image(self._chosen)
            self._undo_row.show()

    def _follow(self, address: str) -> None:
        if address in {"key_images", "all"}:
            self._undo_row.hide()
            self._rebuild()
        elif address == "key_images/caption" and self._text is not None:
            for image in self._text.draft.key_images:
                if image.id in self._thumbs:
                    self._thumbs[image.id].set_lines((image.caption or image.source or "without caption",))
            self._grid.updateGeometry()
            self.choose(self._chosen)

    def _rebuild(self, _closed: bool = False) -> None:
        while (item := self._flow.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._thumbs = {}
        images = self._text.draft.key_images if self._text is not None else ()
        for number, image in enumerate(images, 1):
            self._add(number, image)
        self._none.setVisible(not images)
        self._grid.setVisible(bool(images))
        self._grid.updateGeometry()
        self.choose(self._chosen)

    def _add(self, number: int, image: KeyImage) -> None:
        line = image.caption or image.source or "without caption"
        thumb = Thumb(f"{self._name}-key-image-{number}", f"Key image {number}: {line}", (line,))
        thumb.clicked.connect(lambda: self.choose(image.id))
        self._thumbs[image.id] = thumb
        self._flow.addWidget(thumb)
        if image.id in self._pictures:
            thumb.set_picture(self._pictures[image.id])
        else:
            self.wanted.emit(image)
