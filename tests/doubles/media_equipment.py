"""Devices for a media process under test: a microphone that hears a pulsed tone, a loudspeaker that measures, a camera with coded pictures.

`MediaProcess(ENTRY)` with `settings(...)` around `start` uses them; the program that ships has none of this. The tone stops for the last
fifth of each second of the machine's clock and begins with the next one: so whoever hears it begin knows how long it was on the way.
"""

from __future__ import annotations

import json
import os
import threading
import time
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from app.consult.session import Device, Devices
from tests.doubles import coded_picture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection

    from numpy.typing import NDArray

    from app.consult.media.equipment import Uses
    from app.consult.session import DeviceKind

ENTRY = "tests.doubles.media_equipment:main"
VARIABLE = "OVERREAD_TEST_EQUIPMENT"
RATE, BLOCK = 48_000, 480
ON_SHARE = 0.8


@contextmanager
def settings(**values: Any) -> Iterator[None]:
    """Around `MediaProcess.start`: tone (Hz), size (columns, rows), rate, texture, colour, heard (a file for what it played)."""
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = json.dumps({k: str(v) if isinstance(v, Path) else v for k, v in values.items()})
    try:
        yield
    finally:
        os.environ.pop(VARIABLE) if before is None else os.environ.update({VARIABLE: before})


def main(pipe: Connection) -> None:
    """What the media process runs."""
    from app.consult.media.child import main as serve  # noqa: PLC0415  late import, as the process's own entry

    serve(pipe, MeasuringEquipment(**json.loads(os.environ.get(VARIABLE, "{}"))))


class MeasuringEquipment:
    """The devices."""

    clean = False

    def __init__(
        self,
        tone: float = 440.0,
        size: tuple[int, int] = (640, 480),
        rate: float = 30.0,
        heard: str = "",
        texture: bool = False,
        colour: tuple[int, int] = coded_picture.GREY,
    ) -> None:
        self._tone, self._size, self._rate, self._heard, self._colour = tone, tuple(size), rate, heard, colour
        self._noise = np.random.default_rng(1).integers(90, 166, (size[1], size[0]), np.uint8) if texture else None
        self._over, self._camera = threading.Event(), threading.Event()

    def run(self, uses: Uses, ready: Callable[[], None]) -> None:
        works = (self._hears, self._plays, self._sees)
        threads = [threading.Thread(target=work, args=(uses,), daemon=True) for work in works]
        uses.devices(self._devices())
        ready()
        for thread in threads:
            thread.start()
        self._over.wait()
        for thread in threads:
            thread.join(1.0)

    def camera(self, on: bool) -> None:
        (self._camera.set if on else self._camera.clear)()

    def use(self, kind: str, device: str) -> None:
        """There is one of each."""

    def quit(self) -> None:
        self._over.set()
        self._camera.set()

    def _devices(self) -> Devices:
        kinds: tuple[DeviceKind, ...] = ("microphone", "loudspeaker", "camera")
        return Devices(tuple(Device(kind, f"test-{kind}", f"Test {kind}", used=True) for kind in kinds))

    def _every(self, seconds: float) -> Iterator[float]:
        """The moments of a clock of its own; what was slept over is made up for."""
        due = time.monotonic()
        while not self._over.is_set():
            due += seconds
            self._over.wait(max(0.0, due - time.monotonic()))
            yield due

    def _hears(self, uses: Uses) -> None:
        for end in self._every(BLOCK / RATE):
            t = end - BLOCK / RATE + np.arange(BLOCK) / RATE
            sound = 8000 * np.sin(2 * np.pi * self._tone * t) * (t % 1.0 < ON_SHARE)
            uses.hears(sound.astype(np.int16))

    def _plays(self, uses: Uses) -> None:
        ear = Ear()
        for count, at in enumerate(self._every(BLOCK / RATE)):
            ear.take(uses.plays(BLOCK), at)
            if self._heard and count % 50 == 49:
                part = Path(self._heard + ".part")
                part.write_text(json.dumps(ear.told()))
                part.replace(self._heard)

    def _sees(self, uses: Uses) -> None:
        import av  # noqa: PLC0415  late import: a test that only sets the equipment needs none

        chroma = coded_picture.chroma(self._colour, *self._size)
        while not self._over.is_set():
            self._camera.wait()
            for _ in self._every(1 / self._rate):
                if not self._camera.is_set():
                    break
                value = coded_picture.now_ms()
                luma = coded_picture.drawn(value, *self._size)
                if self._noise is not None:
                    top = self._size[1] * 3 // 4
                    luma[top:] = np.roll(self._noise, value // 5, 1)[top:]
                frame = av.VideoFrame.from_ndarray(np.vstack([luma, chroma]), format="yuv420p")
                frame.time_base = Fraction(1, 90_000)
                uses.sees(frame)


class Ear:
    """Measures what is played: its tones, how loud, and how late each pulse began."""

    QUIET, LOUD = 200, 2500

    def __init__(self) -> None:
        self._sound: list[NDArray[np.int16]] = []
        self._quiet = 0
        self._delays: list[float] = []
        self._begun: float | None = None

    def take(self, block: NDArray[np.int16], at: float) -> None:
        """A block whose first sample is played at a second."""
        self._begun = self._begun or at
        self._sound.append(block)
        del self._sound[:-100]
        loud = np.abs(block.astype(np.int32)) > self.LOUD
        if loud.any() and self._quiet >= RATE // 12:
            self._delays.append(((at + int(loud.argmax()) / RATE) % 1.0) * 1000)
        self._quiet = 0 if loud.any() else self._quiet + len(block)

    def told(self) -> dict[str, Any]:
        """The last second's strongest tone, all its tones and its level, all delays in milliseconds."""
        sound = np.concatenate(self._sound).astype(float)
        return {
            "hz": strongest(sound),
            "tones": tones(sound),
            "rms": round(float(np.sqrt((sound**2).mean()))),
            "delays_ms": [round(d, 1) for d in self._delays],
        }


def tones(sound: NDArray[np.float64], least: float = 0.1) -> list[float]:
    """The frequencies that sound together, in Hz: of each 60 Hz around the strongest, down to a share of it."""
    line = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    line[: round(100 * len(sound) / RATE)] = 0
    found: list[float] = []
    floor, near = max(float(line.max()) * least, 1.0), round(30 * len(sound) / RATE)
    while (top := int(line.argmax())) and line[top] >= floor and len(found) < 8:
        found.append(round(top * RATE / len(sound), 1))
        line[max(top - near, 0) : top + near] = 0
    return sorted(found)


def strongest(sound: NDArray[np.float64]) -> float:
    """The strongest frequency, in Hz."""
    line = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    return round(float(line[5:].argmax() + 5) * RATE / len(sound), 1)
