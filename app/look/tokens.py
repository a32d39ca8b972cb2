"""All colours, sizes and radii of the desk; nothing else names one.

Contrast of words on their ground: `text` and `quiet` 7:1 or better, `faint` and the three states 4.5:1 or better (tested).
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace


@dataclass(frozen=True, slots=True)
class Tokens:
    """One theme at one text size. Colours are `#rrggbb`; sizes are logical pixels."""

    name: str
    # colours
    ground: str  # the room behind images
    surface: str  # panels
    raised: str  # rows under the pointer, sheets, fields
    lifted: str  # a tag or field on something raised
    line: str  # the few lines there are
    text: str  # words
    quiet: str  # second words
    faint: str  # labels and hints
    accent: str  # selection, focus ring, primary button
    on_accent: str
    accent_line: str  # a line on the accent
    good: str
    warn: str
    bad: str
    film: str = "#000000"  # behind every image, in every theme
    mark: str = "#FFD479"  # measurements over images
    on_film: str = "#D5D9DF"  # words over images
    halo: str = "#C0000000"  # around words and lines over images and faces (#aarrggbb)
    edge: str = "#28FFFFFF"  # around a small picture that lies on a large one
    paper: str = "#FFFFFF"  # a page
    ink: str = "#1A1D22"  # words on a page
    veil: str = "#99000000"  # over the room while a sheet is open (#aarrggbb)
    # type
    size_small: int = 11  # labels, tags, key hints
    size_second: int = 12  # second lines, foot
    size_text: int = 13  # everything else
    size_title: int = 15  # the patient's name, titles
    size_head: int = 22  # the one sentence of an otherwise empty room
    # space (a grid of 4) and shape
    unit: int = 4
    radius: int = 6
    radius_row: int = 8
    radius_tag: int = 4
    control: int = 32  # height of buttons and fields
    row: int = 64  # a row of the worklist
    top: int = 52
    foot: int = 32
    rail: int = 56
    rail_button: int = 44
    icon: int = 20
    thumb: int = 84
    panel: int = 420  # the worklist's preview
    sheet: int = 560  # width of a sheet
    ring: int = 2  # the focus ring


# Whose pointer and marks: eight colours over film, in every theme, each with a name beside it (`app.consult.marks.tint_of`).
HANDS = ("#6FB1FF", "#FFD479", "#C9A7FF", "#7CCB94", "#FF9E7A", "#8FE0E6", "#F29BC8", "#D3D77A")

DARK = Tokens(
    name="dark",
    ground="#0B0D10",
    surface="#14171C",
    raised="#1C2027",
    lifted="#272C35",
    line="#2A2F38",
    text="#E8EAED",
    quiet="#A4ABB6",
    faint="#8A919D",
    accent="#6FB1FF",
    on_accent="#0B1420",
    accent_line="#3D78BA",
    good="#7CCB94",
    warn="#E8B95A",
    bad="#F0837A",
)

LIGHT = Tokens(
    name="light",
    ground="#F7F8F9",
    surface="#EEF0F2",
    raised="#FFFFFF",
    lifted="#E4E7EB",
    line="#D3D7DD",
    text="#16191D",
    quiet="#434A54",
    faint="#5B636E",
    accent="#1A62B8",
    on_accent="#FFFFFF",
    accent_line="#8DB8EA",
    good="#1B6B36",
    warn="#7F5200",
    bad="#B02A20",
    veil="#66000000",
)

THEMES = {"dark": DARK, "light": LIGHT}

_FIXED = frozenset({"unit", "ring", "radius", "radius_row", "radius_tag"})


def scaled(tokens: Tokens, percent: int) -> Tokens:
    """The same theme with type and everything that holds type at `percent` (100 to 200) of its size."""
    sizes = {f.name: round(getattr(tokens, f.name) * percent / 100) for f in fields(tokens) if f.type == "int" and f.name not in _FIXED}
    return replace(tokens, **sizes)
