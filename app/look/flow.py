"""Two layouts that keep every item at the height it asks for: in lines from the left, and one below the other.

Qt's own box shares height out between nested layouts whose height depends on their width, and cuts some of them.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class _Placed(QLayout):
    """Keeps the items; who inherits places them by `_place`."""

    def __init__(self, parent: QWidget | None = None, *, spacing: int = 8) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setSpacing(spacing)
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:  # noqa: N802  Qt's name
        """Takes an item."""
        self._items.append(item)

    def count(self) -> int:
        """How many items."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # noqa: N802  Qt's name
        """An item."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # noqa: N802  Qt's name
        """Gives an item away."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:  # noqa: N802  Qt's name
        """None."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:  # noqa: N802  Qt's name
        """The height depends on the width."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802  Qt's name
        """The height at a width."""
        return self._place(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:  # noqa: N802  Qt's name
        """Places the items."""
        super().setGeometry(rect)
        self._place(rect, move=True)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """The largest item."""
        return self.minimumSize()

    def minimumSize(self) -> QSize:  # noqa: N802  Qt's name
        """The largest item."""
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def _place(self, rect: QRect, *, move: bool) -> int:
        raise NotImplementedError


class Flow(_Placed):
    """Items side by side, as many as the width holds, then below."""

    def _place(self, rect: QRect, *, move: bool) -> int:
        left, top, line = rect.left(), rect.top(), 0
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint()
            if left > rect.left() and left + size.width() > rect.right() + 1:
                left, top, line = rect.left(), top + line + self.spacing(), 0
            if move:
                item.setGeometry(QRect(QPoint(left, top), size))
            left += size.width() + self.spacing()
            line = max(line, size.height())
        return top + line - rect.top()


class Pile(_Placed):
    """Items one below the other, each as wide as the place (a fixed one as wide as it is) and as high as it asks."""

    def addLayout(self, layout: QLayout) -> None:  # noqa: N802  Qt's name
        """Takes a layout as an item."""
        self.addChildLayout(layout)
        self.addItem(layout)

    def _place(self, rect: QRect, *, move: bool) -> int:
        top = rect.top()
        shown = [item for item in self._items if not item.isEmpty()]
        for item in shown:
            width = min(rect.width(), item.maximumSize().width())
            height = item.heightForWidth(width) if item.hasHeightForWidth() else item.sizeHint().height()
            if move:
                item.setGeometry(QRect(rect.left(), top, width, height))
            top += height + self.spacing()
        return max(top - self.spacing() - rect.top(), 0) if shown else 0
