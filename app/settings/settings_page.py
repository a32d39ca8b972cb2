"""The settings, one a line: word, control, sentence; what IT has set is shown and cannot be changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args, get_origin

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from app.look.choice import Choice, Tick
from app.look.scroll import ContentScroll
from app.look.words import Words
from app.settings.model import NAMES, Values
from record.trouble import Trouble

if TYPE_CHECKING:
    from app.settings.model import Settings

# numbers are chosen from a few that make sense
_CHOICES: dict[str, tuple[int, ...]] = {
    "text_percent": (100, 115, 130, 150, 175, 200),
    "idle_lock_minutes": (2, 5, 10, 15, 30, 60),
    "image_memory_mb": (512, 1024, 2048, 4096, 8192, 16384),
    "worker_processes": (1, 2, 3, 4, 8),
}
_UNITS = {"text_percent": " %", "idle_lock_minutes": " min", "image_memory_mb": " MB", "worker_processes": ""}


class SettingsPage(QWidget):
    """Shows and changes the settings at once; a value that cannot be kept is told below."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._trouble = Words("", "warn", wrap=True)
        self._trouble.setObjectName("settings-trouble")
        self._trouble.hide()
        inner = QWidget()
        grid = QGridLayout(inner)
        grid.setContentsMargins(0, 8, 12, 8)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        for number, name in enumerate(NAMES):
            self._add(grid, 3 * number, name)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._trouble)
        column.addWidget(ContentScroll(inner), 1)
        column.addStretch()

    def _add(self, grid: QGridLayout, row: int, name: str) -> None:
        field = Values.model_fields[name]
        control = self._control(name, field.annotation)
        control.setAccessibleDescription(field.description or "")
        locked = self._settings.source(name) == "policy"
        control.setEnabled(not locked)
        grid.addWidget(Words(field.title or name), row, 0)
        sentence = (field.description or "") + (" Set by IT." if locked else "")
        grid.addWidget(Words(sentence, "second", wrap=True), row + 1, 0)
        grid.addWidget(control, row, 1, 2, 1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        grid.setRowMinimumHeight(row + 2, 12)

    def _control(self, name: str, kind: Any) -> QWidget:  # noqa: ANN401  a type
        now = getattr(self._settings.values, name)
        if kind is bool:
            box = Tick("", name=f"setting-{name}", says=Values.model_fields[name].title or name)
            box.setChecked(bool(now))
            box.toggled.connect(lambda value: self._set(name, value))
            return box
        words = [str(each) for each in get_args(kind)] if get_origin(kind) is not None else []
        values: list[Any] = list(words) or sorted({*_CHOICES[name], now})
        choice = Choice(f"setting-{name}", Values.model_fields[name].title or name)
        for value in values:
            choice.addItem(value.capitalize() if isinstance(value, str) else f"{value}{_UNITS[name]}", value)
        choice.setCurrentIndex(values.index(now))
        choice.currentIndexChanged.connect(lambda at: self._set(name, values[at]))
        choice.setMinimumWidth(140)
        return choice

    def _set(self, name: str, value: Any) -> None:  # noqa: ANN401  the model checks it
        self._trouble.hide()
        try:
            self._settings.set(name, value)
        except Trouble as trouble:
            self._trouble.setText(f"{trouble.what_happened} {trouble.what_to_do}")
            self._trouble.show()
