"""`dev.py bench start`: from the start of the desk's process to its worklist on the screen, warm, as another process sees it."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from tests.figures import Row, tell
from tests.journeys.processes import House, Process, run, until
from tests.journeys.stage import LOGIN, Hospital
from tests.journeys.x11 import Rect, Screen

if TYPE_CHECKING:
    from numpy.typing import NDArray

BAR_S = 1.5
TABLE = Rect(80, 80, 460, 190)  # heading and rows; the clocks of the foot lie outside


def desk(house: House, screen: Screen) -> Process:
    """The desk's process, not yet started."""
    own = ["--data", str(house.desk), "--vault", "passphrase", "--passphrase-file", str(house.secrets / "passphrase")]
    environment = house.environment(DISPLAY=screen.display, QT_QPA_PLATFORM="xcb")
    return Process(["-m", "app", "run", *own], environment, house.root / "desk.log")


def rows_seen(house: House) -> bool:
    """Whether the desk's log tells of the three cases."""
    logs = house.desk / "logs" / "desk.log"
    return logs.exists() and "with 3 cases" in logs.read_text("utf-8")


def still_picture(screen: Screen) -> NDArray[np.uint8]:
    """The table, once it has not changed for a second."""
    last = screen.pixels(TABLE)
    since = time.monotonic()
    while time.monotonic() - since < 1.0:
        now = screen.pixels(TABLE)
        if not np.array_equal(now, last):
            last, since = now, time.monotonic()
    return last


def prepare(house: House, hospital: Hospital) -> None:
    """A hospital with three offered cases and a desk that belongs to it."""
    hospital.make()
    hospital.start()
    hospital.fill()
    own = ["--data", str(house.desk), "--vault", "passphrase", "--passphrase-file", str(house.secrets / "passphrase")]
    account = ["--login", LOGIN, "--password-file", str(house.secrets / "password")]
    run(["-m", "app", "enrol", *own, *account, hospital.code()], house.environment())


def first_time(house: House, screen: Screen) -> NDArray[np.uint8]:
    """Brings the cases to the desk; gives what a warm start must show."""
    for _ in range(20):
        process = desk(house, screen)
        process.start()
        picture = still_picture(screen)
        process.stop()
        if rows_seen(house):
            return picture
    raise TimeoutError("the cases did not come to the desk")


def timed(house: House, screen: Screen, picture: NDArray[np.uint8]) -> float:
    """Seconds of one start."""
    process = desk(house, screen)
    began = time.monotonic()
    process.start()
    try:
        until("the worklist", lambda: np.array_equal(screen.pixels(TABLE), picture), 30, every=0.01)
        return time.monotonic() - began
    finally:
        process.stop()


def main() -> int:
    """Runs it and prints the figures."""
    parser = argparse.ArgumentParser(prog="dev.py bench start")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--times", type=int, default=7)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Screen(1440, 900, Path(folder, "x.log")) as screen:
        house = House(Path(folder))
        house.make()
        hospital = Hospital(house, Path(folder, "hospital.log"))
        try:
            prepare(house, hospital)
            picture = first_time(house, screen)
            seconds = [timed(house, screen, picture) for _ in range(arguments.times)]
        finally:
            hospital.stop()
    rows = [
        Row("desk start to worklist, warm, median", round(median(seconds), 3), "s", f"≤ {BAR_S}", median(seconds) <= BAR_S),
        Row("the slowest of them", round(max(seconds), 3), "s"),
    ]
    return tell("start", rows, as_json=arguments.json)


if __name__ == "__main__":
    sys.exit(main())
