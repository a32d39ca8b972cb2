"""The opinion's paper: a PDF that is the same bytes for the same document, pictures and fonts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from record.opinion.document import Figures, PartName, SignaturePlace
from record.opinion.paper.fonts import FontBook
from record.opinion.paper.layout import Layout
from record.signature.verify import ATTACHED
from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from datetime import datetime

    from record.opinion.document import OpinionDocument

FontLoader = Callable[[str], bytes]
"""Gives the bytes of a font file by its name in `resources/fonts` ("Inter-Regular.ttf"); raises KeyError or OSError where it is missing."""


@dataclass(frozen=True)
class Picture:
    """The pixels of a key image as they were shown, marks drawn in: 8 bit, rows from the top, `samples` 1 (grey) or 3 (RGB)."""

    width: int
    height: int
    samples: int
    pixels: bytes  # width * height * samples


@dataclass(frozen=True)
class Composed:
    """A composed PDF and how many pages it has."""

    pdf: bytes
    pages: int


def compose(document: OpinionDocument, pictures: Mapping[str, Picture], load_font: FontLoader, composed_at: datetime) -> Composed:
    """The PDF of a document (A4, fonts embedded, `opinion.json` attached), byte for byte the same for equal arguments.

    Args:
        document: the fourteen parts (`record.opinion.parts.make_document`).
        pictures: key image id → its pixels.
        load_font: gives font files by name; it is asked for the fonts that the text needs, once for each paper.
        composed_at: written as creation and modification date (aware).

    Raises:
        Trouble: INPUT where a picture is missing or not of its stated size; INTERNAL where a font cannot be read.
    """
    for key_image in _key_images(document):
        _check(pictures.get(key_image))
    layout = Layout(document, pictures, FontBook(load_font))
    layout.run()
    pdf = layout.paper.finish(
        document.title, _author(document), attached=(ATTACHED, document.opinion_json), at=composed_at, language=document.language
    )
    return Composed(pdf, len(layout.paper.pages))


def _key_images(document: OpinionDocument) -> list[str]:
    blocks = [block for part in document.parts for block in part.blocks]
    return [figure.key_image for block in blocks if isinstance(block, Figures) for figure in block.figures]


def _author(document: OpinionDocument) -> str:
    blocks = document.part(PartName.SIGNATURE).blocks
    return next((block.lines[0] for block in blocks if isinstance(block, SignaturePlace)), "")


def _check(picture: Picture | None) -> None:
    if picture is None or picture.samples not in {1, 3} or len(picture.pixels) != picture.width * picture.height * picture.samples:
        raise Trouble(
            "A key image of this opinion has no picture.",
            "Open the image once more so that it is drawn, or remove it from the key images.",
            "missing" if picture is None else f"{picture.width}x{picture.height}x{picture.samples}, {len(picture.pixels)} bytes",
            Kind.INPUT,
        )
