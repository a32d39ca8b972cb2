"""Recording at the desk: asked for, agreed to, marked; its parts on their way to the hospital; and its end, however it comes."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from app.consult.recording_out import LOST, MOST_BYTES, RecordingOut
from app.consult.session import DIED, Recorded
from app.consult.wire import event_packed, event_unpacked
from record.states.table import Who
from record.trouble import Kind, Trouble
from sync.protocol import consult as room
from tests.app.consult.call_words import asked, words
from tests.doubles.consult_room import DOCTOR, LOCAL, NGOZI

if TYPE_CHECKING:
    from tests.app.consult.consult_bench import Bench

PART = Recorded("t1", 0, b"\x1aE\xdf\xa3", last=False)
LAST = Recorded("t1", 1, b"end", last=True)
AWAY = Trouble("The hospital cannot be reached.", "It is tried again by itself.", "", Kind.NETWORK)


def stands(bench: Bench, **how: object) -> None:
    """The hospital says how recording stands."""
    told = {"allowed": True, "by": DOCTOR} | how
    bench.room.state = bench.room.state.model_copy(update={"recording": room.Recording.model_validate(told)})
    bench.room.tell()


def goes_on(bench: Bench) -> None:
    stands(bench, state="on", take="t1", agreed=(DOCTOR, NGOZI))
    bench.wait(lambda: bench.media.takes == ["t1"])


# -- in the window -----------------------------------------------------------------------------------------------------


def test_where_the_hospital_records_nothing_nothing_is_offered(bench: Bench) -> None:
    bench.patient_comes()
    assert bench.find("consult-record") is None
    assert bench.media.takes == []


def test_it_is_asked_for_and_waits_for_everybody(bench: Bench) -> None:
    bench.patient_comes()
    stands(bench, by="")
    bench.wait(lambda: bench.find("record-ask") is not None)
    bench.press("record-ask")
    bench.wait(lambda: room.Record() in asked(bench, "record"))
    stands(bench, state="asked", agreed=(DOCTOR,))
    bench.wait(lambda: "Not yet: Ngozi Okafor." in words(bench))
    assert bench.media.takes == []  # nothing is recorded before everybody has agreed
    assert bench.find("consult-recorded") is None
    assert bench.find("record-agree") is None  # one's own asking was one's own word


def test_it_is_marked_wherever_one_is_as_long_as_it_goes_on(bench: Bench) -> None:
    bench.patient_comes()
    goes_on(bench)
    bench.wait(lambda: bench.find("consult-recorded") is not None)
    assert "This consult is recorded." in bench.window.foot.hospital.told()
    bench.press("record-refuse")
    bench.wait(lambda: room.Consent(agree=False) in asked(bench, "consent"))
    stands(bench, state="off", refused_by=DOCTOR)
    bench.wait(lambda: bench.find("consult-recorded") is None)
    assert bench.media.takes == ["t1", ""]


def test_another_desks_recording_is_agreed_to_here_and_made_there(bench: Bench) -> None:
    bench.patient_comes()
    bench.patient_comes(LOCAL)
    stands(bench, state="asked", by=LOCAL, agreed=(LOCAL,))
    bench.wait(lambda: "Dr F. Adebayo asks to record." in words(bench))
    assert bench.pane.record.y() < bench.pane.here.y()  # one is asked: it stands at the top
    bench.press("record-agree")
    bench.wait(lambda: room.Consent(agree=True) in asked(bench, "consent"))
    stands(bench, state="on", by=LOCAL, take="t9", agreed=(LOCAL, DOCTOR, NGOZI))
    bench.wait(lambda: bench.find("consult-recorded") is not None)
    assert bench.media.takes == []


def test_who_refused_is_told(bench: Bench) -> None:
    bench.patient_comes()
    stands(bench, state="off", refused_by=NGOZI)
    bench.wait(lambda: "Ngozi Okafor does not agree: nothing is recorded." in words(bench))


def test_what_is_recorded_goes_to_the_hospital_also_when_the_call_has_ended(bench: Bench) -> None:
    bench.patient_comes()
    goes_on(bench)
    bench.media.say(PART)
    told = bench.media.told
    bench.room.call_event("end", Who.PHYSICIAN)
    bench.wait(lambda: bench.consulting.call is None)
    assert bench.media.takes == ["t1", ""]
    assert told is not None
    told(LAST)  # what the media told while it ended
    bench.wait(lambda: bench.desk.parts == [("c1", PART), ("c1", LAST)])


def test_a_recording_that_is_not_taken_is_ended_and_the_person_told(bench: Bench) -> None:
    bench.patient_comes()
    goes_on(bench)
    bench.desk.takes_parts = False
    bench.media.say(PART)
    bench.wait(lambda: room.Consent(agree=False) in asked(bench, "consent"))
    bench.wait(lambda: "does not follow" in words(bench))


def test_a_recording_that_ends_by_itself_is_told_to_everybody(bench: Bench) -> None:
    bench.patient_comes()
    goes_on(bench)
    bench.media.say(LAST)
    bench.wait(lambda: room.Consent(agree=False) in asked(bench, "consent"))
    bench.wait(lambda: "has ended by itself" in words(bench))
    assert bench.desk.parts == [("c1", LAST)]


def test_where_nobody_could_refuse_any_more_it_ends_and_stays_ended(bench: Bench) -> None:
    bench.patient_comes()
    goes_on(bench)
    bench.room.line_lost()
    bench.wait(lambda: bench.media.takes == ["t1", ""])
    bench.wait(lambda: "nobody could refuse" in words(bench))
    assert room.Consent(agree=False) in asked(bench, "consent")
    bench.room.line_back()  # the room has not heard of it yet: the same take is never begun again
    stands(bench, state="on", take="t1", agreed=(DOCTOR, NGOZI))
    stands(bench, state="on", take="t2", agreed=(DOCTOR, NGOZI))
    bench.wait(lambda: bench.media.takes == ["t1", "", "t2"])


def test_ones_own_no_ends_it_at_once(bench: Bench) -> None:
    bench.patient_comes()
    goes_on(bench)
    bench.press("record-refuse")
    assert bench.media.takes == ["t1", ""]


def test_a_recording_ends_with_what_carried_the_media(bench: Bench) -> None:
    bench.patient_comes()
    goes_on(bench)
    carried = bench.media
    told, carried.told = carried.told, None  # it has ended
    assert told is not None
    told(DIED)
    bench.wait(lambda: room.Consent(agree=False) in asked(bench, "consent"))


# -- on its way --------------------------------------------------------------------------------------------------------


class Hospital:
    """Takes parts while it can be reached."""

    def __init__(self) -> None:
        self.parts: list[tuple[str, Recorded]] = []
        self.reached = threading.Event()
        self.tried = threading.Event()

    def take(self, consult: str, part: Recorded) -> None:
        self.tried.set()
        if not self.reached.is_set():
            raise AWAY
        self.parts.append((consult, part))


def test_parts_wait_for_the_hospital_and_keep_their_order() -> None:
    hospital, failed = Hospital(), list[Trouble]()
    out = RecordingOut(hospital.take, failed.append)
    for part in (PART, LAST):
        out.put("c", part)
    assert hospital.tried.wait(5)
    hospital.reached.set()
    assert out.close(10)
    assert hospital.parts == [("c", PART), ("c", LAST)]
    assert failed == []


def test_a_desk_that_locks_does_not_wait_for_ever() -> None:
    hospital = Hospital()
    out = RecordingOut(hospital.take, lambda _trouble: None)
    out.put("c", PART)
    assert hospital.tried.wait(5)
    assert not out.close(0.1)
    out.put("c", LAST)  # too late: nothing is kept
    assert hospital.parts == []


def test_what_waits_never_grows_beyond_its_bound() -> None:
    hospital, failed = Hospital(), list[Trouble]()
    out = RecordingOut(hospital.take, failed.append)
    for number in range(6):
        out.put("c", Recorded("t", number, bytes(MOST_BYTES // 4), last=False))
    assert failed == [LOST]
    hospital.reached.set()
    assert out.close(10)
    assert [part.number for _, part in hospital.parts] == [0, 1, 2, 3]  # what came before is whole


def test_a_part_crosses_the_pipe_as_it_is() -> None:
    assert event_unpacked(event_packed(PART)) == PART
