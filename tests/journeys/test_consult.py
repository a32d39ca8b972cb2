"""The whole consult with real parts: set at the hospital, joined from Chromium, hosted by the desk, through a relay alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.journeys.chromium import Browser
from tests.journeys.coded_media import coded_media
from tests.journeys.consult import PATIENT_HZ, devices, held, relay_settings, wrong_with
from tests.journeys.processes import House
from tests.journeys.stage import Hospital
from tests.journeys.trouble_stage import LOOK, Stage, ready_desk
from tests.journeys.turn import Turn
from tests.journeys.x11 import Screen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

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
    home = stage.home("consult")
    certificate = stage.house.hospital / "keys" / "people-tls.pem"
    media = coded_media(tmp_path / "media", PATIENT_HZ)
    with Browser(tmp_path, media=media, pins=[certificate]) as browser, stage.sits(home, environment=devices(home.secrets)) as seat:
        told = held(stage.hospital, turn, seat.person, browser.page(1280, 800), CASE, home.secrets)
        assert wrong_with(told) == [], told
