"""Check-in, rules by place, notices, what an interpreter sees, and the letters of a consult."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from hospital.consult import box, notices, places, reminding, schedule
from hospital.consult.opened import opened
from hospital.house import House
from hospital.store import consults
from record.trouble import Kind, Trouble
from sync.protocol.consult import Invitee, Slot
from tests.hospital.guests import newest_code
from tests.hospital.sitting import INTERPRETER, PATIENT, sit

if TYPE_CHECKING:
    from tests.hospital.stage import Stage

INTERPRETER_WORDS = "interpreter:I E:UTC:fr:b@example.org:+1"
LANGUAGES = {"en", "es", "fr", "de", "ar", "zh-Hans"}
HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(self), microphone=(self)",
    "cache-control": "no-store",
}


def test_rules_go_from_the_most_exact_place_outwards(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("rules") / "places.toml"
    rows = [("US", "", "local_physician"), ("US", "US-NY", "go_on"), ("KP", "", "stop")]
    text = '[other]\noutcome = "go_on"\nreason = ""\n[regions.US]\nUS-NY = "New York"\n'
    text += "".join(f'[[place]]\ncountry = "{c}"\nregion = "{r}"\noutcome = "{o}"\nreason = "{c} {r}"\n' for c, r, o in rows)
    path.write_text(text, "utf-8")
    table = places.load(path)
    asked = [("US", "US-NY"), ("US", "US-TX"), ("US", ""), ("KP", ""), ("NG", "Lagos"), ("", "")]
    assert [table.rule(*one).outcome for one in asked] == ["go_on", "local_physician", "local_physician", "stop", "go_on", "go_on"]
    assert table.name("US", "US-NY") == "New York, United States"
    assert table.name("NG", "") == "Nigeria"
    assert table.for_page() == {"US": [{"code": "US-NY", "name": "New York"}]}


@pytest.mark.parametrize("text", ["[", "", '[other]\noutcome = "perhaps"\nreason = ""\n', '[other]\noutcome = "stop"\n'])
def test_a_table_that_cannot_be_used_is_told(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("rules") / "places.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(Trouble) as told:
        places.load(path)
    assert told.value.kind is Kind.INPUT


def test_the_programs_own_tables_are_whole() -> None:
    table, texts = places.load(places.FOLDER / "places.toml"), notices.load(places.FOLDER / "notices.toml")
    assert len(table.regions["US"]) == 52
    assert len(places.countries()) == 249
    assert [one.mark for one in texts] == ["telehealth@1", "no-examination@1"]
    for one in texts:
        assert set(one.title) == set(one.text) == LANGUAGES


def test_a_place_that_the_rules_forbid_blocks_until_another_is_said(stage: Stage) -> None:
    with sit(stage) as sitting:
        patient = sitting.patient
        patient.prove("1961-03-09")
        told = patient.check_in(country="US", region="US-NY").json()
        assert told["outcome"] == "local_physician"
        assert told["reason"]
        me = patient.ask("GET", "/api/me").json()
        assert (me["state"], me["outcome"], me["reason"]) == ("blocked", *told.values())
        line = sitting.enter(patient)
        line.ask("ready")
        assert line.settled()
        assert line.mine().state == "blocked"
        assert patient.check_in().json()["outcome"] == "go_on"
        line.ask("ready")
        assert line.state(lambda s: any(p.id == s.me and p.state == "waiting" for p in s.people))
        assert patient.check_in().status_code == 409
        assert [one.kind for one in box.every(stage.house) if one.participant == sitting.people[0]] == ["link", "blocked"]


@pytest.mark.parametrize(
    "changed",
    [
        {"accepted": []},
        {"accepted": ["telehealth@1"]},
        {"accepted": ["telehealth@2", "no-examination@1"]},
        {"country": "Nigeria"},
        {"name": ""},
        {"name": "x" * 121},
        {"address": "x" * 401},
        {"camera": "perhaps"},
        {"admin": True},
        {"accepted": ["x"] * 21},
    ],
)
def test_a_check_in_that_is_not_whole_is_refused(stage: Stage, changed: dict[str, object]) -> None:
    with sit(stage) as sitting:
        sitting.patient.prove("1961-03-09")
        answer = sitting.patient.check_in(**changed)
        assert answer.status_code == 422
        assert answer.json()["what_to_do"]
        assert sitting.patient.ask("GET", "/api/me").json()["state"] == "invited"
        assert sitting.patient.ask("POST", "/api/check-in", content=b"x" * 100_000).status_code in {413, 422}


def test_an_interpreter_sees_nothing_of_the_patient(stage: Stage) -> None:
    with sit(stage, INTERPRETER) as sitting:
        desk, patient = sitting.in_call()
        interpreter = sitting.guests[1]
        opening = interpreter.open()
        interpreter.prove(newest_code(stage.house, sitting.people[1]))
        me = interpreter.ask("GET", "/api/me")
        interpreter.check_in(country="", region="", address="", call_back="", emergency="", with_whom="", name="Ifeoma Eze")
        line = sitting.enter(interpreter)
        line.ask("ready")
        who = line.state(lambda s: any(p.id == s.me and p.state == "waiting" for p in s.people)).me
        desk.ask("admit", who=who)
        line.state(lambda s: bool(s.ice))
        desk.ask("show", label="CT of Zweifelhofer", identity=True)
        desk.state(lambda s: bool(s.showing))
        line.settled()
        everything = opening.text + me.text + "".join(one.model_dump_json() for one in line.states)
        for secret in ("Zweifelhofer", "Adelheid", "Lagos, Nigeria", "+234 1 555 0142", "her sister", desk.states[-1].title):
            assert secret
            assert secret not in everything
        kinds = {one.kind: one.name for one in line.states[-1].people}
        assert kinds["patient"] == ""
        assert kinds["interpreter"] == "Ifeoma Eze"
        assert patient.settled().title


def test_every_answer_for_browsers_carries_the_headers(stage: Stage) -> None:
    with sit(stage) as sitting:
        browser = sitting.patient
        for method, path in (("GET", "/join"), ("GET", "/api/me"), ("GET", "/nothing"), ("POST", "/api/open"), ("GET", "/v1/authority")):
            answer = browser.ask(method, path)
            for name, value in HEADERS.items():
                assert answer.headers[name].startswith(value), (path, name)
            assert "server" not in answer.headers
        assert browser.ask("GET", "/v1/authority").status_code == 404
        assert browser.ask("GET", "/patient/main.js").status_code == 200
        assert browser.ask("GET", "/patient/..%2f..%2fhouse.py").status_code == 404
        proved = browser.prove("1961-03-09")
        cookie = proved.headers["set-cookie"]
        for part in ("__Host-consult=", "HttpOnly", "Secure", "SameSite=strict", "Path=/"):
            assert part in cookie
        assert "Domain" not in cookie


def test_reminders_come_once_at_a_day_and_at_an_hour_and_anew_after_a_move(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    begins = datetime.now(UTC) + timedelta(days=5)
    with sit(stage, INTERPRETER, starts_in=timedelta(days=5)) as sitting:

        def kinds() -> list[str]:
            return [one.kind for one in box.every(stage.house) if one.participant == sitting.people[0]]

        def at(before: timedelta) -> list[str]:
            monkeypatch.setattr(House, "now", lambda _: begins - before)
            reminding.remind(stage.house)
            reminding.remind(stage.house)
            monkeypatch.undo()
            return kinds()

        assert at(timedelta(hours=25)) == ["link"]
        assert at(timedelta(hours=23)) == ["link", "reminder 24 h"]
        assert at(timedelta(minutes=50)) == ["link", "reminder 24 h", "reminder 1 h"]
        assert at(timedelta(hours=-3)) == ["link", "reminder 24 h", "reminder 1 h"]
        with stage.house.database.read() as tx:
            assert consults.get(tx, sitting.consult).state == "no_show"


def test_what_was_set_at_short_notice_is_not_reminded_of_at_once(stage: Stage) -> None:
    with sit(stage, starts_in=timedelta(hours=10)) as sitting:
        reminding.remind(stage.house)
        assert [one.kind for one in box.every(stage.house) if one.participant == sitting.people[0]] == ["link"]


def test_a_late_start_of_the_server_sends_the_nearest_reminder_alone(stage: Stage) -> None:
    with sit(stage, starts_in=timedelta(days=2)) as sitting:
        with stage.house.database.write() as tx:
            consults.change(tx, sitting.consult, starts_at=stage.house.now() + timedelta(minutes=30))
            made = stage.house.now() - timedelta(days=3)
            tx.exec_driver_sql("UPDATE consults SET made_at = ? WHERE id = ?", (made.isoformat(), sitting.consult))
        reminding.remind(stage.house)
        kinds = [one.kind for one in box.every(stage.house) if one.participant == sitting.people[0]]
        assert kinds == ["link", "reminder 1 h"]


@pytest.mark.parametrize(
    ("slot", "person"),
    [
        (Slot(starts_at=datetime(2031, 1, 7, 15), minutes=30), PATIENT),  # noqa: DTZ001  that it has no zone is the case
        (Slot(starts_at=datetime(2031, 1, 7, 15, tzinfo=UTC)), Invitee(kind="patient", name="A", zone="Mars/Olympus")),
        (Slot(starts_at=datetime(2031, 1, 7, 15, tzinfo=UTC)), Invitee(kind="interpreter", name="A", zone="UTC")),
    ],
)
def test_what_cannot_be_set_is_told(stage: Stage, slot: Slot, person: Invitee) -> None:
    with pytest.raises(Trouble) as told:
        schedule.add(stage.house, stage.case, slot, [], [person])
    assert told.value.kind is Kind.INPUT


def test_the_command_line_sets_lists_moves_and_cancels(stage: Stage) -> None:
    server, login = stage.server, stage.desk().login
    words = ["consult", "add", stage.case, "--at", "2031-03-04T15:00", "--zone", "Europe/Berlin", "--minutes", "45", "--physician", login]
    people = [
        "--person",
        "patient:Adelheid Zweifelhofer:Africa/Lagos:en:a@example.org",
        "--person",
        "interpreter:I E:UTC:fr:b@example.org:+1",
    ]
    value = json.loads(server.command(*words, *people, "--json"))
    assert [one["kind"] for one in value["people"]] == ["physician", "patient", "interpreter"]
    assert value["people"][0]["link"] == ""
    assert value["people"][1]["link"].startswith(f"https://localhost:{server.people_port}/join#")
    assert value["people"][1]["when"] == "2031-03-04 15:00 (Africa/Lagos)"
    assert value["people"][0]["when"] == "2031-03-04 15:00 (Europe/Berlin)"
    made = value["consult"]
    assert made in server.command("consult", "list")
    assert made in [one["consult"] for one in json.loads(server.command("consult", "list", "--json"))]
    server.command("consult", "move", made, "--at", "2031-03-05T10:00+01:00")
    assert "2031-03-05 10:00" in server.command("consult", "show", made)
    assert "interpreter" in server.command("consult", "invite", made, "--person", "interpreter:Another:UTC:en:c@example.org:+2")
    letters = [one for one in json.loads(server.command("box", "--json")) if one["consult"] == made]
    link = next(one for one in letters if (one["participant"], one["kind"]) == (value["people"][1]["id"], "link"))
    first = json.loads(server.command("box", link["id"], "--json"))
    assert first["link"] == value["people"][1]["link"]
    assert first["to"] == "a@example.org"
    server.command("consult", "cancel", made, "--reason", "nobody can")
    shown = json.loads(server.command("consult", "show", made, "--json"))
    assert (shown["state"], shown["reason"]) == ("cancelled", "nobody can")
    letters = [one for one in json.loads(server.command("box", "--all", "--json")) if one["consult"] == made]
    assert sorted(one["kind"] for one in letters if one["state"] == "waiting") == ["cancelled"] * 3
    assert sorted(one["kind"] for one in letters if one["state"] == "dropped") == ["link"] * 3 + ["moved"] * 2
    assert first["link"] not in server.command("box", link["id"], "--json"), "a letter that is not needed any more keeps no link"
    assert "consult" in server.command("box", letters[-1]["id"])
    for bad in (["consult", "show", "nothing!"], ["box", "nothing!"], ["consult", "cancel", made], ["consult", "new-link", "x"]):
        assert len(server.command(*bad, well=False).splitlines()) >= 2
    no_one = ["consult", "add", stage.case, "--at", "tomorrow", "--person", "nobody"]
    server.command(*no_one, well=False)


def test_a_physician_sets_one_at_the_desk_on_a_case_of_theirs(stage: Stage) -> None:
    desk = stage.desk()
    wish = {"slot": {"starts_at": "2031-03-04T15:00:00+01:00", "minutes": 30}, "people": [PATIENT.model_dump(mode="json")]}
    assert desk.ask("POST", f"/v1/cases/{stage.case}/consults", json=wish).status_code == 404
    stage.accepted(desk)
    row = desk.ask("POST", f"/v1/cases/{stage.case}/consults", json=wish).json()
    assert [one["kind"] for one in row["people"]] == ["physician", "patient"]
    assert [one["id"] for one in desk.ask("GET", "/v1/consults").json()["consults"]] == [row["id"]]
    assert stage.desk().ask("GET", "/v1/consults").json()["consults"] == []
    moved = desk.ask("POST", f"/v1/consults/{row['id']}/slot", json={"starts_at": "2031-03-05T15:00:00+01:00", "minutes": 60}).json()
    assert moved["slot"]["minutes"] == 60
    other = stage.desk()
    assert other.ask("POST", f"/v1/consults/{row['id']}/cancellation", json={"reason": "x"}).status_code == 404
    assert desk.ask("POST", f"/v1/consults/{row['id']}/cancellation", json={"reason": "x"}).json()["state"] == "cancelled"
    assert desk.ask("POST", f"/v1/consults/{row['id']}/slot", json=moved["slot"]).status_code == 409


def test_a_record_reads_what_was_written(stage: Stage) -> None:
    with sit(stage) as sitting, stage.house.database.read() as tx:
        at = opened(stage.house, tx, sitting.consult[:12])
        assert at.said(consults.record(tx, at.id)[0])["minutes"] == 30
