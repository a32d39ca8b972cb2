"""A consult with everything real (hospital, relay, the desk in its window, the patient in Chromium), judged by what is seen and heard.

The devices are those of a test: the desk's camera sends numbers that can be read and its microphone a tone, the browser's likewise.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.doubles.media_equipment import ENTRY, VARIABLE
from tests.journeys.coded_media import WATCHING_JS
from tests.journeys.processes import until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.journeys.chromium import Page
    from tests.journeys.physician import Physician
    from tests.journeys.stage import Hospital
    from tests.journeys.turn import Turn

DESK_HZ, PATIENT_HZ = 440.0, 1000.0
BORN = {"mr-brain": ("19", "2", "1984"), "ct-chest": ("14", "5", "1965"), "chest-radiographs": ("30", "8", "1957")}
SETTINGS = """
[consult]
telephone = "+49 30 5550 142"
zone = "Europe/Berlin"
turn_urls = ["turn:{host}:{port}?transport=udp", "turn:{host}:{port}?transport=tcp"]
turn_secret_file = "{secret}"
"""


def relay_settings(turn: Turn, folder: Path) -> str:
    """What the hospital's settings say of its relay; the secret stands in a file."""
    secret = folder / "relay-secret"
    secret.write_text(turn.secret + "\n")
    return SETTINGS.format(host=turn.host, port=turn.port, secret=secret.as_posix())


def devices(folder: Path) -> dict[str, str]:
    """The environment of a desk whose devices are those of a test; what its loudspeaker heard stands in `folder`/heard.json."""
    return {"OVERREAD_TEST_MEDIA": ENTRY, VARIABLE: json.dumps({"tone": DESK_HZ, "heard": str(folder / "heard.json")})}


def invited(hospital: Hospital, case: str, *, name: str = "Ngozi Okafor") -> tuple[str, str]:
    """Sets a consult for today; gives its id and the patient's link."""
    person = f"patient:{name}:Africa/Lagos:en"
    said = hospital.command("consult", "add", hospital.cases[case], "--at", soon(), "--physician", "adeyemi", "--person", person, "--json")
    value = json.loads(said)
    (link,) = re.findall(r"https://\S+?/join#[\w-]+", said)
    return str(value.get("consult") or value["id"]), link


def soon() -> str:
    """A quarter of an hour from now, with its offset."""
    from datetime import UTC, datetime, timedelta  # noqa: PLC0415  here alone

    return (datetime.now(UTC) + timedelta(minutes=15)).isoformat(timespec="minutes")


@dataclass
class Visit:
    """A patient before the page."""

    page: Page
    link: str
    born: tuple[str, str, str]

    def comes(self) -> None:
        """From the link to the waiting room: proof, device check, questions, notices."""
        page = self.page
        page.open(self.link)
        page.until("document.body.dataset.view === 'proving'")
        day, month, year = self.born
        page.type("textbox", "Day", day)
        page.choose("Month", month)
        page.type("textbox", "Year", year)
        page.click("button", "Continue")
        page.until("document.body.dataset.view === 'welcome'")
        page.click("button", "Check camera and sound")
        page.click("button", "Start the check")
        page.until("['good', 'ask'].includes(document.querySelector('[data-check=microphone]').dataset.state)")
        page.click("button", "I hear it")
        page.until("['good', 'bad'].includes(document.querySelector('[data-check=network]').dataset.state)", 40)
        assert page.evaluate("document.querySelector('[data-check=network]').dataset.state") == "good"
        page.click("button", "Finish the check")
        page.click("button", "Go to the questions")
        self._answers()
        page.click("button", "Go to the waiting room")
        page.until("document.body.dataset.view === 'waiting'")

    def _answers(self) -> None:
        page = self.page
        page.click("button", "Continue")
        page.until("Boolean(document.querySelector('select'))")
        page.choose("Country", "NG")
        page.type("textbox", "State or region (if there is one)", "Lagos")
        page.type("textbox", "Exact address", "12 Marina Road, Lagos")
        page.click("button", "Continue")
        page.until("Boolean(document.querySelector('input[type=tel]'))")
        page.type("textbox", "Telephone number for a call back", "+234 1 555 0142")
        page.type("textbox", "Nearest emergency help", "112")
        page.click("button", "Continue")
        page.until("document.querySelectorAll('input[type=radio]').length > 0")
        page.click("radio", "I am alone")
        page.click("button", "Continue")
        page.until("document.querySelectorAll('input[type=checkbox]').length > 0")
        page.evaluate("document.querySelectorAll('input[type=checkbox]').forEach((box) => box.click())")
        page.click("button", "Continue")
        page.until("document.body.dataset.view === 'outcome'")

    def sees(self, selector: str) -> int | None:
        """The number in the picture that stands in a video."""
        found = f"(() => {{ const v = document.querySelector({json.dumps(selector)}); return v && v.videoWidth ? readCoded(v) : null; }})()"
        value: int | None = self.page.evaluate(WATCHING_JS + "; " + found)
        return value

    def hears(self) -> float:
        """The strongest frequency that plays."""
        script = """(async () => {
          globalThis.tone ??= listenTo(document.querySelector('audio').srcObject.getAudioTracks()[0]);
          await new Promise((done) => setTimeout(done, 800));
          return tone().hz;
        })()"""
        return float(self.page.evaluate(WATCHING_JS + "; " + script))


def admitted(person: Physician, consult: str) -> None:
    """The physician opens the room from the list and lets the patient in."""
    person.clicks("rail-consult")
    person.clicks(f"consult-open-{consult}")
    person.sees("consult-pane", 60)
    until("somebody waits", lambda: person.ask(ADMIT), 60)
    person.clicks(str(person.ask(ADMIT)[0]))
    until("here", lambda: not person.ask(ADMIT), 30)


ADMIT = "[n[1] for n in names() if n[1].startswith('admit-')]"
FACES = "find('consult-faces')"
READ = f"__import__('tests.doubles.coded_picture', fromlist=['read']).read({FACES}._newest({FACES}.large()))"


def desk_sees(person: Physician) -> int | None:
    """The number in the newest picture of the large face."""
    value: int | None = person.ask(f"{READ} if {FACES}.large() and {FACES}._newest({FACES}.large()) is not None else None")
    return value


def desk_hears(folder: Path) -> float:
    """The frequency that the desk's loudspeaker played last."""
    file = folder / "heard.json"
    return float(json.loads(file.read_text())["hz"]) if file.exists() else 0.0
