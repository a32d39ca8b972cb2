"""Two media processes in a call through Debian's coturn, and what arrives at them: the stage of the media's figures."""

from __future__ import annotations

import json
import os
import tempfile
import threading
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from app.consult.process import MediaProcess
from app.consult.session import LinkState, WordsKnown
from tests.app.consult.rooms import Side, joined
from tests.doubles import coded_picture
from tests.doubles.media_equipment import ENTRY, settings
from tests.figures import Row
from tests.journeys.bad_network import BadNetwork
from tests.journeys.turn import Turn

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TICKS = os.sysconf("SC_CLK_TCK")
LEAST = 30  # of fewer values nothing is said


class Watched:
    """Two desks in a call, and when each of b's newest pictures from a came, and how old it was."""

    def __init__(self, a: Side, b: Side, folder: Path) -> None:
        self.a, self.b, self._folder = a, b, folder
        self.seen: list[tuple[float, float]] = []
        self._last = -1

    def look(self, seconds: float) -> None:
        """Watches for a while."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            picture = self.b.session.picture("a", "camera")
            value = coded_picture.read(picture) if picture is not None else None
            if value is not None and value != self._last:
                self._last = value
                self.seen.append((time.monotonic(), coded_picture.age_ms(value)))
            threading.Event().wait(0.004)

    def ears_ms(self, settle: int = 5) -> list[float]:
        """The delays of the pulses that the loudspeakers played, without each side's first."""
        files = [self._folder / f"{side.name}.json" for side in (self.a, self.b)]
        return [delay for file in files if file.exists() for delay in json.loads(file.read_text())["delays_ms"][settle:]]

    def tone_hz(self) -> float:
        """What b's loudspeaker played last."""
        file = self._folder / "b.json"
        return float(json.loads(file.read_text())["hz"]) if file.exists() else 0.0

    def ages_ms(self, settle: int = 60) -> list[float]:
        """How old the pictures were, without the start."""
        return [age for _, age in self.seen[settle:]]

    def freeze_ms(self, settle: int = 60) -> float | None:
        """The longest time without a new picture."""
        times = [at for at, _ in self.seen[settle:]]
        return round(float(np.diff(times).max()) * 1000) if len(times) > LEAST else None

    def links(self, side: Side) -> list[str]:
        """What was told of the line, each change once."""
        told = [event.link for event in list(side.events) if isinstance(event, LinkState)]
        return [word for word, before in zip(told, ["", *told], strict=False) if word != before]

    def size(self) -> str:
        """Of the picture at b."""
        picture = self.b.session.picture("a", "camera")
        return f"{picture.shape[1]}x{picture.shape[0]}" if picture is not None else "none"

    def pids(self) -> list[int]:
        """Both processes."""
        return [pid for side in (self.a, self.b) if isinstance(side.session, MediaProcess) and (pid := side.session.pid) is not None]


@contextmanager
def call(
    network: dict[str, float] | None = None, *, size: tuple[int, int] = (640, 480), texture: bool = False
) -> Iterator[tuple[Watched, BadNetwork]]:
    """Two desks whose words are known, through a relay behind a network."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="overread-bench-")))
        turn = stack.enter_context(Turn(folder / "turn"))
        between = stack.enter_context(BadNetwork(turn.port, **(network or {})))
        a, b = Side("a", MediaProcess(ENTRY)), Side("b", MediaProcess(ENTRY))
        joined(a, b)
        for side in (a, b):
            stack.callback(side.session.stop)
            with settings(tone=700.0, heard=folder / f"{side.name}.json", size=size, texture=texture):
                server = turn.server(side.name, "udp", port=between.port if network is not None else 0)
                side.session.start(side.told, [server], me=side.name, call="bench", relay_only=True)
            side.session.camera(True)
        b.session.connect("a", offers=False)
        a.session.connect("b", offers=True)
        for side in (a, b):
            side.wait(WordsKnown, seconds=60)
        yield Watched(a, b, folder), between


def at_most(what: str, value: float | None, unit: str, limit: float, against: dict[str, float] | None = None) -> Row:
    """A figure that must not be larger; one that could not be measured does not hold."""
    return Row(what, -1.0 if value is None else round(value, 2), unit, f"≤ {limit:g}", value is not None and value <= limit, against)


def at_least(what: str, value: float | None, unit: str, limit: float) -> Row:
    """A figure that must not be smaller; likewise."""
    return Row(what, -1.0 if value is None else round(value, 2), unit, f"≥ {limit:g}", value is not None and value >= limit)


def is_so(what: str, holds: bool) -> Row:
    """Something that must be."""
    return Row(what, float(holds), "", "= 1", holds)


def figure(what: str, value: float | None, unit: str) -> Row:
    """A figure without a bar."""
    return Row(what, -1.0 if value is None else round(value, 2), unit)


def median(values: Sequence[float]) -> float | None:
    """None of too few."""
    return float(np.median(values)) if len(values) >= LEAST else None


def p95(values: Sequence[float]) -> float | None:
    """Likewise."""
    return float(np.percentile(values, 95)) if len(values) >= LEAST else None


def used_s(pid: int) -> float:
    """Processor seconds of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident_mb(pid: int) -> float:
    """Its resident memory."""
    return round(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)
