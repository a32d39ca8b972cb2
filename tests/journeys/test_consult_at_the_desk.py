"""The consult at the desk with the real hospital: the list, the room, who waits, admitting, chat, notes, the end; without media."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tests.hospital.guests import Browser
from tests.journeys.processes import until
from tests.journeys.stage import LOGIN

if TYPE_CHECKING:
    from tests.journeys.trouble_stage import Seat, Stage

BORN = "1984-02-19"  # of the demo case


def test_a_consult_from_the_list_to_its_end(stage: Stage) -> None:
    house = stage.home("consult")
    at = datetime.now(UTC) + timedelta(minutes=5)
    case = stage.hospital.cases["mr-brain"]
    person = "patient:Paolo Marchetti:Europe/Rome"
    said = stage.hospital.command(
        *("consult-add", case, "--at", f"{at:%Y-%m-%dT%H:%M}", "--zone", "UTC", "--physician", LOGIN, "--person", person),
        *("--reason", "a journey", "--json"),
    )
    made = json.loads(said)
    link = next(one["link"] for one in made["people"] if one["kind"] == "patient")
    address = f"https://localhost:{stage.hospital.people_port}"
    patient = Browser(address, house.desk / "vault" / "hospital-ca.pem", link.partition("#")[2])
    assert patient.prove(BORN).status_code == 204
    assert patient.check_in(name="Paolo Marchetti").status_code == 200
    line = patient.room()
    line.ask("ready")
    with stage.sits(house) as seat:
        _waits(seat, made["consult"])
        seat.person.clicks(f"consult-open-{made['consult']}")
        seat.person.sees("consult-pane", 60)
        seat.reads("Paolo Marchetti", "Lagos, Nigeria · with her sister · consents given · call back +234 1 555 0142")
        seat.person.picture("consult-waiting")
        who = next(one["id"] for one in made["people"] if one["kind"] == "patient")
        seat.person.clicks(f"admit-{who}")
        line.state(lambda s: any(p.id == s.me and p.state == "admitted" for p in s.people))
        line.ask("media", up=True, way="turn_udp")
        seat.person.types_into("consult-chat", "Good morning")
        seat.person.screen.press("Return")
        assert line.state(lambda s: bool(s.chat)).chat[0].text == "Good morning"
        line.ask("chat", text="Good morning, doctor")
        seat.reads("Paolo Marchetti: Good morning, doctor")
        index = "find('viewport-1').index"
        before = seat.person.ask(index)
        seat.person.types_into("consult-notes", "dr hears well 0123")
        assert seat.person.ask(index) == before
        seat.person.picture("consult-call")
        _ends(seat)
        assert line.state(lambda s: s.state in ("ended", "cancelled")).reason == "all said"
        record = stage.hospital.command("consult-show", made["consult"])
        assert "dr hears well 0123" in record


def _waits(seat: Seat, consult: str) -> None:
    """The rail tells of it before the room is entered; the list says who."""
    until("the dot", lambda: "Paolo Marchetti waits" in seat.person.ask("find('rail-consult').accessibleName()"), 40)
    seat.person.clicks("rail-consult")
    seat.person.sees(f"consult-open-{consult}")
    seat.reads("Paolo Marchetti waits", "in Rome")
    seat.person.picture("consult-list")


def _ends(seat: Seat) -> None:
    seat.person.clicks("consult-end")
    seat.person.types_into("consult-end-sheet-reason", "all said")
    seat.person.picture("consult-end")
    seat.person.screen.press("Return")
    until("the pane is gone", lambda: seat.person.does_not_see("consult-pane"), 30)
    seat.person.sees("case-panel")
