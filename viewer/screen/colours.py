"""The colours that a viewport takes from the theme; the tokens themselves live in the app."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ScreenColours:
    """Colours as `#rrggbb`. The defaults are those of a dark room; the app passes its own."""

    ground: str = "#000000"  # behind every image
    words: str = "#D5D9DF"  # corner text, orientation letters, scale bar
    faint: str = "#8A919D"  # words that recede: waiting, hints
    accent: str = "#6FB1FF"  # the frame of the viewport that has the keys
    mark: str = "#FFD479"  # measurements
    warn: str = "#E8B95A"  # fidelity marks
    bad: str = "#F0837A"  # another patient's image, an image that cannot be shown
    surface: str = "#1C2027"  # the small window entry, the sentence in place of an image
    text: str = "#E8EAED"  # words on `surface`


DEFAULT_COLOURS = ScreenColours()
