"""The whole consult with real parts: set at the hospital, joined from Chromium, hosted by the desk, through a relay alone."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from tests.journeys.chromium import Browser
from tests.journeys.coded_media import coded_media
from tests.journeys.consult import BORN, DESK_HZ, PATIENT_HZ, Visit, admitted, desk_hears, desk_sees, devices, invited, relay_settings
from tests.journeys.processes import House, until
from tests.journeys.stage import Hospital
from tests.journeys.trouble_stage import LOOK, Stage, ready_desk
from tests.journeys.turn import Turn
from tests.journeys.x11 import Screen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.journeys.trouble_stage import Seat

CASE = "mr-brain"


@pytest.fixture
def consulting(tmp_path: Path) -> Iterator[tuple[Stage, Turn]]:
    """A hospital with a relay, and a desk at which the case is ready."""
    house = House(tmp_path)
    house.make()
    with Turn(tmp_path / "turn") as turn:
        hospital = Hospital(house, tmp_path / "hospital.log", more=relay_settings(turn, house.secrets))
        hospital.make()
        hospital.start()
        try:
            hospital.fill((CASE,))
            ready_desk(hospital, tmp_path / "ready", cases=1)
            with Screen(LOOK.width, LOOK.height, tmp_path / "xvfb.log") as screen:
                yield Stage(house, hospital, screen, tmp_path / "ready"), turn
        finally:
            hospital.stop()


@pytest.mark.timeout(300)
def test_a_consult_goes_its_whole_way(consulting: tuple[Stage, Turn], tmp_path: Path) -> None:
    stage, turn = consulting
    hospital = stage.hospital
    consult, link = invited(hospital, CASE)
    home = stage.home("consult")
    certificate = stage.house.hospital / "keys" / "people-tls.pem"
    with (
        Browser(tmp_path, media=coded_media(tmp_path / "media", PATIENT_HZ), pins=[certificate]) as browser,
        stage.sits(home, environment=devices(home.secrets)) as seat,
    ):
        page = browser.page(1280, 800)
        visit = Visit(page, link, BORN[CASE])
        visit.comes()
        admitted(seat.person, consult)
        until("the patient sees the desk's picture", lambda: visit.sees(".face video") is not None, 60)
        until("the desk sees the patient's picture", lambda: desk_sees(seat.person) is not None, 60)
        assert abs(visit.hears() - DESK_HZ) < 10
        until("the desk hears the patient", lambda: abs(desk_hears(home.secrets) - PATIENT_HZ) < 10, 30)
        until("the call is on", lambda: "good connection" in seat.words(), 40)
        _keep(seat, "consult-call")
        words = seat.person.ask("find('consult-words').text()").split(" · ")
        page.until("document.body.innerText.includes(" + repr(words[0]) + ")", 20)
        assert all(word in page.text() for word in words)
        seat.person.clicks("words-same")
        seat.person.screen.press("F2")
        seat.person.clicks("consult-show")
        seat.person.clicks("show-go")
        until("the patient sees the viewport", lambda: page.evaluate(SHOWN), 30)
        _keep(seat, "consult-showing")
        seat.person.clicks("shown-snapshot")
        seat.person.clicks("show-go")
        digest = until("a snapshot", lambda: page.evaluate(SNAPSHOT), 30)
        assert len(digest) == 64
        seat.person.clicks("consult-end")
        seat.person.clicks("consult-end-sheet-sure")
        page.until("document.body.dataset.view === 'ended'", 30)
        _keep(seat, "consult-ended")
    said = hospital.command("consult", "show", consult)
    assert "words" in said
    assert turn.relayed()
    assert hashlib.sha256(b"").hexdigest() != digest


def _keep(seat: Seat, name: str) -> None:
    """The screen as it is now: a call never stands still."""
    if seat.person.pictures is not None:
        seat.person.screen.save(seat.person.pictures / f"{name}.png")


SHOWN = "!document.querySelector('.shown').hidden && document.querySelector('.film video').videoWidth"
SNAPSHOT = """(async () => {
  const picture = [...document.querySelectorAll('.film img')].find((one) => one.src.startsWith('blob:') && one.naturalWidth > 0);
  if (!picture) return "";
  const bytes = await (await fetch(picture.src)).arrayBuffer();
  return [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((b) => b.toString(16).padStart(2, "0")).join("");
})()"""
