"""A passphrase that was forgotten and a laptop that the hospital shut out: each goes its whole way through both programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.journeys.processes import ROOT, until
from tests.journeys.stage import PASSPHRASE, PASSWORD

if TYPE_CHECKING:
    from tests.journeys.processes import House
    from tests.journeys.trouble_stage import Seat, Stage

KEEPS = pytest.mark.keeps("process", "the stage's hospital, which a journey stopped and started again")
NEW = "lantern copper meadow nine"


def test_a_forgotten_passphrase_goes_to_the_hospital_and_its_answer_opens_the_desk(stage: Stage) -> None:
    house = stage.home("forgotten")
    with stage.sits(house, unlocked=False) as seat:
        person = seat.person
        person.sees("unlock-passphrase")
        person.screen.give_focus()
        person.clicks("unlock-forgot")
        person.types_into("forgot-passphrase", NEW)
        person.types_into("forgot-again", NEW)
        person.picture("forgot")
        person.screen.press("Return")
        seat.reads("Send this request to your hospital")
        person.picture("forgot-request")
        answer = _answered(stage, house, seat)
        person.types_into("answer-passphrase", NEW)
        person.types_into("answer-text", answer)
        person.picture("forgot-answer")
        person.clicks("answer-go")
        seat.arrives()
        assert len(seat.rows()) == 2
    with stage.sits(house, unlocked=False) as seat:
        seat.unlocks(PASSPHRASE)
        seat.reads("This is not the passphrase of this vault.")
        seat.unlocks(NEW)
        seat.arrives()


def _answered(stage: Stage, house: House, seat: Seat) -> str:
    """What the hospital gives to the request on the screen, once the code was read aloud."""
    request, answer = house.secrets / "request", house.secrets / "answer"
    request.write_text(seat.person.ask("find('answer-request').text()"))
    code = seat.person.ask("find('answer-code').text()")
    key = str(stage.house.secrets / "recovery")
    stage.hospital.command("recover-desk", str(request), "--code", code, "--answer", str(answer), "--recovery-file", key)
    return answer.read_text().strip()


@KEEPS
def test_a_desk_that_was_shut_out_says_so_and_keeps_what_was_signed(stage: Stage) -> None:
    house = stage.home("shut-out", ready=False)
    hospital = stage.hospital
    case = hospital.command("import", "--now", str(ROOT / "resources" / "demo" / "chest-radiographs")).partition("case ")[2][:32]
    with stage.sits(house, unlocked=False) as seat:
        _joins(stage, seat)
        seat.reads("No cases yet")
        seat.person.picture("empty")
        hospital.command("assign", case, "okafor", "--minutes", "30", "--stipend", "$ 240")
        until("the offer", lambda: seat.person.rows() == 1, 60)
        seat.person.accepts_all(1)
        until("ready offline", lambda: "Ready offline" in seat.row("Haddad"), 60)
        seat.opens("Haddad")
        seat.writes("The nodule has not grown.")
        hospital.stop()
        seat.signs()
        seat.reads("On its way")
        (device,) = (one["id"] for one in hospital.status()["desks"] if one["login"] == "okafor")
        hospital.command("revoke", device, "--reason", "the laptop was stolen")
        hospital.start()
        seat.reads("The hospital has shut out this desk.", "One signed opinion was not sent.", seconds=60)
        seat.person.picture("shut-out")
        assert not list((house.desk / "vault" / "objects").rglob("*.*"))
    with stage.sits(house, unlocked=False) as seat:
        seat.unlocks()
        seat.reads("The hospital has shut out this desk.")


def _joins(stage: Stage, seat: Seat) -> None:
    hospital, person = stage.hospital, seat.person
    words = ("--name", "Dr N. Okafor", "--specialty", "Radiology", "--licence", "New York 654321")
    hospital.command("user", "add", "okafor", *words, "--password-file", str(stage.house.secrets / "password"))
    person.sees("enrol-code")
    person.screen.give_focus()
    code = hospital.command("enrol", "okafor").strip()
    for name, value in {
        "enrol-code": code,
        "enrol-login": "okafor",
        "enrol-password": PASSWORD,
        "enrol-passphrase": PASSPHRASE,
        "enrol-again": PASSPHRASE,
    }.items():
        person.types_into(name, value)
    person.screen.press("Return")
    person.sees("rail-worklist", 60)
