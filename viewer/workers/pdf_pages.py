"""What the PDF tasks give: sizes, pictures and words of pages, as values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PdfInfo:
    """The pages' sizes (width, height) in points (1/72 inch), as shown (page rotation applied)."""

    pages: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class PdfPage:
    """A page's picture: `rgba` holds height x width x 4 bytes, row by row from the top, alpha 255."""

    width: int
    height: int
    rgba: bytes


@dataclass(frozen=True, slots=True)
class Word:
    """A word and its box in points from the page's top left corner."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class PdfText:
    """A page's text in reading order as the file has it, and its words with their boxes, for search."""

    text: str
    words: tuple[Word, ...]
