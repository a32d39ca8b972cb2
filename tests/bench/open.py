"""`dev.py bench open`: from the key to the first correct image of the 62-slice CT; vault and page cache warm, nothing decoded yet.

Each time is taken at a desk that was just started: the key is an X event, the pixels are read from the X screen, both by another process.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING

from tests.figures import Row, tell
from tests.journeys import evidence
from tests.journeys.opening import Opened, open_and_time
from tests.journeys.physician import Physician
from tests.journeys.processes import House, until
from tests.journeys.stage import Desk, Hospital
from tests.journeys.x11 import Screen

if TYPE_CHECKING:
    from collections.abc import Iterator

BAR_MS = 100
CASE = "ct-chest"


def openings(house: House, screen: Screen, times: int) -> Iterator[Opened]:
    """Opens the case `times` times, each at a fresh desk."""
    for _ in range(times):
        desk = Desk(house, house.root / "desk.log", screen.display)
        physician = Physician(screen, desk.start("--passphrase-file", str(house.secrets / "passphrase")))
        try:
            physician.sees("worklist-table")
            physician.clicks("worklist-table")
            yield open_and_time(physician, 0, CASE)
        finally:
            desk.stop()


def bring_the_case(house: House, hospital: Hospital, screen: Screen) -> None:
    """Enrols a desk, accepts the case and waits until it is ready offline."""
    desk = Desk(house, house.root / "desk.log", screen.display)
    physician = Physician(screen, desk.start())
    try:
        physician.enrols(hospital.code())
        physician.accepts_all(1)
        until("the case is ready offline", lambda: evidence.ready(physician) == 1, 120)
    finally:
        desk.stop()


def main() -> int:
    """Runs it and prints the figures."""
    parser = argparse.ArgumentParser(prog="dev.py bench open")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--times", type=int, default=20)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Screen(1280, 800, Path(folder, "x.log")) as screen:
        house = House(Path(folder))
        house.make()
        hospital = Hospital(house, Path(folder, "hospital.log"))
        hospital.make()
        hospital.start()
        try:
            hospital.fill((CASE,))
            bring_the_case(house, hospital, screen)
        finally:
            hospital.stop()
        opened = list(openings(house, screen, arguments.times))
    first = [one.first_image_ms for one in opened]
    whole = [one.all_images_ms for one in opened]
    p95 = quantiles(first, n=20, method="inclusive")[-1]
    rows = [
        Row("key to first correct image, median", round(median(first), 1), "ms", f"≤ {BAR_MS}", median(first) <= BAR_MS),
        Row("key to first correct image, p95", round(p95, 1), "ms"),
        Row("key to all 62 images, median", round(median(whole), 1), "ms"),
    ]
    return tell("open", rows, as_json=arguments.json)


if __name__ == "__main__":
    sys.exit(main())
