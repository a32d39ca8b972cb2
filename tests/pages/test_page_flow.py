"""The page by keyboard alone, in another language, without devices, through the relay's check, and with what strangers send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sync.protocol.consult import Words
from tests.doubles.people_api import PeopleApi
from tests.journeys.chromium import Browser
from tests.journeys.processes import until
from tests.journeys.turn import Turn
from tests.pages.states import MEDIA_ON_LOOPBACK

if TYPE_CHECKING:
    from pathlib import Path

    from tests.doubles.people_api import Guest
    from tests.journeys.chromium import Page

FOCUSED = "(document.activeElement.getAttribute('aria-label') || document.activeElement.textContent || document.activeElement.id).trim()"
KINDS = ["patient", "relative", "local_physician"]
BROKEN = "document.querySelector('.words-broken:not([hidden])')?.textContent ?? ''"
# Whoever offers reveals another nonce than the one it committed to.
CHEAT = """{ const send = WebSocket.prototype.send;
  const other = (text) => text.replace(/("k":"reveal","v":")[0-9a-f]+/, `$1${"5a".repeat(16)}`);
  WebSocket.prototype.send = function (text) { send.call(this, other(text)); }; }"""
CARDS = "[...document.querySelectorAll('.words .card')].map((c) => ['h3', '.three'].map((s) => c.querySelector(s).textContent))"
MARKUP = "<img src=x onerror='document.title=\"caught\"'><b>bold</b>"


def proved(browser: Browser, hospital: PeopleApi, guest: Guest, *, allow: bool = True) -> Page:
    page = browser.page(390, 844, allow=allow)
    page.open(hospital.link(guest))
    page.type("textbox", "Your code", guest.secret)
    page.click("button", "Continue")
    page.says("Welcome, Ngozi Okafor")
    return page


def tab_to(page: Page, name: str, most: int = 30) -> None:
    """Goes on with the Tab key until something is focused, and sees that the focus can be seen."""
    for _ in range(most):
        page.press("Tab")
        if page.evaluate(FOCUSED) == name:
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none"
            return
    raise AssertionError(f"{name!r} was not reached; the focus is on {page.evaluate(FOCUSED)!r}")


def test_keyboard_alone_leads_from_the_link_to_the_questions(hospital: PeopleApi, browser: Browser) -> None:
    page = browser.page()
    page.open(hospital.link(hospital.invite()))
    page.says("First, is it you?")
    assert page.evaluate("document.activeElement.tagName") == "H1", "each view begins at its heading"
    page.press("Tab")
    page.call("Input.insertText", {"text": "314159"})
    page.press("Enter")
    page.says("Welcome, Ngozi Okafor")
    tab_to(page, "Go to the questions")
    page.press("Enter")
    page.says("What is your name?")
    tab_to(page, "Continue")
    page.press(" ")
    page.says("Where are you now?")
    tab_to(page, "Continue")
    page.press("Enter")
    page.says("Choose the country where you are now.")
    assert page.evaluate("document.activeElement.tagName") == "SELECT", "the focus is on what is missing"


def test_another_language_and_larger_text_keep_the_place(hospital: PeopleApi, browser: Browser) -> None:
    page = proved(browser, hospital, hospital.invite())
    page.click("button", "Go to the questions")
    page.type("textbox", "Full name", "Ngozi A. Okafor")
    page.choose("Language", "ar")
    page.says("ما اسمك؟")
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["ar", "rtl"]
    assert page.evaluate("document.querySelector('main input').value") == "Ngozi A. Okafor"
    before = page.evaluate("getComputedStyle(document.querySelector('h1')).fontSize")
    page.click("button", "نص أكبر")
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).fontSize") != before
    page.reload()
    page.until("document.documentElement.dir === 'rtl' && document.documentElement.classList.contains('large')")


def test_a_refused_camera_is_helped_with_and_one_can_go_on_without(hospital: PeopleApi, browser: Browser) -> None:
    guest = hospital.invite(state="checked_in")
    page = proved(browser, hospital, guest, allow=False)
    page.click("button", "Check camera and sound")
    page.click("button", "Start the check")
    page.says("The browser may not use the camera.")
    page.click("button", "Help with camera and microphone")
    page.says("Click the symbol to the left of the address.")
    for name in ("camera", "microphone"):
        permission = {"permission": {"name": name}, "setting": "granted", "browserContextId": page.context}
        browser.call("Browser.setPermission", permission)
    page.click("button", "Try again")
    page.click("button", "Start the check")
    page.says("This is how the physician will see you.")


def test_without_any_device_one_waits_and_is_told(hospital: PeopleApi, tmp_path: Path, certificate: tuple[Path, Path]) -> None:
    with Browser(tmp_path, media=None, pins=[certificate[0]]) as bare:
        page = proved(bare, hospital, hospital.invite(state="checked_in"))
        page.click("button", "Go to the waiting room")
        page.says("No camera was found. You can take part with sound alone.")
        page.says("Help with camera and microphone")


def test_the_network_is_checked_through_the_relay_alone(tmp_path: Path, certificate: tuple[Path, Path]) -> None:
    with (
        Turn(tmp_path / "turn") as turn,
        PeopleApi(*certificate, ice=(turn.server("check"),)) as hospital,
        Browser(tmp_path, pins=[certificate[0]]) as browser,
    ):
        page = proved(browser, hospital, hospital.invite())
        page.click("button", "Check camera and sound")
        page.click("button", "Start the check")
        page.says("Your connection is good.", 30)


def test_three_browsers_see_and_know_each_other_in_pairs(tmp_path: Path, certificate: tuple[Path, Path]) -> None:
    names = ["Ngozi Okafor", "Chidi Okafor", "Dr F. Adebayo"]
    with (
        PeopleApi(*certificate, relay_only=False) as hospital,
        Browser(tmp_path, pins=[certificate[0]], flags=[MEDIA_ON_LOOPBACK]) as browser,
    ):
        hospital.desk(state="waiting")
        guests = [hospital.invite(name, kind, state="checked_in") for name, kind in zip(names, KINDS, strict=True)]
        pages = [browser.page() for _ in guests]
        for page, guest in zip(pages, guests, strict=True):
            page.open(hospital.link(guest))
            page.type("textbox", "Your code", guest.secret)
            page.click("button", "Continue")
            page.click("button", "Go to the waiting room")
            page.says("Waiting room")
        for guest in guests:
            hospital.change(guest, state="admitted")
        words: dict[frozenset[str], set[str]] = {}
        for page, name in zip(pages, names, strict=True):
            page.front()
            page.until("[...document.querySelectorAll('.face:not(.dark) video')].filter((v) => v.videoWidth > 0).length === 2", 40)
            page.says("Good connection", 40)
            page.click("button", "Words")
            page.until("document.querySelectorAll('.words .three').length === 2")
            for other, three in page.evaluate(CARDS):
                words.setdefault(frozenset({name, other.removeprefix("With ")}), set()).add(three)
        assert len(words) == 3
        assert all(len(three) == 1 for three in words.values()), "each pair has words of its own, the same on both sides"


def test_who_does_not_hold_to_a_commitment_is_told(tmp_path: Path, certificate: tuple[Path, Path]) -> None:
    with (
        PeopleApi(*certificate, relay_only=False) as hospital,
        Browser(tmp_path, pins=[certificate[0]], flags=[MEDIA_ON_LOOPBACK]) as browser,
    ):
        hospital.desk(state="waiting")
        names = (("Ngozi Okafor", "patient"), ("Chidi Okafor", "relative"))
        guests = [hospital.invite(name, kind, state="checked_in") for name, kind in names]
        pages = [browser.page() for _ in guests]
        for page, guest in zip(pages, guests, strict=True):
            page.call("Page.addScriptToEvaluateOnNewDocument", {"source": CHEAT})
            page.open(hospital.link(guest))
            page.type("textbox", "Your code", guest.secret)
            page.click("button", "Continue")
            page.click("button", "Go to the waiting room")
            page.says("Waiting room")
        for guest in guests:
            hospital.change(guest, state="admitted")
        until("one of them is told", lambda: any(page.evaluate(BROKEN) for page in pages), 40)
        told = next(page for page in pages if page.evaluate(BROKEN))
        other = guests[1 - pages.index(told)]
        assert told.evaluate(BROKEN) == f"{other.name}: The line could not be checked. Do not go on. Call the hospital."
        until("the hospital is told", lambda: Words(to=other.id, outcome="broken") in guests[pages.index(told)].asked, 10)


def test_what_strangers_write_is_only_text(hospital: PeopleApi, browser: Browser) -> None:
    guest, desk = hospital.invite(state="checked_in"), hospital.desk()
    page = proved(browser, hospital, guest)
    page.click("button", "Go to the waiting room")
    hospital.say(desk, MARKUP)
    page.says(MARKUP)
    assert page.evaluate("document.querySelectorAll('.lines img, .lines b').length") == 0
    hospital.change(guest, state="admitted")
    page.says("You are being connected")
    nonsense: list[dict[str, Any]] = [{"k": "offer", "sdp": "v=0\r\nnonsense", "n": 1}, {"k": "answer"}, {"k": "reveal", "v": 7}]
    for body in (*nonsense, {"x": []}, {"k": "commit"}):
        hospital.signal(desk, guest, body)
    hospital.say(desk, "Still here?")
    page.click("button", "Chat")
    page.says("Still here?")
    assert page.evaluate("document.title").startswith("Consult")
    assert page.errors == []


def test_a_connection_is_called_worse_soon_and_better_late(hospital: PeopleApi, browser: Browser) -> None:
    page = browser.page()
    page.open(hospital.link(hospital.invite()))
    script = """(async () => {
      const { Judge } = await import('/patient/quality.js');
      const judge = new Judge();
      let received = 0, lost = 0;
      const second = (share, roundTrip = 0.05) => {
        received += 50 * (1 - share);
        lost += 50 * share;
        return judge.take({ received, lost, reportedLoss: 0, roundTrip });
      };
      const words = [];
      const seconds = [[0], [0.3], [0.3], [0], [0], [0], [0], [0], [0.06], [0.06], [0], [0, 0.9], [0, 0.9]];
      for (const [share, trip] of seconds) words.push(second(share, trip));
      return words;
    })()"""
    good, weak, very = "good", "weak", "very_weak"
    assert page.evaluate(script) == [good, good, very, very, very, very, very, good, good, weak, weak, weak, very]


def test_marks_that_are_none_are_not_drawn(hospital: PeopleApi, browser: Browser) -> None:
    page = browser.page()
    page.open(hospital.link(hospital.invite()))
    script = """(async () => {
      const { sound } = await import('/patient/marks.js');
      const line = { m: 'line', x: 0, y: 0, x2: 1, y2: 1 };
      const good = [{ m: 'pointer', x: 0, y: 1 }, { m: 'circle', x: 0.5, y: 0.5, r: 0.1 }, line, { m: 'clear' }];
      const odd = [{ m: 'pointer', x: 2, y: 0 }, { m: 'circle', x: '1', y: 0, r: 0 }, { m: 'constructor' }, { ...line, x2: NaN }];
      const bad = [null, 7, {}, ...odd];
      return [good.every(sound), bad.some(sound)];
    })()"""
    assert page.evaluate(script) == [True, False]


def test_a_mark_lands_on_the_picture_it_names_and_a_flood_is_dropped(hospital: PeopleApi, browser: Browser) -> None:
    page = browser.page()
    page.open(hospital.link(hospital.invite()))
    script = """(async () => {
      const { Marks, tint } = await import('/patient/marks.js');
      const people = [{ id: 'd', kind: 'physician', desk: true, name: 'Dr' }, { id: 'p', kind: 'patient', desk: false, name: 'P' }];
      const room = { people, snapshots: [{ sha256: 'a' }, { sha256: 'b' }] };
      const marks = new Marks();
      const circle = { m: 'circle', x: 0.5, y: 0.5, r: 0.1 };
      const told = [{ ...circle, by: 'p' }, { ...circle, x: NaN, by: 'd' }, { ...circle, by: 'x' }];
      const count = (on) => (marks.on.get(on) ?? []).length;
      const took = [
        marks.take({ ...circle, on: 'a' }, 'd', room), marks.take({ ...circle, on: 'a' }, 'p', room),
        marks.take({ ...circle, on: 'unknown' }, 'd', room), marks.take({ ...circle, on: 'live' }, 'p', room),
        marks.take({ ...circle, on: 'a' }, 'stranger', room), marks.take(null, 'd', room),
        marks.take({ m: 'marks', on: 'live', marks: told }, 'd', room),
        marks.take({ m: 'marks', on: 'live', marks: [] }, 'p', room),
      ];
      const counts = [count('a'), count('b'), count('live')];
      marks.take({ m: 'clear', on: 'a' }, 'p', room);
      counts.push(count('a'));
      marks.take({ m: 'clear', on: 'a' }, 'd', room);
      counts.push(count('a'));
      let many = 0;
      for (let n = 0; n < 500; n++) if (marks.take({ m: 'pointer', x: 0, y: 0, on: 'a' }, 'd', room)) many++;
      return [took, counts, many < 200, tint(people, 'd') !== tint(people, 'p')];
    })()"""
    took, counts, held, other = page.evaluate(script)
    assert took == ["a", "a", "", "", "", "", "live", "live"]
    assert counts == [2, 0, 1, 1, 0]
    assert held
    assert other
