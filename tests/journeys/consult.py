"""A consult with everything real (hospital, relay, the desk in its window, the patient in Chromium), judged by what is seen and heard.

The devices are those of a test: the desk's camera sends numbers that can be read and its microphone a tone, the browser's likewise.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.doubles.media_equipment import ENTRY, VARIABLE
from tests.journeys.coded_media import WATCHING_JS
from tests.journeys.processes import until

if TYPE_CHECKING:
    from collections.abc import Callable
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


def held(
    hospital: Hospital,
    turn: Turn,
    person: Physician,
    page: Page,
    case: str,
    folder: Path,
    before_the_end: Callable[[str], None] = lambda _consult: None,
) -> dict[str, Any]:
    """The whole consult of a case, from its setting to its end; gives what `demo.json` tells of it.

    `folder` is that of `devices`. The physician has the keys somewhere in the window; afterwards the case is open in Reading.
    """
    consult, link = invited(hospital, case)
    visit = Visit(page, link, BORN[case])
    visit.comes()
    admitted(person, consult)
    at_patient = until("the patient sees the desk's picture", lambda: visit.sees(".face video"), 60)
    at_desk = until("the desk sees the patient's picture", lambda: desk_sees(person), 60)
    until("the desk hears the patient", lambda: abs(desk_hears(folder) - PATIENT_HZ) < 10, 30)
    until("a good connection", lambda: "good connection" in str(person.ask("words()")), 60)
    words = str(until("the words", lambda: person.ask("find('consult-words').text()"), 30)).split(" · ")
    page.until(f"{json.dumps(words)}.every((one) => document.body.innerText.includes(one))", 20)
    person.snap("06c-consult")
    person.clicks("words-same")
    chat = written(person, page)
    recognised, digest = shown(hospital, person, page, consult)
    told = {
        "joined": True,
        "admitted": True,
        "picture_recognised_at_patient": at_patient is not None,
        "picture_recognised_at_desk": at_desk is not None,
        "tone_hz_at_patient": round(visit.hears(), 1),
        "tone_hz_at_desk": round(desk_hears(folder), 1),
        "chat": chat,
        "viewport_recognised_at_patient": recognised,
        "snapshot_equal": page.evaluate(DIGEST.replace("NAMED", digest)) == digest,
        "words_equal": len(words) == 3,
    }
    before_the_end(consult)
    person.clicks("consult-end")
    person.clicks("consult-end-sheet-sure")
    page.until("document.body.dataset.view === 'ended'", 30)
    until("the pane is gone", lambda: person.does_not_see("consult-pane"), 30)
    return told | {"relay": turn.allocated(), "ended": True}


def written(person: Physician, page: Page) -> bool:
    """A line of the chat each way."""
    person.types_into("consult-chat", "can you hear me")
    person.screen.press("Return")
    page.says("can you hear me")
    page.type("textbox", "Write a line", "very well, doctor")
    page.click("button", "Send")
    return bool(until("the patient's line", lambda: "very well, doctor" in str(person.ask("words()")), 20))


def recognised_at(person: Physician, page: Page) -> bool:
    """Whether the page shows what stands in the viewport on the screen, by the lightness of 24 by 24 places."""
    port = person.sees("viewport-1")
    screen = person.screen.pixels(port).mean(axis=2)
    high, wide = (side // GRID for side in screen.shape)
    here = screen[: high * GRID, : wide * GRID].reshape(GRID, high, GRID, wide).mean(axis=(1, 3))
    there = page.evaluate(LIGHTNESS)
    return bool(there) and float(np.corrcoef(here.ravel(), np.array(there))[0, 1]) > ALIKE


def shown(hospital: Hospital, person: Physician, page: Page, consult: str) -> tuple[bool, str]:
    """A viewport is shown live, then a still picture is sent; gives whether the first was recognised, and the digest of the other."""
    person.clicks("consult-show")
    person.clicks("show-go")
    page.until("!document.querySelector('.shown').hidden && document.querySelector('.film video').videoWidth > 0", 30)
    recognised = bool(until("the viewport at the patient", lambda: recognised_at(person, page), 20))
    _mark(person, "viewport-1")
    page.until(MARKED, 20)
    person.snap("06d-consult-showing")
    person.clicks("shown-snapshot")
    person.clicks("show-go")
    page.until("document.querySelector('.film img').naturalWidth > 0 || document.querySelectorAll('[data-shot]').length > 0", 30)
    until("it is open at the desk", lambda: person.ask("find('consult-still').on"), 20)
    until("its tools", lambda: not person.ask("find('consult-pane')._to_still"), 10)
    _mark(person, "consult-still")
    until("the mark", lambda: person.ask("len(find('consult-still')._over(find('consult-still').on).marks)") == 1, 10)
    page.until(f"!document.querySelector('.film img').hidden && {MARKED}", 20)
    person.snap("06e-consult-still")
    (digest,) = set(until("it was seen", lambda: _SHA256.findall(hospital.command("consult", "show", consult)), 30, every=1.0))
    return recognised, str(digest)


def _mark(person: Physician, name: str) -> None:
    """A circle over what is shown."""
    person.clicks("shown-circle")
    port = person.sees(name)
    x, y = port.centre
    person.screen.drag((x, y), (x + port.width // 8, y))


GRID, ALIKE = 24, 0.95
# The lightness of the live image, by places.
LIGHTNESS = f"""(() => {{
  const video = document.querySelector('.film video');
  if (!video || !video.videoWidth) return null;
  const wide = 24 * {GRID}, pen = new OffscreenCanvas(wide, wide).getContext('2d', {{ willReadFrequently: true }});
  pen.drawImage(video, 0, 0, wide, wide);
  const {{ data }} = pen.getImageData(0, 0, wide, wide), sums = new Array({GRID * GRID}).fill(0);
  for (let i = 0; i < data.length; i += 4) {{
    const at = i / 4, place = Math.floor(at / wide / 24) * {GRID} + Math.floor((at % wide) / 24);
    sums[place] += data[i] + data[i + 1] + data[i + 2];
  }}
  return sums;
}})()"""
# Something is drawn over the picture that the page shows.
MARKED = """(() => {
  const canvas = document.querySelector('.film canvas');
  if (!canvas || !canvas.width) return false;
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return data.some((value, i) => i % 4 === 3 && value > 200);
})()"""
_SHA256 = re.compile(r"\b[0-9a-f]{64}\b")
DIGEST = """(async () => {
  const bytes = await (await fetch("/api/snapshots/NAMED")).arrayBuffer();
  return [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((b) => b.toString(16).padStart(2, "0")).join("");
})()"""


def wrong_with(told: dict[str, Any]) -> list[str]:
    """What of a consult is not as it must be."""
    tones = {"tone_hz_at_patient": DESK_HZ, "tone_hz_at_desk": PATIENT_HZ}
    wrong = [name for name, value in told.items() if name not in tones and value is not True]
    return wrong + [name for name, hz in tones.items() if abs(told[name] - hz) > 10]
