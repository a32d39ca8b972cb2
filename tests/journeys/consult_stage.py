"""A hospital with a relay, a screen, and a desk at which one case is ready: what a consult needs before it begins."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.journeys.chromium import Browser
from tests.journeys.coded_media import coded_media
from tests.journeys.consult import PATIENT_HZ, devices, relay_settings
from tests.journeys.processes import House
from tests.journeys.stage import Hospital
from tests.journeys.trouble_stage import LOOK, Stage, ready_desk
from tests.journeys.turn import Turn
from tests.journeys.x11 import Screen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.journeys.trouble_stage import Seat

CASE = "mr-brain"


@contextmanager
def consulting(root: Path, more: str = "") -> Iterator[tuple[Stage, Turn]]:
    """The stage; `more`: further settings of consults."""
    house = House(root)
    house.make()
    with Turn(root / "turn") as turn:
        hospital = Hospital(house, root / "hospital.log", more=relay_settings(turn, house.secrets) + more)
        hospital.make()
        hospital.start()
        try:
            hospital.fill((CASE,))
            ready_desk(hospital, root / "ready", cases=1)
            with Screen(LOOK.width, LOOK.height, root / "xvfb.log") as screen:
                yield Stage(house, hospital, screen, root / "ready"), turn
        finally:
            if hospital.running:
                hospital.stop()


@contextmanager
def at_both_ends(stage: Stage, root: Path) -> Iterator[tuple[Seat, Browser]]:
    """The physician before the desk, and a browser with camera and microphone for the patient."""
    home = stage.home("consult")
    media = coded_media(root / "media", PATIENT_HZ)
    certificate = stage.house.hospital / "keys" / "people-tls.pem"
    with Browser(root, media=media, pins=[certificate]) as browser, stage.sits(home, environment=devices(home.secrets)) as seat:
        yield seat, browser
