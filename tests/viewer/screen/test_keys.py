from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from viewer.screen.keys import GROUPS, PRESET_ACTS, READING, TABLE, VIEWPORT, Act, bindings, by_key, clashes, first_key, use
from viewer.screen.pressed import act_of

# PRODUCT.md, Keys, typed apart from the code
WANTED = {
    "Down": Act.IMAGE_NEXT, "Up": Act.IMAGE_PREVIOUS, "Shift+Down": Act.IMAGES_NEXT_TEN, "Shift+Up": Act.IMAGES_PREVIOUS_TEN,
    "Home": Act.IMAGE_FIRST, "End": Act.IMAGE_LAST, "PgUp": Act.SERIES_PREVIOUS, "PgDown": Act.SERIES_NEXT, "Left": Act.SERIES_PREVIOUS,
    "Right": Act.SERIES_NEXT, "0": Act.WINDOW_STORED, "1": Act.PRESET_1, "9": Act.PRESET_9, ",": Act.STAGE_PREVIOUS, ".": Act.STAGE_NEXT,
    "Tab": Act.VIEWPORT_NEXT, "Return": Act.ONE_LARGE, "D": Act.LENGTH, "A": Act.ANGLE, "Shift+A": Act.COBB, "I": Act.INVERT,
    "R": Act.ROTATE, "H": Act.FLIP_HORIZONTAL, "V": Act.FLIP_VERTICAL, "E": Act.ELLIPSE, "P": Act.PROBE, "Y": Act.ARROW, "T": Act.TEXT,
    "K": Act.KEY_IMAGE, "Ctrl+K": Act.MEASUREMENT_TO_TEXT, "S": Act.LINK, "Shift+S": Act.LINK_HERE, "C": Act.CINE, "M": Act.MPR,
    "O": Act.MARKS, "Ctrl+R": Act.RESET, "Ctrl+Z": Act.UNDO, "Ctrl+Shift+Z": Act.REDO, "Del": Act.DELETE, "Esc": Act.LEAVE_TOOL,
}  # fmt: skip
MODIFIERS = {"Shift": Qt.KeyboardModifier.ShiftModifier, "Ctrl": Qt.KeyboardModifier.ControlModifier}
ROOM = {"F8": Act.PANEL_LEFT, "F9": Act.PANEL_RIGHT, "F2": Act.TO_TEXT, "Ctrl+Return": Act.REVIEW}


def pressed(text: str, modifiers: Qt.KeyboardModifier, key: Qt.Key, scan_code: int = 0) -> Act | None:
    return act_of(QKeyEvent(QEvent.Type.KeyPress, key, modifiers, scan_code, 0, 0, text))


def test_no_key_starts_two_acts() -> None:
    assert clashes() == []


def test_the_keys_are_those_of_the_product() -> None:
    table = by_key()
    assert {key: table.get(key) for key in WANTED} == WANTED
    assert {key: by_key(scope=READING).get(key) for key in ROOM} == ROOM


def test_every_act_has_a_row_a_sentence_and_a_group() -> None:
    assert [row.act for row in TABLE] == list(dict.fromkeys(row.act for row in TABLE))
    assert {row.act for row in TABLE} == set(Act)
    assert all(row.text and row.group in GROUPS and row.scope in (VIEWPORT, READING) for row in TABLE)
    assert list(PRESET_ACTS.values()) == list(range(1, 10))


def test_qt_reads_every_key_as_it_is_written() -> None:
    for row in TABLE:
        for key in row.keys:
            assert QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText) == key


def test_a_person_s_own_keys_are_laid_over_the_table() -> None:
    rows = bindings({Act.INVERT: ("J",)})
    assert by_key(rows)["J"] is Act.INVERT
    assert "I" not in by_key(rows)
    assert by_key(rows)["D"] is Act.LENGTH
    assert clashes(bindings({Act.INVERT: ("D",)})) != []


def test_every_key_of_the_table_is_recognised_when_pressed() -> None:
    for key, act in by_key().items():
        if key in {"?", "+"}:
            continue
        parts = key.split("+")
        modifiers = Qt.KeyboardModifier.NoModifier
        for part in parts[:-1]:
            modifiers |= MODIFIERS[part]
        plain = QKeySequence(parts[-1] or "+").toString()
        code = next(k for k in Qt.Key if QKeySequence(k).toString() == plain)
        assert pressed("", modifiers, code) is act, key


@pytest.mark.parametrize(("text", "key", "act"), [("?", Qt.Key.Key_Question, Act.HELP), ("+", Qt.Key.Key_Plus, Act.ZOOM_IN)])
def test_signs_that_need_shift_on_some_layouts(text: str, key: Qt.Key, act: Act) -> None:
    assert pressed(text, Qt.KeyboardModifier.ShiftModifier, key) is act


def test_shift_with_a_letter_is_not_the_letter() -> None:
    assert pressed("D", Qt.KeyboardModifier.ShiftModifier, Qt.Key.Key_D) is None


def test_a_cyrillic_layout_is_bound_by_the_place_of_the_key() -> None:
    assert pressed("в", Qt.KeyboardModifier.NoModifier, Qt.Key(0x412), 40) is Act.LENGTH  # the key marked D
    assert pressed("Ф", Qt.KeyboardModifier.ShiftModifier, Qt.Key(0x424), 38) is Act.COBB  # the key marked A
    assert pressed("1", Qt.KeyboardModifier.NoModifier, Qt.Key.Key_1, 40) is Act.PRESET_1


def test_keys_as_people_read_them() -> None:
    assert first_key(Act.IMAGE_NEXT) == "↓"
    assert first_key(Act.REVIEW) == "Ctrl+Enter"
    assert first_key(Act.ZOOM_IN) == "+"


def test_own_keys_are_in_force_at_once_and_a_clash_changes_nothing() -> None:
    none = Qt.KeyboardModifier.NoModifier
    try:
        assert use({Act.INVERT: ("J",)}) == []
        assert pressed("j", none, Qt.Key.Key_J) is Act.INVERT
        assert pressed("i", none, Qt.Key.Key_I) is None
        assert use({Act.INVERT: ("D",)}) == [("D", Act.INVERT, Act.LENGTH)]
        assert pressed("j", none, Qt.Key.Key_J) is Act.INVERT
    finally:
        assert use(None) == []
    assert pressed("i", none, Qt.Key.Key_I) is Act.INVERT
