"""The look of the paper: how each block of the document is set. A4, one column, Inter; sizes and greys are the product's pictures'."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from record.opinion.document import Asked, Fact, Figures, Grid, Heading, PartName, SignaturePlace, Text
from record.opinion.paper.flow import Box, flow
from record.opinion.paper.lines import Line, Style, set_text
from record.opinion.paper.pdf import A4, Element, Paper

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from record.opinion.document import Block, Figure, OpinionDocument, Part
    from record.opinion.paper.fonts import FontBook

QUIET = (0.357, 0.392, 0.439)
TITLE = Style(17, 22, bold=True)
HEAD = Style(11, 16, bold=True)
SUBHEAD = Style(10, 15, bold=True)
BODY = Style(10, 15)
GREY = Style(10, 15, colour=QUIET)
CAPTION = Style(9, 13, colour=QUIET)
SMALL = Style(8, 11, colour=QUIET)

LEFT, RIGHT, TOP = 50.0, A4[0] - 50.0, A4[1] - 50.0
WIDTH = RIGHT - LEFT
FOOT = 36.0  # the baseline of the last line of each page
LABEL = 84.0  # the width of a fact's label
GAP = 12.0
FIGURE_RATIO = 0.76  # a figure's height by its width
ELECTRONIC = "Signed electronically. The signature lies in this file, covers all of it, and can be checked by any PDF reader."


class Layout:
    """Sets one document on one paper."""

    def __init__(self, document: OpinionDocument, pictures: Mapping[str, Any], book: FontBook) -> None:
        self._document = document
        self._pictures = pictures
        self._book = book
        self.paper = Paper()

    def run(self) -> None:
        """Draws everything: the parts, then on each page the foot with its number."""
        statement = self._lines(self._document.footer, SMALL, WIDTH) if self._document.footer else []
        bottom = FOOT + 26 + len(statement) * SMALL.leading
        flow(list(self._boxes()), TOP, bottom, self.paper.new_page)
        for page in range(len(self.paper.pages)):
            self._foot(page, statement)

    def _lines(self, text: str, style: Style, width: float) -> list[Line]:
        return set_text(text, style, width, self._book)

    def _foot(self, page: int, statement: list[Line]) -> None:
        """The hospital's statement, two identifiers, page x of y."""
        baseline = FOOT + len(statement) * SMALL.leading
        for number, line in enumerate((*statement, *self._lines(self._document.identity, SMALL, WIDTH - 80)[:1])):
            self.paper.draw_line(line, LEFT, baseline - number * SMALL.leading, None, page)
        (counted,) = self._lines(f"Page {page + 1} of {len(self.paper.pages)}", SMALL, 80)
        self.paper.draw_line(counted, RIGHT - counted.width, FOOT, None, page)

    def _boxes(self) -> Iterator[Box]:
        root = self.paper.root
        yield from self._text(self._document.title, TITLE, root.child("H1"))
        yield from self._text(self._document.subtitle, GREY, root.child("P"))
        for part in self._document.parts:
            yield from self._part(part)

    def _part(self, part: Part) -> Iterator[Box]:
        """A part under its heading. Questions stand with their answers and are not printed twice."""
        if part.name is PartName.QUESTIONS and part.stated:
            return
        if part.name is PartName.ANSWERS and not part.stated:
            return
        section = self.paper.root.child("Sect")
        if part.name is not PartName.ANSWERS:
            yield from self._text(part.title, HEAD, section.child("H2"), before=13, with_next=True)
        for block in part.blocks:
            yield from self._SETTERS[type(block)](self, block, section)

    # -- blocks ------------------------------------------------------------------------------------------------------

    def _set_text(self, block: Text, section: Element) -> Iterator[Box]:
        yield from self._text(block.text, GREY if block.quiet else BODY, section.child("P"), before=2)

    def _set_heading(self, block: Heading, section: Element) -> Iterator[Box]:
        yield from self._text(block.text, SUBHEAD, section.child("H3"), before=5, with_next=True)

    def _set_fact(self, block: Fact, section: Element) -> Iterator[Box]:
        element = section.child("P")
        label, value = self._lines(block.label, GREY, LABEL), self._lines(block.value, BODY, WIDTH - LABEL)
        yield from self._row([(label, LEFT, LABEL, element), (value, LEFT + LABEL, WIDTH - LABEL, element)], BODY)

    def _set_asked(self, block: Asked, section: Element) -> Iterator[Box]:
        yield from self._text(block.heading, HEAD, section.child("H2"), before=13, with_next=True)
        yield from self._text(block.question, GREY, section.child("P"), with_next=bool(block.answer))
        for paragraph in block.answer.split("\n\n"):
            if paragraph.strip():
                yield from self._text(paragraph.strip("\n"), BODY, section.child("P"), before=2)

    def _set_grid(self, block: Grid, section: Element) -> Iterator[Box]:
        table = section.child("Table")
        widths = [width * WIDTH for width in block.widths]
        yield Box(4, lambda _: None, with_next=True)
        yield from self._cells(block.heads, widths, CAPTION, table.child("TR"), "TH")
        yield Box(3, lambda top: self.paper.draw_rule(LEFT, top - 2, WIDTH), with_next=True)
        for row in block.rows:
            yield from self._cells(row, widths, BODY, table.child("TR"), "TD")

    def _cells(self, texts: Sequence[str], widths: list[float], style: Style, row: Element, tag: str) -> Iterator[Box]:
        cells = []
        left = LEFT
        for text, width in zip(texts, widths, strict=True):
            cells.append((self._lines(text, style, width - GAP), left, width - GAP, row.child(tag)))
            left += width
        yield from self._row(cells, style, with_next=tag == "TH")

    def _row(self, cells: list[tuple[list[Line], float, float, Element]], style: Style, *, with_next: bool = False) -> Iterator[Box]:
        """Texts side by side, as one box."""

        def draw(top: float) -> None:
            for lines, left, width, element in cells:
                self._draw_lines(lines, left, width, top, element)

        height = max(len(lines) for lines, _, _, _ in cells) * style.leading
        yield Box(height, draw, before=2, with_next=with_next)

    def _set_figures(self, block: Figures, section: Element) -> Iterator[Box]:
        for at in range(0, len(block.figures), 2):
            yield self._figure_row(block.figures[at : at + 2], section)

    def _figure_row(self, figures: tuple[Figure, ...], section: Element) -> Box:
        width = (WIDTH - GAP) / 2
        high = width * FIGURE_RATIO
        captions = [self._lines(figure.caption, CAPTION, width) for figure in figures]

        def draw(top: float) -> None:
            for number, figure in enumerate(figures):
                left = LEFT + number * (width + GAP)
                element = section.child("Figure", figure.caption)
                self.paper.draw_picture(figure.key_image, self._pictures[figure.key_image], (left, top - high, width, high), element)
                self._draw_lines(captions[number], left, width, top - high - 4, section.child("Caption"))

        return Box(high + 4 + max(len(lines) for lines in captions) * CAPTION.leading, draw, before=10)

    def _set_signature(self, block: SignaturePlace, section: Element) -> Iterator[Box]:
        first, *rest = block.lines
        yield from self._text(first, SUBHEAD, section.child("P"), before=2, with_next=True)
        for line in rest:
            yield from self._text(line, BODY, section.child("P"), with_next=True)
        yield from self._text(ELECTRONIC, GREY, section.child("P"), with_next=True)

    # -- text --------------------------------------------------------------------------------------------------------

    def _text(self, text: str, style: Style, element: Element, *, before: float = 0, with_next: bool = False) -> Iterator[Box]:
        """A paragraph, a box for each line; its first two and last two lines stay together."""
        lines = self._lines(text, style, WIDTH)
        for number, line in enumerate(lines):
            last = number == len(lines) - 1
            near = number == 0 or number == len(lines) - 2
            yield Box(
                style.leading,
                self._drawer(line, element),
                before=0 if number else before,
                with_next=with_next if last else near or with_next,
            )

    def _drawer(self, line: Line, element: Element) -> Callable[[float], None]:
        return lambda top: self._draw_lines([line], LEFT, WIDTH, top, element)

    def _draw_lines(self, lines: list[Line], left: float, width: float, top: float, element: Element) -> None:
        """Lines from a top down; a paragraph that runs from right to left stands at the right."""
        for number, line in enumerate(lines):
            x = left + width - line.width if line.from_right else left
            style = line.style
            baseline = top - number * style.leading - (style.leading - style.size) / 2 - style.size * 0.8
            self.paper.draw_line(line, x, baseline, element)

    _SETTERS: dict[type[Block], Callable[[Layout, Any, Element], Iterator[Box]]] = {  # noqa: RUF012  a table, never changed
        Text: _set_text,
        Heading: _set_heading,
        Fact: _set_fact,
        Asked: _set_asked,
        Grid: _set_grid,
        Figures: _set_figures,
        SignaturePlace: _set_signature,
    }
