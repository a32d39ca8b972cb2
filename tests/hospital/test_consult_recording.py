"""Recording: never by default; by consent of everybody who is in, each for themselves, and only so long; its parts under the case."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hospital.consult import acting, seeing, takes
from hospital.consult.recording import next_event
from hospital.settings import ConsultSection
from record.trouble import Trouble
from sync.protocol.consult import Record, Recording
from tests.hospital.coordinator import signed_in
from tests.hospital.guests import newest_code
from tests.hospital.sitting import INTERPRETER, Sitting, sit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.hospital.desk import Desk
    from tests.hospital.guests import Line
    from tests.hospital.stage import Stage


@pytest.fixture
def sitting(stage: Stage) -> Iterator[Sitting]:
    """A consult at a hospital that allows it."""
    with sit(stage, INTERPRETER) as made:
        yield made


def post(desk: Desk, path: str, data: bytes) -> int:
    """A part, and the status that answers it."""
    return desk.ask("POST", path, data=data).status_code


def recorded(sitting: Sitting) -> tuple[Line, Line, str]:
    """The desk's line, the patient's, and the take to which both have agreed."""
    desk, patient = sitting.in_call()
    asked(desk, patient)
    patient.ask("consent", agree=True)
    return desk, patient, on(desk)


def asked(desk: Line, patient: Line) -> None:
    """The physician asks, and the patient has the question."""
    desk.ask("record")
    patient.state(lambda s: s.recording.state == "asked")


def on(desk: Line) -> str:
    """The take, once it is on."""
    return desk.state(lambda s: s.recording.state == "on").recording.take


def test_by_default_nobody_is_even_asked(stage: Stage) -> None:
    settings = stage.house.settings
    usual = settings.model_copy(update={"consult": settings.consult.model_copy(update={"recording": ConsultSection().recording})})
    house = replace(stage.house, settings=usual)
    with sit(stage) as sitting:
        desk, _ = sitting.in_call()
        with pytest.raises(Trouble, match="records no consults"):
            acting.act(house, sitting.consult, desk.states[-1].me, Record())
        seen = seeing.look(house, sitting.consult)
        me = seen.person(desk.states[-1].me)
        assert me is not None
        assert seeing.state_for(house, seen, me, (), frozenset()).recording == Recording(allowed=False)


def test_it_begins_when_everybody_has_agreed_and_not_before(sitting: Sitting) -> None:
    desk, patient = sitting.in_call()
    me, who = desk.states[-1].me, patient.states[-1].me
    asked(desk, patient)
    stands = patient.states[-1].recording
    assert (stands.by, stands.agreed, stands.take) == (me, (me,), "")
    patient.ask("consent", agree=True)
    take = on(desk)
    assert set(desk.states[-1].recording.agreed) == {me, who}
    assert sitting.recorded("recording_consent") == {"act": "recording_consent", "by": who, "words": "recording@1"}
    assert sitting.recorded("recording_began")["take"] == take
    desk.ask("end")
    assert sitting.recorded("recording_ended")["why"] == "call_over"


def test_one_no_is_enough_at_any_time(sitting: Sitting) -> None:
    desk, patient = sitting.in_call()
    asked(desk, patient)
    patient.ask("consent", agree=False)
    refused = desk.state(lambda s: bool(s.recording.refused_by)).recording
    assert (refused.state, refused.refused_by) == ("off", patient.states[-1].me)
    asked(desk, patient)  # again, all agree, and one changes their mind
    patient.ask("consent", agree=True)
    on(desk)
    patient.ask("consent", agree=False)
    assert desk.state(lambda s: s.recording.state == "off").recording.take == ""
    assert sitting.recorded("recording_ended")["why"] == "refuse_recording"


def test_who_comes_in_later_stops_it_until_they_agree_too(sitting: Sitting) -> None:
    desk, _, first = recorded(sitting)
    browser = sitting.guests[1]
    browser.open()
    late = sitting.join(browser, newest_code(sitting.stage.house, sitting.people[1]))
    late.state(lambda s: any(p.id == s.me and p.state == "waiting" for p in s.people))
    assert late.states[-1].recording.state == "off"  # the waiting room hears nothing, and is told nothing
    desk.ask("admit", who=late.states[-1].me)
    paused = late.state(lambda s: s.recording.state == "asked").recording
    assert late.states[-1].me not in paused.agreed
    late.ask("consent", agree=True)
    second = desk.state(lambda s: s.recording.take not in ("", first)).recording.take
    late.ask("leave")  # who leaves takes their word with them; the others' stands
    assert desk.state(lambda s: all(p.id != late.states[-1].me for p in s.people)).recording.take == second


def test_it_ends_with_whose_desk_records(sitting: Sitting) -> None:
    desk, patient, _ = recorded(sitting)
    desk.ask("leave")
    assert patient.state(lambda s: s.recording.state == "off").recording.take == ""
    assert sitting.recorded("recording_ended")["why"] == "recorder_gone"


def test_a_patient_can_neither_ask_for_it_nor_agree_where_nobody_asks(sitting: Sitting) -> None:
    _, patient = sitting.in_call()
    patient.ask("record")
    patient.ask("consent", agree=True)
    patient.until(lambda line: len(line.refused) == 2)
    assert [one.what_happened for one in patient.refused] == [
        "A recording is made by a physician's desk.",
        "Nobody asks for a recording now.",
    ]


def test_its_parts_rest_under_the_case_and_become_one_file(sitting: Sitting) -> None:
    desk, _, take = recorded(sitting)
    ask = partial(post, sitting.desk)
    path = f"/v1/consults/{sitting.consult}/recordings/{take}"
    assert ask(f"{path}/0", b"first ") == 200
    assert ask(f"{path}/0", b"first ") == 200  # the answer was lost, it comes again
    assert ask(f"{path}/0", b"other") == 409
    assert ask(f"{path}/2", b"third") == 409
    assert ask(f"/v1/consults/{sitting.consult}/recordings/{'0' * 32}/0", b"x") == 404
    assert ask(f"{path}/1", bytes(takes.MOST_BYTES + 1)) == 403
    desk.ask("end")
    sitting.recorded("recording_ended")
    assert ask(f"{path}/1?last=1", b"last") == 200  # what was on its way when it ended
    assert ask(f"{path}/2", b"more") == 409
    house = sitting.stage.house
    assert b"".join(takes.read(house, sitting.consult, "", "coordinator")) == b"first last"
    page = signed_in(sitting.stage)
    (told,) = page.told(f"/api/consults/{sitting.consult}")["recordings"]
    assert (told["take"], told["parts"], told["bytes"], told["whole"]) == (take, 2, 10, True)
    file = page.ask("GET", f"/api/consults/{sitting.consult}/recordings/{take}")
    assert (file.content, file.headers["content-type"]) == (b"first last", "video/webm")
    assert page.ask("GET", f"/api/consults/{sitting.consult}/recordings/{'0' * 32}").status_code == 404
    assert sitting.recorded("recording_read")["take"] == take


def test_another_physicians_desk_cannot_add_to_it(sitting: Sitting) -> None:
    _, _, take = recorded(sitting)
    stranger = sitting.stage.desk()
    assert post(stranger, f"/v1/consults/{sitting.consult}/recordings/{take}/0", b"x") == 404
    with pytest.raises(Trouble, match="no such recording"):
        takes.read(sitting.stage.house, sitting.consult, take, "coordinator")


@given(st.sampled_from(["asked", "on"]), st.sets(st.sampled_from("abcd")), st.sets(st.sampled_from("abcd")), st.booleans())
def test_it_is_never_on_beside_somebody_who_has_not_agreed(state: str, inside: set[str], agreed: set[str], over: bool) -> None:
    event = next_event(state, "a", inside, agreed & inside, over=over)
    stays_on = (state == "on" and event == "") or event == "everybody_agrees"
    assert not stays_on or (not over and "a" in inside and len(inside) > 1 and inside <= agreed)
