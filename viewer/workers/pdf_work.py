"""PDF tasks, run in the worker: pdfium draws pages and finds words; no script of a PDF runs, as no forms are set up."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import pypdfium2 as pdfium

from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

Blobs = tuple[bytes, ...]
PAGES_LIMIT = 5000
PIXELS_LIMIT = 40_000_000
CHARACTERS_LIMIT = 200_000


def info(_values: dict[str, Any], blobs: Blobs) -> tuple[dict[str, Any], Blobs]:
    """The pages' sizes in points."""
    with _document(blobs[0]) as document:
        return {"pages": [list(document[index].get_size()) for index in range(min(len(document), PAGES_LIMIT))]}, ()


def page(values: dict[str, Any], blobs: Blobs) -> tuple[dict[str, Any], Blobs]:
    """One page as RGBA at `scale` pixels for a point."""
    with _document(blobs[0]) as document:
        sheet = _page(document, int(values["page"]))
        width, height = sheet.get_size()
        scale = float(values["scale"])
        if not 0 < width * height * scale * scale <= PIXELS_LIMIT:
            raise Trouble("This page is too large to draw at this size.", "Zoom out.", kind=Kind.INPUT)
        bitmap = sheet.render(scale=scale, rev_byteorder=True, prefer_bgrx=True)
        rgba = np.array(bitmap.to_numpy(), copy=True)
        rgba[..., 3] = 255
        return {"width": int(rgba.shape[1]), "height": int(rgba.shape[0])}, (rgba.tobytes(),)


def text(values: dict[str, Any], blobs: Blobs) -> tuple[dict[str, Any], Blobs]:
    """The text of a page and its words with boxes."""
    with _document(blobs[0]) as document:
        sheet = _page(document, int(values["page"]))
        _, height = sheet.get_size()
        content = sheet.get_textpage()
        count = min(content.count_chars(), CHARACTERS_LIMIT)
        letters = content.get_text_range(0, count) if count else ""
        words = [[word, left, height - top, right, height - bottom] for word, left, bottom, right, top in _words(content, count)]
        return {"text": letters, "words": words}, ()


@contextmanager
def _document(data: bytes) -> Iterator[pdfium.PdfDocument]:
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        locked = "password" in str(error).lower()
        raise Trouble(
            "This document is protected by a password." if locked else "This document is damaged or not a PDF.",
            "Ask the sender for it without a password." if locked else "Ask the sender to send it again.",
            kind=Kind.IMAGE,
        ) from error
    try:
        yield document
    finally:
        document.close()


def _page(document: pdfium.PdfDocument, index: int) -> pdfium.PdfPage:
    if not 0 <= index < len(document):
        raise Trouble("This document has no such page.", "Go to another page.", kind=Kind.INPUT)
    try:
        return document[index]
    except pdfium.PdfiumError as error:
        raise Trouble("This page of the document is damaged.", "Ask the sender to send it again.", kind=Kind.IMAGE) from error


def _words(content: pdfium.PdfTextPage, count: int) -> Iterator[tuple[str, float, float, float, float]]:
    """Words with left, bottom, right, top in PDF points (origin bottom left); a change of line ends a word."""
    word, box = "", (0.0, 0.0, 0.0, 0.0)
    for index in range(count):
        letter = content.get_text_range(index, 1)
        if not letter.strip():
            if word:
                yield (word, *box)
            word = ""
            continue
        left, bottom, right, top = content.get_charbox(index)
        if word and (bottom > box[3] or top < box[1]):
            yield (word, *box)
            word = ""
        box = (left, bottom, right, top) if not word else (min(box[0], left), min(box[1], bottom), max(box[2], right), max(box[3], top))
        word += letter
    if word:
        yield (word, *box)
