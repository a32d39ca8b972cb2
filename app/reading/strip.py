"""The series strip: every series of the case as a thumbnail, by study, the newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.look.theme import current
from app.look.words import heading
from app.reading.thumb import Thumb

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from PySide6.QtGui import QImage

    from app.reading.contents import StudyItem


class SeriesStrip(QScrollArea):
    """Thumbnails in a column.

    Signals: `chosen(str)` a series was pressed (its UID): it goes into the viewport that has the keys.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("series-strip")
        self.setAccessibleName("Series")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self._thumbs: dict[str, Thumb] = {}
        self._follow_size()

    def show_studies(self, studies: Sequence[StudyItem]) -> None:
        """Lists the series of these studies."""
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(14, 4, 0, 16)
        column.setSpacing(0)
        self._thumbs = {}
        number = 0
        for place, study in enumerate(studies):
            head = heading(study.heading)
            head.setContentsMargins(2, 14 if place else 0, 0, 6)
            column.addWidget(head)
            for series in study.series:
                number += 1
                lines = (series.label, series.trouble or series.count)
                thumb = Thumb(f"series-{number}", series.says, lines)
                thumb.set_warn(bool(series.trouble))
                thumb.clicked.connect(lambda _checked=False, uid=series.uid: self.chosen.emit(uid))
                column.addWidget(thumb)
                column.addSpacing(8)
                self._thumbs[series.uid] = thumb
        column.addStretch()
        self.setWidget(inner)
        self._follow_size()

    def put_picture(self, uid: str, picture: QImage) -> None:
        """The thumbnail of a series, once it is read."""
        if uid in self._thumbs:
            self._thumbs[uid].set_picture(picture)

    def show_on_screen(self, uids: Iterable[str]) -> None:
        """Frames the series that are on screen and brings the first into sight."""
        shown = set(uids)
        for uid, thumb in self._thumbs.items():
            thumb.set_on(uid in shown)
        first = next((thumb for uid, thumb in self._thumbs.items() if uid in shown), None)
        if first is not None and self.isVisible():
            self.ensureWidgetVisible(first, 0, 24)

    def uids(self) -> tuple[str, ...]:
        """The series in the order of the strip."""
        return tuple(self._thumbs)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Follows the size of text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._follow_size()

    def _follow_size(self) -> None:
        self.setFixedWidth(current().thumb + 32)
