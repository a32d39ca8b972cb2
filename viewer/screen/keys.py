"""The one table of keys: what each act is, how `?` words it, its group, and the keys that start it.

A key is written as Qt writes it in portable text ("Ctrl+Shift+Z"). Acts of one scope never share a key (tested); every key can be changed
by the person, as a mapping act → keys that is laid over the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Act(StrEnum):
    """Everything a key can start in Reading."""

    IMAGE_NEXT = "image_next"
    IMAGE_PREVIOUS = "image_previous"
    IMAGES_NEXT_TEN = "images_next_ten"
    IMAGES_PREVIOUS_TEN = "images_previous_ten"
    IMAGE_FIRST = "image_first"
    IMAGE_LAST = "image_last"
    SERIES_PREVIOUS = "series_previous"
    SERIES_NEXT = "series_next"
    STAGE_PREVIOUS = "stage_previous"
    STAGE_NEXT = "stage_next"
    VIEWPORT_NEXT = "viewport_next"
    VIEWPORT_PREVIOUS = "viewport_previous"
    ONE_LARGE = "one_large"
    WINDOW_TOOL = "window_tool"
    WINDOW_STORED = "window_stored"
    PRESET_1 = "preset_1"
    PRESET_2 = "preset_2"
    PRESET_3 = "preset_3"
    PRESET_4 = "preset_4"
    PRESET_5 = "preset_5"
    PRESET_6 = "preset_6"
    PRESET_7 = "preset_7"
    PRESET_8 = "preset_8"
    PRESET_9 = "preset_9"
    ZOOM_TOOL = "zoom_tool"
    PAN_TOOL = "pan_tool"
    ZOOM_IN = "zoom_in"
    ZOOM_OUT = "zoom_out"
    INVERT = "invert"
    ROTATE = "rotate"
    FLIP_HORIZONTAL = "flip_horizontal"
    FLIP_VERTICAL = "flip_vertical"
    RESET = "reset"
    LENGTH = "length"
    ANGLE = "angle"
    COBB = "cobb"
    ELLIPSE = "ellipse"
    PROBE = "probe"
    ARROW = "arrow"
    TEXT = "text"
    KEY_IMAGE = "key_image"
    MEASUREMENT_TO_TEXT = "measurement_to_text"
    MARKS = "marks"
    SHUTTER = "shutter"
    UNDO = "undo"
    REDO = "redo"
    DELETE = "delete"
    LEAVE_TOOL = "leave_tool"
    LINK = "link"
    LINK_HERE = "link_here"
    CINE = "cine"
    MPR = "mpr"
    VOLUME = "volume"
    POINT = "point"
    TURN_LEFT = "turn_left"
    TURN_RIGHT = "turn_right"
    TURN_UP = "turn_up"
    TURN_DOWN = "turn_down"
    SLAB_THICKER = "slab_thicker"
    SLAB_THINNER = "slab_thinner"
    SLAB_MODE = "slab_mode"
    PANEL_LEFT = "panel_left"
    PANEL_RIGHT = "panel_right"
    TO_TEXT = "to_text"
    REPORT_BESIDE = "report_beside"
    REVIEW = "review"
    SAVE_ORIGINAL = "save_original"
    HELP = "help"
    MUTE = "mute"
    CAMERA = "camera"
    SHOW = "show"
    SNAPSHOT = "snapshot"


VIEWPORT = "viewport"  # acts only while a viewport has the keys
READING = "reading"  # acts anywhere in the room, also while typing


@dataclass(frozen=True, slots=True)
class Binding:
    """One row: `text` is the sentence of `?`; `mouse` is the way without a key, where there is one."""

    act: Act
    text: str
    group: str
    keys: tuple[str, ...]
    mouse: str = ""
    scope: str = VIEWPORT


SCROLL, WINDOW, PLACE, MEASURE, TOGETHER = "Scroll", "Window", "Zoom and turn", "Measure and mark", "Together"
ROOM, CONSULT = "Room", "Consult"

TABLE: tuple[Binding, ...] = (
    Binding(Act.IMAGE_NEXT, "Next image", SCROLL, ("Down",), "wheel, two fingers"),
    Binding(Act.IMAGE_PREVIOUS, "Previous image", SCROLL, ("Up",), "wheel, two fingers"),
    Binding(Act.IMAGES_NEXT_TEN, "Ten images on", SCROLL, ("Shift+Down",), "Shift+wheel"),
    Binding(Act.IMAGES_PREVIOUS_TEN, "Ten images back", SCROLL, ("Shift+Up",), "Shift+wheel"),
    Binding(Act.IMAGE_FIRST, "First image", SCROLL, ("Home",)),
    Binding(Act.IMAGE_LAST, "Last image", SCROLL, ("End",)),
    Binding(Act.SERIES_PREVIOUS, "Previous series", SCROLL, ("PgUp", "Left")),
    Binding(Act.SERIES_NEXT, "Next series", SCROLL, ("PgDown", "Right")),
    Binding(Act.STAGE_PREVIOUS, "Previous step of the protocol", SCROLL, (",",)),
    Binding(Act.STAGE_NEXT, "Next step of the protocol", SCROLL, (".",)),
    Binding(Act.CINE, "Play and stop", SCROLL, ("C",)),
    Binding(Act.WINDOW_TOOL, "Window; again to type its values", WINDOW, ("W",), "left drag; Ctrl+drag with any tool"),
    Binding(Act.WINDOW_STORED, "Window as stored; again the file's next", WINDOW, ("0",)),
    *(Binding(Act(f"preset_{n}"), f"Window preset {n}", WINDOW, (str(n),)) for n in range(1, 10)),
    Binding(Act.INVERT, "Invert", WINDOW, ("I",)),
    Binding(Act.ZOOM_TOOL, "Zoom", PLACE, ("Z",), "right drag, pinch, Ctrl+wheel"),
    Binding(Act.ZOOM_IN, "Larger", PLACE, ("+", "="), "Ctrl+wheel"),
    Binding(Act.ZOOM_OUT, "Smaller", PLACE, ("-",), "Ctrl+wheel"),
    Binding(Act.PAN_TOOL, "Pan", PLACE, ("G",), "middle drag, Space+drag"),
    Binding(Act.ROTATE, "Rotate by a quarter", PLACE, ("R",)),
    Binding(Act.FLIP_HORIZONTAL, "Flip left and right", PLACE, ("H",)),
    Binding(Act.FLIP_VERTICAL, "Flip top and bottom", PLACE, ("V",)),
    Binding(Act.RESET, "Reset window, zoom and turn", PLACE, ("Ctrl+R",)),
    Binding(Act.ONE_LARGE, "One large, and back", PLACE, ("Return", "Enter"), "double click"),
    Binding(Act.LENGTH, "Length", MEASURE, ("D",)),
    Binding(Act.ANGLE, "Angle", MEASURE, ("A",)),
    Binding(Act.COBB, "Cobb angle", MEASURE, ("Shift+A",)),
    Binding(Act.ELLIPSE, "Region (ellipse)", MEASURE, ("E",)),
    Binding(Act.PROBE, "Probe a value", MEASURE, ("P",)),
    Binding(Act.ARROW, "Arrow", MEASURE, ("Y",)),
    Binding(Act.TEXT, "Text", MEASURE, ("T",)),
    Binding(Act.MARKS, "Marks and overlays on and off", MEASURE, ("O",)),
    Binding(Act.SHUTTER, "Shutter closed and open", MEASURE, ("Shift+O",)),
    Binding(Act.UNDO, "Undo", MEASURE, ("Ctrl+Z",)),
    Binding(Act.REDO, "Redo", MEASURE, ("Ctrl+Shift+Z",)),
    Binding(Act.DELETE, "Delete the mark", MEASURE, ("Del", "Backspace")),
    Binding(Act.LEAVE_TOOL, "Leave the tool", MEASURE, ("Esc",)),
    Binding(Act.KEY_IMAGE, "Key image", MEASURE, ("K",)),
    Binding(Act.MEASUREMENT_TO_TEXT, "Measurement into the text", MEASURE, ("Ctrl+K",)),
    Binding(Act.LINK, "Linked scroll", TOGETHER, ("S",)),
    Binding(Act.LINK_HERE, "Link here", TOGETHER, ("Shift+S",)),
    Binding(Act.VIEWPORT_NEXT, "Next viewport", TOGETHER, ("Tab",)),
    Binding(Act.VIEWPORT_PREVIOUS, "Previous viewport", TOGETHER, ("Shift+Tab",)),
    Binding(Act.MPR, "Three planes (MPR), and back", TOGETHER, ("M",)),
    Binding(Act.VOLUME, "Volume in a window of its own", TOGETHER, ("Shift+M",)),
    Binding(Act.POINT, "This place in every viewport", TOGETHER, (), "Shift+press"),
    Binding(Act.TURN_LEFT, "Turn the plane to the left", TOGETHER, ("Shift+Left",)),
    Binding(Act.TURN_RIGHT, "Turn the plane to the right", TOGETHER, ("Shift+Right",)),
    Binding(Act.TURN_UP, "Turn the plane up", TOGETHER, ("Shift+PgUp",)),
    Binding(Act.TURN_DOWN, "Turn the plane down", TOGETHER, ("Shift+PgDown",)),
    Binding(Act.SLAB_THICKER, "Thicker slab of planes", TOGETHER, ("Ctrl+Up",)),
    Binding(Act.SLAB_THINNER, "Thinner slab of planes", TOGETHER, ("Ctrl+Down",)),
    Binding(Act.SLAB_MODE, "Largest, smallest or mean value of a slab", TOGETHER, ("B",)),
    Binding(Act.PANEL_LEFT, "Series strip", ROOM, ("F8",), scope=READING),
    Binding(Act.PANEL_RIGHT, "Case panel", ROOM, ("F9",), scope=READING),
    Binding(Act.TO_TEXT, "To the text, and back", ROOM, ("F2",), scope=READING),
    Binding(Act.REPORT_BESIDE, "Report beside its study", ROOM, ("F4",), scope=READING),
    Binding(Act.REVIEW, "Review and sign", ROOM, ("Ctrl+Return", "Ctrl+Enter"), scope=READING),
    Binding(Act.SAVE_ORIGINAL, "Save the original image…", ROOM, ("Ctrl+Shift+S",)),
    Binding(Act.HELP, "Keys", ROOM, ("?",)),
    Binding(Act.MUTE, "Mute the microphone, and back", CONSULT, ("F6",), scope=READING),
    Binding(Act.CAMERA, "Camera off, and on", CONSULT, ("F7",), scope=READING),
    Binding(Act.SHOW, "Show this viewport, and stop", CONSULT, ("F5",), scope=READING),
    Binding(Act.SNAPSHOT, "Send this viewport as a still picture", CONSULT, ("Shift+F5",), scope=READING),
)

GROUPS: tuple[str, ...] = (SCROLL, WINDOW, PLACE, MEASURE, TOGETHER, ROOM, CONSULT)
IN_A_CALL = frozenset({Act.MUTE, Act.CAMERA, Act.SHOW, Act.SNAPSHOT})  # in every room, as long as one talks
PRESET_ACTS: dict[Act, int] = {Act(f"preset_{n}"): n for n in range(1, 10)}


def bindings(changed: Mapping[Act, tuple[str, ...]] | None = None) -> tuple[Binding, ...]:
    """The table with the person's own keys laid over it; an act that is not mentioned keeps its keys."""
    own = changed or {}
    return tuple(Binding(row.act, row.text, row.group, tuple(own.get(row.act, row.keys)), row.mouse, row.scope) for row in TABLE)


_in_force: list[tuple[Binding, ...]] = [TABLE]


def use(changed: Mapping[Act, tuple[str, ...]] | None) -> list[tuple[str, Act, Act]]:
    """Puts the person's own keys into force, in every viewport; where two acts would share a key nothing changes, and they are given."""
    rows = bindings(changed)
    found = clashes(rows)
    if not found:
        _in_force[0] = rows
    return found


def in_force() -> tuple[Binding, ...]:
    """The table with the person's own keys."""
    return _in_force[0]


def by_key(rows: tuple[Binding, ...] = TABLE, scope: str = VIEWPORT) -> dict[str, Act]:
    """Key in portable text → act, for one scope."""
    return {key: row.act for row in rows if row.scope == scope for key in row.keys}


def clashes(rows: tuple[Binding, ...] = TABLE) -> list[tuple[str, Act, Act]]:
    """Keys that two acts claim, in any scope (a key of the room would never reach the viewport)."""
    taken: dict[str, Act] = {}
    found: list[tuple[str, Act, Act]] = []
    for row in rows:
        for key in row.keys:
            if key in taken:
                found.append((key, taken[key], row.act))
            taken.setdefault(key, row.act)
    return found


def first_key(act: Act) -> str:
    """The key to print beside a button, in the signs of a keyboard; "" where the act has none."""
    for row in in_force():
        if row.act is act and row.keys:
            return shown(row.keys[0])
    return ""


def shown(key: str) -> str:
    """A key as people read it: arrows as signs, `Return` as `Enter`."""
    return "+".join(_SIGNS.get(part, part) for part in key.split("+")) if key not in {"+", "Ctrl++"} else key


_SIGNS = {"Up": "↑", "Down": "↓", "Left": "←", "Right": "→", "Return": "Enter", "Del": "Delete"}
