from __future__ import annotations

import hashlib
import io
import os
import pickle
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.reader import PdfFileReader

from record.opinion.attached import read_opinion_json
from record.opinion.compose import Picture, compose
from record.opinion.draft import Answer, Draft, KeyImage
from record.opinion.facts import Facts, QuestionFacts
from record.opinion.parts import identity, make_document
from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    Load = Callable[[str], bytes]

ROOT = Path(__file__).parents[2]


def text_of(pdf: bytes) -> list[str]:
    """The text of each page by poppler."""
    run = subprocess.run(["pdftotext", "-enc", "UTF-8", "-", "-"], input=pdf, capture_output=True, check=True)
    return _unmarked(run.stdout.decode()).split("\f")[:-1]


def text_by_pdfium(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = [document[number].get_textpage() for number in range(len(document))]
        texts = [page.get_text_range() for page in pages]
        for page in pages:
            page.close()
    finally:
        document.close()
    return texts


def _unmarked(text: str) -> str:
    return "".join(one for one in text if one not in "\u202a\u202b\u202c\u200e\u200f")


def paper(draft: Draft, facts: Facts, pictures: dict[str, Picture], load: Load) -> bytes:
    return compose(make_document(draft, facts), pictures, load, facts.composed_at).pdf


def test_the_same_opinion_is_the_same_bytes(draft: Draft, facts: Facts, pictures: dict[str, Picture], load: Load, composed: bytes) -> None:
    assert paper(draft, facts, pictures, load) == composed
    assert paper(replace(draft, limits="One more."), facts, pictures, load) != composed


AGAIN = """
import hashlib, pathlib, pickle, sys
document, pictures, at, fonts = pickle.loads(sys.stdin.buffer.read())
from record.opinion.compose import compose
print(hashlib.sha256(compose(document, pictures, lambda name: pathlib.Path(fonts, name).read_bytes(), at).pdf).hexdigest())
"""


@pytest.mark.parametrize(("seed", "zone", "epoch"), [("0", "UTC", ""), ("1", "Asia/Tokyo", "1700000000"), ("4242", "America/New_York", "")])
def test_another_process_makes_the_same_bytes(
    draft: Draft, facts: Facts, pictures: dict[str, Picture], composed: bytes, seed: str, zone: str, epoch: str
) -> None:
    given_in = pickle.dumps((make_document(draft, facts), pictures, facts.composed_at, str(ROOT / "resources" / "fonts")))
    environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "SOURCE_DATE_EPOCH": epoch, "PYTHONPATH": str(ROOT)}
    run = subprocess.run([sys.executable, "-c", AGAIN], input=given_in, capture_output=True, env=environment, check=True)
    assert run.stdout.decode().strip() == hashlib.sha256(composed).hexdigest()


def test_all_that_was_written_can_be_searched(draft: Draft, facts: Facts, composed: bytes) -> None:
    for pages in (text_of(composed), text_by_pdfium(composed)):
        text = " ".join(" ".join(pages).split())
        for words in (
            *(answer.text for answer in draft.answers),
            *(question.text for question in facts.questions),
            draft.findings,
            draft.impression,
            draft.recommendation,
            draft.plain_language,
            "No physical examination was made. This opinion rests on the records provided.",
            "Figure 1. 22.2 mm, left upper lobe, 12 Oct 2026",
            "New York 123456; Ontario 99-1204",
            facts.hospital_statement,
        ):
            assert words in text


def test_each_page_has_two_identifiers_its_number_and_the_hospitals_statement(facts: Facts, composed: bytes) -> None:
    pages = text_of(composed)
    assert len(pages) == 3
    for number, page in enumerate(pages, 1):
        assert identity(facts) in page
        assert f"Page {number} of {len(pages)}" in page
        assert facts.hospital_statement in page


def test_names_in_any_script_can_be_read_and_found(
    named: tuple[str, str, Facts], draft: Draft, pictures: dict[str, Picture], load: Load
) -> None:
    _, shown, facts = named
    pdf = paper(draft, facts, pictures, load)
    for page in text_of(pdf):
        assert shown in page
    for page in text_by_pdfium(pdf):  # it orders words from right to left in its own way
        for word in shown.split():
            assert word in _unmarked(page)


def test_no_name_in_any_script_is_drawn_as_a_missing_glyph(
    named: tuple[str, str, Facts], draft: Draft, pictures: dict[str, Picture], load: Load
) -> None:
    reader = PdfFileReader(io.BytesIO(paper(draft, named[2], pictures, load)))
    for page in reader.root["/Pages"]["/Kids"]:
        assert b"<0000>" not in page.get_object()["/Contents"].data


def test_every_font_is_embedded(composed: bytes, tmp_path: Path) -> None:
    file = tmp_path / "opinion.pdf"
    file.write_bytes(composed)
    rows = subprocess.run(["pdffonts", file], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    assert len(rows) == 2
    assert all(row.split()[-5:-2] == ["yes", "yes", "yes"] for row in rows)


def test_it_is_a4_tagged_and_says_who_wrote_it(composed: bytes, tmp_path: Path) -> None:
    file = tmp_path / "opinion.pdf"
    file.write_bytes(composed)
    said = subprocess.run(["pdfinfo", file], capture_output=True, text=True, check=True).stdout
    for line in ("Tagged:          yes", "(A4)", "Author:          Dr M. Adeyemi", "Tue Oct 20 14:05:00 2026 UTC"):
        assert line in said
    assert "Okafor" not in said


def test_reading_aloud_follows_the_parts(composed: bytes, tmp_path: Path) -> None:
    file = tmp_path / "opinion.pdf"
    file.write_bytes(composed)
    tree = subprocess.run(["pdfinfo", "-struct-text", file], capture_output=True, text=True, check=True).stdout
    headings = [tree.index(words) for words in ("Second opinion", "Patient", "Question 1", "Material reviewed", "Findings", "Conflicts")]
    assert headings == sorted(headings)
    assert "Figure" in tree
    assert "TH" in tree


def test_the_attached_json_is_the_documents(draft: Draft, facts: Facts, composed: bytes) -> None:
    names = PdfFileReader(io.BytesIO(composed)).root["/Names"]["/EmbeddedFiles"]["/Names"]
    data = bytes(names[1]["/EF"]["/F"].data)
    assert data == make_document(draft, facts).opinion_json
    assert read_opinion_json(data).case == facts.case


def test_key_images_keep_their_grey_values(composed: bytes, pictures: dict[str, Picture]) -> None:
    reader = PdfFileReader(io.BytesIO(composed))
    images = reader.root["/Pages"]["/Kids"][0].get_object()["/Resources"]["/XObject"]
    assert bytes(images["/I1"].data) == pictures["k1"].pixels


@pytest.mark.parametrize("bad", [None, Picture(2, 2, 1, b"abc"), Picture(1, 1, 2, b"ab")])
def test_a_key_image_without_its_picture_is_one_trouble(draft: Draft, facts: Facts, load: Load, bad: Picture | None) -> None:
    one = replace(draft, key_images=(KeyImage("k", "1.2"),))
    with pytest.raises(Trouble) as caught:
        paper(one, facts, {"k": bad} if bad else {}, load)
    assert caught.value.kind is Kind.INPUT


def test_a_missing_font_is_one_trouble(draft: Draft, facts: Facts, pictures: dict[str, Picture]) -> None:
    def nothing(name: str) -> bytes:
        raise FileNotFoundError(name)

    with pytest.raises(Trouble) as caught:
        paper(draft, facts, pictures, nothing)
    assert caught.value.kind is Kind.INTERNAL
    assert "Inter" in caught.value.details


def test_a_long_opinion_flows_over_pages_and_loses_no_line(draft: Draft, facts: Facts, pictures: dict[str, Picture], load: Load) -> None:
    lines = [f"Line {number} of a long finding." for number in range(200)]
    pages = text_of(paper(replace(draft, findings="\n".join(lines)), facts, pictures, load))
    found = [line for page in pages for line in page.splitlines() if line.startswith("Line ")]
    assert found == lines
    assert len(pages) > 5


def test_a_heading_never_stands_alone_at_the_foot_of_a_page(draft: Draft, facts: Facts, pictures: dict[str, Picture], load: Load) -> None:
    for extra in range(40):
        pages = text_of(paper(replace(draft, history="\n".join("x" * (extra + 1))), facts, pictures, load))
        for page in pages:
            body = [line for line in page.splitlines() if line.strip()][:-3]
            assert body[-1] not in {"Findings", "Recommendation", "Impression and reasoning", "Limits", "In plain words"}


def test_a_word_that_is_longer_than_a_line_is_broken(draft: Draft, facts: Facts, pictures: dict[str, Picture], load: Load) -> None:
    word = "a1" * 300
    pages = text_of(paper(replace(draft, findings=word), facts, pictures, load))
    assert word in "".join("".join(pages).split())


def test_a_colour_picture_is_kept_in_colour(draft: Draft, facts: Facts, load: Load) -> None:
    picture = Picture(2, 1, 3, bytes([255, 0, 0, 0, 0, 255]))
    pdf = paper(replace(draft, key_images=(KeyImage("k", "1.2"),)), facts, {"k": picture}, load)
    images = PdfFileReader(io.BytesIO(pdf)).root["/Pages"]["/Kids"][0].get_object()["/Resources"]["/XObject"]
    assert images["/I1"]["/ColorSpace"] == "/DeviceRGB"


@settings(max_examples=40, deadline=None)
@given(text=st.text(max_size=120))
def test_whatever_is_typed_is_composed(text: str, facts: Facts, load: Load) -> None:
    draft = Draft(answers=(Answer("q", text),), findings=text, recommendation=text, conflicts=text)
    odd = replace(facts, questions=(QuestionFacts("q", 1, "patient", text),), hospital_statement=text[:40])
    first: Any = paper(draft, odd, {}, load)
    assert first.startswith(b"%PDF-1.7")
    assert first == paper(draft, odd, {}, load)


def test_the_time_is_the_one_that_was_given(draft: Draft, facts: Facts, pictures: dict[str, Picture], load: Load, now: datetime) -> None:
    document = make_document(draft, facts)
    later = compose(document, pictures, load, now + timedelta(hours=1)).pdf
    assert b"D:20261020150500+0" in later
