"""The call in Reading: who waits, who is let in, faces, words, showing, notes, keys, and the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.consult import consulting
from app.consult.call import BROKEN_AFTER_S
from app.consult.session import DIED, WordsBroken, WordsKnown
from record.states import consult_call, consult_participant
from record.states.table import Who
from sync.protocol import consult as room
from tests.app.consult.call_words import asked, is_in, sound_and_camera, words
from tests.doubles.consult_room import CHIDI, DOCTOR, LOCAL, NGOZI, NUMBER
from tests.doubles.named_widgets import faults

if TYPE_CHECKING:
    from pathlib import Path

    from tests.app.consult.consult_bench import Bench


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


def test_who_does_not_hold_to_a_commitment_is_told_and_stands_in_the_record(bench: Bench) -> None:
    bench.patient_comes()
    bench.media.say(WordsBroken(NGOZI))
    bench.wait(lambda: bench.find("consult-words-differ") is not None)
    assert "did not keep to what it had promised" in words(bench)
    assert "go on by telephone" in words(bench)
    assert bench.find("words-same") is None
    assert bench.room.outcomes == {NGOZI: "broken"}
    bench.media.words(NGOZI)  # of another connection: compared anew
    bench.wait(lambda: bench.find("words-same") is not None)
    assert bench.find("consult-words-differ") is None


def test_other_words_are_compared_anew(bench: Bench) -> None:
    bench.patient_comes()
    bench.media.words(NGOZI)
    bench.wait(lambda: bench.find("words-same") is not None)
    bench.press("words-same")
    bench.media.words(NGOZI, ("lamp", "otter", "bridge"))
    bench.wait(lambda: bench.find("words-same") is not None)
    assert "lamp · otter · bridge" in words(bench)


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


def test_a_file_goes_to_the_hospital_and_one_that_cannot_is_told(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.patient_comes()
    letter, nothing = tmp_path / "letter.pdf", tmp_path / "nothing"
    letter.write_bytes(b"%PDF-1.7 a letter")
    nothing.touch()
    for file in (None, nothing, tmp_path / "gone", letter):
        monkeypatch.setattr(consulting, "ask_for", lambda _parent, _title, file=file: file)
        bench.press("consult-file")
    bench.wait(lambda: bool(bench.desk.files))
    assert bench.desk.files == [("c1", b"%PDF-1.7 a letter", "letter.pdf")]
    bench.wait(lambda: "This file cannot be read." in words(bench))


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
