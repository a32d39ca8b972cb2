"""What a consult's media costs and bears: delay, bursts of loss, a frozen picture, a lost network, processor and memory.

`python3 dev.py bench consult [--json] [--only NAME …] [--seconds N]`. Two media processes talk through Debian's coturn on loopback; their
microphones hear pulses and their cameras see coded pictures, so that each delay is read from what arrived. What is compared with unmodified
aiortc runs with its own buffers under the same packets. "Ear" and "glass" are the loudspeaker's and the camera's program, not a device.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import threading
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from app.consult.process import MediaProcess
from app.consult.session import LinkState, WordsKnown
from tests.app.consult.media.network import arrivals
from tests.app.consult.media.test_picture_in import frozen
from tests.app.consult.media.test_sound_in import SLOT, aiortcs, ours, speech
from tests.app.consult.rooms import Side, joined
from tests.doubles import coded_picture
from tests.doubles.media_equipment import ENTRY, settings
from tests.journeys.bad_network import BadNetwork
from tests.journeys.turn import Turn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TICKS = os.sysconf("SC_CLK_TCK")
GONE_S = 20.0


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

    def ear_ms(self, side: Side) -> list[float]:
        """The delays of the pulses that a loudspeaker played."""
        file = self._folder / f"{side.name}.json"
        return list(json.loads(file.read_text())["delays_ms"]) if file.exists() else []

    def figures(self, settle: int = 60) -> dict[str, Any]:
        """Of what was seen and heard, without the start."""
        ages, times = [age for _, age in self.seen[settle:]], [at for at, _ in self.seen[settle:]]
        ears = [d for side in (self.a, self.b) for d in self.ear_ms(side)[5:]]
        shape = picture.shape if (picture := self.b.session.picture("a", "camera")) is not None else (0, 0)
        return {
            "mouth_to_ear_ms": spread(ears),
            "glass_to_glass_ms": spread(ages),
            "pictures_a_second": round(len(times) / (times[-1] - times[0]), 1) if len(times) > 1 else 0.0,
            "longest_freeze_ms": round(float(np.diff(times).max()) * 1000) if len(times) > 1 else None,
            "size": f"{shape[1]}x{shape[0]}",
            "links": [f"{e.link}" for e in self.b.events if isinstance(e, LinkState)][-12:],
        }


def spread(values: list[float]) -> dict[str, float] | None:
    """Median, 95th percentile, most."""
    if not values:
        return None
    return {"median": round(float(np.median(values)), 1), "p95": round(float(np.percentile(values, 95)), 1), "most": round(max(values), 1)}


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


def delay(seconds: float) -> dict[str, Any]:
    """Over loopback, through the relay: bars 120 and 200 ms."""
    with call() as (watched, _):
        watched.look(seconds)
        return watched.figures()


def sound_under_loss(_: float) -> dict[str, Any]:
    """A minute of packets at 0, 3 and 8 % bursty loss and 8 ms jitter, to our buffer and to aiortc's; bars: 0, and at most half."""
    rows = {}
    for loss in (0.0, 0.03, 0.08):
        found, packets = arrivals(3000, SLOT, loss), speech(3000)
        mine, buffer = ours(found, packets)
        other = aiortcs(found)
        rows[f"{loss:.0%}"] = {
            "ours": {"thrown_away": mine.thrown_away, "delay_median_ms": round(mine.median_ms()), "concealed": buffer.counts.concealed},
            "aiortc": {"thrown_away": other.thrown_away, "delay_median_ms": round(other.median_ms())},
        }
    return rows


def drift(_: float) -> dict[str, Any]:
    """Ten minutes at 3 %: the delay of each minute."""
    found = arrivals(30_000, SLOT, 0.03)
    run, buffer = ours(found, speech(50) * 600)
    minutes = [round(run.median_ms(slice(n * 2900, (n + 1) * 2900))) for n in range(10)]
    return {"median_of_each_minute_ms": minutes, "thrown_away": run.thrown_away, "concealed": buffer.counts.concealed}


def freeze(_: float) -> dict[str, Any]:
    """The longest freeze in a minute at 3 %, one packet a picture, ours beside aiortc's; bar 700 ms."""
    found = {kind: [round(frozen(0.03, kind, seed)) for seed in range(4)] for kind in ("ours", "aiortc")}
    return {kind: {"most_ms": max(values), "each_ms": values} for kind, values in found.items()}


def loss(seconds: float) -> dict[str, Any]:
    """Live calls with 3 and 8 % bursty loss, 20 ms and jitter each way, and with 150 ms each way."""
    cases: dict[str, dict[str, float]] = {
        "3%": {"loss": 0.03, "delay_s": 0.02, "jitter_s": 0.008},
        "8%": {"loss": 0.08, "delay_s": 0.02, "jitter_s": 0.008},
        "150 ms": {"delay_s": 0.15},
    }
    rows = {}
    for name, network in cases.items():
        with call(network) as (watched, between):
            watched.look(seconds)
            rows[name] = {**watched.figures(), "lost": between.lost, "passed": between.passed}
    return rows


def gone(_: float) -> dict[str, Any]:
    """The network is gone for 20 s in the middle: how long until the picture moves again; bar 5 s."""
    with call({}) as (watched, between):
        watched.look(5)
        between.gone = True
        watched.look(GONE_S)
        between.gone = False
        back, seen = time.monotonic(), len(watched.seen)
        while len(watched.seen) == seen and time.monotonic() < back + 60:
            watched.look(0.1)
        after = time.monotonic() - back
        watched.look(5)
        links = [e.link for e in watched.b.events if isinstance(e, LinkState)]
        return {"back_after_s": round(after, 1), "links": list(dict.fromkeys(links)), "goes_on": len(watched.seen) - seen > 60}


def processor(seconds: float) -> dict[str, Any]:
    """720p both ways with texture, of one core, after the ladder's top is reached; bar 80 %. Devices and their test pictures are in it."""
    with call(size=(1280, 720), texture=True) as (watched, _):
        end = time.monotonic() + 40
        while time.monotonic() < end and watched.figures()["size"] != "1280x720":
            watched.look(1)
        pids = [process.pid for process in (watched.a.session, watched.b.session) if isinstance(process, MediaProcess)]
        watched.seen.clear()
        before, began = [used_s(pid) for pid in pids], time.monotonic()
        watched.look(seconds)
        took = time.monotonic() - began
        shares = [round((used_s(pid) - was) / took * 100) for pid, was in zip(pids, before, strict=True)]
        return {**watched.figures(0), "percent_of_one_core": shares, "load_1_min": round(os.getloadavg()[0], 1), "cores": os.cpu_count()}


def memory(seconds: float) -> dict[str, Any]:
    """Resident memory of both processes while a call runs; `--seconds 1200` is the bar's twenty minutes."""
    with call() as (watched, _):
        pids = [process.pid for process in (watched.a.session, watched.b.session) if isinstance(process, MediaProcess)]
        rows = []
        for _ in range(10):
            watched.look(seconds / 10)
            rows.append([resident_mb(pid) for pid in pids])
        return {"mb": rows, "growth_mb": [round(rows[-1][n] - rows[2][n], 1) for n in range(2)], "seconds": seconds}


def used_s(pid: int | None) -> float:
    """Processor seconds of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident_mb(pid: int | None) -> float:
    """Its resident memory."""
    return round(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)


ROWS: dict[str, Callable[[float], dict[str, Any]]] = {
    "delay": delay,
    "sound_under_loss": sound_under_loss,
    "drift": drift,
    "freeze": freeze,
    "loss": loss,
    "gone": gone,
    "processor": processor,
    "memory": memory,
}


def main() -> None:
    """Prints the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one object instead of a line for each row")
    parser.add_argument("--only", nargs="+", choices=ROWS, default=list(ROWS))
    parser.add_argument("--seconds", type=float, default=20.0, help="of each live row")
    given = parser.parse_args()
    found = {}
    for name in given.only:
        found[name] = ROWS[name](given.seconds)
        if not given.json:
            print(name, json.dumps(found[name]), flush=True)
    if given.json:
        print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
