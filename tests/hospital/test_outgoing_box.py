"""The outgoing box: a letter is taken, then sent or put back; what it says, in whose language."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import UTC, datetime, timedelta
from string import Formatter
from typing import TYPE_CHECKING

import pytest

from hospital.consult import box, links, places, schedule, texts
from hospital.consult.opened import opened
from hospital.consult.places import FOLDER
from hospital.store import letters
from record.trouble import Kind, Trouble
from sync.protocol.consult import Invitee, Slot
from tests.hospital.coordinator import signed_in
from tests.hospital.sitting import sit

if TYPE_CHECKING:
    from hospital.store.letters import Letter
    from tests.hospital.sitting import Sitting
    from tests.hospital.stage import Stage

TABLE = tomllib.loads((FOLDER / "letters.toml").read_text("utf-8"))
KINDS = ("link", "code", "reminder 24 h", "reminder 1 h", "moved", "cancelled")
SCRIPTS = {"ar": re.compile(r"[\u0600-\u06ff]"), "zh-Hans": re.compile(r"[\u4e00-\u9fff]")}


def patient(language: str) -> Invitee:
    return Invitee(kind="patient", name="Adelheid Zweifelhofer", zone="Africa/Lagos", language=language, to="a@example.org")


def mine(sitting: Sitting, kind: str = "link") -> Letter:
    with sitting.stage.house.database.read() as tx:
        return [one for one in letters.of_consult(tx, sitting.consult) if one.kind == kind][-1]


def gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_two_steps_lead_out_of_the_box_and_take_the_secret_along(stage: Stage) -> None:
    with sit(stage) as sitting:
        house, found = stage.house, mine(sitting)
        with pytest.raises(Trouble) as told:
            box.sent(house, found.id, "somebody")
        assert told.value.kind is Kind.STATE, "nobody has taken it"
        taken, body = box.take(house, found.id, "somebody")
        assert (taken.state, taken.state_by) == ("taken", "somebody")
        assert sitting.patient.token in body.text
        with pytest.raises(Trouble):
            box.take(house, found.id, "another")
        again = box.failed(house, found.id, "somebody")
        assert (again.state, again.failures) == ("waiting", 1)
        box.take(house, found.id, "another")
        with pytest.raises(Trouble) as told:
            box.sent(house, found.id, "another", house.now() + timedelta(hours=1))
        assert told.value.kind is Kind.INPUT, "not yet"
        sent = box.sent(house, found.id, "another")
        assert (sent.state, sent.state_by) == ("sent", "another")
        body = box.read(house, found.id)[1]
        assert (body.link, body.code) == ("", "")
        assert sitting.patient.token not in body.text
        assert body.text.endswith("•••")


def test_the_most_pressing_letter_is_taken_first(stage: Stage) -> None:
    with sit(stage, starts_in=timedelta(minutes=3)) as sitting:
        while (taken := box.take(stage.house, "", "post")[0]).id != mine(sitting).id:
            assert taken.due_at <= mine(sitting).due_at
            box.sent(stage.house, taken.id, "post")
        box.failed(stage.house, taken.id, "post")


def test_what_is_no_longer_true_is_not_sent(stage: Stage) -> None:
    with sit(stage) as sitting:
        first = mine(sitting)
        with stage.house.database.write() as tx:
            at = opened(stage.house, tx, sitting.consult)
            links.again(at, at.person(sitting.people[0]), "coordinator")
        assert box.read(stage.house, first.id)[0].state == "dropped"
        assert mine(sitting).state == "waiting"
        with stage.house.database.write() as tx:
            at = opened(stage.house, tx, sitting.consult)
            for days in (1, 2):
                schedule.move(at, Slot(starts_at=at.now + timedelta(days=days)), "coordinator")
        with stage.house.database.read() as tx:
            moved = [one.state for one in letters.of_consult(tx, sitting.consult) if one.kind == "moved"]
        assert sorted(moved) == ["dropped", "waiting"]


def test_the_command_line_takes_and_says_what_became_of_it(stage: Stage) -> None:
    with sit(stage) as sitting:
        found, command = mine(sitting), stage.server.command
        assert found.id in command("box")
        taken = json.loads(command("box", "take", found.id, "--json"))
        assert taken["link"].endswith(sitting.patient.token)
        assert "take" not in command("box", found.id, well=True).split()
        command("box", "take", found.id, well=False)
        assert "waiting again, failed 1×" in command("box", "failed", found.id)
        command("box", "take", found.id)
        assert "sent since" in command("box", "sent", found.id)
        assert found.id not in command("box")
        assert found.id in command("box", "--all")
        rows = {one["id"]: one for one in json.loads(command("box", "--all", "--json"))}
        assert (rows[found.id]["state"], rows[found.id]["failures"]) == ("sent", 1)


def test_the_page_takes_and_says_what_became_of_it(stage: Stage) -> None:
    one, other = signed_in(stage), signed_in(stage)
    with sit(stage) as sitting:
        found = mine(sitting).id
        listed = next(row for row in one.told("/api/box")["waiting"] if row["id"] == found)
        assert (listed["state"], listed["text"], listed["late"]) == ("waiting", "", False)
        text = one.does(f"/api/box/{found}/take")["text"]
        assert sitting.patient.token in text
        assert one.does(f"/api/box/{found}/take")["text"] == text, "who took it may read it again"
        assert other.ask("POST", f"/api/box/{found}/take").status_code == 409
        assert one.does(f"/api/box/{found}/outcome", outcome="failed")["failures"] == 1
        other.does(f"/api/box/{found}/take")
        assert other.does(f"/api/box/{found}/outcome", outcome="sent")["state_by"] == "Cora Lindgren"
        assert found in [row["id"] for row in one.told("/api/box")["sent"]]
        assert other.ask("POST", f"/api/box/{found}/outcome", json={"outcome": "sent"}).status_code == 409


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_language_has_every_letter_with_the_same_gaps(language: str) -> None:
    table, english = TABLE[language], TABLE["en"]
    assert {kind: gaps(table[kind]) for kind in KINDS} == {kind: gaps(english[kind]) for kind in KINDS}
    assert gaps(table["when"]) >= {"day", "month", "year", "weekday", "minute", "place"}
    assert (len(set(table["weekdays"])), len(set(table["months"]))) == (7, 12)
    if language != "en":
        assert not [kind for kind in KINDS if table[kind] == english[kind]]
    if language in SCRIPTS:
        assert all(SCRIPTS[language].search(table[kind]) for kind in KINDS)


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_people_are_written_to_in_their_language(stage: Stage, language: str) -> None:
    with sit(stage, patient=patient(language)) as sitting:
        text = box.read(stage.house, mine(sitting).id)[1].text
        with stage.house.database.read() as tx:
            starts = opened(stage.house, tx, sitting.consult).row.starts_at
        assert texts.when(starts, "Africa/Lagos", language) in text
        said, _, link = text.rpartition("\n")
        assert link.endswith(sitting.patient.token), "a link stands alone: nothing sticks to it"
        assert "Northlight" in said
        assert ("\u2068Northlight\u2069" in said) is (language == "ar")


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "Tuesday, 1 December 2026 at 15:05 (Lagos)"),
        ("es-MX", "martes, 1 de diciembre de 2026, 15:05 (Lagos)"),
        ("fr", "mardi 1 décembre 2026 à 15:05 (Lagos)"),
        ("de-AT", "Dienstag, 1. Dezember 2026 um 15:05 (Lagos)"),
        ("ar", "الثلاثاء، 1 ديسمبر 2026 في 3:05 م (Lagos)"),
        ("zh-CN", "2026年12月1日星期二 15:05（Lagos）"),
        ("tlh", "Tuesday, 1 December 2026 at 15:05 (Lagos)"),
    ],
)
def test_a_time_is_written_as_the_language_does(language: str, written: str) -> None:
    assert texts.when(datetime(2026, 12, 1, 14, 5, tzinfo=UTC), "Africa/Lagos", language) == written


def test_the_rules_give_their_reasons_in_every_language() -> None:
    table = places.load(FOLDER / "places.toml")
    given = [rule.reason for rule in table.rules.values() if rule.outcome != "go_on"]
    assert len(given) >= 2
    for reason in given:
        assert set(reason) == set(texts.LANGUAGES)
        assert len(set(reason.values())) == len(texts.LANGUAGES)
