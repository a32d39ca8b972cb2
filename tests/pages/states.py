"""Every state of the patient's page, one after the other, by the way a person gets there."""

from __future__ import annotations

import json
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sync.protocol.consult import Recording
from tests.pages.looking import PHONE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.doubles.people_api import Guest, PeopleApi
    from tests.journeys.chromium import Browser, Page

TEXTS = Path(__file__).resolve().parents[2] / "hospital" / "pages" / "patient" / "texts"
PROBLEMS = ("unknown", "expired", "revoked", "in_use", "ended", "too_many")
ENDS = ("ended", "cancelled", "no_show", "by_telephone")
# Without an address of its own a machine has none that is no loopback; nothing of these calls leaves it.
MEDIA_ON_LOOPBACK = "--allow-loopback-in-peer-connection"


def png(width: int = 640, height: int = 480) -> bytes:
    """A grey picture with a bright disc (PNG, second edition, 5)."""
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        rows.extend(220 if (x - 400) ** 2 + (y - 240) ** 2 < 60**2 else 40 + (x + y) // 16 for x in range(width))
    chunks = ((b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)), (b"IDAT", zlib.compress(bytes(rows))), (b"IEND", b""))
    made = [struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks]
    return b"\x89PNG\r\n\x1a\n" + b"".join(made)


@dataclass
class Walk:
    """A walk through all states in one language and size of type; `visit(name, page)` is called in each."""

    hospital: PeopleApi
    browser: Browser
    visit: Callable[[str, Page], None]
    language: str = "en"
    large: bool = False

    def __post_init__(self) -> None:
        self.table: dict[str, str] = json.loads((TEXTS / f"{self.language}.json").read_text("utf-8"))
        self.hospital.relay_only = False
        self.desk = self.hospital.desk(state="invited")

    def all(self) -> None:
        """Every state."""
        self.problems()
        self.birth_date()
        page, guest = self.check()
        self.check_in(page)
        self.outcomes(page, guest)
        self.waiting(page, guest)
        self.call(page, guest)
        self.image(page)
        self.broken(page, guest)
        self.ends()

    # -- ways ------------------------------------------------------------------------------------------------------------

    def open(self, guest: Guest, *, allow: bool = True) -> Page:
        """A person's link in a browser of their own."""
        page = self.browser.page(*PHONE, allow=allow)
        page.prefers(color_scheme="light", reduced_motion="reduce")
        wishes = {"overread.language": self.language, "overread.large": "1" if self.large else "0"}
        script = "".join(f"localStorage.setItem({json.dumps(k)}, {json.dumps(v)});" for k, v in wishes.items())
        page.call("Page.addScriptToEvaluateOnNewDocument", {"source": f"try {{ {script} }} catch {{ /* about:blank keeps nothing */ }}"})
        page.open(self.hospital.link(guest))
        return page

    def press(self, page: Page, key: str) -> None:
        """A button by its text."""
        page.click("button", self.table[key])

    def fill(self, page: Page, key: str, text: str, more: str = "") -> None:
        """A field by its label."""
        page.type("textbox", self.table[key] + (f" {self.table[more]}" if more else ""), text)

    def view(self, page: Page, name: str, condition: str = "true") -> None:
        """Waits for a view, and for something in it."""
        page.until(f"document.body.dataset.view === {json.dumps(name)} && ({condition})")

    def prove(self, page: Page) -> None:
        """The code."""
        self.fill(page, "proving.code", "314159")
        self.press(page, "continue")
        page.until("document.body.dataset.view !== 'proving'")

    def join(self, page: Page) -> None:
        """From a link that was checked in into the waiting room."""
        self.prove(page)
        self.press(page, "welcome.enter")
        self.view(page, "waiting")

    # -- before ------------------------------------------------------------------------------------------------------------

    def problems(self) -> None:
        """Links that open nothing, and a page without its link."""
        for code in PROBLEMS:
            page = self.open(self.hospital.invite(trouble=code))
            self.view(page, "problem")
            self.visit(f"problem-{code}", page)
            page.close()
        nobody = self.hospital.invite()
        nobody.token = ""
        page = self.open(nobody)
        self.view(page, "problem")
        self.visit("problem-no-link", page)
        page.close()

    def birth_date(self) -> None:
        """Proving by birth date, left out and wrong."""
        page = self.open(self.hospital.invite(proof="birth_date", secret="1965-05-14"))
        self.view(page, "proving")
        self.press(page, "continue")
        self.visit("proving-birth", page)
        self.fill(page, "proving.day", "14")
        self.fill(page, "proving.year", "1966")
        page.choose(self.table["proving.month"], "5")
        self.press(page, "continue")
        page.until("document.querySelector('.wrong[role=alert]:not([hidden])')")
        self.visit("proving-wrong", page)
        page.close()

    def check(self) -> tuple[Page, Guest]:
        """Proving by code, the welcome, the device check, the help."""
        guest = self.hospital.invite()
        page = self.open(guest)
        self.view(page, "proving")
        self.visit("proving-code", page)
        self.prove(page)
        self.view(page, "welcome")
        self.visit("welcome", page)
        self.press(page, "welcome.check")
        self.visit("check", page)
        self.press(page, "check.start")
        page.until("['good', 'ask'].includes(document.querySelector('[data-check=microphone]').dataset.state)")
        self.press(page, "check.heard")
        page.until(
            "['microphone', 'network'].every(n => ['good', 'bad'].includes(document.querySelector(`[data-check=${n}]`).dataset.state))"
        )
        self.visit("check-done", page)
        self.press(page, "check.finish")
        refused = self.open(self.hospital.invite(), allow=False)
        self.prove(refused)
        self.press(refused, "welcome.check")
        self.press(refused, "check.start")
        self.press(refused, "check.help")
        self.visit("help", refused)
        refused.close()
        return page, guest

    def check_in(self, page: Page) -> None:
        """All questions, each with what is missing in it."""
        self.press(page, "welcome.checkin")
        for name in ("name", "place", "reach", "company", "notices"):
            page.until(f"document.querySelector('h1').textContent === {json.dumps(self.table[f'checkin.{name}_title'])}")
            self.visit(f"checkin-{name}", page)
            if name != "name":
                self.press(page, "continue")
                page.until("document.querySelector('.wrong:not([hidden])')")
                self.visit(f"checkin-{name}-missing", page)
            self.answer(page, name)
            self.press(page, "continue")

    def answer(self, page: Page, name: str) -> None:
        """One question."""
        if name == "place":
            page.choose(self.table["checkin.country"], "NG")
            self.fill(page, "checkin.region", "Lagos", "optional")
            self.fill(page, "checkin.address", "12 Marina Road, Lagos")
        elif name == "reach":
            self.fill(page, "checkin.call_back", "+234 1 555 0142")
            self.fill(page, "checkin.emergency", "112")
        elif name == "company":
            page.click("radio", self.table["checkin.not_alone"])
            self.fill(page, "checkin.who", "Chidi")
        elif name == "notices":
            page.evaluate("document.querySelectorAll('input[type=checkbox]').forEach((box) => box.click())")

    def outcomes(self, page: Page, guest: Guest) -> None:
        """The three verdicts; the walk goes on with the first."""
        self.view(page, "outcome")
        self.visit("outcome-go-on", page)
        for verdict, reason in (("local_physician", "A licence is needed there."), ("stop", "It is not allowed there.")):
            other = self.hospital.invite(state="blocked", check_in={"answer": (verdict, reason)})
            blocked = self.open(other)
            self.prove(blocked)
            self.view(blocked, "outcome")
            self.visit(f"outcome-{verdict}", blocked)
            blocked.close()
        assert guest.check_in["accepted"] == ["telehealth@1", "no-examination@2"]

    # -- the room ------------------------------------------------------------------------------------------------------------

    def waiting(self, page: Page, guest: Guest) -> None:
        """The waiting room: nobody yet, then the physician knows and writes; the line falls."""
        self.press(page, "outcome.enter")
        self.view(page, "waiting", "document.querySelector('.self-large video').videoWidth > 0")
        self.visit("waiting", page)
        self.hospital.change(ahead=2)
        page.until("document.querySelector('.before').textContent.includes('2')")
        self.visit("waiting-ahead", page)
        self.hospital.change(ahead=0)
        page.until("document.querySelector('.before').hidden")
        self.hospital.change(self.desk, state="here")
        self.hospital.say(self.desk, "I am with you in two minutes.")
        page.until("document.querySelector('.dot.good') && document.querySelector('.lines .by')")
        self.visit("waiting-known", page)
        page.offline(on=True)
        self.hospital.cut(guest)
        page.until("!document.querySelector('.notice-line').hidden")
        self.visit("waiting-line-lost", page)
        page.offline(on=False)
        page.until("document.querySelector('.notice-line').hidden")

    def call(self, page: Page, guest: Guest) -> None:
        """Let in, connected with a relative, words, chat, devices off, leaving asked."""
        self.hospital.change(self.desk, state="waiting")  # it has no media here
        self.hospital.change(guest, state="admitted")
        self.view(page, "call")
        self.visit("call-connecting", page)
        relative = self.hospital.invite("Chidi Okafor", "relative", state="checked_in")
        other = self.open(relative)
        self.join(other)
        self.hospital.change(relative, state="admitted")
        page.until("document.querySelector('.quality').dataset.link === 'good' && document.querySelector('.face video')?.videoWidth > 0")
        page.until("!document.querySelector('.words-strip').hidden")
        self.visit("call", page)
        self.press(page, "words.compare")
        self.visit("call-words", page)
        self.press(page, "words.same")
        page.until("document.querySelector('.said')")
        self.press(page, "chat.title")
        self.hospital.say(self.desk, "Can you hear me well?")
        page.until("document.querySelectorAll('.panel .lines .by').length === 2")
        self.visit("call-chat", page)
        page.click("button", self.table["call.close"])
        self.press(page, "call.no_microphone")
        self.press(page, "call.no_camera")
        self.press(page, "call.hide_self")
        self.visit("call-muted", page)
        self.press(page, "call.show_self")
        self.press(page, "call.leave")
        self.visit("call-leave", page)
        self.press(page, "call.stay")

    def image(self, page: Page) -> None:
        """A snapshot and the live image; recording."""
        self.hospital.shoot(png(), "CT chest, Lung 1.25, image 35 of 62")
        page.until("document.querySelector('.shown img').naturalWidth > 0")
        self.visit("call-snapshot", page)
        self.hospital.change(showing="CT chest, Lung 1.25")
        page.until("document.querySelectorAll('.shots button').length === 3")
        self.visit("call-live", page)
        self.press(page, "showing.close")
        self.hospital.change(showing="")
        self.recording(page)

    def recording(self, page: Page) -> None:
        """Asked by the physician: agreed to, on, and ended by the person; asked again and refused."""
        asked = Recording(
            allowed=True,
            state="asked",
            by=self.desk.id,
            agreed=(self.desk.id, *(g.id for g in self.hospital.guests.values() if g.kind == "relative")),
        )
        self.hospital.change(recording=asked)
        page.until("document.querySelector('.record').dataset.state === 'asked'")
        self.visit("call-record-asked", page)
        self.press(page, "record.agree")
        page.until("!document.querySelector('.recording').hidden")
        self.visit("call-recording", page)
        self.press(page, "record.end")
        page.until("document.querySelector('.recording').hidden")
        self.hospital.change(recording=asked.model_copy(update={"agreed": (self.desk.id,)}))
        self.press(page, "record.agree")
        page.until(f"document.querySelector('.record').textContent.includes({json.dumps(self.table['record.agreed'])})")
        self.visit("call-record-agreed", page)
        self.press(page, "record.refuse")
        page.until("document.querySelector('.record').dataset.state === 'off'")
        self.visit("call-record-refused", page)

    def broken(self, page: Page, guest: Guest) -> None:
        """The line falls in the call: at once, and after two minutes (which the page's own clock is made to believe)."""
        page.offline(on=True)
        self.hospital.cut(guest)
        page.until("!document.querySelector('.trouble').hidden")
        self.visit("call-reconnecting", page)
        page.evaluate("{ const now = Date.now.bind(Date); Date.now = () => now() + 130000; }")
        page.until("document.querySelector('.trouble').dataset.state === 'lost true'")
        self.visit("call-lost", page)
        page.offline(on=False)
        page.until("document.querySelector('.trouble').hidden", 30)

    def ends(self) -> None:
        """Each way that it can end."""
        for how in ("left", "removed", *ENDS):
            self.hospital.change(call="open")
            guest = self.hospital.invite(state="checked_in")
            page = self.open(guest)
            self.join(page)
            if how == "left":
                self.press(page, "waiting.leave")
            elif how == "removed":
                self.hospital.change(guest, state="left")
            else:
                self.hospital.change(call=how)
            self.view(page, "ended")
            self.visit(f"ended-{how}", page)
            page.close()
