"""Documents and key images as widgets, with real events and a real worker."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.opinion.kept import Kept
from app.opinion.text import OpinionText
from app.reading.documents import OpenDocument
from app.reading.keyimages import KeyImages
from record.opinion.draft import KeyImage
from tests.doubles.demo_case import DEMO
from viewer.workers.pool import Pool

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

LIMIT = 20_000
LETTER = (DEMO / "ct-chest" / "documents" / "referral-letter.pdf").read_bytes()


class Forgetful:
    """A keeper for tests that look at widgets only."""

    def save(self, kept: Kept) -> datetime:
        return datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
def document(qtbot: QtBot) -> Iterator[OpenDocument]:
    with Pool(1) as pool:
        shown = OpenDocument(pool)
        shown.resize(600, 700)
        qtbot.addWidget(shown)
        shown.show()
        with qtbot.waitSignal(shown.paper.ready, timeout=LIMIT):
            shown.show_document("d0", "Referral letter", LETTER)
        yield shown
        shown.paper.stop()


@pytest.fixture
def text(qtbot: QtBot) -> Iterator[OpinionText]:
    made = OpinionText("case", Kept(), Forgetful())
    yield made
    made.flush()


def _ink(image: QImage) -> int:
    return sum(1 for y in range(0, image.height(), 4) for x in range(0, image.width(), 4) if QColor(image.pixel(x, y)).lightness() < 120)


def test_the_first_page_is_drawn_with_its_letters(qtbot: QtBot, document: OpenDocument) -> None:
    qtbot.waitUntil(lambda: document.pages.is_drawn(0), timeout=LIMIT)
    assert _ink(document.pages.viewport().grab().toImage()) > 50


def test_found_words_are_marked_and_counted(qtbot: QtBot, document: OpenDocument) -> None:
    document.search.setFocus()
    QTest.keyClicks(document.search, "mass")
    qtbot.waitUntil(lambda: document.where_words().startswith("1 of "), timeout=LIMIT)
    number, count = document.paper.next_hit()
    assert (number, document.where_words()) == (2 if count > 1 else 1, f"1 of {count}")


def test_zoom_makes_pages_wider_and_keeps_the_place(document: OpenDocument) -> None:
    before = document.pages.verticalScrollBar().maximum()
    document.pages.setFocus()
    QTest.keyClicks(document.pages, "+")
    assert document.pages.zoom > 1
    assert document.pages.verticalScrollBar().maximum() > before
    QTest.keyClicks(document.pages, "0")
    assert document.pages.zoom == 1.0


def test_the_wheel_scrolls_pages_and_leaves_the_caret_in_the_search(document: OpenDocument) -> None:
    document.search.setFocus()
    pages = document.pages.viewport()
    at = QPointF(pages.rect().center())
    wheel = QWheelEvent(
        at, QPointF(pages.mapToGlobal(at.toPoint())), QPoint(), QPoint(0, -240), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(pages, wheel)
    assert document.pages.verticalScrollBar().value() > 0
    assert document.window().focusWidget() is document.search


def test_esc_closes_the_document(qtbot: QtBot, document: OpenDocument) -> None:
    document.pages.setFocus()
    with qtbot.waitSignal(document.closed, timeout=LIMIT):
        QTest.keyClick(document.pages, Qt.Key.Key_Escape)


def test_a_file_that_is_no_pdf_says_so_in_its_place(qtbot: QtBot, document: OpenDocument) -> None:
    with qtbot.waitSignal(document.paper.failed, timeout=LIMIT):
        document.show_document("d1", "Broken", b"not a pdf")
    panel = document.findChild(QWidget, "trouble")
    assert panel is not None
    assert "damaged" in panel.accessibleName()


def test_a_key_image_gets_its_caption_and_comes_back_after_removal(qtbot: QtBot, text: OpinionText) -> None:
    shown = KeyImages("reading")
    qtbot.addWidget(shown)
    shown.resize(280, 400)
    wanted: list[KeyImage] = []
    shown.wanted.connect(wanted.append)
    shown.bind(text)
    shown.show()
    text.add_key_image(KeyImage("k1", "1.2.3"))
    assert [each.id for each in wanted] == ["k1"]
    shown.choose("k1")
    QTest.keyClicks(_part(shown, "reading-caption"), "22 mm")
    assert text.draft.key_images[0].caption == "22 mm"
    QTest.mouseClick(_part(shown, "reading-key-image-remove"), Qt.MouseButton.LeftButton)
    assert not text.draft.key_images
    QTest.mouseClick(_part(shown, "reading-key-image-undo"), Qt.MouseButton.LeftButton)
    assert _captions(text) == ["22 mm"]
    shown.unbind()


def _captions(text: OpinionText) -> list[str]:
    return [each.caption for each in text.draft.key_images]


def _part(of: QWidget, name: str) -> QWidget:
    found = of.findChild(QWidget, name)
    assert found is not None
    return found
