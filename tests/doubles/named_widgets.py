"""Walks a window and finds what a screen reader or a keyboard could not use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QComboBox, QLineEdit, QRadioButton, QTextEdit, QWidget

if TYPE_CHECKING:
    from collections.abc import Iterator


def faults(window: QWidget) -> list[str]:
    """Focusable widgets without a name, controls that Tab does not reach, object names used twice."""
    found = []
    names: dict[str, int] = {}
    for widget in _walk(window):
        where = f"{type(widget).__name__} {widget.objectName() or '(nameless)'}"
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and not _inner(widget):
            names[widget.objectName()] = names.get(widget.objectName(), 0) + 1
            if not widget.objectName() or widget.objectName().startswith("qt_"):
                found.append(f"no object name: {where}")
            if not widget.accessibleName():
                found.append(f"no accessible name: {where}")
        if isinstance(widget, (QAbstractButton, QLineEdit, QTextEdit, QComboBox)) and not _inner(widget):
            roving = isinstance(widget, QRadioButton)  # Tab reaches one of a group, arrows the others
            if not roving and not widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
                found.append(f"no tab stop: {where}")
    return found + [f"used {count} times: {name}" for name, count in names.items() if count > 1 and name]


def _walk(window: QWidget) -> Iterator[QWidget]:
    yield from (widget for widget in window.findChildren(QWidget) if widget.isVisibleTo(window))


def _inner(widget: QWidget) -> bool:
    """Parts inside Qt's own widgets: viewports, scroll bars, a combo box's list and line."""
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QComboBox):
            return True
        if isinstance(parent, QAbstractScrollArea) and widget is parent.viewport():
            return True
        parent = parent.parentWidget()
    return widget.metaObject().className() in {"QScrollBar", "QAbstractScrollAreaScrollBarContainer", "QHeaderView"}
