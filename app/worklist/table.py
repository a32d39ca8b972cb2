"""The table of the worklist: proportions of the columns, keys, the row under the pointer, its header."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from app.look.icons import draw_icon
from app.look.theme import colour, current, font
from app.worklist.delegate import PAD, RowDelegate
from app.worklist.model import Column, Role, WorklistFilter

if TYPE_CHECKING:
    from app.worklist.row import Row

_SHARES = {Column.PATIENT: 21, Column.ASKED: 31, Column.IMAGES: 14, Column.DUE: 12, Column.ON_DESK: 22}
_OPENS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class WorklistTable(QTableView):
    """The table; its signals speak of cases.

    Signals: `case_chosen(case_id)` the selection moved; `case_opened(case_id)` Enter or a double click; `act_chosen(case_id, act)`.
    """

    case_chosen = Signal(str)
    case_opened = Signal(str)
    act_chosen = Signal(str, str)

    def __init__(self, rows: WorklistFilter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("worklist-table")
        self.setAccessibleName("Cases")
        self._delegate = RowDelegate(self)
        self._delegate.act_chosen.connect(self.act_chosen)
        self.setItemDelegate(self._delegate)
        self.setHorizontalHeader(_Header(self))
        self.setModel(rows)
        self._set_up()
        self.selectionModel().currentRowChanged.connect(self._row_changed)
        self.doubleClicked.connect(lambda index: self.case_opened.emit(_case(index)))

    def _set_up(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setSortingEnabled(True)
        self.sortByColumn(Column.DUE, Qt.SortOrder.AscendingOrder)
        self.verticalHeader().hide()
        self.follow_size_of_text()

    def follow_size_of_text(self) -> None:
        """Takes heights and widths from the tokens again."""
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(current().row)
        self._share_width()

    def follow_rows(self) -> None:
        """The columns make room for what the rows say."""
        self._share_width()

    def _all(self) -> list[Row]:
        model = self.model()
        rows = [] if model is None else [model.index(number, 0).data(Role.ROW) for number in range(model.rowCount())]
        return [row for row in rows if row is not None]

    def chosen(self) -> Row | None:
        """The selected row."""
        index = self.currentIndex()
        row: Row | None = index.data(Role.ROW) if index.isValid() else None
        return row

    def choose(self, case_id: str) -> bool:
        """Selects a case; False where it is not in the list (or filtered out)."""
        for number in range(self.model().rowCount()):
            index = self.model().index(number, 0)
            if _case(index) == case_id:
                self.setCurrentIndex(index)
                return True
        return False

    def choose_first(self) -> None:
        """Selects the first row, where there is one."""
        if self.model().rowCount():
            self.setCurrentIndex(self.model().index(0, 0))

    def sort_by(self, column: Column) -> None:
        """Sorts by a column; once more turns the order round."""
        header = self.horizontalHeader()
        again = header.sortIndicatorSection() == column and header.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder
        self.sortByColumn(column, Qt.SortOrder.DescendingOrder if again else Qt.SortOrder.AscendingOrder)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Enter opens; Home and End go to the first and last row; letters are left to the room."""
        if event.key() in _OPENS and self.currentIndex().isValid():
            self.case_opened.emit(_case(self.currentIndex()))
            return
        if event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End) and self.model().rowCount():
            last = self.model().rowCount() - 1
            self.setCurrentIndex(self.model().index(0 if event.key() == Qt.Key.Key_Home else last, 0))
            return
        if event.text().isprintable() and event.text().strip():
            event.ignore()  # Qt's own search by letters is the filter's business here
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """A press beside the rows leaves the chosen row chosen."""
        if self.indexAt(event.position().toPoint()).isValid():
            super().mousePressEvent(event)
        else:
            self.setFocus(Qt.FocusReason.MouseFocusReason)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """The row under the pointer is lifted."""
        super().mouseMoveEvent(event)
        self._lift(self.indexAt(event.position().toPoint()).row())

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """No row is under the pointer."""
        super().leaveEvent(event)
        self._lift(-1)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """The columns share the width."""
        super().resizeEvent(event)
        self._share_width()

    def _lift(self, row: int) -> None:
        if row != self._delegate.under_pointer:
            self._delegate.under_pointer = row
            self.viewport().update()

    def _share_width(self) -> None:
        width = self.viewport().width()
        second = [row.talk.words for row in self._all() if row.talk is not None]
        metrics = QFontMetrics(font("size_second"))
        widest = max([QFontMetrics(font()).horizontalAdvance("in 28 days"), *(metrics.horizontalAdvance(words) + 1 for words in second)])
        least = widest + 2 * PAD
        due = max(width * _SHARES[Column.DUE] // 100, least)
        rest, used = width - due, 0
        others = 100 - _SHARES[Column.DUE]
        for column, share in _SHARES.items():
            own = due if column == Column.DUE else width - used if column == Column.ON_DESK else rest * share // others
            self.setColumnWidth(column, own)
            used += own

    def _row_changed(self, index: QModelIndex) -> None:
        if index.isValid():  # Qt makes a row the current one when the table gets the focus, and does not select it
            mode = QItemSelectionModel.SelectionFlag
            self.selectionModel().select(index, mode.ClearAndSelect | mode.Rows)
        self.case_chosen.emit(_case(index) if index.isValid() else "")


def _case(index: QModelIndex) -> str:
    row: Row | None = index.data(Role.ROW)
    return row.case_id if row is not None else ""


class _Header(QHeaderView):
    """Quiet words, and a small arrow at the column that sorts."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setObjectName("worklist-header")
        self.setAccessibleName("Columns")
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumSectionSize(32)

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N802, N803  Qt's names
        """The word at the left, the arrow after it."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        words = str(self.model().headerData(logicalIndex, Qt.Orientation.Horizontal))
        face = font("size_second", 500)
        painter.setFont(face)
        sorts = self.sortIndicatorSection() == logicalIndex
        painter.setPen(colour("faint"))
        box = QRectF(rect).adjusted(PAD, 0, 0, 0)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, words)
        if sorts:
            left = box.left() + painter.fontMetrics().horizontalAdvance(words) + 3
            name = "up" if self.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder else "down"
            draw_icon(painter, name, QRectF(left, box.center().y() - 5.5, 11, 11), colour("faint"), 2.4)
        painter.restore()
