"""The worklist as Qt's table model over frozen rows, and the filter over it."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QSortFilterProxyModel, Qt

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.worklist.row import Row

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_LATEST = datetime.max.replace(tzinfo=UTC)


class Column(IntEnum):
    """The columns, left to right."""

    PATIENT = 0
    ASKED = 1
    IMAGES = 2
    DUE = 3
    ON_DESK = 4


class Role(IntEnum):
    """Data beyond the words."""

    ROW = Qt.ItemDataRole.UserRole + 1  # the Row itself
    SORT = Qt.ItemDataRole.UserRole + 2


_HEADERS = {
    Column.PATIENT: "Patient",
    Column.ASKED: "Asked",
    Column.IMAGES: "Images",
    Column.DUE: "Due",
    Column.ON_DESK: "On this desk",
}
_WORDS: dict[Column, Callable[[Row], tuple[str, ...]]] = {
    Column.PATIENT: lambda row: (row.person, row.identity),
    Column.ASKED: lambda row: (row.asked, row.by),
    Column.IMAGES: lambda row: row.tags,
    Column.DUE: lambda row: (row.due.words, row.talk.words if row.talk is not None else ""),
    Column.ON_DESK: lambda row: (row.on_desk.words, row.on_desk.more),
}
_SORTS: dict[Column, Callable[[Row], Any]] = {
    Column.PATIENT: lambda row: row.person.casefold(),
    Column.ASKED: lambda row: row.asked.casefold(),
    Column.IMAGES: lambda row: row.tags,
    Column.DUE: lambda row: (row.done, row.due.at or _LATEST),
    Column.ON_DESK: lambda row: (row.on_desk.rank, row.on_desk.words),
}


class WorklistModel(QAbstractTableModel):
    """Rows in, cells out. `put` takes a new list and tells the views only what changed, so that selection and scrolling stay."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []

    def put(self, rows: Sequence[Row]) -> None:
        """Shows these rows."""
        new = list(rows)
        if [row.case_id for row in new] != [row.case_id for row in self._rows]:
            self.beginResetModel()
            self._rows = new
            self.endResetModel()
            return
        for number, (old, row) in enumerate(zip(self._rows, new, strict=True)):
            if old != row:
                self._rows[number] = row
                self.dataChanged.emit(self.index(number, 0), self.index(number, len(Column) - 1))

    def rows(self) -> list[Row]:
        """The rows, in the order given."""
        return list(self._rows)

    def rowCount(self, parent: Index = _NOWHERE) -> int:  # noqa: N802  Qt's name
        """How many cases."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:  # noqa: N802  Qt's name
        """How many columns."""
        return 0 if parent.isValid() else len(Column)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401  Qt's variant
        """Words for people and screen readers, the row for painting, the key for sorting."""
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], Column(index.column())
        if role == Role.ROW:
            return row
        if role == Role.SORT:
            return _SORTS[column](row)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return ", ".join(word for word in _WORDS[column](row) if word)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: N802, ANN401  Qt's name and variant
        """The columns' words."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole and 0 <= section < len(Column):
            return _HEADERS[Column(section)]
        return None


class WorklistFilter(QSortFilterProxyModel):
    """Rows that hold every typed word, sorted by the values behind the words."""

    def __init__(self, model: WorklistModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wanted: tuple[str, ...] = ()
        self.setSourceModel(model)
        self.setDynamicSortFilter(True)

    def look_for(self, text: str) -> None:
        """Filters by words, in any order and case."""
        self.beginFilterChange()
        self._wanted = tuple(text.casefold().split())
        self.endFilterChange()

    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:  # noqa: N802  Qt's name
        """True where all words are found."""
        row: Row = self.sourceModel().index(source_row, 0, source_parent).data(Role.ROW)
        words = row.searched()
        return all(word in words for word in self._wanted)

    def lessThan(self, left: Index, right: Index) -> bool:  # noqa: N802  Qt's name
        """By the value behind the words."""
        return bool(left.data(Role.SORT) < right.data(Role.SORT))
