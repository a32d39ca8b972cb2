"""What a coordinator does about consults at the page, by what it asks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from hospital.consult import slots
from hospital.store import consults
from hospital.store.tables import metadata
from record.trouble import Kind, Trouble
from tests.hospital import stage as stages
from tests.hospital.coordinator import signed_in
from tests.hospital.sitting import BORN, INTERPRETER, PATIENT, sit
from tests.hospital.tiny_case import make

if TYPE_CHECKING:
    from pathlib import Path

    from tests.hospital.stage import Stage

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
SUMMER, WINTER = date(2026, 3, 29), date(2026, 10, 25)  # when the clocks of Berlin change


def wish(stage: Stage, **changed: Any) -> dict[str, Any]:
    login = stage.desk().login
    person = PATIENT.model_dump(mode="json") | {"to": "a@example.org"}
    return {"starts_at": "2031-03-04T14:00:00Z", "minutes": 30, "physicians": [login], "people": [person]} | changed


def test_a_consult_is_set_seen_moved_and_cancelled(stage: Stage) -> None:
    one = signed_in(stage)
    made = one.does(f"/api/cases/{stage.case}/consults", **wish(stage, people=[PATIENT.model_dump(), INTERPRETER.model_dump()]))
    assert all("/join#" in link for link in made["links"].values())
    assert len(made["links"]) == 2
    seen = one.told(f"/api/consults/{made['consult']}")
    assert [p["kind"] for p in seen["people"]] == ["physician", "patient", "interpreter"]
    assert [p["link"] for p in seen["people"]] == ["", "valid", "valid"]
    assert [p["proof"] for p in seen["people"]] == ["", "birth_date", "code"]
    assert not any(link.partition("#")[2] in str(seen) for link in made["links"].values())
    one.does(f"/api/consults/{made['consult']}/slot", wall="2031-03-05T10:10", minutes=45)
    seen = one.told(f"/api/consults/{made['consult']}")
    assert (seen["starts_at"], seen["minutes"]) == ("2031-03-05T09:10:00+00:00", 45)
    assert one.ask("POST", f"/api/consults/{made['consult']}/cancellation", json={"reason": ""}).status_code == 422
    one.does(f"/api/consults/{made['consult']}/cancellation", reason="ill")
    seen = one.told(f"/api/consults/{made['consult']}")
    assert (seen["state"], seen["end_reason"]) == ("cancelled", "ill")
    post = {(letter["kind"], letter["state"]) for p in seen["people"] for letter in p["letters"]}
    assert post == {("link", "dropped"), ("moved", "dropped"), ("cancelled", "waiting")}
    with stage.house.database.read() as tx:
        acts = {row.act: row.by for row in consults.record(tx, made["consult"])}
    assert len({acts[act] for act in ("scheduled", "moved", "cancel")}) == 1, "by the coordinator's own account"
    assert len(acts["scheduled"]) == 32


def test_people_are_invited_and_their_links_closed_and_renewed(stage: Stage) -> None:
    one = signed_in(stage)
    with sit(stage) as sitting:
        assert sitting.patient.prove(BORN).status_code == 204
        who = sitting.people[0]
        assert one.told(f"/api/consults/{sitting.consult}")["people"][1]["link"] == "open"
        one.does(f"/api/people/{who}/revocation")
        assert sitting.patient.ask("GET", "/api/me").status_code == 401
        assert one.told(f"/api/consults/{sitting.consult}")["people"][1]["link"] == "revoked"
        given = one.does(f"/api/people/{who}/link")["links"][who]
        assert sitting.browser(given.partition("#")[2]).prove(BORN).status_code == 204
        more = one.does(f"/api/consults/{sitting.consult}/people", person=INTERPRETER.model_dump())
        assert len(more["links"]) == 1
        assert one.does(f"/api/consults/{sitting.consult}/people", physician=stage.desk().login)["links"] == {}
        assert len(one.told(f"/api/consults/{sitting.consult}")["people"]) == 4
        desk = one.told(f"/api/consults/{sitting.consult}")["people"][0]["id"]
        assert one.ask("POST", f"/api/people/{desk}/link").status_code == 422


def test_the_overview_says_who_waits_and_who_comes_before(stage: Stage) -> None:
    one = signed_in(stage)
    with sit(stage, starts_in=timedelta(minutes=30)) as first:
        later = stage.house.now() + timedelta(hours=1)
        made = one.does(f"/api/cases/{stage.case}/consults", **wish(stage, physicians=[first.desk.login], starts_at=later.isoformat()))
        guest = first.browser(next(iter(made["links"].values())).partition("#")[2])
        waits = first.join(guest)
        assert waits.state(lambda s: any(p.id == s.me and p.state == "waiting" for p in s.people)).ahead == 0
        first.join(first.patient)
        assert waits.state(lambda s: s.ahead == 1), "told without anything having changed in their own consult"
        room = {found["id"]: found for found in one.told("/api/overview")["room"]}
        assert room.keys() == {found["id"] for found in one.told("/api/now")["room"]}
        assert (room[first.consult]["ahead"], room[made["consult"]]["ahead"]) == (0, 1)
        assert room[made["consult"]]["people"][0]["state"] == "waiting"
        one.does(f"/api/consults/{first.consult}/cancellation", reason="x")
        assert waits.state(lambda s: s.ahead == 0)


def test_a_case_that_is_not_ready_wants_a_reason(stage: Stage, tmp_path: Path) -> None:
    other = stages.imported(stage.house, make(tmp_path / "other", "Something else", number="PID-1")).case
    table = metadata.tables["cases"]
    with stage.house.database.write() as tx:
        tx.execute(table.update().where(table.c.id == other).values(state="imported"))
    one = signed_in(stage)
    assert [case["ready"] for case in one.told("/api/overview")["cases"] if case["id"] == other] == [False]
    answer = one.ask("POST", f"/api/cases/{other}/consults", json=wish(stage))
    assert answer.status_code == 409
    assert "not ready" in answer.json()["what_happened"]
    one.does(f"/api/cases/{other}/consults", **wish(stage, reason="She leaves the country."))


def test_what_cannot_be_is_refused_in_words(stage: Stage) -> None:
    one = signed_in(stage)
    rows: dict[str, dict[str, Any]] = {
        "past": {"starts_at": "2020-01-01T00:00:00Z"},
        "gap": {"starts_at": None, "wall": "2031-03-30T02:30"},  # the clocks of Berlin go from 2 to 3
        "time": {"starts_at": None, "wall": "soon"},
    }
    for details, changed in rows.items():
        answer = one.ask("POST", f"/api/cases/{stage.case}/consults", json=wish(stage, **changed))
        assert (answer.status_code, answer.json()["details"]) == (422, details)
    odd: tuple[dict[str, Any], ...] = (
        {"starts_at": "2031-03-04T14:00"},
        {"minutes": 1},
        {"people": [{"kind": "king", "name": "x"}]},
        {"more": 1},
    )
    for changed in odd:
        assert one.ask("POST", f"/api/cases/{stage.case}/consults", json=wish(stage, **changed)).status_code == 422
    assert one.ask("GET", "/api/slots?day=2031-03-30&zone=Mars/Olympus").json()["details"] == "zone"
    assert one.ask("GET", "/api/consults/00000000").status_code == 404
    assert "no time zone" in stage.server.command("consult", "add", stage.case, "--at", "2031-03-30T12:00", "--zone", "X/Y", well=False)
    assert "does not exist" in stage.server.command(
        "consult", "add", stage.case, "--at", "2031-03-30T02:30", "--zone", "Europe/Berlin", well=False
    )


@pytest.mark.parametrize(
    ("on", "count", "twice", "clocks"), [(SUMMER, 46, 0, "forward"), (WINTER, 50, 4, "back"), (date(2026, 7, 1), 48, 0, "")]
)
def test_a_day_holds_the_hours_that_there_are(stage: Stage, on: date, count: int, twice: int, clocks: str) -> None:
    with stage.house.database.read() as tx:
        found = slots.day(tx, NOW, on, ("Europe/Berlin", "Asia/Kathmandu"), 30)
    assert len(found) == count
    assert sum("UTC" in one.here for one in found) == twice
    assert slots.change_on(on, "Europe/Berlin") == clocks
    assert ("02:30" in [one.here for one in found]) is (clocks == "")
    assert {one.state for one in found} == {"free"}
    noon = next(one for one in found if one.here == "12:00")
    assert noon.there == ("16:45" if clocks == "back" else "15:45")
    assert found[-1].there_day == (on + timedelta(days=1)).isoformat()


def test_what_is_past_or_taken_is_marked(stage: Stage) -> None:
    with sit(stage, starts_in=timedelta(days=2)) as sitting:
        with stage.house.database.write() as tx:
            consults.change(tx, sitting.consult, starts_at=datetime(2031, 7, 1, 10, tzinfo=UTC), minutes=45)
        with stage.house.database.read() as tx:
            now = datetime(2031, 7, 1, 6, 20, tzinfo=UTC)
            zones = ("UTC", "UTC")
            found = slots.day(tx, now, date(2031, 7, 1), zones, 30, [sitting.desk.login])
            moving = slots.day(tx, now, date(2031, 7, 1), zones, 30, [sitting.desk.login], sitting.consult)
    assert [one.here for one in found if one.state == "taken"] == ["10:00", "10:30"]
    assert [one.here for one in found if one.state == "past"][-1] == "06:00"
    assert "taken" not in {one.state for one in moving}


def test_a_wall_clock_says_a_time_once() -> None:
    assert slots.wall("2026-10-25T02:30", "Europe/Berlin").utcoffset() == timedelta(hours=2)
    assert slots.wall("2026-10-25T02:30+01:00", "Europe/Berlin").utcoffset() == timedelta(hours=1)
    with pytest.raises(Trouble) as told:
        slots.wall("2026-03-29T02:00", "Europe/Berlin")
    assert (told.value.kind, told.value.details) == (Kind.INPUT, "gap")
