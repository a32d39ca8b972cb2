"""All keys, from the tables that bind them; those of Reading can be changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.look.buttons import Button, KeyHint
from app.look.choice import Choice
from app.look.fields import Field
from app.look.scroll import ContentScroll
from app.look.theme import current
from app.look.words import Words, heading
from app.settings.key_field import KeyField
from app.settings.key_sets import OWN, SETS, set_of
from app.settings.own_keys import own_keys, taken_by, with_key, without
from app.shell.keys import DESK_KEYS
from record.trouble import Trouble
from viewer.screen.keys import GROUPS, Act, bindings, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.settings.model import Settings

_LARGE = 20  # from this size of text on, one column
_SCOPES = {"desk": "Everywhere", "worklist": "Worklist"}
_PRESET = "Window preset "


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the page; `act` where its keys can be changed."""

    words: str
    keys: tuple[str, ...]  # in portable text for an act, as written otherwise
    mouse: str = ""
    act: Act | None = None

    def matches(self, wanted: str) -> bool:
        """Whether all wanted words are in it."""
        text = " ".join((self.words, *map(shown, self.keys), self.mouse)).casefold()
        return all(word in text for word in wanted.casefold().split())


def key_groups(kept: Mapping[str, tuple[str, ...]], *, presets_apart: bool = False) -> list[tuple[str, list[Line]]]:
    """Every group with its lines, the desk's first; `kept` are the person's own keys."""
    groups = [(words, [Line(row.words, row.keys) for row in DESK_KEYS if row.scope == scope]) for scope, words in _SCOPES.items()]
    rows = bindings(own_keys(kept))
    for group in GROUPS:
        lines = [Line(row.text, row.keys, row.mouse, row.act if row.keys else None) for row in rows if row.group == group]
        groups.append((group, lines if presets_apart else _presets_together(lines)))
    return groups


def _presets_together(lines: list[Line]) -> list[Line]:
    """Nine presets as one line, while they have their usual keys."""
    presets = [line for line in lines if line.words.startswith(_PRESET)]
    if [line.keys for line in presets] != [(str(number),) for number in range(1, 10)]:
        return lines
    first = lines.index(presets[0])
    rest = [line for line in lines if line not in presets]
    return [*rest[:first], Line("Window presets", ("1", "…", "9")), *rest[first:]]


class KeysPage(QWidget):
    """Two columns of groups; a field finds an act by its words or its key."""

    def __init__(self, settings: Settings, scope: str = "") -> None:
        super().__init__()
        self._settings, self._scope = settings, scope
        self._find = Field("keys-find", "Find an act", hint="Find an act or a key")
        self._find.textChanged.connect(lambda _text: self._fill())
        self._set = Choice("keys-set", "Keys as in")
        self._set.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._set.setMinimumContentsLength(12)
        self._set.activated.connect(self._take_set)
        self._said = Words("", "warn", wrap=True)
        self._said.setObjectName("keys-said")
        self._usual = Button("All keys as they were", "link", name="keys-usual")
        self._usual.clicked.connect(lambda: self._keep({}))
        self._inner = QWidget()
        self._columns = QHBoxLayout(self._inner)
        self._columns.setContentsMargins(0, 4, 12, 8)
        self._columns.setSpacing(32)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._head())
        column.addWidget(self._said)
        column.addWidget(ContentScroll(self._inner), 1)
        column.addWidget(self._usual)
        column.addStretch()
        self._say("")
        self._fill()

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._find, 1)
        words = Words("Keys as in", "quiet")
        words.setBuddy(self._set)
        row.addWidget(words)
        row.addWidget(self._set)
        return row

    def _show_set(self) -> None:
        """The sets, and the person's own keys where they are none of them."""
        now = set_of(self._settings.values.keys)
        self._set.clear()
        self._set.addItems([one.words for one in SETS] + ([OWN] if now is None else []))
        self._set.setCurrentText(OWN if now is None else now.words)

    def _take_set(self, index: int) -> None:
        if index < len(SETS):
            self._keep(SETS[index].kept)

    def _fill(self) -> None:
        while (item := self._columns.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self._show_set()
        wanted, kept = self._find.text(), self._settings.values.keys
        groups = key_groups(kept, presets_apart=bool(wanted))
        filled = [(name, found) for name, lines in groups if (found := [line for line in lines if line.matches(wanted)])]
        if self._scope == "worklist":
            filled.sort(key=lambda group: group[0] != "Worklist")
        for side in _sides(filled) if current().size_text < _LARGE else (filled,):
            self._columns.addWidget(self._side(side), 1)
        self._usual.setVisible(bool(kept))

    def _side(self, groups: list[tuple[str, list[Line]]]) -> QWidget:
        made = QWidget()
        grid = QGridLayout(made)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(0, 1)
        at = 0
        for name, lines in groups:
            if at:
                grid.setRowMinimumHeight(at, 10)
                at += 1
            grid.addWidget(heading(name), at, 0)
            for line in lines:
                at += 1
                text = Words(line.words, wrap=True)
                text.setAccessibleName(f"{line.words}: {', '.join(map(shown, line.keys))}" + (f", or {line.mouse}" if line.mouse else ""))
                text.setToolTip(f"or {line.mouse}" if line.mouse else "")
                grid.addWidget(text, at, 0, Qt.AlignmentFlag.AlignVCenter)
                box = self._field(line, line.act) if line.act is not None else _fixed(line)
                grid.addWidget(box, at, 1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            at += 1
        grid.setRowStretch(at, 1)
        return made

    def _field(self, line: Line, act: Act) -> KeyField:
        field = KeyField(line.words, line.keys, name=f"key-{act.value}", own=act.value in self._settings.values.keys)
        field.given.connect(lambda key: self._give(act, key))
        field.usual_wanted.connect(lambda: self._back(act))
        return field

    # -- changes ---------------------------------------------------------------------------------------------------

    def _give(self, act: Act, key: str) -> None:
        kept = self._settings.values.keys
        other = taken_by(kept, act, key)
        if other:
            self._say(f"{shown(key)} is the key of “{other}”. Give that one another key first, or choose another here.")
        else:
            self._keep(with_key(kept, act, key), act)

    def _back(self, act: Act) -> None:
        kept = without(self._settings.values.keys, act)
        usual = next(line.keys for _, lines in key_groups(kept, presets_apart=True) for line in lines if line.act is act)
        other = next((words for key in usual if (words := taken_by(kept, act, key))), "")
        if other:
            self._say(f"Its usual key is now the key of “{other}”. Give that one another key first.")
        else:
            self._keep(kept, act)

    def _keep(self, kept: Mapping[str, tuple[str, ...]], act: Act | None = None) -> None:
        try:
            self._settings.set("keys", {name: list(keys) for name, keys in kept.items()})
        except Trouble as trouble:
            self._say(f"{trouble.what_happened} {trouble.what_to_do}")
            return
        self._say("")
        self._fill()
        fields = self.findChildren(KeyField, f"key-{act.value}") if act is not None else []
        target = fields[-1] if fields else self._find  # the newest: those before are let go with their columns
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say(self, sentence: str) -> None:
        self._said.setText(sentence)
        self._said.setVisible(bool(sentence))


def _sides(groups: list[tuple[str, list[Line]]]) -> tuple[list[tuple[str, list[Line]]], ...]:
    """Two columns of about the same length."""
    half = sum(len(lines) + 2 for _, lines in groups) / 2
    sides: tuple[list[tuple[str, list[Line]]], list[tuple[str, list[Line]]]] = ([], [])
    used = 0
    for name, lines in groups:
        sides[0 if used < half else 1].append((name, lines))
        used += len(lines) + 2
    return sides


def _fixed(line: Line) -> QWidget:
    """Keys that stay as they are."""
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(3, 3, 3, 3)
    row.setSpacing(4)
    for key in line.keys:
        row.addWidget(Words("…", "faint") if key == "…" else KeyHint(key))
    return box
