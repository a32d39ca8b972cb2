"""Which font draws which character: a table of scripts, then fonts that have nearly everything."""

from __future__ import annotations

import struct
import unicodedata
from bisect import bisect_right
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from collections.abc import Callable

BODY = "Inter-Regular.ttf"
BOLD = "Inter-Bold.ttf"
EVERYTHING = ("DejaVuSans.ttf", "DroidSansFallbackFull.ttf")

# (first, last code point, file), sorted: where Inter has nothing, or a script needs shaping by its own font.
SCRIPTS: tuple[tuple[int, int, str], ...] = (
    (0x0530, 0x058F, "NotoSansArmenian-Regular.ttf"),
    (0x0590, 0x05FF, "NotoSansHebrew-Regular.ttf"),
    (0x0600, 0x06FF, "NotoSansArabic-Regular.ttf"),
    (0x0750, 0x077F, "NotoSansArabic-Regular.ttf"),
    (0x08A0, 0x08FF, "NotoSansArabic-Regular.ttf"),
    (0x0900, 0x097F, "NotoSansDevanagari-Regular.ttf"),
    (0x0980, 0x09FF, "NotoSansBengali-Regular.ttf"),
    (0x0A00, 0x0A7F, "NotoSansGurmukhi-Regular.ttf"),
    (0x0A80, 0x0AFF, "NotoSansGujarati-Regular.ttf"),
    (0x0B80, 0x0BFF, "NotoSansTamil-Regular.ttf"),
    (0x0C00, 0x0C7F, "NotoSansTelugu-Regular.ttf"),
    (0x0C80, 0x0CFF, "NotoSansKannada-Regular.ttf"),
    (0x0D00, 0x0D7F, "NotoSansMalayalam-Regular.ttf"),
    (0x0D80, 0x0DFF, "NotoSansSinhala-Regular.ttf"),
    (0x0E00, 0x0E7F, "NotoSansThai-Regular.ttf"),
    (0x0E80, 0x0EFF, "NotoSansLao-Regular.ttf"),
    (0x1000, 0x109F, "NotoSansMyanmar-Regular.ttf"),
    (0x10A0, 0x10FF, "NotoSansGeorgian-Regular.ttf"),
    (0x1100, 0x11FF, "NanumSquareR.ttf"),
    (0x1200, 0x139F, "NotoSansEthiopic-Regular.ttf"),
    (0x1780, 0x17FF, "NotoSansKhmer-Regular.ttf"),
    (0x1C90, 0x1CBF, "NotoSansGeorgian-Regular.ttf"),
    (0x2E80, 0x9FFF, "DroidSansFallbackFull.ttf"),
    (0xA8E0, 0xA8FF, "NotoSansDevanagari-Regular.ttf"),
    (0xAC00, 0xD7FF, "NanumSquareR.ttf"),
    (0xF900, 0xFAFF, "DroidSansFallbackFull.ttf"),
    (0xFB13, 0xFB17, "NotoSansArmenian-Regular.ttf"),
    (0xFB1D, 0xFB4F, "NotoSansHebrew-Regular.ttf"),
    (0xFB50, 0xFDFF, "NotoSansArabic-Regular.ttf"),
    (0xFE70, 0xFEFF, "NotoSansArabic-Regular.ttf"),
    (0xFF00, 0xFFEF, "DroidSansFallbackFull.ttf"),
)
_STARTS = [first for first, _, _ in SCRIPTS]
_JOINED = frozenset({"Mn", "Mc", "Me", "Cf"})  # marks and joiners stay with the letter before them


class Face:
    """One font file: its characters, widths in thousandths of an em, and what a PDF says of it."""

    def __init__(self, name: str, data: bytes) -> None:
        import uharfbuzz  # noqa: PLC0415  late import: only who composes pays for it

        self.name = name
        self.hb = uharfbuzz.Face(uharfbuzz.Blob(data))
        self.font = uharfbuzz.Font(self.hb)
        self.upem: int = self.hb.upem

    @cached_property
    def characters(self) -> frozenset[int]:
        """The code points that it has a glyph for."""
        return frozenset(self.hb.unicodes)

    @property
    def glyph_count(self) -> int:
        """How many glyphs the font has."""
        return int(self.hb.glyph_count)

    @cached_property
    def blank(self) -> int:
        """The glyph of the space."""
        return int(self.font.get_nominal_glyph(0x20) or 0)

    def width(self, glyph: int) -> int:
        """The advance of a glyph in thousandths of an em, rounded as the PDF will have it."""
        advance: int = self.font.get_glyph_h_advance(glyph)
        return round(advance * 1000 / self.upem)

    @cached_property
    def box(self) -> tuple[int, int, int, int]:
        """The font's bounding box in thousandths of an em (table `head`)."""
        head = self.hb.reference_table("head").data
        x0, y0, x1, y1 = (round(value * 1000 / self.upem) for value in struct.unpack(">4h", head[36:44]))
        return (x0, y0, x1, y1)

    @cached_property
    def vertical(self) -> tuple[int, int]:
        """Ascent and descent in thousandths of an em (table `hhea`)."""
        ascent, descent = struct.unpack(">2h", self.hb.reference_table("hhea").data[4:8])
        return round(ascent * 1000 / self.upem), round(descent * 1000 / self.upem)

    def subset(self, glyphs: set[int]) -> bytes:
        """The font program with these glyphs only, their numbers kept."""
        import uharfbuzz  # noqa: PLC0415  late import, likewise

        wanted = uharfbuzz.SubsetInput()
        wanted.flags = uharfbuzz.SubsetFlags.RETAIN_GIDS | uharfbuzz.SubsetFlags.NOTDEF_OUTLINE
        wanted.glyph_set.update(glyphs)
        for table in ("GSUB", "GPOS", "GDEF", "DSIG", "STAT"):
            wanted.drop_table_tag_set.add(_tag(table))
        return bytes(uharfbuzz.subset(self.hb, wanted).blob.data)


def _tag(name: str) -> int:
    return int.from_bytes(name.encode("ascii"), "big")


@lru_cache(maxsize=32)
def _opened(name: str, data: bytes) -> Face:
    """A font by its bytes, opened once."""
    return Face(name, data)


class FontBook:
    """Fonts read when first needed, through a loader that is given."""

    def __init__(self, load: Callable[[str], bytes]) -> None:
        self._load = load
        self._faces: dict[str, Face] = {}

    def face(self, name: str) -> Face:
        """A font by its file name.

        Raises:
            Trouble: INTERNAL where the loader has no such file.
        """
        if name not in self._faces:
            try:
                self._faces[name] = _opened(name, self._load(name))
            except (KeyError, OSError) as error:
                raise Trouble(
                    "A font that the opinion needs is missing from this installation.",
                    "Install the program again; the text is kept.",
                    f"font {name}: {type(error).__name__}",
                    Kind.INTERNAL,
                ) from error
        return self._faces[name]

    def runs(self, text: str, *, bold: bool) -> list[tuple[int, int, Face]]:
        """The text cut into runs (start, end, font); marks, joiners and spaces stay in the run before them."""
        runs: list[tuple[int, int, Face]] = []
        for at, character in enumerate(text):
            before = runs[-1][2] if runs else None
            face = before if before and self._stays(character, before) else self._choose(ord(character), bold=bold)
            if runs and face is before:
                runs[-1] = (runs[-1][0], at + 1, face)
            else:
                runs.append((at, at + 1, face))
        return runs

    @staticmethod
    def _stays(character: str, face: Face) -> bool:
        return (character == " " or unicodedata.category(character) in _JOINED) and ord(character) in face.characters

    def _choose(self, code: int, *, bold: bool) -> Face:
        at = bisect_right(_STARTS, code) - 1
        scripts = [SCRIPTS[at][2]] if at >= 0 and code <= SCRIPTS[at][1] else []
        first = self.face(BOLD if bold else BODY)
        for name in (*scripts, first.name, *EVERYTHING):
            face = self.face(name)
            if code in face.characters:
                return face
        return first
