"""What a consult costs and bears, each figure with its bar: delay, bursts of loss, a frozen picture, a lost network, load, and more.

`python3 dev.py bench consult [--json] [--only NAME …] [--seconds N] [--most MINUTES]`. Microphones hear pulses and cameras see coded
pictures, so that each delay is read from what arrived. What is compared with unmodified aiortc runs with its own buffers under the same
packets. "Ear" and "glass" are the loudspeaker's and the camera's program, not a device. A figure that could not be measured does not hold,
nor does a part that there was no time for. Exits with 1 where anything does not hold.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from tests.app.consult.media.network import arrivals
from tests.app.consult.media.test_picture_in import frozen
from tests.app.consult.media.test_sound_in import SLOT, aiortcs, ours, speech
from tests.bench.consult_call import at_least, at_most, call, figure, is_so, median, p95, resident_mb, used_s
from tests.bench.consult_whole import board, restart, scrolling
from tests.figures import Row, tell

if TYPE_CHECKING:
    from collections.abc import Callable

GONE_S = 20.0
FLAT_S, FLAT_MB = 1200.0, 10.0
TONE_HZ = 700.0


def delay(seconds: float) -> list[Row]:
    """Over loopback, through the relay."""
    with call() as (watched, _):
        watched.look(max(seconds, 25))
        ears, ages = watched.ears_ms(), watched.ages_ms()
    return [
        at_most("mouth to ear, median", median(ears), "ms", 120),
        figure("mouth to ear, 95th percentile", p95(ears), "ms"),
        at_most("glass to glass, median", median(ages), "ms", 200),
        figure("glass to glass, 95th percentile", p95(ages), "ms"),
    ]


def sound_under_loss(_: float) -> list[Row]:
    """A minute of packets at 3 and 8 % bursty loss and 8 ms jitter, to our buffer and to aiortc's."""
    rows = []
    for loss_share in (0.03, 0.08):
        found, packets = arrivals(3000, SLOT, loss_share), speech(3000)
        mine, buffer = ours(found, packets)
        other = aiortcs(found)
        against = {"aiortc thrown away": float(other.thrown_away), "aiortc delay ms": float(round(other.median_ms()))}
        thrown = max(mine.thrown_away, buffer.counts.thrown_away, 0)
        rows += [
            at_most(f"good frames thrown away at {loss_share:.0%}", thrown, "", 0, against),
            at_least(f"frames played at {loss_share:.0%}, of those that came", len(mine.played) / len(found), "", 0.95),
            at_most(f"delay of sound at {loss_share:.0%}, median", mine.median_ms(), "ms", round(other.median_ms() / 2), against),
        ]
    return rows


def drift(_: float) -> list[Row]:
    """Ten minutes at 3 %: the delay of each minute."""
    run, buffer = ours(arrivals(30_000, SLOT, 0.03), speech(50) * 600)
    minutes = [run.median_ms(slice(n * 2900, (n + 1) * 2900)) for n in range(10)]
    return [
        at_most("delay of sound over ten minutes, slowest minute less the first", max(minutes) - minutes[0], "ms", 10),
        at_most("good frames thrown away in ten minutes at 3%", max(run.thrown_away, buffer.counts.thrown_away, 0), "", 0),
    ]


def freeze(_: float) -> list[Row]:
    """The longest freeze in a minute at 3 %, one packet a picture, ours beside aiortc's."""
    most = {kind: max(frozen(0.03, kind, seed) for seed in range(4)) for kind in ("ours", "aiortc")}
    return [at_most("longest freeze of the picture at 3%", most["ours"], "ms", 700, {"aiortc ms": round(most["aiortc"])})]


def loss(seconds: float) -> list[Row]:
    """Live calls with 3 and 8 % bursty loss, 20 ms and jitter on each way to the relay (a packet takes two), and with 150 ms."""
    cases: dict[str, dict[str, float]] = {
        "3% loss on both ways": {"loss": 0.03, "delay_s": 0.02, "jitter_s": 0.008},
        "8% loss on both ways": {"loss": 0.08, "delay_s": 0.02, "jitter_s": 0.008},
        "150 ms": {"delay_s": 0.15},
    }
    rows = []
    for name, network in cases.items():
        with call(network) as (watched, between):
            watched.look(max(seconds, 30))
            recent = bool(watched.seen) and time.monotonic() - watched.seen[-1][0] < 2
            heard = abs(watched.tone_hz() - TONE_HZ) < 10
            share = between.lost / max(between.lost + between.passed, 1)
            ears, ages, freeze = watched.ears_ms(), watched.ages_ms(), watched.freeze_ms()
        rows += [
            is_so(f"the call goes on at {name}: picture and tone at its end", recent and heard),
            figure(f"mouth to ear at {name}, median", median(ears), "ms"),
            figure(f"glass to glass at {name}, median", median(ages), "ms"),
            figure(f"longest freeze at {name}", freeze, "ms"),
        ]
        if "loss" in network:
            rows.append(at_least(f"share of packets that were lost at {name}", share * 100, "%", network["loss"] * 40))
    return rows


def sound_only(_: float) -> list[Row]:
    """A line so bad that the picture is given up for the sound, and comes back."""
    with call({}) as (watched, between):
        watched.look(3)
        between.worsen(0.3)
        gave_up = _within(watched.look, lambda: "sound_only" in watched.links(watched.b) and "sound_only" in watched.links(watched.a), 60)
        heard = abs(watched.tone_hz() - TONE_HZ) < 10
        between.worsen(0.0)
        watched.seen.clear()
        back = _within(watched.look, lambda: len(watched.seen) > 30, 60)
    return [
        is_so("at 30% loss the picture is given up, and the tone is still heard", gave_up is not None and heard),
        figure("until the picture is given up", gave_up, "s"),
        at_most("until the picture is back on a good line", back, "s", 45),
    ]


def gone(_: float) -> list[Row]:
    """The network is gone for 20 s in the middle: how long until the picture moves again."""
    with call({}) as (watched, between):
        watched.look(5)
        between.gone = True
        watched.look(GONE_S)
        still = len(watched.seen) and time.monotonic() - watched.seen[-1][0] > GONE_S - 3
        between.gone = False
        watched.seen.clear()
        after = _within(watched.look, lambda: len(watched.seen) > 0, 60)
        watched.look(5)
        goes_on = len(watched.seen) > 60
    return [
        is_so("no picture while the network was gone for 20 s", bool(still)),
        at_most("picture after the network is back", after, "s", 5),
        is_so("the call goes on afterwards", goes_on),
    ]


def processor(seconds: float) -> list[Row]:
    """720p both ways with texture, of one core, after the ladder's top is reached. Devices and their test pictures are in it."""
    with call(size=(1280, 720), texture=True) as (watched, _):
        top = _within(watched.look, lambda: watched.size() == "1280x720", 60)
        pids = watched.pids()
        before, began = [used_s(pid) for pid in pids], time.monotonic()
        watched.seen.clear()
        watched.look(max(seconds, 15))
        took = time.monotonic() - began
        shares = [(used_s(pid) - was) / took * 100 for pid, was in zip(pids, before, strict=True)]
        rate, size = len(watched.seen) / took, watched.size()
    return [
        is_so("720p was reached, and stood to the end", top is not None and size == "1280x720"),
        at_most("processor of a media process at 720p both ways, of one core", max(shares) if len(shares) == 2 else None, "%", 80),
        at_least("pictures a second meanwhile", rate, "1/s", 24),
        figure("load of the machine", os.getloadavg()[0], ""),
    ]


def memory(seconds: float) -> list[Row]:
    """Resident memory of both processes while a call runs; judged over twenty minutes (`--seconds 1200`)."""
    with call() as (watched, _):
        rows = []
        for _ in range(10):
            watched.look(seconds / 10)
            rows.append([resident_mb(pid) for pid in watched.pids()])
        moved = len(watched.seen) > seconds * 5
    growth = max(rows[-1][n] - rows[2][n] for n in range(2))
    what = f"memory's growth over {seconds:.0f} s, after the first three tenths"
    return [
        at_most(what, growth, "MB", FLAT_MB) if seconds >= FLAT_S else figure(f"{what} (judged from {FLAT_S:.0f} s on)", growth, "MB"),
        figure("memory of a media process at the end", max(rows[-1]), "MB"),
        is_so("the picture moved all the time", moved),
    ]


def _within(look: Callable[[float], None], holds: Callable[[], bool], seconds: float) -> float | None:
    """After how many seconds something holds; None where it does not."""
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        if holds():
            return time.monotonic() - begun
        look(0.1)
    return None


PARTS: dict[str, Callable[[float], list[Row]]] = {
    part.__name__: part
    for part in (delay, sound_under_loss, drift, freeze, loss, sound_only, gone, processor, memory, scrolling, board, restart)
}


def main() -> int:
    """Prints the figures."""
    parser = argparse.ArgumentParser(prog="dev.py bench consult", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one object")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--seconds", type=float, default=20.0, help="of each live part")
    parser.add_argument("--most", type=float, default=8.0, help="minutes after which no further part is begun, and those left do not hold")
    given = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QCoreApplication.instance() or QCoreApplication([])  # the desks of whole consults live in it
    rows, begun = [], time.monotonic()
    for name in given.only:
        if time.monotonic() - begun > given.most * 60:
            rows.append(is_so(f"{name} was run (not begun after {given.most:g} minutes: --only {name})", False))
            continue
        rows += _figures(name, given.seconds)
        print(f"{name}: {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
    del application
    return tell("consult", rows, as_json=given.json)


def _figures(name: str, seconds: float) -> list[Row]:
    """Of one part; what went wrong in it does not hold, and the others go on."""
    try:
        return PARTS[name](seconds)
    except Exception as error:  # noqa: BLE001  a part's edge
        print(f"{name}: {type(error).__name__}: {error}", file=sys.stderr)
        return [is_so(f"{name} could be measured", False)]


if __name__ == "__main__":
    sys.exit(main())
