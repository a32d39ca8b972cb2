"""The room: who may do what in it, and what a hostile line can do to it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from hospital.consult import acting
from hospital.consult.opened import opened
from hospital.store import consults
from sync.protocol.consult import MOST_FRAME, BoardTexts, Invitee, Joint
from tests.hospital.guests import desk_room
from tests.hospital.server_process import TURN
from tests.hospital.sitting import INTERPRETER, sit

if TYPE_CHECKING:
    from tests.hospital.guests import Line
    from tests.hospital.stage import Stage

PNG = b"\x89PNG\r\n\x1a\n" + bytes(2_000_000)
RELATIVES = [Invitee(kind="relative", name=f"Relative {n}", zone="UTC") for n in range(3)]


def _state(line: Line) -> str:
    return str(line.settled() and line.mine().state)


def test_nobody_lets_themselves_in(stage: Stage) -> None:
    with sit(stage) as sitting:
        host, patient = sitting.host(), sitting.join(sitting.patient)
        me = patient.state().me
        asks: list[dict[str, Any]] = [
            {"t": "admit", "who": me},
            {"t": "remove", "who": host.state().me},
            {"t": "end"},
            {"t": "by_telephone"},
            {"t": "show", "label": "x"},
            {"t": "note", "text": "x"},
            {"t": "joint", "agenda": "x"},
            {"t": "handover", "who": me},
            {"t": "signal", "to": host.states[-1].me, "body": {}},
            {"t": "words", "to": host.states[-1].me, "outcome": "same"},
            {"t": "seen", "sha256": "0" * 64},
        ]
        for ask in asks:
            patient.ask(**ask)
            patient.settled()
        assert [one.ask for one in patient.refused] == [ask["t"] for ask in asks]
        patient.ask("media", up=True)
        assert _state(patient) == "waiting"
        assert patient.states[-1].ice == ()
        assert host.settled().state == "open"
        assert not host.heard


def test_who_is_inside_is_no_host(stage: Stage) -> None:
    with sit(stage, RELATIVES[0]) as sitting:
        _, patient = sitting.in_call()
        relative = sitting.join(sitting.guests[1])
        who = relative.state(lambda s: any(p.id == s.me and p.state == "waiting" for p in s.people)).me
        patient.ask("admit", who=who)
        assert patient.until(lambda b: bool(b.refused)).refused[0].what_happened == "This is the physician's to do."
        assert _state(relative) == "waiting"


def test_credentials_are_of_one_person_and_come_when_let_in(stage: Stage) -> None:
    with sit(stage) as sitting:
        desk, patient = sitting.in_call()
        checked = sitting.patient.ask("GET", "/api/device-check-ice").json()
        names = [desk.states[-1].ice[0], patient.states[-1].ice[0]]
        assert names[0].username != names[1].username
        for server in [*desk.states[-1].ice, *patient.states[-1].ice]:
            made = base64.b64encode(hmac.digest(TURN.encode(), server.username.encode(), "sha1")).decode()
            assert server.credential == made
        now = stage.house.now().timestamp()
        until = int(checked["ice"][0]["username"].partition(":")[0])
        assert 540 < until - now <= 600
        assert patient.settled().ice == patient.states[-1].ice
        again = sitting.enter(sitting.patient)
        assert again.state().ice == patient.states[-1].ice  # a new line is the same call


def test_a_line_of_another_origin_or_without_cookie_is_refused(stage: Stage) -> None:
    with sit(stage) as sitting:
        sitting.patient.prove("1961-03-09")
        for origin in ("https://evil.example", "http://localhost", "null"):
            with pytest.raises(InvalidStatus):
                sitting.patient.room(origin)
        foreign = sitting.patient.ask("POST", "/api/check-in", json={}, headers={"Origin": "https://evil.example"})
        assert (foreign.status_code, foreign.json()["details"]) == (403, "origin")
        with pytest.raises(InvalidStatus):
            sitting.browser("").room()


def test_a_desk_that_was_not_invited_finds_no_room(stage: Stage) -> None:
    with sit(stage) as sitting:
        other = stage.desk()
        for bearer in (other.bearer, "made up", ""):
            with pytest.raises(InvalidStatus) as told:
                desk_room(other.address, other.ca_file, bearer, sitting.consult)
            assert told.value.response.status_code == (404 if bearer == other.bearer else 401)
            assert json.loads(told.value.response.body or b"{}")["what_to_do"]


def test_the_second_tab_is_told_to_the_first(stage: Stage) -> None:
    with sit(stage) as sitting:
        first = sitting.join(sitting.patient)
        first.state()
        second = sitting.enter(sitting.patient)
        assert second.state().me == first.states[-1].me
        assert first.closed() == 4409
        assert _state(second) == "waiting"


@pytest.mark.parametrize("ask", ["chat", "signal", "note"])
def test_a_megabyte_closes_the_line_and_nothing_else(stage: Stage, ask: str) -> None:
    with sit(stage) as sitting:
        desk, patient = sitting.in_call()
        long = "x" * 1_000_000
        more: dict[str, dict[str, Any]] = {"chat": {"text": long}, "signal": {"to": desk.states[-1].me, "body": {"sdp": long}}}
        patient.ask(ask, **more.get(ask, {"text": long}))
        assert patient.closed() == 1009
        again = sitting.enter(sitting.patient)
        assert _state(again) == "here"
        assert desk.settled().chat == ()


def test_a_long_sdp_within_a_frame_is_carried_and_junk_is_not(stage: Stage) -> None:
    with sit(stage) as sitting:
        desk, patient = sitting.in_call()
        body = {"k": "offer", "sdp": "a=candidate:" + "1" * (MOST_FRAME - 1000), "n": 1}
        patient.ask("signal", to=desk.states[-1].me, body=body)
        assert desk.until(lambda b: bool(b.heard)).heard[0].body == body
        for junk in ("", "{", "null", "[]", '{"t": "admin"}', '{"t": "chat"}', '{"t": "chat", "text": "x", "by": "me"}', "☃" * 99):
            patient.connection.send(junk)
        patient.until(lambda b: len(b.refused) == 8)
        assert _state(patient) == "here"
        for _ in range(4):
            patient.connection.send("junk")
        assert patient.closed() == 4400
        assert desk.settled().state in {"in_call", "reconnecting"}


def test_bytes_end_the_line(stage: Stage) -> None:
    with sit(stage) as sitting:
        patient = sitting.join(sitting.patient)
        patient.state()
        patient.connection.send(b"\x00\xff")
        assert patient.closed() in {1000, 1003}


def test_a_flood_of_chat_is_slowed_and_a_flood_of_asks_ends_the_line(stage: Stage) -> None:
    with sit(stage) as sitting:
        desk, patient = sitting.in_call()
        for n in range(30):
            patient.ask("chat", text=f"line {n}")
        patient.settled()
        assert 10 <= len(patient.states[-1].chat) < 20
        assert patient.refused[-1].what_happened == "You write faster than others can read."
        assert desk.settled().chat == patient.states[-1].chat
        try:
            for _ in range(2000):
                patient.ask("ping")
        except ConnectionClosed:
            pass
        assert patient.closed() == 4429


def test_a_flood_of_lines_leaves_the_server_well(stage: Stage) -> None:
    with sit(stage) as sitting:
        desk, _ = sitting.in_call()
        lines = [sitting.enter(sitting.patient) for _ in range(40)]
        assert _state(lines[-1]) == "here"
        assert {one.closed() for one in lines[:-1]} == {4409}
        refused = 0
        for _ in range(60):
            try:
                sitting.browser("").room()
            except InvalidStatus:
                refused += 1
        assert refused == 60
        assert desk.settled().state == "in_call"


def test_two_lost_lines_are_lost_people_and_come_back_without_waiting(stage: Stage) -> None:
    with sit(stage) as sitting:
        desk, patient = sitting.in_call()
        patient.ask("media", up=False)
        assert desk.state(lambda s: s.state == "reconnecting")
        patient.ask("media", up=True, way="turn_tcp")
        assert desk.state(lambda s: s.state == "in_call")
        patient.connection.close()
        away = desk.state(lambda s: not all(p.online for p in s.people))
        assert away.state == "in_call"  # a line alone may come back
        assert desk.state(lambda s: s.state == "reconnecting")
        again = sitting.enter(sitting.patient)
        assert again.state(lambda s: s.state == "in_call")


def test_a_snapshot_is_seen_as_it_was_shown_and_by_nobody_else(stage: Stage) -> None:
    with sit(stage, INTERPRETER, RELATIVES[0]) as sitting:
        desk, patient = sitting.in_call()
        shown = sitting.desk.ask(
            "POST", f"/v1/consults/{sitting.consult}/snapshots", params={"label": "CT chest, image 35 of 62", "identity": 0}, data=PNG
        )
        assert shown.status_code == 200, shown.text
        digest = hashlib.sha256(PNG).hexdigest()
        seen = patient.state(lambda s: bool(s.snapshots)).snapshots[0]
        assert (seen.sha256, seen.label, seen.identity) == (digest, "CT chest, image 35 of 62", False)
        got = sitting.patient.ask("GET", f"/api/snapshots/{digest}")
        assert (got.content, got.headers["content-type"]) == (PNG, "image/png")
        patient.ask("seen", sha256=digest)
        assert patient.settled()
        assert sitting.record()[-1]["act"] == "seen"
        waiting = sitting.join(sitting.guests[2])
        assert waiting.state().snapshots == ()
        assert sitting.guests[2].ask("GET", f"/api/snapshots/{digest}").status_code == 404
        assert sitting.desk.ask("GET", f"/v1/consults/{sitting.consult}/snapshots/{digest}").content == PNG
        assert stage.desk().ask("GET", f"/v1/consults/{sitting.consult}/snapshots/{digest}").status_code == 404
        no_png = sitting.desk.ask("POST", f"/v1/consults/{sitting.consult}/snapshots", data=b"GIF89a")
        assert no_png.status_code == 422
        too_large = sitting.desk.ask("POST", f"/v1/consults/{sitting.consult}/snapshots", data=PNG + bytes(24 << 20))
        assert too_large.status_code == 403
        assert desk.settled().state == "in_call"


def test_four_sit_together_and_the_fifth_waits(stage: Stage) -> None:
    with sit(stage, *RELATIVES) as sitting:
        desk, _ = sitting.in_call()
        lines = [sitting.join(guest) for guest in sitting.guests[1:]]
        for line in lines:
            desk.ask("admit", who=line.state(lambda s: any(p.id == s.me and p.state == "waiting" for p in s.people)).me)
        assert desk.until(lambda b: bool(b.refused)).refused[0].what_happened == "There are 4 people in this consult already."
        states = sorted(_state(line) for line in lines)
        assert states == ["admitted", "admitted", "waiting"]
        lines[0].ask("signal", to=lines[1].states[-1].me, body={"k": "offer"})
        assert lines[1].until(lambda b: bool(b.heard)).heard[0].by == lines[0].states[-1].me


def test_a_fifth_desk_is_closed_with_a_code_of_its_own(stage: Stage) -> None:
    with sit(stage, *RELATIVES) as sitting:
        desk = sitting.host()
        lines = [sitting.join(guest) for guest in sitting.guests]
        desk.ask("leave")
        assert desk.closed() == 1000
        waiting = [line.state(lambda s: any(p.id == s.me and p.state == "waiting" for p in s.people)).me for line in lines]
        with stage.house.database.write() as tx:
            for me in waiting:
                consults.change_participant(tx, me, state="admitted")
        assert sitting.host().closed() == 4423


def test_what_a_board_writes_stands_at_its_desks_alone_and_each_hand_in_the_record(stage: Stage) -> None:
    with sit(stage) as sitting:
        desk, patient = sitting.in_call()
        desk.ask("joint", agenda="resect?", recommendation="watch")
        assert desk.state(lambda s: s.board.agenda == "resect?").board.recommendation == "watch"
        with stage.house.database.write() as tx:  # another physician writes
            at = opened(stage.house, tx, sitting.consult)
            acting._joint(at, at.person(patient.states[-1].me), Joint(recommendation="resect"))
        desk.ask("joint", dissent="one would watch")
        assert desk.state(lambda s: s.board.dissent != "").board.recommendation == "resect"
        assert patient.settled().board == BoardTexts()
        desk.ask("end")
        desk.state(lambda s: s.state == "ended")
        kept = [one for one in sitting.record() if one["act"] == "joint"]
        assert [one["recommendation"] for one in kept] == ["watch", "resect", "resect"]
        assert kept[0]["by"] == desk.states[-1].me


def test_notes_joint_words_and_the_way_by_telephone_stand_in_the_record(stage: Stage) -> None:
    with sit(stage) as sitting:
        desk, patient = sitting.in_call()
        desk.ask("note", text="Discussed the findings.")
        desk.ask("joint", agenda="one", recommendation="two", dissent="three")
        desk.ask("words", to=patient.states[-1].me, outcome="same")
        desk.ask("show", label="CT chest", identity=False)
        assert patient.state(lambda s: s.showing == "CT chest")
        desk.ask("handover", who=patient.states[-1].me)
        desk.ask("by_telephone")
        assert patient.state(lambda s: s.state == "by_telephone").telephone == "+49 30 5550 142"
        told = {one["act"]: one for one in sitting.record()}
        assert told["note"]["text"] == "Discussed the findings."
        assert told["joint"]["dissent"] == "three"
        assert told["words"]["outcome"] == "same"
        assert desk.states[-1].telephone == "+234 1 555 0142"
        with stage.house.database.read() as tx:
            assert stage.house.audit.fault(tx) == ""
        assert stage.server.command("check").splitlines()[-1].startswith(("all is well", "the data folder is sound"))


def test_logs_hold_nobody(stage: Stage) -> None:
    with sit(stage) as sitting:
        sitting.in_call()
        for secret in ("Zweifelhofer", "Adelheid", sitting.patient.token, sitting.patient.cookie, "+234", "Marina", "1961-03-09"):
            assert secret not in stage.server.log
