"""The Opinion room with a demo case: the text, the signing sheet, the signature, the way home."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QTextEdit, QWidget

from app.look.theme import apply, current
from app.opinion.pictures import picture_of, printable
from app.opinion.sheet import SigningSheet
from app.opinion.texts import Texts
from app.opinion.window import OpinionRoom
from app.shell.top import PatientLine
from app.shell.window import DeskWindow
from record.opinion.draft import Confidence, KeyImage, Mark, MarkKind, Urgency, Verdict, Window
from tests.doubles.demo_case import DemoCase
from tests.doubles.opinion_desk import PASSPHRASE, OpinionDesk
from viewer.workers.pool import Pool

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

LIMIT = 20_000


@dataclass
class Bench:
    """A room on a desk."""

    window: DeskWindow
    room: OpinionRoom
    case: DemoCase
    desk: OpinionDesk
    texts: Texts
    bot: QtBot

    def find(self, name: str) -> QWidget:
        found = self.window.findChild(QWidget, name)
        assert found is not None, name
        return found

    def press(self, name: str) -> None:
        button = self.find(name)
        assert isinstance(button, QAbstractButton)
        assert button.isEnabled(), name
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def fill_in(self) -> None:
        text = self.texts.of(self.case.id)
        assert text is not None
        for address in ("answers/q1", "answers/q2", "answers/q3", "findings", "recommendation"):
            text.write(address, "The mass measures 22 mm.")
        text.change("urgency", lambda draft: replace(draft, urgency=Urgency.WITHIN_WEEKS))
        judged = replace(text.draft.verdicts[0], verdict=Verdict.REFINED, confidence=Confidence.HIGH)
        text.change("verdicts/0", lambda draft: replace(draft, verdicts=(judged,)))

    def open_sheet(self) -> SigningSheet:
        self.press("review-and-sign")
        sheet = self.find("signing-sheet")
        assert isinstance(sheet, SigningSheet)
        return sheet


@pytest.fixture(scope="module")
def ready() -> DemoCase:
    return DemoCase("ct-chest", most=3)


@pytest.fixture
def bench(qtbot: QtBot, qapp: QApplication, ready: DemoCase) -> Iterator[Bench]:
    apply(qapp)
    ready.saved, ready.full_disk = None, False
    ready.revision, ready.signed = 1, ""
    desk, pool = OpinionDesk(ready), Pool(1)
    texts = Texts(ready)
    room = OpinionRoom(ready, desk, pool, texts)
    window = DeskWindow()
    qtbot.addWidget(window)
    window.show_rooms([room], lambda _case: PatientLine("", ""))
    window.show()
    window.go(room.name, ready.id)
    made = Bench(window, room, ready, desk, texts, qtbot)
    qtbot.waitUntil(lambda: room.editor.field("findings") is not None and room.preview.paper_is_shown(), timeout=LIMIT)
    yield made
    window.drop_rooms()
    texts.close()
    pool.close()
    window.close()


def test_each_question_verdict_and_text_has_a_named_field(bench: Bench) -> None:
    for name in ("opinion-answer-1", "opinion-answer-3", "opinion-verdict-1-reason", "opinion-plain-language", "opinion-conflicts"):
        assert bench.find(name).accessibleName()


def test_typing_reaches_the_text_and_the_vault(bench: Bench) -> None:
    field = bench.find("opinion-answer-1")
    field.setFocus()
    QTest.keyClicks(field, "Resectable.")
    bench.bot.waitUntil(lambda: bench.case.saved is not None and "Resectable." in bench.case.saved, timeout=LIMIT)
    assert bench.room.kept.text().startswith("Draft kept ")


def test_the_sheet_waits_until_every_point_is_answered_or_left_with_a_reason(bench: Bench) -> None:
    bench.fill_in()
    sheet = bench.open_sheet()
    rows = sheet.rows()
    assert {row.finding.code.value for row in rows} == {"series_unopened", "document_unopened"}
    sheet.passphrase.setFocus()
    QTest.keyClicks(sheet.passphrase, PASSPHRASE)
    assert not bench.find("sign").isEnabled()
    for row in rows:
        QTest.keyClicks(row.reason, "seen elsewhere")
    bench.bot.waitUntil(lambda: bench.find("sign").isEnabled(), timeout=LIMIT)
    text = bench.texts.of(bench.case.id)
    assert text is not None
    assert {waiver.reason for waiver in text.draft.waivers} == {"seen elsewhere"}


def test_one_reason_serves_all_points_of_a_kind(bench: Bench) -> None:
    bench.fill_in()
    sheet = bench.open_sheet()
    papers = [row for row in sheet.rows() if row.finding.code.value == "document_unopened"]
    QTest.keyClicks(papers[0].reason, "read at the clinic")
    papers[0].for_all.emit("read at the clinic")
    assert [row.reason.text() for row in papers] == ["read at the clinic"] * len(papers)


def test_a_wrong_passphrase_is_told_in_the_sheet_and_signs_nothing(bench: Bench) -> None:
    sheet = _ready_to_sign(bench)
    QTest.keyClicks(sheet.passphrase, "wrong")
    bench.bot.waitUntil(lambda: bench.find("sign").isEnabled(), timeout=LIMIT)
    QTest.keyClick(sheet.passphrase, Qt.Key.Key_Return)
    bench.bot.waitUntil(lambda: bench.window.findChild(QWidget, "trouble") is not None, timeout=LIMIT)
    assert bench.desk.signed is None
    assert bench.window.findChild(QWidget, "signing-sheet") is sheet


def test_what_is_signed_is_what_the_pages_show(bench: Bench) -> None:
    sheet = _ready_to_sign(bench)
    QTest.keyClicks(sheet.passphrase, PASSPHRASE)
    bench.bot.waitUntil(lambda: bench.find("sign").isEnabled(), timeout=LIMIT)
    shown = bench.room.preview.paper.data
    bench.press("sign")
    bench.bot.waitUntil(lambda: bench.desk.signed is not None, timeout=LIMIT)
    assert bench.desk.signed is not None
    assert bench.desk.signed.startswith(shown)


def test_received_appears_only_with_the_receipt(bench: Bench) -> None:
    sheet = _ready_to_sign(bench)
    QTest.keyClicks(sheet.passphrase, PASSPHRASE)
    bench.bot.waitUntil(lambda: bench.find("sign").isEnabled(), timeout=LIMIT)
    bench.press("sign")
    bench.bot.waitUntil(bench.room.way.isVisible, timeout=LIMIT)
    assert "receipt" not in bench.window.foot.hospital.told()
    assert not bench.room.review.isVisible()
    findings = bench.find("opinion-findings")
    assert isinstance(findings, QTextEdit)
    assert findings.isReadOnly()
    bench.desk.receive()
    bench.room.refresh(bench.case.id)
    bench.bot.waitUntil(lambda: bench.window.foot.hospital.told().endswith("received, receipt 7F3A-19C2"), timeout=LIMIT)


def test_a_received_opinion_never_changes_and_an_addendum_amends_it(bench: Bench) -> None:
    sheet = _ready_to_sign(bench)
    QTest.keyClicks(sheet.passphrase, PASSPHRASE)
    bench.bot.waitUntil(lambda: bench.find("sign").isEnabled(), timeout=LIMIT)
    bench.press("sign")
    bench.bot.waitUntil(bench.room.way.isVisible, timeout=LIMIT)
    text = bench.texts.of(bench.case.id)
    assert text is not None
    assert not bench.find("way-home-addendum").isVisible(), "not before it is received"
    text.write("findings", "Something else.")
    assert text.text("findings") == "The mass measures 22 mm."
    bench.desk.receive()
    bench.room.refresh(bench.case.id)
    bench.bot.waitUntil(bench.find("way-home-addendum").isVisible, timeout=LIMIT)
    first = bench.case.signed
    bench.press("way-home-addendum")
    assert (text.amends, text.text("findings")) == (first, "")
    assert bench.room.review.isVisible()
    bench.bot.waitUntil(lambda: bench.desk.papers[-1].title == "Addendum to a second opinion", timeout=LIMIT)
    assert json.loads(bench.desk.papers[-1].opinion_json)["amends"] == first
    # the fields of the text that is closed go with the next turn of the loop
    bench.bot.waitUntil(lambda: not bench.find("opinion-findings").property("readOnly"), timeout=LIMIT)
    field = bench.find("opinion-findings")
    assert isinstance(field, QTextEdit)
    field.setFocus()
    QTest.keyClicks(field, "Also a nodule of 4 mm.")
    bench.bot.waitUntil(lambda: bench.case.saved is not None and "nodule" in bench.case.saved, timeout=LIMIT)
    assert bench.case.kept(bench.case.id).amends == first


def test_a_point_leads_to_its_place(bench: Bench) -> None:
    sheet = bench.open_sheet()
    row = next(row for row in sheet.rows() if row.finding.where == "recommendation")
    bench.press(f"finding-{sheet.rows().index(row) + 1}-go")
    assert bench.window.focusWidget() is bench.room.editor.field("recommendation")


def test_urgency_and_captions_can_be_led_to(bench: Bench) -> None:
    text = bench.texts.of(bench.case.id)
    assert text is not None
    uid = bench.case.studies[0].series[0].instances[0].sop_instance_uid
    text.add_key_image(KeyImage("k1", uid, caption="left hilum"))
    for where, name in (("urgency", "opinion-urgency-routine"), ("key_images/k1", "opinion-caption")):
        sheet = bench.open_sheet()
        sheet.close_sheet()
        sheet.go_to.emit(where)
        assert bench.window.focusWidget() is bench.find(name)


def test_the_paper_carries_key_images_with_marks(bench: Bench) -> None:
    text = bench.texts.of(bench.case.id)
    assert text is not None
    uid = bench.case.studies[0].series[0].instances[1].sop_instance_uid
    before = len(bench.room.preview.paper.data)
    mark = Mark(MarkKind.LENGTH, ((180.0, 200.0), (240.0, 230.0)), "45.1 mm")
    text.add_key_image(KeyImage("k1", uid, window=Window(40, 400), marks=(mark,), caption="hilum"))
    bench.bot.waitUntil(lambda: len(bench.room.preview.paper.data) > before + 20_000, timeout=LIMIT)
    picture = picture_of(text.draft.key_images[0], bench.case.open(bench.case.id), bench.case, Pool(1))
    ink = {picture.pixelColor(x, y).name().upper() for x in range(360, 480, 2) for y in range(400, 460, 2)}
    assert current().mark in ink
    assert printable(picture).samples == 3


def test_a_key_image_without_marks_is_printed_in_its_stored_pixels(bench: Bench) -> None:
    uid = bench.case.studies[0].series[0].instances[1].sop_instance_uid
    picture = printable(picture_of(KeyImage("k1", uid), bench.case.open(bench.case.id), bench.case, Pool(1)))
    assert (picture.width, picture.height, picture.samples) == (512, 512, 1)


def test_a_series_of_the_sheet_leads_to_reading(bench: Bench) -> None:
    bench.fill_in()
    sheet = bench.open_sheet()
    row = next(row for row in sheet.rows() if row.finding.code.value == "series_unopened")
    with bench.bot.waitSignal(bench.room.place_wanted) as wanted:
        row.go.emit(row.finding.where)
    assert wanted.args == [row.finding.where]


def test_a_question_leaves_with_its_words(bench: Bench) -> None:
    bench.press("ask")
    words = bench.find("ask-words")
    QTest.keyClicks(words, "Is there a PET?")
    bench.press("ask-send")
    bench.bot.waitUntil(lambda: bench.desk.asked == ["Is there a PET?"], timeout=LIMIT)


def test_the_wheel_over_a_field_never_takes_the_caret(bench: Bench) -> None:
    first, second = bench.find("opinion-answer-1"), bench.find("opinion-answer-2")
    first.setFocus()
    assert first.focusPolicy() & Qt.FocusPolicy.WheelFocus != Qt.FocusPolicy.WheelFocus
    assert second.focusPolicy() & Qt.FocusPolicy.WheelFocus != Qt.FocusPolicy.WheelFocus


def test_everything_that_takes_the_keyboard_says_what_it_is(bench: Bench) -> None:
    takers = [w for w in bench.room.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isVisible()]
    assert len(takers) > 15
    assert [w.objectName() for w in takers if not w.objectName() or not w.accessibleName()] == []


def _ready_to_sign(bench: Bench) -> SigningSheet:
    bench.fill_in()
    text = bench.texts.of(bench.case.id)
    assert text is not None
    for study in bench.case.studies:
        for series in study.series:
            text.open_series(series.series_instance_uid)
    for document in bench.case.documents:
        text.open_document(document.id)
    return bench.open_sheet()
