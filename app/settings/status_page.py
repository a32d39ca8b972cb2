"""Every subsystem's state in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from app.look.buttons import Button
from app.look.marks import Dot
from app.look.scroll import ContentScroll
from app.look.words import Words
from app.settings.status import StatusRow, as_text
from app.shell.job import Jobs

if TYPE_CHECKING:
    from app.settings.status import StatusSource
    from record.trouble import Trouble


class StatusPage(QWidget):
    """Asks for the rows in a job and shows them; IT can copy them."""

    def __init__(self, source: StatusSource) -> None:
        super().__init__()
        self._rows: tuple[StatusRow, ...] = ()
        self._jobs = Jobs(self, threads=1)
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 8, 12, 8)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(12)
        self._grid.setColumnStretch(2, 1)
        inner = QWidget()
        inner.setLayout(self._grid)
        self._copy = Button("Copy for IT", name="status-copy")
        self._copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(as_text(self._rows)))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(ContentScroll(inner), 1)
        column.addWidget(self._copy)
        column.addStretch()
        self._jobs.start(source.status, self.show_rows, self._failed)

    def show_rows(self, rows: tuple[StatusRow, ...]) -> None:
        """Shows the rows."""
        self._rows = rows
        for number, row in enumerate(rows):
            dot = Dot(row.dot)
            dot.setFixedHeight(Words().sizeHint().height())
            words = Words(row.words, wrap=True)
            words.setToolTip(row.details)
            self._grid.addWidget(dot, number, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(Words(row.what, "quiet"), number, 1, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(words, number, 2, Qt.AlignmentFlag.AlignTop)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  Qt's name
        """Waits for the job."""
        self._jobs.stop()
        super().closeEvent(event)

    def _failed(self, trouble: Trouble) -> None:
        self.show_rows((StatusRow("Status", "bad", f"{trouble.what_happened} {trouble.what_to_do}", trouble.details),))
