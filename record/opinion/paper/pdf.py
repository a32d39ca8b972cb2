"""The PDF's objects, by reportlab: glyph runs with embedded subsets, pictures, tags for readers, the attached file.

Text is drawn by glyph numbers (Type 0 fonts, Identity-H), with a ToUnicode map, and with ActualText (ISO 32000-2, 14.9.4) where a cluster
of characters is not one glyph, so that every text can be searched and copied as it was written.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC
from itertools import groupby
from typing import TYPE_CHECKING, Any

from record.opinion.paper.lines import Cluster, Glyph

if TYPE_CHECKING:
    from datetime import datetime

    from record.opinion.paper.fonts import Face
    from record.opinion.paper.lines import Line, Piece

A4 = (595.28, 841.89)  # points


@dataclass
class Element:
    """One element of the structure tree (ISO 32000-2, 14.7): a tag, its children, the marked contents it holds."""

    tag: str
    alt: str = ""
    kids: list[Element] = field(default_factory=list)
    contents: list[tuple[int, int]] = field(default_factory=list)  # page from 0, MCID

    def child(self, tag: str, alt: str = "") -> Element:
        """A new child."""
        kid = Element(tag, alt)
        self.kids.append(kid)
        return kid


@dataclass
class FontUse:
    """What of a font is used: its name on the pages, glyphs, and what each glyph means."""

    name: str
    face: Face
    meaning: dict[int, str] = field(default_factory=dict)  # code → text; a code past the last glyph is a blank that only means
    blanks: dict[tuple[str, int], int] = field(default_factory=dict)  # (text, width) → code
    widths: dict[int, int] = field(default_factory=dict)  # codes that advance otherwise than their glyph says

    @property
    def glyphs(self) -> list[int]:
        """The glyphs to embed."""
        count = self.face.glyph_count
        return sorted({code for code in self.meaning if code < count} | ({self.face.blank} if self.blanks else set()))

    def width(self, code: int) -> int:
        """The width of a code, in thousandths of an em."""
        return self.widths[code] if code in self.widths else self.face.width(code)

    def blank(self, text: str, width: int) -> int:
        """The code of a blank of a width that means a text."""
        code = self.blanks.setdefault((text, width), self.face.glyph_count + len(self.blanks))
        self.meaning[code] = text
        self.widths[code] = width
        return code


class Paper:
    """A PDF that is being drawn: pages of content, fonts, pictures. Coordinates are points from the lower left."""

    def __init__(self) -> None:
        self.root = Element("Document")
        self.pages: list[list[str]] = []
        self.marked: list[list[Element]] = []  # page → MCID → element
        self._fonts: dict[str, FontUse] = {}
        self._pictures: dict[str, tuple[str, Any]] = {}

    def new_page(self) -> None:
        """Begins a page."""
        self.pages.append([])
        self.marked.append([])

    def on_page(self, page: int) -> list[str]:
        """The content of a page, to be added to."""
        return self.pages[page]

    def draw_line(self, line: Line, x: float, baseline: float, element: Element | None, page: int = -1) -> None:
        """A line of text whose left end is at `x`; without an element it is an artifact (header, footer)."""
        page %= len(self.pages)
        self._begin(page, element)
        red, green, blue = line.style.colour
        code = self.pages[page]
        code.append(f"BT {red:.3f} {green:.3f} {blue:.3f} rg 1 0 0 1 {x:.2f} {baseline:.2f} Tm")
        for piece in line.pieces:
            code.append(f"/{self._font(piece.face).name} {line.style.size:g} Tf")
            self._draw_piece(piece, line.style.size, code)
        code.append("ET EMC")

    def draw_rule(self, x: float, y: float, width: float, grey: float = 0.85) -> None:
        """A hairline to the right of a point."""
        self.pages[-1].append(f"/Artifact BMC q {grey:.2f} G 0.5 w {x:.2f} {y:.2f} m {x + width:.2f} {y:.2f} l S Q EMC")

    def draw_picture(self, key: str, picture: Any, box: tuple[float, float, float, float], element: Element) -> None:  # noqa: ANN401  compose.Picture; a cycle otherwise
        """A picture in a box (x, y, width, height), on black where its shape differs from the box's."""
        name = self._pictures.setdefault(key, (f"I{len(self._pictures) + 1}", picture))[0]
        x, y, width, height = box
        scale = min((width - 1.5) / picture.width, (height - 1.5) / picture.height)
        wide, high = picture.width * scale, picture.height * scale
        self._begin(len(self.pages) - 1, element)
        left, low = x + (width - wide) / 2, y + (height - high) / 2
        self.pages[-1].append(
            f"q 0 g {x:.2f} {y:.2f} {width:.2f} {height:.2f} re f {wide:.2f} 0 0 {high:.2f} {left:.2f} {low:.2f} cm /{name} Do Q EMC"
        )

    def _begin(self, page: int, element: Element | None) -> None:
        if element is None:
            self.pages[page].append("/Artifact BMC")
            return
        number = len(self.marked[page])
        self.marked[page].append(element)
        element.contents.append((page, number))
        self.pages[page].append(f"/{element.tag} <</MCID {number}>> BDC")

    def _font(self, face: Face) -> FontUse:
        return self._fonts.setdefault(face.name, FontUse(f"F{len(self._fonts) + 1}", face))

    def _draw_piece(self, piece: Piece, size: float, code: list[str]) -> None:
        """Words that the ToUnicode map reads back go out together; others stand under their ActualText."""
        font = self._font(piece.face)
        from_right = piece.level % 2 == 1
        clusters = [_spelled(font, one) if _is_ligature(one) and from_right else one for one in piece.clusters]
        plain: list[Cluster] = []
        for word in _words(clusters):
            read_back = [_reads_back(font, cluster) for cluster in word]
            if all(read_back):
                plain += word
                continue
            text = "".join(cluster.text for cluster in (reversed(word) if from_right else word))
            actual = ("\ufeff" + text).encode("utf-16-be").hex().upper()
            code += [*_shown(plain, font, size), f"/Span <</ActualText <{actual}>>> BDC", *_shown(word, font, size), "EMC"]
            plain = []
        code += _shown(plain, font, size)

    def finish(self, title: str, author: str, attached: tuple[str, bytes], at: datetime, language: str) -> bytes:
        """The file. `attached` is a name and the bytes of an associated JSON file (ISO 32000-2, 14.13)."""
        from record.opinion.paper.objects import write  # noqa: PLC0415  late import: reportlab is loaded when first needed

        return write(self, title, author, attached, at.astimezone(UTC), language)

    @property
    def fonts(self) -> list[FontUse]:
        """The fonts that were used, in the order of their first use."""
        return list(self._fonts.values())

    @property
    def pictures(self) -> list[tuple[str, Any]]:
        """Names and pixels of the pictures that were drawn."""
        return list(self._pictures.values())


def _spelled(font: FontUse, cluster: Cluster) -> Cluster:
    """A ligature from right to left: its glyph means the last letter, blanks over it mean those before.

    Readers turn a whole line round; some would turn the letters of one glyph too, others not. One letter for each code suits all.
    """
    (glyph,) = cluster.glyphs
    width = max(1, font.face.width(glyph.number) // len(cluster.text))
    back = width * (len(cluster.text) - 1)
    font.meaning.setdefault(glyph.number, cluster.text[-1])
    font.widths.setdefault(glyph.number, font.face.width(glyph.number) - back)
    drawn = Glyph(glyph.number, glyph.advance - back, glyph.x, glyph.y)
    blanks = (Glyph(font.blank(letter, width), width, 0, glyph.y) for letter in reversed(cluster.text[:-1]))
    return replace(cluster, glyphs=(drawn, *blanks))


def _is_ligature(cluster: Cluster) -> bool:
    return len(cluster.text) > 1 and len(cluster.glyphs) == 1


def _words(clusters: list[Cluster]) -> list[list[Cluster]]:
    """Clusters between spaces; each space is a word of its own."""
    return [list(group) for _, group in groupby(clusters, key=lambda cluster: cluster.start if cluster.text == " " else -1)]


def _reads_back(font: FontUse, cluster: Cluster) -> bool:
    """Whether the meanings of a cluster's glyphs are its text; keeps the meaning of every glyph.

    A glyph means one letter, the last one the rest; one too many means a space without width.
    """
    letters = [*cluster.text[: len(cluster.glyphs) - 1], cluster.text[len(cluster.glyphs) - 1 :]]
    letters += ["\u200b"] * (len(cluster.glyphs) - len(letters))
    meant = [font.meaning.setdefault(glyph.number, letter or "\u200b") for glyph, letter in zip(cluster.glyphs, letters, strict=False)]
    spelled = "".join(reversed(meant)) == cluster.text and len(cluster.text) > 1 and all(glyph.advance for glyph in cluster.glyphs)
    return spelled or (len(cluster.glyphs) == 1 and meant == [cluster.text] and cluster.glyphs[0].number != 0)


def _shown(clusters: list[Cluster], font: FontUse, size: float) -> list[str]:
    """Operators that show clusters: `TJ` with the differences between shaped and nominal advances, `Ts` for vertical shifts."""
    code: list[str] = []
    row: list[str] = []
    rise = 0
    for glyph in (glyph for cluster in clusters for glyph in cluster.glyphs):
        if glyph.y != rise:
            code += _row(row)
            row, rise = [], glyph.y
            code.append(f"{rise * size / 1000:.3f} Ts")
        row += [f"{-glyph.x}"] if glyph.x else []
        row.append(f"<{glyph.number:04X}>")
        rest = font.width(glyph.number) + glyph.x - glyph.advance
        row += [f"{rest}"] if rest else []
    code += _row(row)
    return [*code, "0 Ts"] if rise else code


def _row(row: list[str]) -> list[str]:
    return [f"[{' '.join(row)}] TJ"] if row else []
