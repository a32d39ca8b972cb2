"""`python3 dev.py demo --headless`: the whole way of three cases through both real programs, driven by X events.

The hospital is stopped between the sync and the reading, and started again for the sending. Everything runs in folders of its own; what is
left is a folder with a picture of each screen, the signed PDF and `demo.json`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.journeys import evidence
from tests.journeys.chromium import Browser
from tests.journeys.coded_media import coded_media
from tests.journeys.consult import PATIENT_HZ, devices, held, relay_settings
from tests.journeys.opening import Opened, open_and_time
from tests.journeys.physician import Physician
from tests.journeys.processes import House, running, until
from tests.journeys.stage import CASES, PASSPHRASE, Desk, Hospital, Look
from tests.journeys.turn import Turn
from tests.journeys.x11 import Screen


def play(out: Path, root: Path, look: Look) -> dict[str, Any]:
    """The run; gives what `demo.json` holds."""
    house = House(root)
    house.make()
    with Turn(root / "turn") as turn:
        hospital = Hospital(house, root / "hospital.log", more=relay_settings(turn, house.secrets))
        hospital.make()
        say("starting the hospital")
        hospital.start()
        try:
            say("importing three cases")
            hospital.fill()
            with Screen(look.width, look.height, root / "xvfb.log") as screen:
                return _at_the_desk(out, house, hospital, screen, look, turn)
        finally:
            if hospital.running:
                hospital.stop()


def _at_the_desk(out: Path, house: House, hospital: Hospital, screen: Screen, look: Look, turn: Turn) -> dict[str, Any]:
    desk = Desk(house, house.root / "desk.log", screen.display, look)
    physician = Physician(screen, desk.start(**devices(house.secrets)), out, look.scale)
    try:
        say("joining the desk to the hospital")
        physician.enrols(hospital.code())
        start = time.monotonic()
        physician.accepts_all(len(CASES))
        until("all cases ready offline", lambda: evidence.ready(physician) == len(CASES), 120)
        seconds = time.monotonic() - start
        physician.picture("03-ready-offline")
        say("stopping the hospital")
        pid = hospital.pid
        hospital.stop()
        until("the desk sees it", lambda: "No network" in physician.reads("foot-hospital"), 60)
        say("reading without it")
        opened = _read(physician)
        running_while_reading = pid in running(r"-m hospital serve .*" + str(house.hospital))
        say("talking with the patient")
        consult = _talk(physician, house, hospital, turn)
        say("answering and signing")
        _answer(physician)
        physician.picture("10-on-its-way")
        say("starting the hospital again")
        hospital.start()
        until("received", lambda: "receipt is on this desk" in physician.reads("way-home-sentence"), 120)
        physician.picture("11-received")
        _look_around(physician)
    finally:
        code = desk.stop()
    hospital_status = hospital.status()
    hospital.stop()
    say("looking for anything readable")
    found = evidence.collect(out, house, hospital, hospital_status)
    return {
        "cases": found.cases,
        "sync": {"seconds": round(seconds, 2), "objects": found.objects, "bytes": found.bytes},
        "opened": [vars_of(one) for one in opened],
        "server_running_while_reading": running_while_reading,
        "consult": consult,
        "opinion": found.opinion,
        "delivery": found.delivery,
        "plaintext_hits": len(found.hits),
        "plaintext_where": found.hits,
        "desk_exit_code": code,
        "screenshots": physician.taken,
    }


def _read(physician: Physician) -> list[Opened]:
    opened = []
    for row, name in enumerate(CASES):
        physician.goes_to_worklist() if row else physician.clicks("worklist-table")
        opened.append(open_and_time(physician, row, name))
        physician.picture(f"0{4 + row}-reading-{name}")
    physician.goes_to_worklist()
    physician.opens(0)
    return opened


def _talk(physician: Physician, house: House, hospital: Hospital, turn: Turn) -> dict[str, Any]:
    """The hospital is there for the consult, and gone again for the signing."""
    hospital.start()
    until("the desk sees it", lambda: "reached" in physician.reads("foot-hospital"), 60)
    media = coded_media(house.root / "media", PATIENT_HZ)
    certificate = house.hospital / "keys" / "people-tls.pem"
    with Browser(house.root, media=media, pins=[certificate]) as browser:
        page = browser.page(1280, 800)
        told = held(hospital, turn, physician, page, CASES[0], house.secrets)
    shutil.rmtree(house.root / "media")
    hospital.stop()
    until("the desk sees that it is gone", lambda: "No network" in physician.reads("foot-hospital"), 60)
    physician.goes_to_worklist()
    physician.opens(0)
    return told


def _answer(physician: Physician) -> None:
    measured = physician.measures((0.40, 0.45), (0.52, 0.55))
    assert measured.endswith("mm"), measured
    physician.keeps_key_image(1)
    physician.screen.wheel(*physician.sees("viewport-1").centre, 3)
    physician.screen.press("2")
    physician.keeps_key_image(2)
    physician.clicks("document-1")
    physician.sees("document")
    physician.picture("06b-letter-beside")
    physician.screen.press("Escape")
    physician.answers("reading", 3)
    physician.types_into("reading-findings", "CT of 12 October 2026: mass at the right hilum. No effusion in the part that is covered.")
    physician.types_into("reading-impression", "Mass at the right hilum, resectable by imaging.")
    physician.types_into("reading-recommendation", "PET-CT and lung function, then the thoracic board, within two weeks.")
    one_focus(physician)
    physician.picture("07a-answers")
    physician.clicks("rail-opinion")
    physician.sees("review-and-sign")
    until("the pages", lambda: physician.reads("opinion-pages-head").startswith("Page"), 60)
    physician.picture("07b-opinion")
    physician.reviews_and_signs()


def one_focus(physician: Physician) -> None:
    """Letters went to the field alone; the wheel scrolls what is under the pointer and takes the caret from nobody."""
    images = "find('viewports').viewports[0].index"
    keys, before = physician.ask("focus()"), physician.ask(images)
    assert keys == "reading-recommendation", keys
    assert physician.ask("sum(n[1].startswith('reading-key-image-') and n[1][-1].isdigit() for n in names())") == 2
    physician.screen.wheel(*physician.sees("viewport-1").centre, 2)
    until("the wheel scrolls", lambda: physician.ask(images) == before + 2, 10)
    assert physician.ask("focus()") == keys
    physician.screen.press("F2")
    until("the keys in the image", lambda: physician.ask("focus()") == "viewport-1", 10)
    physician.screen.press("Down")
    until("the key scrolls", lambda: physician.ask(images) == before + 3, 10)
    physician.screen.press("F2")
    until("the caret where it was", lambda: physician.ask("focus()") == keys, 10)


def _look_around(physician: Physician) -> None:
    """The quiet screens: worklist after delivery, settings, status, keys, about, the locked desk; then it is unlocked again."""
    physician.goes_to_worklist()
    physician.picture("12-worklist-after")
    physician.clicks("rail-settings")
    for number, page in enumerate(("settings", "status", "keys", "about"), start=13):
        physician.clicks(f"tab-{page}")
        physician.picture(f"{number}-{page}")
    physician.clicks("settings-lock")
    physician.sees("unlock-passphrase")
    physician.picture("17-locked")
    physician.types_into("unlock-passphrase", PASSPHRASE)
    physician.screen.press("Return")
    physician.sees("worklist-table", 60)
    physician.picture("18-unlocked")


def vars_of(opened: Opened) -> dict[str, Any]:
    """An `Opened` as JSON."""
    return {name: getattr(opened, name) for name in opened.__dataclass_fields__}


def say(text: str) -> None:
    """Progress, for whoever waits."""
    print(f"demo: {text}", flush=True)


def main() -> int:
    """Plays, writes `demo.json`, and is satisfied only if everything that must hold holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("demo-output"))
    parser.add_argument("--screen", default="1280x800@1", help="its size in device pixels and its scale: 3840x2160@2")
    parser.add_argument("--theme", choices=("dark", "light"), default="dark")
    arguments = parser.parse_args()
    out: Path = arguments.out.resolve()
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    root = Path(tempfile.mkdtemp(prefix="overread-demo-"))
    try:
        result = play(out, root, Look.of(arguments.screen, arguments.theme))
    except BaseException:
        for log in root.glob("*.log"):
            shutil.copy(log, out / log.name)
        raise
    finally:
        shutil.rmtree(root, ignore_errors=True)
    (out / "demo.json").write_text(json.dumps(result, indent=2) + "\n", "utf-8")
    wrong = evidence.wrong_with(result)
    for line in wrong:
        say(f"NOT AS IT SHOULD BE: {line}")
    digest = hashlib.sha256((out / "opinion.pdf").read_bytes()).hexdigest()[:16]
    say(f"{'failed' if wrong else 'all holds'}; see {out.name}/demo.json; opinion {digest}…")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
