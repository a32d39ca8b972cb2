"""The whole way of a consult with a real server: set, link, proof, check-in, wait, admit, talk, end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.engine.room import RoomLine
from sync.protocol.consult import Admit, Chat, End, Media, Signal
from tests.hospital.ears import Ear
from tests.hospital.sitting import sit

if TYPE_CHECKING:
    from tests.hospital.stage import Stage


def test_the_whole_way_from_the_link_to_the_end(stage: Stage) -> None:
    with sit(stage) as sitting:
        patient, desk = sitting.patient, sitting.desk
        opening = patient.open().json()
        assert (opening["proof"], opening["proved"], opening["kind"]) == ("birth_date", False, "patient")
        assert patient.prove("1961-03-09").status_code == 204
        me = patient.ask("GET", "/api/me").json()
        assert (me["state"], me["physician"]) == ("invited", f"Dr {desk.login}")
        assert patient.check_in().json() == {"outcome": "go_on", "reason": {}}

        ear = Ear()
        line = RoomLine(desk.address, desk.ca_file, sitting.consult, lambda: desk.bearer)
        line.start(ear.told, ear.linked)
        browser = patient.room()
        browser.ask("ready")
        assert browser.state(lambda s: s.state == "open").ice == ()
        seen = ear.until(lambda e: e.state is not None and any(p.state == "waiting" for p in e.state.people))
        waiting = next(p for p in seen.people if p.kind == "patient")
        assert (waiting.place, waiting.call_back) == ("Lagos, Nigeria", "+234 1 555 0142")
        assert len(seen.ice) == 3

        line.ask(Admit(who=waiting.id))
        admitted = browser.state(lambda s: any(p.id == s.me and p.state == "admitted" for p in s.people))
        assert [one.urls[0].partition(":")[0] for one in admitted.ice] == ["turn", "turn", "turns"]
        assert {one.username for one in admitted.ice} != {one.username for one in seen.ice}

        line.ask(Signal(to=waiting.id, body={"k": "offer", "sdp": "v=0", "n": 1}))
        assert browser.until(lambda b: bool(b.heard)).heard[0].body == {"k": "offer", "sdp": "v=0", "n": 1}
        browser.ask("signal", to=seen.me, body={"k": "answer", "sdp": "v=0", "n": 1})
        ear.until(lambda e: any(m.t == "signal" for m in e.all))

        line.ask(Media(up=True, way="turn_udp"))
        browser.ask("media", up=True, way="turn_udp")
        assert browser.state(lambda s: s.state == "in_call")
        line.ask(Chat(text="Good morning"))
        assert browser.state(lambda s: bool(s.chat)).chat[0].text == "Good morning"
        line.ask(End(reason="All was said"))
        assert browser.state(lambda s: s.state == "ended").reason == "All was said"
        assert browser.closed() == 1000
        ear.until(lambda e: e.all[-1].t == "refused")
        line.stop()
        acts = [one["act"] for one in sitting.record()]
        for act in ("scheduled", "invited", "link", "proved", "checked in", "admit", "media_up", "first_two_here", "chat", "end"):
            assert act in acts, acts
