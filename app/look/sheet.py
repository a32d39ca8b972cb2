"""Sheets: what opens over a room and is closed again; and the trouble told where the person is looking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from app.look.buttons import Button
from app.look.scroll import ContentScroll
from app.look.theme import current
from app.look.tokens import DARK
from app.look.words import Words

if TYPE_CHECKING:
    from record.trouble import Trouble


class Sheet(QWidget):
    """A sheet in the middle of the window over a veil. Put content into `body` (a QVBoxLayout), buttons into `actions`.

    Esc and a press on the veil close it (`closed` is emitted once), unless `stays` is set. The keyboard cannot leave it while it is open.
    """

    closed = Signal()
    actions: QHBoxLayout  # type: ignore[assignment]  # the row of buttons; a sheet has none of QWidget's QActions

    def __init__(self, over: QWidget, title: str, *, name: str, width: int | None = None, stays: bool = False) -> None:
        super().__init__(over)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self._over, self._stays, self._done = over, stays, False
        self._before = over.window().focusWidget()
        self.card = QFrame(self)
        self.card.setProperty("role", "sheet")
        wanted = width * current().size_text // DARK.size_text if width else current().sheet
        self.card.setFixedWidth(min(wanted, max(over.width() - 48, 320)))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 24, 24, 24)
        outer.addWidget(self.card, 0, Qt.AlignmentFlag.AlignCenter)
        self._fill_card(title, max(over.height() - 48, 240))
        over.installEventFilter(self)
        self.setGeometry(over.rect())

    def _fill_card(self, title: str, height: int) -> None:
        column = QVBoxLayout(self.card)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(16)
        self.title = Words(title, "title", wrap=True)
        column.addWidget(self.title)
        inner = QWidget()
        self.body = QVBoxLayout(inner)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(12)
        self._scroll = ContentScroll(inner, limit=height - 160)
        column.addWidget(self._scroll)
        self.actions = QHBoxLayout()
        self.actions.setSpacing(8)
        column.addLayout(self.actions)

    def open(self) -> None:
        """Shows the sheet and leads the keyboard to its first field or button."""
        self.show()
        self.raise_()
        first = self.first_focus()
        (first or self).setFocus(Qt.FocusReason.OtherFocusReason)

    def first_focus(self) -> QWidget | None:
        """The first widget that the keyboard reaches."""
        taking = [w for w in self.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isEnabled()]
        return next((w for w in taking if not isinstance(w, QScrollArea)), None)

    def close_sheet(self) -> None:
        """Closes the sheet and gives the keyboard back to where it was."""
        if self._done:
            return
        self._done = True
        self._over.removeEventFilter(self)
        self.hide()
        if self._before is not None and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)
        self.closed.emit()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Follows the window's size."""
        if watched is self.parent() and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._over.rect())
        return False

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: N802  Qt's name
        """Tab goes round inside the sheet."""
        before = self.window().focusWidget()
        moved = super().focusNextPrevChild(forward)
        now = self.window().focusWidget()
        if now is not None and not self.isAncestorOf(now) and self.isVisible():
            order = [w for w in self.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isEnabled() and w.isVisible()]
            target = (order[0] if forward else order[-1]) if order else before
            if target is not None:
                target.setFocus(Qt.FocusReason.TabFocusReason)
        return moved

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Esc closes; no key goes through to the room."""
        if event.key() == Qt.Key.Key_Escape and not self._stays:
            self.close_sheet()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """A press beside the card closes."""
        if not self._stays and not self.card.geometry().contains(event.position().toPoint()):
            self.close_sheet()
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """The veil."""
        del event
        QPainter(self).fillRect(self.rect(), QColor(current().veil))


class TroublePanel(QFrame):
    """A trouble in two sentences, with "details" for IT and at most one act.

    Signals: `acted()` the act was chosen, `dismissed()` the person has read it, `grew()` details came or went.
    """

    grew = Signal()
    acted = Signal()
    dismissed = Signal()

    def __init__(self, trouble: Trouble, *, act: str = "", dismissable: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("trouble")
        self.setAccessibleName(f"{trouble.what_happened} {trouble.what_to_do}")
        self.setProperty("role", "raised")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(6)
        column.addWidget(Words(trouble.what_happened, "strong", wrap=True))
        column.addWidget(Words(trouble.what_to_do, "quiet", wrap=True))
        self._details = QPlainTextEdit(f"{trouble.kind.value}: {trouble.details}" if trouble.details else "")
        self._row(column, trouble, act, dismissable)

    def _row(self, column: QVBoxLayout, trouble: Trouble, act: str, dismissable: bool) -> None:
        row = QHBoxLayout()
        row.setSpacing(16)
        for text, name, signal, wanted in (
            (act, "trouble-act", self.acted, bool(act)),
            ("Close", "trouble-close", self.dismissed, dismissable),
        ):
            if wanted:
                button = Button(text, "link", name=name)
                button.clicked.connect(signal)
                row.addWidget(button)
        if trouble.details:
            more = Button("Details", "link", name="trouble-details")
            more.clicked.connect(self._turn_details)
            row.addWidget(more)
        row.addStretch()
        if row.count() > 1:
            column.addLayout(row)
        self._details.setObjectName("trouble-details-text")
        self._details.setAccessibleName("Details for IT")
        self._details.setReadOnly(True)
        self._details.setTabChangesFocus(True)
        self._details.setFixedHeight(96)
        self._details.hide()
        column.addWidget(self._details)

    def fit_height(self) -> None:
        """As high as its words at the present width."""
        layout = self.layout()
        assert layout is not None
        self.setFixedHeight(layout.totalHeightForWidth(self.width()))

    def _turn_details(self) -> None:
        self._details.setVisible(not self._details.isVisible())
        self.grew.emit()
