"""The Reading room with demo cases: the first image, one keyboard focus, panels, key images, documents, trouble."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.reading.thumb import Thumb
from tests.app.reading.room_bench import CTRL, LIMIT, Bench, set_up
from tests.doubles.demo_case import DemoCase
from viewer.screen.keys import Act

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from app.reading.case import OpenCase


@pytest.fixture(scope="module")
def chest() -> DemoCase:
    return DemoCase("ct-chest", most=12)


@pytest.fixture(scope="module")
def pair() -> DemoCase:
    return DemoCase("chest-radiographs")


@pytest.fixture
def bench(qtbot: QtBot, qapp: QApplication, chest: DemoCase) -> Iterator[Bench]:
    yield from set_up(qtbot, qapp, chest)


@pytest.fixture
def films(qtbot: QtBot, qapp: QApplication, pair: DemoCase) -> Iterator[Bench]:
    yield from set_up(qtbot, qapp, pair)


# -- the first image ---------------------------------------------------------------------------------------------------


def test_the_viewport_has_the_keys_and_shows_the_middle_image(bench: Bench) -> None:
    assert QApplication.focusWidget() is bench.viewport
    assert bench.viewport.index == 6
    assert bench.viewport.stored() is not None


def test_the_series_on_screen_is_framed_and_counts_as_opened(bench: Bench) -> None:
    uid = bench.case.studies[0].series[0].series_instance_uid
    assert bench.room.images.on_screen() == (uid,)
    bench.wait(lambda: uid in bench.text.opened.series)


def test_a_case_prepared_before_shows_its_images_without_a_job(bench: Bench) -> None:
    bench.room.presenter.enter("other")
    bench.room.prepare(bench.case.id)
    bench.wait(lambda: bench.room.presenter.prepared() == bench.case.id)
    bench.room.enter(bench.case.id)
    assert bench.viewport.series is not None


def test_a_case_entered_while_its_index_is_read_is_read_once(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    plain = bench.case.open

    def counting(case_id: str) -> OpenCase:
        opened.append(case_id)
        return plain(case_id)

    monkeypatch.setattr(bench.case, "open", counting)
    bench.room.presenter.enter("other")
    opened.clear()
    bench.room.prepare(bench.case.id)
    with bench.bot.waitSignal(bench.room.first_image, timeout=LIMIT):
        bench.room.enter(bench.case.id)
    assert opened.count(bench.case.id) == 1


def test_warming_up_shows_nothing_and_gives_the_room_its_size(bench: Bench) -> None:
    bench.room.hide()
    before = bench.room.images.on_screen()
    bench.room.resize(10, 10)
    bench.room.warm()
    stack = bench.room.parentWidget()
    assert stack is not None
    assert (bench.room.size(), bench.room.isVisible(), bench.room.images.on_screen()) == (stack.size(), False, before)


# -- one keyboard focus ------------------------------------------------------------------------------------------------


def test_letters_act_on_the_viewport_that_has_the_keys(bench: Bench) -> None:
    bench.key(Qt.Key.Key_D)
    assert bench.viewport.tool is Act.LENGTH
    bench.key(Qt.Key.Key_I)
    assert bench.viewport.view.inverted


def test_letters_typed_into_a_field_are_words_and_nothing_else(bench: Bench) -> None:
    field = bench.field("findings")
    QTest.mouseClick(field.viewport(), Qt.MouseButton.LeftButton)
    assert QApplication.focusWidget() is field
    tool, index = bench.viewport.tool, bench.viewport.index
    QTest.keyClicks(field, "dkism 1 2")
    bench.key(Qt.Key.Key_Down)
    assert bench.text.draft.findings == "dkism 1 2"
    assert (bench.viewport.tool, bench.viewport.index, bench.viewport.view.inverted) == (tool, index, False)
    assert bench.text.draft.key_images == ()


def test_typing_while_an_image_has_the_keys_reaches_no_field(bench: Bench) -> None:
    QTest.keyClicks(bench.viewport, "xqj")
    assert bench.text.draft.answer_to("q1") == ""


def test_the_wheel_scrolls_what_is_under_it_and_leaves_the_caret(bench: Bench) -> None:
    field = bench.field("findings")
    field.setFocus()
    index = bench.viewport.index
    bench.wheel(bench.viewport, -1)
    assert bench.viewport.index == index + 1
    assert QApplication.focusWidget() is field
    bench.wheel(bench.field("impression").viewport(), -2)
    assert bench.viewport.index == index + 1
    assert QApplication.focusWidget() is field


def test_f2_leads_to_the_text_and_back(bench: Bench) -> None:
    image = bench.viewport
    bench.key(Qt.Key.Key_F2)
    assert QApplication.focusWidget() is bench.field("answers/q1")
    bench.field("impression").setFocus()
    bench.key(Qt.Key.Key_F2)
    assert QApplication.focusWidget() is image
    bench.key(Qt.Key.Key_F2)
    assert QApplication.focusWidget() is bench.field("impression")


def test_a_press_on_a_tool_leaves_the_keys_where_they_are(bench: Bench) -> None:
    button = bench.window.findChild(QWidget, "tool-zoom_tool")
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert QApplication.focusWidget() is bench.viewport
    assert bench.viewport.tool is Act.ZOOM_TOOL


def test_ctrl_enter_asks_for_the_review_from_image_and_field(bench: Bench) -> None:
    for target in (bench.viewport, bench.field("findings")):
        target.setFocus()
        with bench.bot.waitSignal(bench.room.review_wanted, timeout=LIMIT):
            bench.key(Qt.Key.Key_Return, CTRL)
    assert bench.text.draft.findings == ""


def test_panels_go_and_come_back(bench: Bench) -> None:
    for key, panel in ((Qt.Key.Key_F8, bench.room.strip), (Qt.Key.Key_F9, bench.room.panel)):
        bench.key(key)
        assert not panel.isVisible()
        bench.key(key)
        assert panel.isVisible()


def test_the_panel_in_a_window_of_its_own_writes_the_same_text(bench: Bench) -> None:
    bench.room.detach()
    assert bench.room.panel.window() is not bench.window
    bench.field("findings").setFocus()
    QTest.keyClicks(bench.field("findings"), "On another screen.")
    assert bench.text.draft.findings == "On another screen."
    assert bench.room.detached is not None
    bench.room.detached.close()
    assert bench.room.panel.window() is bench.window


# -- key images and measurements ---------------------------------------------------------------------------------------


def test_k_keeps_the_image_with_window_marks_and_caption(bench: Bench) -> None:
    bench.measure()
    bench.key(Qt.Key.Key_K)
    (image,) = bench.text.draft.key_images
    assert bench.viewport.series is not None
    assert image.sop_instance_uid == bench.viewport.series.header(bench.viewport.index).sop_instance_uid
    assert image.marks[0].text.endswith("mm")
    assert image.caption == image.marks[0].text
    assert image.source.endswith("12 Oct 2026")
    thumb = bench.window.findChild(QWidget, "reading-key-image-1")
    assert isinstance(thumb, Thumb)
    bench.wait(thumb.has_picture)


def test_ctrl_k_puts_the_measurement_where_the_caret_was_last(bench: Bench) -> None:
    bench.field("findings").setFocus()
    QTest.keyClicks(bench.field("findings"), "Mass of")
    bench.viewport.setFocus()
    bench.measure()
    bench.key(Qt.Key.Key_K, CTRL)
    (kept,) = bench.text.draft.measurements
    assert bench.text.draft.findings.startswith("Mass of ")
    assert bench.text.draft.findings.endswith(" mm")
    assert kept.unit == "mm"
    assert kept.value > 1


def test_ctrl_k_while_typing_puts_it_at_the_caret_and_cuts_nothing(bench: Bench) -> None:
    bench.measure()
    field = bench.field("impression")
    field.setFocus()
    QTest.keyClicks(field, "ab")
    bench.key(Qt.Key.Key_Left)
    bench.key(Qt.Key.Key_K, CTRL)
    assert bench.text.draft.impression.startswith("a ")
    assert bench.text.draft.impression.endswith("b")
    assert " mm" in bench.text.draft.impression


def test_without_a_measurement_the_room_says_so(bench: Bench) -> None:
    with bench.bot.waitSignal(bench.room.trouble, timeout=LIMIT):
        bench.key(Qt.Key.Key_K, CTRL)


def test_a_draft_reopens_where_it_was(bench: Bench) -> None:
    bench.measure()
    bench.key(Qt.Key.Key_K)
    bench.text.write("findings", "Half a sentence")
    bench.room.leave()
    bench.texts.close()
    again = bench.case.kept(bench.case.id)
    assert again.draft.findings == "Half a sentence"
    assert len(again.draft.key_images[0].marks) == 1


# -- steps, documents, trouble -----------------------------------------------------------------------------------------


def test_the_foot_names_protocol_and_step(bench: Bench) -> None:
    assert bench.window.foot.right.told().startswith("Chest CT")
    bench.key(Qt.Key.Key_Period)
    assert "step 2 of" in bench.window.foot.right.told()
    bench.key(Qt.Key.Key_Comma)
    assert "step 1 of" in bench.window.foot.right.told()
    assert QApplication.focusWidget() is bench.viewport


def test_a_document_opens_beside_the_images_and_counts_as_opened(bench: Bench) -> None:
    bench.room.panel.documents.chosen.emit("d0")
    bench.wait(bench.room.document.isVisible)
    bench.wait(lambda: "d0" in bench.text.opened.documents)
    assert bench.room.images.isVisible()
    QTest.keyClick(bench.room.document.pages, Qt.Key.Key_Escape)
    assert not bench.room.document.isVisible()
    assert QApplication.focusWidget() is bench.viewport


def test_f4_opens_the_report_beside_its_study_and_closes_it(films: Bench) -> None:
    report = next(each for each in films.case.documents if each.study)
    uid = next(s.series_instance_uid for each in films.case.studies if each.study_instance_uid == report.study for s in each.series)
    films.room.strip.chosen.emit(uid)
    films.key(Qt.Key.Key_F4)
    films.wait(lambda: films.room.document.isVisible() and films.room.document.document == report.id)
    QTest.keyClick(films.room.document.pages, Qt.Key.Key_F4)
    assert not films.room.document.isVisible()


def test_a_prior_hangs_beside_the_current_study(films: Bench) -> None:
    assert len(films.room.images.on_screen()) == 2
    assert "current beside prior" in films.window.foot.right.told()


def test_a_damaged_image_is_wanted_again_once_and_the_rest_is_shown(bench: Bench) -> None:
    table = bench.case.studies[0].series[0].instances[2].frames
    assert table is not None
    good = bench.case.objects[table.object]
    bench.case.spoil(table.object)
    try:
        bench.room.presenter.enter("")
        bench.open()
        bench.wait(lambda: bench.case.wanted_again == [table.object])
        bench.wait(bench.room.images.grid.all_loaded)
        assert bench.viewport.stored() is not None
    finally:
        bench.case.objects[table.object] = good


def test_late_records_are_told_until_the_person_has_seen_them(bench: Bench) -> None:
    documents = list(bench.case.documents)
    bench.wait(lambda: bench.text.seen_version == 1)
    bench.case.come_since()
    try:
        bench.room.refresh(bench.case.id)
        since = bench.window.findChild(QWidget, "records-since")
        assert since is not None
        bench.wait(since.isVisible)
        bench.room.panel.since_read.emit()
        assert not since.isVisible()
        assert bench.text.seen_version == 2
    finally:
        bench.case.documents = documents


def test_everything_that_takes_the_keyboard_says_what_it_is(bench: Bench) -> None:
    takers = [w for w in bench.window.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isVisible()]
    assert len(takers) > 15
    assert [type(w).__name__ for w in takers if not w.objectName() or not w.accessibleName()] == []


def test_nothing_in_the_room_takes_the_focus_by_the_wheel(bench: Bench) -> None:
    wheel = Qt.FocusPolicy.WheelFocus
    assert [w.objectName() for w in bench.room.findChildren(QWidget) if w.focusPolicy() == wheel and w.isVisible()] == []
