"""Finding words on a page by their boxes; pure."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from viewer.workers.pdf_pages import Word

Box = tuple[float, float, float, float]


def folded(text: str) -> str:
    """Text as it is compared: without case and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def found(words: Sequence[Word], query: str) -> list[tuple[Box, ...]]:
    """Each place where the query's words follow one another: the first may begin and the last end inside a word.

    The boxes are in points from the page's top left (left, top, right, bottom), one for each word touched.
    """
    wanted = folded(query).split()
    if not wanted:
        return []
    texts = [folded(word.text) for word in words]
    places = (range(start, start + len(wanted)) for start in range(len(words) - len(wanted) + 1))
    return [tuple(_box(words[n]) for n in place) for place in places if _fits([texts[n] for n in place], wanted)]


def _fits(texts: list[str], wanted: list[str]) -> bool:
    if len(wanted) == 1:
        return wanted[0] in texts[0]
    first, *middle, last = zip(texts, wanted, strict=True)
    return first[0].endswith(first[1]) and all(text == word for text, word in middle) and last[0].startswith(last[1])


def _box(word: Word) -> Box:
    return (word.left, word.top, word.right, word.bottom)
