"""One keyboard focus at a time: letters act only where a viewport has it, typing only where a field has it, the wheel never moves it.

Qt gives keys to the widget that has the focus and to nobody else, so the rule is kept by who may take the focus, and how:
images and fields by a press or by Tab, everything else by Tab alone, and nothing by the wheel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QApplication, QComboBox, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

if TYPE_CHECKING:
    from collections.abc import Callable

_WRITTEN_INTO = (QPlainTextEdit, QTextEdit, QLineEdit)


def is_field(widget: QWidget | None) -> bool:
    """Whether typing goes into this widget."""
    return isinstance(widget, _WRITTEN_INTO) and not widget.isReadOnly()


def settle(root: QWidget) -> None:
    """Puts the rule into force below a widget; a widget that takes no focus at all stays so."""
    for widget in [root, *root.findChildren(QWidget)]:
        policy = widget.focusPolicy()
        if policy == Qt.FocusPolicy.NoFocus:
            continue
        if isinstance(widget, _WRITTEN_INTO):
            widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        elif isinstance(widget, QAbstractButton | QComboBox):
            widget.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        elif isinstance(widget, QAbstractScrollArea) and not widget.property("takes-focus"):
            widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        elif policy == Qt.FocusPolicy.WheelFocus:
            widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)


class TextAndBack(QObject):
    """F2: from an image to the field one wrote in last, and back to the image one came from."""

    def __init__(self, room: QWidget, image: Callable[[], QWidget | None], first_field: Callable[[], QWidget | None]) -> None:
        super().__init__(room)
        self._room, self._image, self._first_field = room, image, first_field
        self._field: QWidget | None = None
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._moved)

    def go(self) -> None:
        """To the text where an image has the keys, else to the image."""
        target = self._image() if is_field(QApplication.focusWidget()) else self.field()
        if target is not None:
            target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def field(self) -> QWidget | None:
        """The field one wrote in last, else the first that is open."""
        return self._field or self._first_field()

    def address(self) -> str:
        """The address of the field where words go: the one written in last, else the first that is open."""
        return str(getattr(self.field(), "address", ""))

    def forget(self) -> None:
        """The fields are others now."""
        self._field = None

    def _moved(self, _before: QWidget | None, now: QWidget | None) -> None:
        if is_field(now) and now is not None and now.property("of-the-text"):
            self._field = now
