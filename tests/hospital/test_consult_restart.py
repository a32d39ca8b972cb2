"""A server that stops, or dies, in the middle of a consult: people come back by themselves and are where they were."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from websockets.exceptions import ConnectionClosed

from sync.engine.room import RoomLine
from sync.protocol.consult import Chat, Media, Note, Signal
from tests.hospital import stage as stages
from tests.hospital.ears import Ear
from tests.hospital.sitting import sit

if TYPE_CHECKING:
    from pathlib import Path

    from tests.hospital.server_process import Server


def _end(server: Server, how: str) -> None:
    if how == "stop":
        assert server.stop() in {0, -15}
        return
    assert server.process is not None
    server.process.kill()
    assert server.died() == -9


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_a_restart_loses_nothing_of_a_call(own_server: Server, tmp_path: Path, how: str) -> None:
    own_server.start()
    made = stages.made(own_server, tmp_path / "case")
    with sit(made) as sitting:
        ear = Ear()
        line = RoomLine(sitting.desk.address, sitting.desk.ca_file, sitting.consult, lambda: sitting.desk.bearer)
        line.start(ear.told, ear.linked)
        patient = sitting.join(sitting.patient)
        waiting = ear.until(lambda e: e.state is not None and any(p.state == "waiting" for p in e.state.people))
        desk = sitting.host()  # the same physician at another desk: the first one is told, and ends
        ear.until(lambda e: e.all[-1].t == "refused")
        line.stop()
        who = next(p.id for p in waiting.people if p.kind == "patient")
        desk.ask("admit", who=who)
        patient.state(lambda s: bool(s.ice))
        desk.connection.close()

        ear = Ear()
        line = RoomLine(sitting.desk.address, sitting.desk.ca_file, sitting.consult, lambda: sitting.desk.bearer)
        line.start(ear.told, ear.linked)
        ear.until(lambda e: e.state is not None)
        line.ask(Media(up=True, way="turn_udp"))
        patient.ask("media", up=True, way="turn_udp")
        line.ask(Chat(text="before"))
        patient.state(lambda s: s.state == "in_call" and bool(s.chat))

        _end(own_server, how)
        with pytest.raises(ConnectionClosed):
            patient.state(lambda s: s.state == "ended")
        ear.until(lambda e: e.links[-1] is False)
        line.ask(Chat(text="while it was away"))
        line.ask(Note(text="first"))
        line.ask(Note(text="whole"))
        own_server.start()

        ear.until(lambda e: e.links[-1] is True)
        again = sitting.enter(sitting.patient)
        state = again.state(lambda s: [one.text for one in s.chat] == ["before", "while it was away"])
        assert state.state == "in_call"
        assert {p.state for p in state.people} == {"here"}
        assert state.ice
        line.ask(Signal(to=state.me, body={"k": "again"}))
        assert again.until(lambda b: bool(b.heard)).heard[0].body == {"k": "again"}
        line.stop()
        shown = own_server.command("consult", "show", sitting.consult, "--json")
        assert '"note": "whole"' in shown
    assert "all is well" in own_server.command("check")
    made.house.close()


def test_who_does_not_come_back_after_a_restart_is_lost(own_server: Server, tmp_path: Path) -> None:
    own_server.start()
    made = stages.made(own_server, tmp_path / "case")
    with sit(made) as sitting:
        sitting.in_call()
        own_server.stop()
        own_server.start()
        sitting.desk.sign_in()
        desk = sitting.host()
        assert desk.state().state == "in_call"
        lost = desk.state(lambda s: s.state == "reconnecting")
        assert [p.kind for p in lost.people if p.state == "lost"] == ["patient"]
    made.house.close()
