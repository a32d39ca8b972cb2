"""A consult that is recorded by everybody's consent, in a journey: asked for, agreed to, marked, ended by the patient, and played back."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import av
import numpy as np

from tests.doubles import coded_picture
from tests.journeys.processes import until

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from tests.journeys.chromium import Page
    from tests.journeys.physician import Physician
    from tests.journeys.stage import Hospital

ALLOWED = '\nrecording = "by_consent"\n'  # in the hospital's settings, under [consult]
RATE = 48_000
LASTS_S = 12.0  # longer than a part


def asked_and_ended(person: Physician, page: Page) -> None:
    """The physician asks, the patient agrees and ends it after a while; each side is told at once."""
    person.clicks("record-ask")
    page.until("document.querySelector('.record').dataset.state === 'asked'", 20)
    assert person.does_not_see("consult-recorded")
    page.click("button", "I agree")
    page.until("!document.querySelector('.recording').hidden", 20)
    person.sees("consult-recorded", 20)
    person.snap("06f-consult-recorded")
    page.evaluate(f"new Promise((done) => setTimeout(done, {LASTS_S * 1000:.0f}))")
    page.click("button", "End the recording")
    page.until("document.querySelector('.recording').hidden", 20)
    until("the mark is gone", lambda: person.does_not_see("consult-recorded"), 20)


def played(hospital: Hospital, consult: str, out: Path) -> dict[str, Any]:
    """What the hospital's file holds: seconds, the tone of each side, in how many pictures each face can be read."""
    until("its end has come", lambda: ", whole" in hospital.command("consult", "show", consult), 30, every=1.0)
    hospital.command("consult-recording", consult, "--out", str(out))
    data = out.read_bytes()
    out.unlink()
    with av.open(io.BytesIO(data), "r") as file:
        sound = np.concatenate([frame.to_ndarray() for frame in file.decode(audio=0)], axis=1)
    with av.open(io.BytesIO(data), "r") as file:
        pictures = [np.asarray(frame.to_ndarray(format="rgb24"), np.uint8) for frame in file.decode(video=0)]
    return {
        "seconds": sound.shape[1] / RATE,
        "hz": [_hz(channel[-6 * RATE :]) for channel in sound],
        "pictures": len(pictures),
        "faces": [sum(number is not None for number in numbers) for numbers in zip(*map(_numbers, pictures), strict=True)],
    }


def _hz(sound: NDArray[np.float32]) -> float:
    strength = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    return float(strength.argmax() * RATE / len(sound))


def _numbers(picture: NDArray[np.uint8]) -> list[int | None]:
    """Of the two faces, which stand one over the other beside what is shown, each 4 to 3 in a place of 212 by 240."""
    return [coded_picture.read(np.ascontiguousarray(picture[top : top + 158, 636:])) for top in (41, 281)]
