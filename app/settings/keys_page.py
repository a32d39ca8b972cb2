"""All keys, from the tables that bind them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.look.buttons import KeyHint
from app.look.fields import Field
from app.look.scroll import ContentScroll
from app.look.theme import current
from app.look.words import Words, heading
from app.shell.keys import DESK_KEYS
from viewer.screen.keys import GROUPS, TABLE, shown

_LARGE = 20  # from this size of text on, one column
_SCOPES = {"desk": "Everywhere", "worklist": "Worklist"}
Line = tuple[str, tuple[str, ...], str]  # words, keys, mouse


def key_groups() -> list[tuple[str, list[Line]]]:
    """Every group with its lines, the desk's first."""
    groups: list[tuple[str, list[Line]]] = [
        (words, [(row.words, row.keys, "") for row in DESK_KEYS if row.scope == scope]) for scope, words in _SCOPES.items()
    ]
    for group in GROUPS:
        lines = [(row.text, tuple(shown(key) for key in row.keys), row.mouse) for row in TABLE if row.group == group]
        groups.append((group, _presets_together(lines)))
    return groups


def _presets_together(lines: list[Line]) -> list[Line]:
    """Nine presets as one line."""
    presets = [line for line in lines if line[0].startswith("Window preset ")]
    if len(presets) < 2:
        return lines
    first = lines.index(presets[0])
    rest = [line for line in lines if line not in presets]
    return [*rest[:first], ("Window presets", (presets[0][1][0], "…", presets[-1][1][0]), ""), *rest[first:]]


class KeysPage(QWidget):
    """Two columns of groups; a field finds an act by its words."""

    def __init__(self, scope: str = "") -> None:
        super().__init__()
        self._find = Field("keys-find", "Find an act", hint="Find an act")
        self._find.textChanged.connect(self._fill)
        self._scope = scope
        self._inner = QWidget()
        self._columns = QHBoxLayout(self._inner)
        self._columns.setContentsMargins(0, 4, 12, 8)
        self._columns.setSpacing(32)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._find)
        column.addWidget(ContentScroll(self._inner), 1)
        column.addStretch()
        self._fill("")

    def _fill(self, wanted: str) -> None:
        while (item := self._columns.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        found = [(name, [line for line in lines if _matches(line, wanted)]) for name, lines in key_groups()]
        filled = [(name, lines) for name, lines in found if lines]
        if self._scope == "worklist":
            filled.sort(key=lambda group: group[0] != "Worklist")
        half = sum(len(lines) + 2 for _, lines in filled) / 2
        sides: tuple[list[tuple[str, list[Line]]], list[tuple[str, list[Line]]]] = ([], [])
        used = 0.0
        for name, lines in filled:
            sides[0 if used < half else 1].append((name, lines))
            used += len(lines) + 2
        for side in sides if current().size_text < _LARGE else (sides[0] + sides[1],):
            self._columns.addWidget(_side(side), 1)


def _matches(line: Line, wanted: str) -> bool:
    text = " ".join((line[0], *line[1], line[2])).casefold()
    return all(word in text for word in wanted.casefold().split())


def _side(groups: list[tuple[str, list[Line]]]) -> QWidget:
    made = QWidget()
    grid = QGridLayout(made)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(6)
    grid.setColumnStretch(0, 1)
    at = 0
    for name, lines in groups:
        if at:
            grid.setRowMinimumHeight(at, 10)
            at += 1
        grid.addWidget(heading(name), at, 0)
        at += 1
        for words, keys, mouse in lines:
            box = QWidget()
            row = QHBoxLayout(box)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(4)
            row.addStretch()
            for key in keys:
                row.addWidget(Words("…", "faint") if key == "…" else KeyHint(key))
            text = Words(words, wrap=True)
            text.setAccessibleName(f"{words}: {', '.join(keys)}" + (f", or {mouse}" if mouse else ""))
            text.setToolTip(f"or {mouse}" if mouse else "")
            grid.addWidget(text, at, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(box, at, 1, Qt.AlignmentFlag.AlignTop)
            at += 1
    grid.setRowStretch(at, 1)
    return made
