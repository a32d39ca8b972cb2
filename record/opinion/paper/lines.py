"""From a text to lines: direction, fonts, shaping by HarfBuzz, and where the lines break. Lengths are points, glyph measures em/1000."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from record.opinion.paper.bidi import base_level, levels, visual_runs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from record.opinion.paper.fonts import Face, FontBook

FEATURES = {"kern": True, "tnum": True, "cv11": True}  # tabular figures; Inter's one-storey a, as on screen
NO_LIGATURES = {"liga": False, "dlig": False}  # from right to left, some readers turn the letters of a ligature round
_WIDE = (range(0x2E80, 0xA000), range(0xAC00, 0xD800), range(0xF900, 0xFB00), range(0xFF00, 0xFFF0))


@dataclass(frozen=True)
class Style:
    """How a text is set: points, weight, colour (RGB, 0 to 1)."""

    size: float
    leading: float
    bold: bool = False
    colour: tuple[float, float, float] = (0.102, 0.114, 0.133)


@dataclass(frozen=True)
class Glyph:
    """A glyph in its place, in thousandths of an em."""

    number: int
    advance: int
    x: int
    y: int


@dataclass(frozen=True)
class Cluster:
    """Characters that are drawn together, by what glyphs, from left to right."""

    text: str
    start: int
    glyphs: tuple[Glyph, ...]

    @property
    def advance(self) -> int:
        """The width, in thousandths of an em."""
        return sum(glyph.advance for glyph in self.glyphs)


@dataclass(frozen=True)
class Piece:
    """Clusters of one font and direction, from left to right."""

    face: Face
    level: int
    clusters: tuple[Cluster, ...]


@dataclass(frozen=True)
class Line:
    """A line: its pieces from left to right, its width in points, whether its paragraph runs from right to left."""

    pieces: tuple[Piece, ...]
    width: float
    style: Style
    from_right: bool


def set_text(text: str, style: Style, width: float, book: FontBook) -> list[Line]:
    """The lines of a text that is at most `width` points wide; an empty paragraph is an empty line."""
    return [line for paragraph in _plain(text).split("\n") for line in _paragraph(paragraph, style, width, book)]


def _plain(text: str) -> str:
    """Composed characters (NFC), tabs as spaces, no control characters but line ends."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\t", " "))
    return "".join(one for one in composed if one == "\n" or unicodedata.category(one) not in {"Cc", "Cs", "Co", "Cn"})


def _paragraph(text: str, style: Style, width: float, book: FontBook) -> Iterator[Line]:
    base = base_level(text)
    found = levels(text, base)
    widths = _widths(text, found, style, book)
    for start, end in _broken(text, widths, width):
        kept = text[start:end].rstrip()
        pieces = tuple(_pieces(kept, levels(kept, base), style, book))
        length = sum(cluster.advance for piece in pieces for cluster in piece.clusters) * style.size / 1000
        yield Line(pieces, length, style, from_right=bool(base))


def _pieces(text: str, found: list[int], style: Style, book: FontBook) -> Iterator[Piece]:
    for start, end, level in visual_runs(found):
        runs = [(start + first, start + last, face) for first, last, face in book.runs(text[start:end], bold=style.bold)]
        for first, last, face in reversed(runs) if level % 2 else runs:
            yield Piece(face, level, tuple(_shaped(text, first, last, face, level)))


def _shaped(text: str, start: int, end: int, face: Face, level: int) -> Iterator[Cluster]:
    import uharfbuzz  # noqa: PLC0415  late import: only who composes pays for it

    buffer = uharfbuzz.Buffer()
    buffer.cluster_level = uharfbuzz.BufferClusterLevel.MONOTONE_GRAPHEMES
    buffer.add_str(text[start:end])
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if level % 2 else "ltr"
    uharfbuzz.shape(face.font, buffer, FEATURES | NO_LIGATURES if level % 2 else FEATURES)
    grouped: dict[int, list[Glyph]] = {}
    for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        measures = (round(value * 1000 / face.upem) for value in (place.x_advance, place.x_offset, place.y_offset))
        grouped.setdefault(info.cluster, []).append(Glyph(info.codepoint, *measures))
    ends = dict(zip(sorted(grouped), [*sorted(grouped)[1:], end - start], strict=True))
    for cluster, glyphs in grouped.items():
        yield Cluster(text[start + cluster : start + ends[cluster]], start + cluster, tuple(glyphs))


def _widths(text: str, found: list[int], style: Style, book: FontBook) -> list[float]:
    """The width in points that each character brings: its cluster's at the first, 0 at the others."""
    widths = [0.0] * len(text)
    for piece in _pieces(text, found, style, book):
        for cluster in piece.clusters:
            widths[cluster.start] = cluster.advance * style.size / 1000
    return widths


def _broken(text: str, widths: list[float], room: float) -> Iterator[tuple[int, int]]:
    """The lines (start, end) of a paragraph: broken at the last chance that fits, inside a word only where it alone is too long."""
    start, chance, used = 0, 0, 0.0
    for at, character in enumerate(text):
        used += widths[at]
        if used > room and character != " " and at > start:
            end = chance if chance > start else at
            yield start, end
            start, used = end, sum(widths[end : at + 1])
        if _may_break_after(text, at):
            chance = at + 1
    yield start, len(text)


def _may_break_after(text: str, at: int) -> bool:
    if text[at] == " ":
        return not _number_and_unit(text, at)
    if at + 1 < len(text) and unicodedata.category(text[at + 1]) in {"Mn", "Mc", "Pe", "Po", "Pf"}:
        return False
    if text[at] in "-–—/" and 0 < at < len(text) - 1:
        return text[at - 1].isalpha() and text[at + 1].isalpha()
    return any(ord(text[at]) in wide for wide in _WIDE)


def _number_and_unit(text: str, at: int) -> bool:
    """Whether a space stands between a number and its unit or month, which stay together."""
    return 0 < at < len(text) - 2 and text[at - 1].isdigit() and text[at + 1].isalpha() and not text[at + 1 : at + 5].isalpha()
