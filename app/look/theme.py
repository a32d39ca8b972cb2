"""The theme in force: one for the whole program, like the application's palette.

A widget that paints asks `current()` each time it paints, so that a change of theme or text size is seen at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QFont, QPalette

from app.look.fonts import family, load_fonts
from app.look.style import style_sheet
from app.look.tokens import DARK, THEMES, Tokens, scaled

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

_now: list[Tokens] = [DARK]


def current() -> Tokens:
    """The tokens in force."""
    return _now[0]


def colour(name: str) -> QColor:
    """A token's colour by its name, for painting."""
    return QColor(getattr(current(), name))


def font(size: str = "size_text", weight: int = QFont.Weight.Normal) -> QFont:
    """Inter with tabular figures at a token's size."""
    made = QFont(family())
    made.setPixelSize(getattr(current(), size))
    made.setWeight(QFont.Weight(weight))
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    for feature in ("tnum", "cv11"):  # figures that line up, the plain "a"
        made.setFeature(QFont.Tag(feature), 1)
    return made


def apply(app: QApplication, name: str = "dark", percent: int = 100) -> None:
    """Puts a theme into force: fonts, palette, style sheet. `percent` is the size of text, 100 to 200."""
    load_fonts()
    tokens = scaled(THEMES[name], percent)
    _now[0] = tokens
    if app.style().objectName() != "fusion":
        app.setStyle("Fusion")
    app.setFont(font())
    app.setPalette(_palette(tokens))
    app.setStyleSheet(style_sheet(tokens, family()))


_PALETTE = {
    QPalette.ColorRole.Window: "ground",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Base: "surface",
    QPalette.ColorRole.AlternateBase: "raised",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.PlaceholderText: "faint",
    QPalette.ColorRole.Button: "raised",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.Highlight: "accent",
    QPalette.ColorRole.HighlightedText: "on_accent",
    QPalette.ColorRole.ToolTipBase: "lifted",
    QPalette.ColorRole.ToolTipText: "text",
    QPalette.ColorRole.Link: "accent",
    QPalette.ColorRole.Mid: "line",
}


def _palette(tokens: Tokens) -> QPalette:
    made = QPalette()
    for role, token in _PALETTE.items():
        made.setColor(role, QColor(getattr(tokens, token)))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText, QPalette.ColorRole.WindowText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(tokens.faint))
    return made
