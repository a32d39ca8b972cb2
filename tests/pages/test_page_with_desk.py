"""The page in a call with a desk's own media, through a relay alone: sound, picture, words, shown image and marks, by their content."""

from __future__ import annotations

import json
import wave
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pytest

from app.consult.process import MediaProcess
from app.consult.session import Marked, NewPicture, SignalOut, WordsKnown
from sync.protocol import consult as said
from tests.app.consult.rooms import Side, until
from tests.doubles import coded_picture
from tests.doubles.media_equipment import ENTRY, settings
from tests.doubles.people_api import PeopleApi
from tests.journeys.chromium import Browser, FakeMedia
from tests.journeys.turn import Turn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from app.consult.session import Event
    from tests.doubles.people_api import Guest
    from tests.journeys.chromium import Page

DESK_HZ, PATIENT_HZ = 440.0, 1000.0
# The number of the coded picture that a video shows.
READ = (
    coded_picture.READER_JS + "; (() => { const v = document.querySelector(SELECTOR); return v && v.videoWidth ? readCoded(v) : null; })()"
)
# The strongest frequency that plays.
TONE = """(async () => {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 16384;
  context.createMediaStreamSource(document.querySelector('audio').srcObject).connect(analyser);
  await new Promise((done) => setTimeout(done, 800));
  const bins = new Float32Array(analyser.frequencyBinCount);
  analyser.getFloatFrequencyData(bins);
  await context.close();
  return bins.indexOf(Math.max(...bins)) * context.sampleRate / analyser.fftSize;
})()"""
DRAWN = """(() => {
  const canvas = document.querySelector('.film canvas');
  if (!canvas || !canvas.width) return 0;
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return data.reduce((sum, value, i) => sum + (i % 4 === 3 && value > 200), 0);
})()"""


@dataclass
class Call:
    """A desk and a page that talk."""

    turn: Turn
    hospital: PeopleApi
    side: Side
    desk: Guest
    guest: Guest
    page: Page
    heard: Path


def tone_file(path: Path) -> Path:
    """A second of the patient's tone, half as loud as can be."""
    wave_of = 16000 * np.sin(2 * np.pi * PATIENT_HZ * np.arange(48000) / 48000)
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(48000)
        out.writeframes(wave_of.astype("<i2").tobytes())
    return path


def fresh(page: Page) -> bool:
    """Whether the desk's camera is seen as it was within the last two seconds."""
    value = page.evaluate(READ.replace("SELECTOR", json.dumps(".face video")))
    return value is not None and coded_picture.age_ms(value) < 2000


def reads(page: Page, selector: str) -> bool:
    """Whether a coded picture stands in a video."""
    return page.evaluate(READ.replace("SELECTOR", json.dumps(selector))) is not None


@pytest.fixture
def call(tmp_path: Path, certificate: tuple[Path, Path]) -> Iterator[Call]:
    """A patient who was let in, and a desk that offers."""
    media = FakeMedia(sound=tone_file(tmp_path / "patient.wav"))
    side = Side("desk", MediaProcess(ENTRY))
    with (
        Turn(tmp_path / "turn") as turn,
        PeopleApi(*certificate, ice=(turn.server("patient"),)) as hospital,
        Browser(tmp_path, media=media, pins=[certificate[0]]) as browser,
    ):
        guest = hospital.invite(state="checked_in")
        desk = hospital.desk(hears=side.session.heard)

        def told(event: Event) -> None:
            side.told(event)
            if isinstance(event, SignalOut):
                hospital.signal(desk, guest, event.body)

        page = browser.page(1280, 800)
        page.open(hospital.link(guest))
        page.type("textbox", "Your code", "314159")
        page.click("button", "Continue")
        page.click("button", "Go to the waiting room")
        page.says("Dr M. Adeyemi knows you are here")
        with settings(tone=DESK_HZ, heard=tmp_path / "desk.json"):
            side.session.start(told, [turn.server("desk")], me=desk.id, call="c-1", relay_only=True)
        side.session.camera(True)
        hospital.change(guest, state="admitted")
        side.session.connect(guest.id, offers=True)
        try:
            page.says("Good connection", 40)
            yield Call(turn, hospital, side, desk, guest, page, tmp_path / "desk.json")
        finally:
            side.session.stop()


def hears(file: Path, hz: float) -> bool:
    return file.exists() and abs(float(json.loads(file.read_text())["hz"]) - hz) < 10


def test_desk_and_page_see_hear_and_know_each_other(call: Call) -> None:
    page, side, guest = call.page, call.side, call.guest
    until(partial(fresh, page))
    assert until(lambda: abs(page.evaluate(TONE) - DESK_HZ) < 10)
    side.wait(NewPicture, lambda event: event.peer == guest.id)
    picture = side.session.picture(guest.id, "camera")
    assert picture is not None
    assert picture[..., 1].mean() > 2 * picture[..., 0].mean(), "the green of the invented camera"
    until(partial(hears, call.heard, PATIENT_HZ))

    words = side.wait(WordsKnown).words
    page.until(f"document.querySelector('.words-strip .three').textContent === {json.dumps(' · '.join(words))}")
    page.click("button", "Compare")
    page.click("button", "They are the same")
    until(lambda: said.Words(to=call.desk.id, outcome="same") in guest.asked)
    until(lambda: any(ask.up and ask.way in {"turn_udp", "turn_tcp"} for ask in guest.asked if isinstance(ask, said.Media)))
    assert call.hospital.lost == []


def test_the_shown_image_with_pointer_and_marks_from_both_sides(call: Call) -> None:
    page, side = call.page, call.side
    side.session.show(np.ascontiguousarray(np.repeat(coded_picture.drawn(7)[..., None], 3, axis=2)))
    call.hospital.change(showing="CT chest, Lung 1.25")
    page.says("Not for diagnosis")
    until(partial(reads, page, ".film video"))
    assert page.evaluate(DRAWN) == 0
    circle = {"m": "circle", "x": 0.5, "y": 0.5, "r": 0.1, "by": call.desk.id}
    line = {"m": "line", "x": 0.1, "y": 0.1, "x2": 0.9, "y2": 0.9, "by": call.guest.id}
    side.session.mark({"m": "marks", "on": "live", "marks": [circle]})
    page.until(f"{DRAWN} > 100")
    side.session.mark({"m": "marks", "on": "live", "marks": [circle, line]})
    page.until(f"{DRAWN} > 1000")
    side.session.mark({"m": "marks", "on": "live", "marks": []})
    page.until(f"{DRAWN} === 0")
    where = page.evaluate(
        "(({ left, top, width, height }) => [left + width / 2, top + height / 2])(document.querySelector('.film').getBoundingClientRect())"
    )
    page.call("Input.dispatchMouseEvent", {"type": "mouseMoved", "x": where[0], "y": where[1]})
    marked = side.wait(Marked).message
    assert (marked["m"], marked["on"], round(marked["x"], 1), round(marked["y"], 1)) == ("pointer", "live", 0.5, 0.5)


def test_a_second_connection_takes_over_and_the_words_hold(call: Call) -> None:
    page, side = call.page, call.side
    words = page.until("document.querySelector('.words-strip .three').textContent")
    until(partial(fresh, page))
    track = page.evaluate("document.querySelector('.face video').srcObject.getVideoTracks()[0].id")
    side.session.connect(call.guest.id, offers=True)
    page.until(f"document.querySelector('.face video').srcObject.getVideoTracks()[0].id !== {json.dumps(track)}")
    until(partial(fresh, page))
    page.says("Good connection")
    assert page.evaluate("document.querySelector('.words-strip .three').textContent") == words
    assert page.evaluate("document.querySelectorAll('audio').length") == 1


def test_the_relay_gone_for_a_while_is_told_and_the_call_comes_back(call: Call) -> None:
    page = call.page
    until(partial(fresh, page))
    call.turn.__exit__()
    page.until("document.querySelector('.trouble').dataset.state.startsWith('reconnecting')", 15)
    until(lambda: not fresh(page))
    with call.turn:
        page.until("document.querySelector('.trouble').hidden", 60)
        until(partial(fresh, page))
