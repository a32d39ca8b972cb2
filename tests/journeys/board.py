"""A board: two desks and two browsers in one call with the real hospital and relay; each is known by the colour and the tone it sends.

A desk here is everything but its window: its vault, its line to the room, the call as the window leads it, and its media's process.
"""

from __future__ import annotations

import json
import re
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication

from app.consult.call import Call
from app.consult.process import MediaProcess
from sync.engine.engine import Engine
from sync.engine.enrol import enrol
from sync.protocol import consult as room
from tests.doubles import coded_picture
from tests.doubles.coded_picture import COLOURS
from tests.doubles.media_equipment import ENTRY, settings
from tests.journeys.chromium import Browser
from tests.journeys.coded_media import WATCHING_JS, coded_media
from tests.journeys.consult import BORN, Visit, relay_settings, soon
from tests.journeys.processes import House
from tests.journeys.stage import LOGIN, PASSPHRASE, PASSWORD, Hospital
from tests.journeys.trouble_stage import CHEAP
from tests.journeys.turn import Turn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from app.consult.session import Event
    from sync.protocol.consult import IceServer, Refused

CASE, SIZE, RATE = "mr-brain", (320, 240), 15
COLLEAGUES = {"okoye": "Dr F. Okoye", "haas": "Dr P. Haas"}
GUESTS = {"blue": "patient", "violet": "relative"}
TONES = {"green": 440.0, "red": 720.0, "blue": 1000.0, "violet": 1330.0}


def until(what: str, seen: Callable[[], Any], seconds: float = 60.0) -> Any:
    """What something gives as soon as it gives anything; the desks' windows would run meanwhile."""
    end = time.monotonic() + seconds
    while not (value := seen()):
        assert time.monotonic() < end, f"it did not come: {what} (last: {value!r})"
        QCoreApplication.processEvents()
        time.sleep(0.02)
    return value


class Equipped(MediaProcess):
    """The desk's media with the devices of a test."""

    def __init__(self, colour: str, heard: Path) -> None:
        super().__init__(ENTRY)
        self._values = {"tone": TONES[colour], "colour": COLOURS[colour], "heard": heard, "size": SIZE, "rate": RATE}

    def start(self, told: Callable[[Event], None], ice: Sequence[IceServer], *, me: str, call: str, relay_only: bool) -> None:
        with settings(**self._values):
            super().start(told, ice, me=me, call=call, relay_only=relay_only)


class AtDesk:
    """One physician's desk, enrolled; `opens` a consult as often as it likes."""

    def __init__(self, code: str, login: str, colour: str, folder: Path) -> None:
        self.colour, self._heard = colour, folder / f"heard-{login}.json"
        self.vault = enrol(code, login, PASSWORD, PASSPHRASE, folder / f"vault-{login}", stretching=CHEAP)
        self.engine = Engine(self.vault)
        self.refused: list[Refused] = []
        self.call: Call | None = None

    def opens(self, consult: str) -> Call:
        """The room, as from the list."""
        self._heard.unlink(missing_ok=True)
        call = self.call = Call(consult, "", self.engine.consults.line(consult), Equipped(self.colour, self._heard))
        call.refused.connect(self.refused.append)
        call.begin()
        return call

    def leaves(self) -> None:
        """Out of the room; it can be opened again."""
        call, self.call = self.call, None
        if call is not None:
            call.ask(room.Leave())
            call.close()
            call.let_go()()

    def sees(self) -> dict[str, str]:
        """Person → the colour of the newest picture that can be read."""
        assert self.call is not None
        pictures = {each.id: self.call.newest(each.id, "camera") for each in self.call.inside()}
        known = {who: each for who, each in pictures.items() if each is not None and coded_picture.read(each) is not None}
        return {who: coded_picture.colour_of(each) for who, each in known.items()}

    def hears(self) -> set[str]:
        """The colours whose tones its loudspeaker played in the last second."""
        tones = json.loads(self._heard.read_text())["tones"] if self._heard.exists() else []
        return {colour for colour, hz in TONES.items() if any(abs(one - hz) < 8 for one in tones)}

    def close(self) -> None:
        self.leaves()
        self.vault.close()


class AtBrowser:
    """Somebody before the page, in a browser of their own."""

    def __init__(self, browser: Browser, colour: str, kind: str, link: str) -> None:
        self.colour, self.kind, self.page = colour, kind, browser.page()
        self.visit = Visit(self.page, link, BORN[CASE])

    def sees(self) -> dict[str, str]:
        """As `AtDesk.sees`."""
        return dict(self.page.evaluate(WATCHING_JS + "; " + SEES_JS))

    def hears(self) -> set[str]:
        """As `AtDesk.hears`: of the tracks that play, each by itself."""
        tones = self.page.evaluate(WATCHING_JS + "; " + HEARS_JS)
        return {colour for colour, hz in TONES.items() if any(abs(one - hz) < 12 for one in tones)}


SEES_JS = """
[...document.querySelectorAll(".faces .face")].filter((f) => f.firstChild.videoWidth && readCoded(f.firstChild) !== null)
  .map((f) => { readCoded(f.firstChild); return [f.dataset.person, readCoded.colour]; })
"""
HEARS_JS = """(async () => {
  const tracks = [...document.querySelectorAll("audio")].map((a) => a.srcObject?.getAudioTracks()[0]).filter(Boolean);
  globalThis.ears ??= new Map();
  for (const track of tracks) if (!ears.has(track)) ears.set(track, listenTo(track));
  await new Promise((done) => setTimeout(done, 500));
  return tracks.map((track) => ears.get(track)()).filter(({ db }) => db > -60).map(({ hz }) => hz);
})()"""


class Board:
    """Everybody; `desks` and `guests` by their colours."""

    def __init__(self, hospital: Hospital, turn: Turn, consult: str, desks: dict[str, AtDesk], guests: dict[str, AtBrowser]) -> None:
        self.hospital, self.turn, self.consult, self.desks, self.guests = hospital, turn, consult, desks, guests

    @property
    def everybody(self) -> dict[str, AtDesk | AtBrowser]:
        """By colour."""
        return {**self.desks, **self.guests}

    def lets_in(self, colour: str) -> None:
        """The first desk admits who waits, and the guest's page shows the call."""
        call = self.desks["green"].call
        assert call is not None
        waits = until("somebody waits", lambda: [each for each in call.waiting() if each.kind == self.guests[colour].kind], 30)
        call.ask(room.Admit(who=waits[0].id))
        self.until_page(colour, "document.body.dataset.view === 'call'")

    def until_page(self, colour: str, script: str, seconds: float = 30) -> None:
        """Waits for a page, while the desks go on."""
        page = self.guests[colour].page
        try:
            until(script, lambda: page.evaluate(script), seconds)
        except AssertionError as error:
            raise AssertionError(f"{colour}: {error}\n{page.text()}\n{page.errors}\n{self.desks['green'].refused}") from error

    def all_know_all(self, colours: set[str], seconds: float = 60) -> None:
        """Each of them sees and hears every other, by content."""
        for mine in sorted(colours):
            one, others = self.everybody[mine], colours - {mine}
            until(f"{mine} sees {others}", lambda: set(one.sees().values()) == others, seconds)  # noqa: B023  asked at once
            until(f"{mine} hears {others}", lambda: one.hears() == others, seconds)  # noqa: B023  asked at once

    def record(self) -> dict[str, Any]:
        """The hospital's."""
        return dict(json.loads(self.hospital.command("consult", "show", self.consult, "--json")))


@contextmanager
def boarding(root: Path) -> Iterator[Board]:
    """The hospital with its relay, two desks at which the consult can be opened, a patient and a relative with links."""
    house = House(root)
    house.make()
    with ExitStack() as stack:
        turn = stack.enter_context(Turn(root / "turn"))
        hospital = Hospital(house, root / "hospital.log", more=relay_settings(turn, house.secrets))
        hospital.make()
        hospital.start()
        stack.callback(lambda: hospital.running and hospital.stop())
        hospital.fill((CASE,))
        for login, name in COLLEAGUES.items():
            password = ("--password-file", str(house.secrets / "password"))
            hospital.command("user", "add", login, "--name", name, "--specialty", "Radiology", "--licence", "Berlin 77", *password)
            hospital.command("assign", hospital.cases[CASE], login, "--minutes", "30")
        desks = {}
        for colour, login in (("green", LOGIN), ("red", "okoye")):
            desks[colour] = AtDesk(hospital.command("enrol", login).strip(), login, colour, root)
            stack.callback(desks[colour].close)
        consult, links = invited(hospital)
        guests = {}
        for (colour, kind), link in zip(GUESTS.items(), links, strict=True):
            media = coded_media(root / colour, TONES[colour], 5, size=SIZE, colour=COLOURS[colour])
            pins = [house.hospital / "keys" / "people-tls.pem"]
            guests[colour] = AtBrowser(stack.enter_context(Browser(root / colour, media=media, pins=pins)), colour, kind, link)
        yield Board(hospital, turn, consult, desks, guests)


def invited(hospital: Hospital) -> tuple[str, list[str]]:
    """The consult, and the two links."""
    people = ("patient:Ngozi Okafor:Africa/Lagos:en", "relative:Chidi Okafor:Africa/Lagos:en")
    asked = [word for one in people for word in ("--person", one)]
    physicians = [word for one in (LOGIN, "okoye") for word in ("--physician", one)]
    said = hospital.command("consult", "add", hospital.cases[CASE], "--at", soon(), *physicians, *asked, "--json")
    value = json.loads(said)
    return str(value["consult"]), re.findall(r"https://\S+?/join#[\w-]+", said)
