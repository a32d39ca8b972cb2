"""A letter on headed paper as PDF, the same bytes each time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

FONTS = Path(__file__).resolve().parents[3] / "resources" / "fonts"
INK, QUIET, LINE = HexColor("#1A1D21"), HexColor("#5B626B"), HexColor("#C9CED5")
MARGIN = 25 * mm - 6  # the frame adds 6 points
TEXT = ParagraphStyle("text", fontName="Inter", fontSize=10, leading=14.5, textColor=INK, spaceAfter=2.2 * mm)
HEAD = ParagraphStyle("head", parent=TEXT, fontName="Inter-SemiBold", spaceBefore=2 * mm, spaceAfter=1 * mm, keepWithNext=True)
SUBJECT = ParagraphStyle("subject", parent=TEXT, fontName="Inter-SemiBold", fontSize=11.5, leading=16, spaceAfter=4 * mm)


def write_letter(letter: dict[str, Any], target: Path) -> None:
    """Writes `letter` (house, unit, address, date, to, subject, body: a paragraph each, "# " begins a heading) to `target`."""
    for name in ("Inter-Regular", "Inter-SemiBold"):
        registerFont(TTFont("Inter" if name == "Inter-Regular" else name, FONTS / f"{name}.ttf"))
    target.parent.mkdir(parents=True, exist_ok=True)
    document = SimpleDocTemplate(
        str(target),
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=40 * mm,
        bottomMargin=24 * mm,
        title=letter["subject"],
        author=letter["house"],
        lang="en",
        invariant=1,
    )

    def paper(canvas: Canvas, _: object) -> None:
        _headed_paper(canvas, letter)

    document.build(_flow(letter), onFirstPage=paper, onLaterPages=paper)


def _flow(letter: dict[str, Any]) -> list[Flowable]:
    flow: list[Flowable] = [Paragraph(letter["to"].replace("\n", "<br/>"), TEXT), Spacer(1, 2 * mm), Paragraph(letter["date"], TEXT)]
    flow += [Spacer(1, 3 * mm), Paragraph(letter["subject"], SUBJECT)]
    for text in letter["body"]:
        heading = text.startswith("# ")
        flow.append(Paragraph(text.removeprefix("# ").replace("\n", "<br/>"), HEAD if heading else TEXT))
    return flow


def _headed_paper(canvas: Canvas, letter: dict[str, Any]) -> None:
    width, height = A4
    canvas.setFillColor(INK)
    canvas.setFont("Inter-SemiBold", 13)
    canvas.drawString(25 * mm, height - 21 * mm, letter["house"])
    canvas.setFont("Inter", 8.5)
    canvas.setFillColor(QUIET)
    canvas.drawString(25 * mm, height - 26 * mm, f"{letter['unit']} · {letter['address']}")
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.6)
    canvas.line(25 * mm, height - 30 * mm, width - 25 * mm, height - 30 * mm)
    canvas.drawString(25 * mm, 14 * mm, "Demonstration: every person, place and finding in this letter is invented.")
    canvas.drawRightString(width - 25 * mm, 14 * mm, f"page {canvas.getPageNumber()}")
