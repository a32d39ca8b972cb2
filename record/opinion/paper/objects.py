"""The file structure of the paper, written by reportlab's PDF objects: fonts, pictures, structure tree, attachment, metadata."""

from __future__ import annotations

import hashlib
import zlib
from typing import TYPE_CHECKING, Any

from reportlab.lib.utils import TimeStamp
from reportlab.pdfbase import pdfdoc

from record.opinion.paper.pdf import A4

if TYPE_CHECKING:
    from datetime import datetime

    from record.opinion.paper.pdf import Element, FontUse, Paper

VERSION = (1, 7)


def write(paper: Paper, title: str, author: str, attached: tuple[str, bytes], at: datetime, language: str) -> bytes:
    """The bytes of the file; the same for the same arguments, whatever the clock, the process or its hash seed."""
    document: Any = pdfdoc.PDFDocument(invariant=1, compression=1, pdfVersion=VERSION, lang=language)
    _describe(document, title, author, at)
    fonts = pdfdoc.PDFDictionary({font.name: document.Reference(_font(document, font)) for font in paper.fonts})
    pictures = pdfdoc.PDFDictionary({name: document.Reference(_picture(pixels)) for name, pixels in paper.pictures})
    resources = document.Reference(pdfdoc.PDFDictionary({"Font": fonts, "XObject": pictures}))
    pages = [_page(document, number, code, resources) for number, code in enumerate(paper.pages)]
    _tag(document, paper, pages)
    _attach(document, *attached)
    content = "".join(code for page in paper.pages for code in page).encode()
    digest = hashlib.sha256(content + attached[1]).hexdigest()[:32].upper().encode()
    document._ID = b"[<" + digest + b"> <" + digest + b">]"  # noqa: SLF001  reportlab has no setter; its own hangs on the environment
    return bytes(document.GetPDFData(None))


def _describe(document: Any, title: str, author: str, at: datetime) -> None:  # noqa: ANN401  reportlab's document
    stamp = TimeStamp(invariant=1)
    stamp.YMDhms = at.timetuple()[:6]
    document._timeStamp = stamp  # noqa: SLF001  reportlab has no setter
    document.setTitle(title)
    document.setAuthor(author)
    document.setSubject(title)
    document.setCreator("Overread")
    catalog = document.Catalog
    catalog.__NoDefault__ = [*catalog.__NoDefault__, "AF"]
    catalog.ViewerPreferences = pdfdoc.PDFDictionary({"DisplayDocTitle": "true"})
    catalog.MarkInfo = pdfdoc.PDFDictionary({"Marked": "true"})


def _stream(data: bytes, **entries: object) -> Any:  # noqa: ANN401  reportlab's stream
    squeezed = zlib.compress(data, 9)
    return pdfdoc.PDFStream(pdfdoc.PDFDictionary({**entries, "Filter": pdfdoc.PDFName("FlateDecode")}), squeezed, filters=[])


def _page(document: Any, number: int, code: list[str], resources: Any) -> Any:  # noqa: ANN401  reportlab's objects
    page: Any = pdfdoc.PDFPage()
    page.pagewidth, page.pageheight = A4
    page.Contents = _stream("\n".join(code).encode("ascii"))
    page.Resources = resources
    page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
    page.StructParents = number
    page.Tabs = pdfdoc.PDFName("S")
    document.addPage(page)
    return document.Reference(page)


# -- fonts -----------------------------------------------------------------------------------------------------------


def _font(document: Any, font: FontUse) -> Any:  # noqa: ANN401  reportlab's objects
    """A Type 0 font with an embedded TrueType subset (ISO 32000-2, 9.7)."""
    face = font.face
    glyphs = font.glyphs
    base = pdfdoc.PDFName(f"{_prefix(face.name, glyphs)}+{face.name.removesuffix('.ttf')}")
    system = pdfdoc.PDFDictionary({"Registry": pdfdoc.PDFString("Adobe"), "Ordering": pdfdoc.PDFString("Identity"), "Supplement": 0})
    descendant = pdfdoc.PDFDictionary(
        {
            "Type": pdfdoc.PDFName("Font"),
            "Subtype": pdfdoc.PDFName("CIDFontType2"),
            "BaseFont": base,
            "CIDSystemInfo": system,
            "FontDescriptor": document.Reference(_descriptor(document, font, base, glyphs)),
            "DW": 1000,
            "W": pdfdoc.PDFArray([part for code in sorted(font.meaning) for part in (code, pdfdoc.PDFArray([font.width(code)]))]),
            "CIDToGIDMap": document.Reference(_stream(_glyph_of_code(font))),
        }
    )
    return pdfdoc.PDFDictionary(
        {
            "Type": pdfdoc.PDFName("Font"),
            "Subtype": pdfdoc.PDFName("Type0"),
            "BaseFont": base,
            "Encoding": pdfdoc.PDFName("Identity-H"),
            "DescendantFonts": pdfdoc.PDFArray([document.Reference(descendant)]),
            "ToUnicode": document.Reference(_stream(_to_unicode(font.meaning))),
        }
    )


def _glyph_of_code(font: FontUse) -> bytes:
    """The CIDToGIDMap (ISO 32000-2, 9.7.4.3): a code is its glyph's number, and those past the last glyph are the blank."""
    count = font.face.glyph_count
    numbers = [*range(count), *[font.face.blank] * (max(font.meaning) - count + 1)]
    return b"".join(number.to_bytes(2, "big") for number in numbers)


def _prefix(name: str, glyphs: list[int]) -> str:
    """Six capitals that tell subsets apart (ISO 32000-2, 9.9.2), from the font and its glyphs."""
    digest = hashlib.sha256(f"{name} {glyphs}".encode()).digest()
    return "".join(chr(ord("A") + byte % 26) for byte in digest[:6])


def _descriptor(document: Any, font: FontUse, base: Any, glyphs: list[int]) -> Any:  # noqa: ANN401  reportlab's objects
    program = font.face.subset(set(glyphs))
    ascent, descent = font.face.vertical
    return pdfdoc.PDFDictionary(
        {
            "Type": pdfdoc.PDFName("FontDescriptor"),
            "FontName": base,
            "Flags": 4,
            "FontBBox": pdfdoc.PDFArray(font.face.box),
            "ItalicAngle": 0,
            "Ascent": ascent,
            "Descent": descent,
            "CapHeight": ascent,
            "StemV": 80,
            "FontFile2": document.Reference(_stream(program, Length1=len(program))),
        }
    )


def _to_unicode(meaning: dict[int, str]) -> bytes:
    """The ToUnicode CMap (ISO 32000-2, 9.10.3), a hundred entries a block at most."""
    entries = [f"<{glyph:04X}> <{text.encode('utf-16-be').hex().upper()}>" for glyph, text in sorted(meaning.items()) if text]
    blocks = [entries[at : at + 100] for at in range(0, len(entries), 100)]
    maps = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        f"{maps}\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode("ascii")


# -- pictures, tags, attachment ----------------------------------------------------------------------------------------


def _picture(picture: Any) -> Any:  # noqa: ANN401  compose.Picture; a cycle otherwise
    return _stream(
        picture.pixels,
        Type=pdfdoc.PDFName("XObject"),
        Subtype=pdfdoc.PDFName("Image"),
        Width=picture.width,
        Height=picture.height,
        ColorSpace=pdfdoc.PDFName("DeviceGray" if picture.samples == 1 else "DeviceRGB"),
        BitsPerComponent=8,
        Interpolate="true",
    )


def _tag(document: Any, paper: Paper, pages: list[Any]) -> None:  # noqa: ANN401  reportlab's objects
    """The structure tree and the way back to it from each page's marked contents (ISO 32000-2, 14.7)."""
    root = pdfdoc.PDFDictionary({"Type": pdfdoc.PDFName("StructTreeRoot")})
    root_reference = document.Reference(root)
    made: dict[int, Any] = {}
    root["K"] = _element(document, paper.root, root_reference, pages, made)
    numbers: list[Any] = []
    for page, elements in enumerate(paper.marked):
        numbers += [page, document.Reference(pdfdoc.PDFArray([made[id(element)] for element in elements]))]
    root["ParentTree"] = document.Reference(pdfdoc.PDFDictionary({"Nums": pdfdoc.PDFArray(numbers)}))
    document.Catalog.StructTreeRoot = root_reference


def _element(document: Any, element: Element, parent: Any, pages: list[Any], made: dict[int, Any]) -> Any:  # noqa: ANN401  reportlab's objects
    value = pdfdoc.PDFDictionary({"S": pdfdoc.PDFName(element.tag), "P": parent})
    reference = made[id(element)] = document.Reference(value)
    if element.alt:
        value["Alt"] = pdfdoc.PDFString(element.alt)
    contents = [
        pdfdoc.PDFDictionary({"Type": pdfdoc.PDFName("MCR"), "Pg": pages[page], "MCID": number}) for page, number in element.contents
    ]
    kids = [_element(document, kid, reference, pages, made) for kid in element.kids]
    value["K"] = pdfdoc.PDFArray([*contents, *kids])
    return reference


def _attach(document: Any, name: str, data: bytes) -> None:  # noqa: ANN401  reportlab's objects
    """One embedded JSON file as data of the document (ISO 32000-2, 7.11.4 and 14.13)."""
    size = pdfdoc.PDFDictionary({"Size": len(data)})
    file = _stream(data, Type=pdfdoc.PDFName("EmbeddedFile"), Subtype=pdfdoc.PDFName("application#2Fjson"), Params=size)
    specification = document.Reference(
        pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("Filespec"),
                "F": pdfdoc.PDFString(name),
                "UF": pdfdoc.PDFString(name),
                "Desc": pdfdoc.PDFString("The opinion in a form that programs read"),
                "AFRelationship": pdfdoc.PDFName("Data"),
                "EF": pdfdoc.PDFDictionary({"F": document.Reference(file)}),
            }
        )
    )
    tree = pdfdoc.PDFDictionary({"Names": pdfdoc.PDFArray([pdfdoc.PDFString(name), specification])})
    document.Catalog.Names = pdfdoc.PDFDictionary({"EmbeddedFiles": document.Reference(tree)})
    document.Catalog.AF = pdfdoc.PDFArray([specification])
