"""One stage for all journeys of bad input: a hospital with two cases, a screen, and a desk at which both are ready offline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.journeys.processes import House
from tests.journeys.stage import Hospital
from tests.journeys.trouble_stage import CASES, LOOK, Stage, ready_desk
from tests.journeys.x11 import Screen

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The stage."""
    house = House(tmp_path_factory.mktemp("bad"))
    house.make()
    hospital = Hospital(house, house.root / "hospital.log")
    hospital.make()
    hospital.start()
    try:
        hospital.fill(CASES)
        ready_desk(hospital, house.root / "ready")
        with Screen(LOOK.width, LOOK.height, house.root / "xvfb.log") as screen:
            yield Stage(house, hospital, screen, house.root / "ready")
    finally:
        if hospital.running:
            hospital.stop()


@pytest.fixture(autouse=True)
def hospital_back(request: pytest.FixtureRequest) -> Iterator[None]:
    """A journey that stopped the hospital leaves it running for the next."""
    yield
    if "stage" in request.fixturenames:
        hospital = request.getfixturevalue("stage").hospital
        if not hospital.running:
            hospital.start()
