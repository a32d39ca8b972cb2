from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from record.trouble import Kind, Trouble
from viewer.workers.pool import Pool

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def pool() -> Iterator[Pool]:
    with Pool(1) as made:
        yield made


@pytest.fixture
def letter() -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=True)
    canvas.drawString(72, A4[1] - 100, "Dear colleague, please look")
    canvas.drawString(72, A4[1] - 130, "at slice 31")
    canvas.showPage()
    canvas.setFillGray(0)
    canvas.rect(0, 0, A4[0] / 2, A4[1], stroke=0, fill=1)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def test_pages_are_counted_drawn_and_their_words_boxed(pool: Pool, letter: bytes) -> None:
    info = pool.run("pdf_info", letter)
    assert len(info.pages) == 2
    assert info.pages[0] == pytest.approx(A4, abs=0.1)
    page = pool.run("pdf_page", (letter, 1, 0.5))
    picture = np.frombuffer(page.rgba, np.uint8).reshape(page.height, page.width, 4)
    assert picture[10, 10].tolist() == [0, 0, 0, 255]
    assert picture[10, -10].tolist() == [255, 255, 255, 255]
    text = pool.run("pdf_text", (letter, 0))
    assert [one.text for one in text.words] == ["Dear", "colleague,", "please", "look", "at", "slice", "31"]
    assert "colleague" in text.text
    first = text.words[0]
    assert first.left == pytest.approx(72, abs=2)
    assert first.top < 100 < first.bottom + 4
    assert text.words[4].top > first.bottom


@pytest.mark.parametrize("junk", [b"", b"no PDF at all", b"%PDF-1.7\ntrailer <<>>"])
def test_what_is_no_pdf_is_told(pool: Pool, junk: bytes) -> None:
    with pytest.raises(Trouble) as caught:
        pool.run("pdf_info", junk)
    assert caught.value.kind is Kind.IMAGE


def test_a_page_that_is_not_there_or_too_large_is_told(pool: Pool, letter: bytes) -> None:
    for payload in ((letter, 7, 1.0), (letter, 0, 1000.0), (letter, 0, 0.0)):
        with pytest.raises(Trouble) as caught:
            pool.run("pdf_page", payload)
        assert caught.value.kind is Kind.INPUT


@pytest.mark.corpus("corrupt/made-pdf-javascript.dcm", "objects/pdf/made-report.dcm")
def test_encapsulated_documents_can_be_drawn(pool: Pool, dev_data: Path) -> None:
    for name in ("objects/pdf/made-report.dcm", "corrupt/made-pdf-javascript.dcm"):
        data = (dev_data / name).read_bytes()
        pdf = data[data.index(b"%PDF") :]
        assert pool.run("pdf_page", (pdf, 0, 1.0)).width > 100
