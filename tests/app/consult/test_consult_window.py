"""The call in Reading: who waits, who is let in, faces, words, showing, notes, keys, and the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from app.consult.call import BROKEN_AFTER_S
from app.consult.session import DIED, WordsKnown
from app.consult.shown_frame import ShownFrame
from record.states import consult_call, consult_participant
from record.states.table import Who
from sync.protocol import consult as room
from tests.app.consult.consult_bench import Bench, bench_of
from tests.doubles.consult_room import CHIDI, DOCTOR, LOCAL, NGOZI, NUMBER
from tests.doubles.demo_case import DemoCase
from tests.doubles.named_widgets import faults
from viewer.screen.keys import Act

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from viewer.load.series import SeriesData


@pytest.fixture(scope="module")
def chest() -> DemoCase:
    return DemoCase("ct-chest", most=6)


@pytest.fixture
def bench(qtbot: QtBot, qapp: QApplication, chest: DemoCase) -> Iterator[Bench]:
    for made in bench_of(qtbot, qapp, chest):
        made.open_room()
        yield made


def words(bench: Bench) -> str:
    return " ".join(each.text() for each in bench.window.findChildren(QLabel) if each.isVisible())


def is_in(bench: Bench, state: str) -> bool:
    person = bench.call.person(NGOZI)
    return person is not None and person.state == state


def series_of(bench: Bench) -> SeriesData:
    series = bench.viewport.series
    assert series is not None
    return series


def frame_of(bench: Bench) -> ShownFrame:
    frame = bench.find("shown-frame")
    assert isinstance(frame, ShownFrame)
    return frame


def sound_and_camera(bench: Bench) -> tuple[bool, bool]:
    return not bench.media.muted, bench.media.camera_on


def asked(bench: Bench, kind: str) -> list[room.Ask]:
    return [each for each in bench.room.asked if each.t == kind]


# -- who waits, who is let in ------------------------------------------------------------------------------------------


def test_who_waits_is_seen_with_what_they_said_and_the_rail_is_told(bench: Bench) -> None:
    bench.room.waits(NGOZI, place="Lagos, Nigeria", with_whom="Chidi (son)", consents=("telehealth@3",), call_back=NUMBER)
    bench.wait(lambda: bench.find(f"admit-{NGOZI}") is not None)
    assert "Lagos, Nigeria · with Chidi (son) · consents given · call back +234 1 555 0142" in words(bench)
    assert bench.waits[-1] == "Ngozi Okafor waits"
    assert bench.media.peers == {}  # no media with who is not admitted


def test_people_are_admitted_one_by_one(bench: Bench) -> None:
    bench.room.waits(NGOZI)
    bench.room.waits(CHIDI)
    bench.wait(lambda: bench.find(f"admit-{CHIDI}") is not None)
    bench.press(f"admit-{NGOZI}")
    bench.wait(lambda: NGOZI in bench.media.peers)
    assert list(bench.media.peers) == [NGOZI]
    assert bench.find(f"admit-{CHIDI}") is not None


def test_the_desk_offers_to_a_browser(bench: Bench) -> None:
    bench.patient_comes()
    assert bench.media.peers[NGOZI] is True


def test_of_two_desks_the_smaller_id_offers(bench: Bench) -> None:
    people = tuple(each.model_copy(update={"desk": True}) if each.id == LOCAL else each for each in bench.room.state.people)
    bench.room.state = bench.room.state.model_copy(update={"people": people})
    bench.patient_comes(LOCAL)
    assert bench.media.peers[LOCAL] is (DOCTOR < LOCAL)


@pytest.mark.parametrize("key", sorted(consult_participant.TABLE.rows), ids="-".join)
def test_every_move_of_a_person_is_followed(bench: Bench, key: tuple[str, str]) -> None:
    """Media is had with who is in, and with nobody else, whatever move led there."""
    state, event = key
    row = consult_participant.TABLE.rows[key]
    bench.room._person(NGOZI, state=state)  # the table's own state, without the way to it
    bench.room.tell()
    bench.wait(lambda: is_in(bench, state))
    assert (NGOZI in bench.media.peers) == (state in ("admitted", "here", "lost"))
    bench.room.event(NGOZI, event, next(iter(row.who)))
    bench.wait(lambda: is_in(bench, row.to))
    assert (NGOZI in bench.media.peers) == (row.to in ("admitted", "here", "lost"))
    assert (bench.find(f"admit-{NGOZI}") is not None) == (row.to == "waiting")


@pytest.mark.parametrize("key", sorted(consult_call.TABLE.rows), ids="-".join)
def test_every_move_of_the_call_is_followed(bench: Bench, key: tuple[str, str]) -> None:
    state, event = key
    row = consult_call.TABLE.rows[key]
    bench.patient_comes()
    bench.room.state = bench.room.state.model_copy(update={"state": state})
    bench.room.tell()
    bench.wait(lambda: bench.call.state is not None and bench.call.state.state == state)
    bench.room.call_event(event, next(iter(row.who)))
    if row.to in ("ended", "cancelled", "no_show", "by_telephone"):
        bench.wait(lambda: bench.consulting.call is None and bench.media.stops == 1)
        assert bench.reading.panel.isVisible()
        assert bench.find("consult-pane") is None
    else:
        bench.wait(lambda: bench.call.state is not None and bench.call.state.state == row.to)
        assert bench.media.stops == 0


# -- nobody is taken for another -----------------------------------------------------------------------------------------


def test_a_face_goes_with_its_person(bench: Bench) -> None:
    bench.patient_comes()
    bench.patient_comes(CHIDI)
    assert bench.call.newest(NGOZI, "camera") is not None
    bench.room.event(NGOZI, "leave", Who.PATIENT)
    bench.wait(lambda: NGOZI not in bench.media.peers)
    assert bench.call.newest(NGOZI, "camera") is None
    assert bench.pane.faces.large() == CHIDI


def test_a_lost_line_shows_no_old_picture(bench: Bench) -> None:
    bench.patient_comes()
    bench.media.link(NGOZI, "lost")
    bench.wait(lambda: bench.call.links[NGOZI].link == "lost")
    assert bench.call.newest(NGOZI, "camera") is None


def test_the_people_of_another_consult_are_never_shown(bench: Bench) -> None:
    bench.patient_comes()
    before = bench.call.state
    bench.room.tell(bench.room.state.model_copy(update={"consult": "another", "people": ()}))
    bench.room.says(NGOZI, "hello")
    bench.wait(lambda: bench.call.state is not before)
    assert bench.call.state is not None
    assert bench.call.state.consult == "c1"
    assert len(bench.call.state.people) == 4


def test_what_a_stranger_signals_or_says_is_not_used(bench: Bench) -> None:
    bench.patient_comes()
    told = bench.room._told  # the hospital's end of the line
    assert told is not None
    told(room.Heard(by=LOCAL, body={"k": "offer"}))
    bench.media.say(WordsKnown("nobody", ("a", "b", "c")))
    bench.media.marked("nobody", {"m": "pointer", "x": 0.1, "y": 0.1})
    told(room.Heard(by=NGOZI, body={"k": "answer"}))
    bench.wait(lambda: bench.media.signals == [(NGOZI, {"k": "answer"})])
    assert "nobody" not in bench.call.words


def test_another_case_beside_the_call_shows_nobody(bench: Bench) -> None:
    bench.patient_comes()
    bench.show()
    bench.reading.case_changes.emit("another case")
    assert not bench.consulting.showing.on
    assert bench.media.shown[-1] is None
    assert not bench.pane.faces.isVisible()
    assert "A call about another case goes on, with sound." in words(bench)
    bench.reading.case_changes.emit(bench.case.id)
    assert bench.pane.faces.isVisible()


# -- words ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", ["same", "different", "skipped"])
def test_words_are_compared_once_and_the_room_is_told(bench: Bench, outcome: str) -> None:
    bench.patient_comes()
    bench.media.words(NGOZI)
    bench.wait(lambda: bench.find("words-same") is not None)
    assert "harbor · violet · canoe" in words(bench)
    bench.press(f"words-{outcome}")
    assert bench.find("words-same") is None
    assert bench.room.outcomes == {NGOZI: outcome}
    assert (bench.find("consult-words-differ") is not None) == (outcome == "different")


def test_other_words_are_compared_anew(bench: Bench) -> None:
    bench.patient_comes()
    bench.media.words(NGOZI)
    bench.wait(lambda: bench.find("words-same") is not None)
    bench.press("words-same")
    bench.media.words(NGOZI, ("lamp", "otter", "bridge"))
    bench.wait(lambda: bench.find("words-same") is not None)
    assert "lamp · otter · bridge" in words(bench)


# -- showing -------------------------------------------------------------------------------------------------------------


def test_the_viewport_alone_is_shown_and_without_identity(bench: Bench) -> None:
    bench.patient_comes()
    bench.show()
    bench.wait(lambda: bool(bench.media.shown))
    sent = bench.media.shown[-1]
    assert sent is not None
    kept = bench.viewport.picture(identity=True)
    bare = bench.viewport.picture(identity=False)
    assert kept is not None
    assert bare is not None
    assert sent.shape[1] / sent.shape[0] == pytest.approx(bench.viewport.width() / bench.viewport.height(), rel=0.01)
    corner = sent[: sent.shape[0] // 12, : sent.shape[1] // 8]
    assert int(corner.max()) < 100  # nothing is written where the name would stand
    assert asked(bench, "show")[-1] == room.Show(label=series_of(bench).label, identity=False)
    assert "The framed viewport is shown to Ngozi Okafor. Nothing is recorded." in bench.window.foot.hospital.told()


def test_identity_is_kept_where_it_is_chosen(bench: Bench) -> None:
    bench.patient_comes()
    bench.show(identity=True)
    bench.wait(lambda: bool(bench.media.shown))
    sent = bench.media.shown[-1]
    assert sent is not None
    assert int(sent[: sent.shape[0] // 12, : sent.shape[1] // 8].max()) > 120


def test_what_changes_is_sent_and_what_does_not_is_not(bench: Bench) -> None:
    bench.patient_comes()
    bench.show()
    bench.wait(lambda: bool(bench.media.shown))
    count = len(bench.media.shown)
    bench.viewport.repaint()
    bench.wait(lambda: not bench.consulting.showing._due.isActive())  # the rate's timer
    assert len(bench.media.shown) == count
    bench.reading.images.do(Act.IMAGE_NEXT)
    bench.wait(lambda: len(bench.media.shown) == count + 1)


def test_the_frame_and_the_note_are_for_the_reader_alone(bench: Bench) -> None:
    bench.patient_comes()
    before = bench.viewport.picture(identity=False)
    bench.show()
    assert bench.viewport.picture(identity=False) == before
    assert bench.find("shown-frame") is not None


def test_it_stops_when_the_viewport_goes_out_of_sight(bench: Bench) -> None:
    bench.patient_comes()
    bench.show()
    bench.window.go("consult", "")
    assert not bench.consulting.showing.on
    assert bench.media.shown[-1] is None
    assert asked(bench, "show")[-1] == room.Show(label="")


def test_it_stops_when_nobody_is_here(bench: Bench) -> None:
    bench.patient_comes()
    bench.show()
    bench.room.event(NGOZI, "leave", Who.PATIENT)
    bench.wait(lambda: not bench.consulting.showing.on)
    assert bench.media.shown[-1] is None


def test_it_stops_when_the_desk_locks(bench: Bench) -> None:
    bench.patient_comes()
    bench.show()
    bench.consulting.close()
    assert bench.media.shown[-1] is None
    assert bench.media.stops == 1
    assert not bench.room.open


def test_pointer_and_marks_go_both_ways(bench: Bench) -> None:
    bench.patient_comes()
    bench.show()
    frame = frame_of(bench)
    bench.media.marked(NGOZI, {"m": "pointer", "x": 0.25, "y": 0.5})
    bench.media.marked(NGOZI, {"m": "circle", "x": 0.5, "y": 0.5, "r": 0.1, "on": "live"})
    bench.media.marked(NGOZI, {"m": "circle", "x": "no", "y": 0.5, "r": 99})
    bench.wait(lambda: frame.pointer == (0.25, 0.5) and len(frame.marks) == 1)
    bench.press("shown-circle")
    middle = frame.rect().center()
    QTest.mousePress(frame, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(frame, middle + QPoint(60, 0))
    QTest.mouseRelease(frame, Qt.MouseButton.LeftButton, pos=middle + QPoint(60, 0))
    made = bench.media.marks[-1]
    assert made["m"] == "circle"
    assert made["x"] == pytest.approx(0.5, abs=0.01)
    assert made["r"] == pytest.approx(60 / frame.width(), abs=0.01)
    bench.press("shown-clear")
    assert bench.media.marks[-1]["m"] == "clear"
    assert frame.marks == ()


def test_a_still_picture_is_without_loss(bench: Bench) -> None:
    from PySide6.QtGui import QImage  # noqa: PLC0415  for this test alone

    bench.patient_comes()
    QTest.keyClick(bench.viewport, Qt.Key.Key_F5, Qt.KeyboardModifier.ShiftModifier)
    bench.press("show-go")
    bench.wait(lambda: bool(bench.desk.snapshots))
    consult, png, label, identity = bench.desk.snapshots[0]
    wanted = bench.viewport.picture(identity=False)
    assert wanted is not None
    got = QImage.fromData(png).convertToFormat(wanted.format())
    got.setDevicePixelRatio(wanted.devicePixelRatio())
    assert (consult, identity) == ("c1", False)
    assert got == wanted
    assert label.endswith(f"image {bench.viewport.index + 1} of {series_of(bench).count}")


# -- keys, notes, chat -----------------------------------------------------------------------------------------------------


def test_the_keys_of_a_call_work_at_the_images_in_the_notes_and_in_every_room(bench: Bench) -> None:
    bench.patient_comes()
    bench.viewport.setFocus()
    bench.key(Qt.Key.Key_F6)
    assert sound_and_camera(bench) == (False, True)
    bench.pane.notes.setFocus()
    bench.key(Qt.Key.Key_F6)
    bench.key(Qt.Key.Key_F7)
    assert sound_and_camera(bench) == (True, False)
    bench.window.go("consult", "")
    QTest.keyClick(bench.window, Qt.Key.Key_F7)
    assert sound_and_camera(bench) == (True, True)


def test_letters_in_notes_and_chat_never_reach_the_images(bench: Bench) -> None:
    bench.patient_comes()
    before = (bench.viewport.index, bench.viewport.view, bench.viewport.tool)
    for target in (bench.pane.notes, bench.pane.chat.field):
        target.setFocus()
        QTest.keyClicks(target, "dr ive 0123")
        QTest.keyClick(target, Qt.Key.Key_Down)
    assert (bench.viewport.index, bench.viewport.view, bench.viewport.tool) == before
    assert bench.pane.notes.toPlainText() == "dr ive 0123"


def test_the_key_to_the_text_leads_to_the_notes_and_back(bench: Bench) -> None:
    bench.viewport.setFocus()
    bench.key(Qt.Key.Key_F2)
    assert QApplication.focusWidget() is bench.pane.notes
    bench.key(Qt.Key.Key_F2)
    assert QApplication.focusWidget() is bench.viewport
    assert not bench.reading.panel.isVisible()


def test_notes_are_kept_in_the_draft_and_go_to_the_hospital(bench: Bench) -> None:
    bench.pane.notes.setFocus()
    QTest.keyClicks(bench.pane.notes, "Prefers an operation before Christmas.")
    bench.wait(lambda: bench.room.notes == "Prefers an operation before Christmas.")
    bench.wait(lambda: bench.case.saved is not None and "before Christmas" in bench.case.saved)


def test_a_line_of_chat_goes_out_and_comes_back(bench: Bench) -> None:
    bench.patient_comes()
    bench.pane.chat.field.setFocus()
    QTest.keyClicks(bench.pane.chat.field, "Can you hear me?")
    bench.key(Qt.Key.Key_Return)
    bench.room.says(NGOZI, "<b>Yes</b>")
    bench.wait(lambda: "Ngozi Okafor: <b>Yes</b>" in words(bench))
    assert "Dr M. Adeyemi: Can you hear me?" in words(bench)


# -- the line --------------------------------------------------------------------------------------------------------------


def test_after_two_minutes_without_a_line_the_number_is_shown_and_it_goes_on_by_telephone(bench: Bench) -> None:
    now = [100.0]
    bench.call._clock = lambda: now[0]  # a clock of the test's
    bench.patient_comes()
    bench.media.link(NGOZI, "lost")
    bench.wait(bench.call.is_down)
    bench.call.look()
    now[0] += BROKEN_AFTER_S - 1
    bench.call.look()
    assert bench.find("consult-broken") is None
    now[0] += 1
    bench.call.look()
    assert bench.find("consult-number") is not None
    assert NUMBER in words(bench)
    bench.press("consult-by-telephone")
    bench.wait(lambda: bench.consulting.call is None)
    assert bench.room.state.state == "by_telephone"


def test_a_lost_connection_is_built_anew_in_the_same_call(bench: Bench) -> None:
    bench.patient_comes()
    bench.media.link(NGOZI, "lost")
    bench.wait(bench.call.is_down)
    bench.room.line_lost()
    bench.wait(lambda: not bench.call.line_up)
    bench.room.line_back()
    bench.wait(lambda: bench.media.connections.count((NGOZI, True)) == 2)
    bench.media.link(NGOZI, "good")
    bench.wait(lambda: not bench.call.is_down())


# -- the end ---------------------------------------------------------------------------------------------------------------


def test_the_end_is_asked_about_and_its_reason_is_kept(bench: Bench) -> None:
    bench.patient_comes()
    bench.show()
    bench.press("consult-end")
    reason = bench.find("consult-end-sheet-reason")
    assert reason is not None
    QTest.keyClicks(reason, "All said")
    bench.press("consult-end-sheet-sure")
    bench.wait(lambda: bench.consulting.call is None)
    assert asked(bench, "end") == [room.End(reason="All said")]
    assert bench.media.shown[-1] is None
    assert bench.viewport._note == ""  # nothing says that it is shown


def test_staying_ends_nothing(bench: Bench) -> None:
    bench.patient_comes()
    bench.press("consult-end")
    bench.press("consult-end-sheet-stay")
    assert asked(bench, "end") == []
    assert bench.call.state is not None


def test_the_pane_goes_to_a_window_of_its_own_and_back(bench: Bench) -> None:
    bench.patient_comes()
    bench.pane.detach.emit()
    assert bench.pane.window() is not bench.window
    bench.pane.notes.setFocus()
    QTest.keyClick(bench.pane.notes, Qt.Key.Key_F6)
    assert bench.media.muted
    bench.pane.window().close()
    assert bench.pane.window() is bench.window


def test_everything_has_a_name_and_is_reached_by_tab(bench: Bench) -> None:
    bench.patient_comes()
    bench.media.words(NGOZI)
    bench.room.waits(CHIDI)
    bench.wait(lambda: bench.find("words-same") is not None and bench.find(f"admit-{CHIDI}") is not None)
    assert faults(bench.pane) == []
    assert faults(bench.reading.top_area) == []


def test_a_picture_is_drawn_large_and_small(bench: Bench) -> None:
    bench.patient_comes()
    bench.media.pictures["", "camera"] = np.full((90, 160, 3), 200, np.uint8)
    shot = bench.pane.faces.grab().toImage()
    middle = shot.pixelColor(shot.width() // 2, round(shot.height() * 0.4))
    own = shot.pixelColor(shot.width() - 60, shot.height() - 40)
    assert middle.lightness() > 60
    assert own.lightness() > 180


# -- what is carried on ------------------------------------------------------------------------------------------------------


def test_media_that_is_gone_as_a_whole_is_started_again(bench: Bench) -> None:
    bench.patient_comes()
    tell = bench.media.told
    assert tell is not None
    bench.media.told = None  # the process is gone
    tell(DIED)
    bench.wait(lambda: bench.media.connections.count((NGOZI, True)) == 2)
    assert bench.media.told is not None


def test_what_was_said_while_the_line_was_gone_is_said_again(bench: Bench) -> None:
    bench.patient_comes()
    bench.show()
    bench.room.line_lost()
    bench.wait(lambda: not bench.call.line_up)
    bench.press("consult-show")
    said = len(bench.room.asked)
    bench.room.line_back()
    bench.wait(lambda: bench.call.line_up)
    again = bench.room.asked[said:]
    assert room.Show(label="") in again
    assert room.Media(up=True, way="turn_udp") in again


def test_who_talks_is_not_taken_for_gone(bench: Bench) -> None:
    assert not bench.consulting.talks()
    bench.patient_comes()
    assert bench.consulting.talks()
