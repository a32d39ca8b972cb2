"""The tokens: contrast, scaling, and that no widget names a colour."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.look.tokens import THEMES, Tokens, scaled

APP = Path(__file__).resolve().parents[3] / "app"


def _luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2, definition)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
@pytest.mark.parametrize("ground", ["ground", "surface", "raised"])
@pytest.mark.parametrize(
    ("words", "least"), [("text", 7.0), ("quiet", 7.0), ("faint", 4.5), ("good", 4.5), ("warn", 4.5), ("bad", 4.5), ("accent", 4.5)]
)
def test_words_can_be_read_on_every_ground(theme: Tokens, ground: str, words: str, least: float) -> None:
    assert contrast(getattr(theme, words), getattr(theme, ground)) >= least


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_the_primary_button_can_be_read(theme: Tokens) -> None:
    assert contrast(theme.on_accent, theme.accent) >= 4.5


def test_twice_the_size_of_text_doubles_everything_that_holds_text() -> None:
    plain, double = THEMES["dark"], scaled(THEMES["dark"], 200)
    for name in ("size_text", "control", "row", "foot"):
        assert getattr(double, name) == 2 * getattr(plain, name)
    assert (double.radius, double.ground) == (plain.radius, plain.ground)


def test_only_the_tokens_name_a_colour() -> None:
    names = re.compile(r"""["'(]#[0-9A-Fa-f]{3,8}\b|Qt\.GlobalColor\.(?!transparent)|QColor\(\s*\d""")
    guilty = [
        f"{path.relative_to(APP)}:{number}"
        for path in sorted(APP.rglob("*.py"))
        if path.name != "tokens.py"
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if names.search(line)
    ]
    assert guilty == []
