"""`dev.py bench images`: images at once, as figures and as ratios to peers in the same run, through the product's own path.

The cases are made for it, imported at a hospital, synchronised to a desk, and read in its window under an X server; `--only scroll` runs
one part, `--at FOLDER` keeps hospital and desk for the next run. Vault and page cache are warm, nothing is decoded yet.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING

from tests.bench import image_cases, peers
from tests.bench.image_stage import Stage, cpu_seconds, staged, tree_pss
from tests.figures import Row, tell
from tests.journeys import expected
from tests.journeys.x11 import Rect, Screen

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from tests.journeys.physician import Physician

SLICES, PLANE_SLICES, PEER_SLICES = 1000, 600, 100
RAW = SLICES * 512 * 512 * 2
WIDE, HIGH = 4400, 2400
CASES: dict[str, Callable[[Path], Path]] = {
    "ct": lambda to: image_cases.ct(to, SLICES),
    "mg": image_cases.mammograms,
    "planes": lambda to: image_cases.ct(to, PLANE_SLICES, "Chest CT for planes"),
}
IN_DESK = "__import__('tests.bench.in_desk', fromlist=['x'])"
LARGE, MEDIUM = (3840, 2160), (900, 900)
PLANES = (3 * 600 + 4, 600)
FILMED_S = 4.0


@dataclass(slots=True)
class Bench:
    """One run: where it is, how often, and the cases that are made so far."""

    root: Path
    screen: Screen
    times: int
    _stages: dict[str, Stage] = field(default_factory=dict)

    def stage(self, name: str) -> Stage:
        """The case of that name at its desk."""
        if name not in self._stages:
            self._stages[name] = staged(self.root / name, self.screen, CASES[name])
        return self._stages[name]


def filmed(physician: Physician, stage: Stage) -> float:
    """Opens the case by its key; seconds until the first image stands in a film of the screen, taken by this process."""
    screen, piece = physician.screen, Rect(520, 260, 260, 300)
    start = time.monotonic()
    screen.press("Return")
    film = screen.film(piece, start, 1.5)
    port = physician.sees("viewport-1")
    opened(physician)
    return _seen(physician, stage, film, piece, port)


def opened(physician: Physician) -> float:
    """Opens the case by its key where it is not open yet; seconds until all its images are in memory, with nobody else at work."""
    start = time.monotonic()
    if physician.does_not_see("viewport-1"):
        physician.screen.press("Return")
    return float(physician.ask(f"{IN_DESK}.when_whole(find)")) - start


def _seen(physician: Physician, stage: Stage, film: list[tuple[float, NDArray[np.uint8]]], piece: Rect, port: Rect) -> float:
    wanted = wanted_piece(physician, stage, piece, port)
    for when, picture in film:
        if expected.shows(picture, wanted):
            return when
    raise AssertionError(f"the correct image was not on the screen within the film of {len(film)} pictures")


def wanted_piece(physician: Physician, stage: Stage, piece: Rect, port: Rect, name: str = "viewport-1") -> NDArray[np.float64]:
    """What must stand in a piece of a viewport, worked out from the plain file."""
    uid, centre, width, function = physician.ask(
        f"(lambda v, w: [v.current()[0].sop_instance_uid, w.centre, w.width, w.function])(find('{name}'), find('{name}').voi().window)"
    )
    image = expected.grey(expected.by_uid(stage.folder / "images", uid), centre, width, function)
    whole = expected.fitted(image, port.width, port.height)
    return whole[piece.y - port.y : piece.y - port.y + piece.height, piece.x - port.x : piece.x - port.x + piece.width]


# -- the parts ---------------------------------------------------------------------------------------------------------


def first(bench: Bench) -> list[Row]:
    """Key to first image, at fresh desks."""
    stage, images = bench.stage("ct"), []
    for _ in range(bench.times):
        with stage.desk() as (physician, _pid):
            images.append(filmed(physician, stage) * 1000)
    return [
        bar("key to first correct image, median", median(images), "ms", "≤", 60),
        Row("key to first correct image, p95", round(p95(images), 1), "ms"),
    ]


def resident(bench: Bench) -> list[Row]:
    """Key to the whole series in memory, at fresh desks; peers read the same series from plain files, in between."""
    stage, took, plain = bench.stage("ct"), [], []
    files = image_cases.files_of(stage.folder)
    for _ in range(bench.times):
        with stage.desk() as (physician, pid):
            before = cpu_seconds(pid)
            took.append((opened(physician), cpu_seconds(pid) - before))
        plain.append(peers.read_once("simpleitk", stage.folder / "images"))
    return _whole(files, took, plain, bench)


def _whole(files: list[Path], took: list[tuple[float, float]], reader: list[tuple[float, float]], bench: Bench) -> list[Row]:
    """Medians, by the clock and of processor time, and the fastest of each: others at work take from the desk, which has two cores."""
    (clock, cpu), (plain_clock, plain_cpu) = zip(*took, strict=True), zip(*reader, strict=True)
    seconds, used, plain, plain_used = median(clock), median(cpu), median(plain_clock), median(plain_cpu)
    slow, _ = peers.read_once("pydicom", files[0].parent)
    few = image_cases.as_jpeg_2000(files[:PEER_SLICES], bench.root / f"j2k-{time.monotonic_ns()}")
    packed = peers.read_once("simpleitk", few[0].parent)[0] * len(files) / len(few)
    said = {"seconds": round(seconds, 3), "SimpleITK, plain": round(plain, 3), "pydicom, plain": round(slow, 3)}
    said |= {"processor s": round(used, 3), "SimpleITK, plain, processor s": round(plain_used, 3), "p95 s": round(p95(list(clock)), 3)}
    said |= {"fastest s": round(min(clock), 3), "SimpleITK, plain, fastest s": round(min(plain_clock), 3)}
    return [
        bar("whole series resident from the key on, against SimpleITK on plain files", plain / seconds, "×", "≥", 4, said),
        bar(
            f"the same against SimpleITK on JPEG 2000 (taken from {PEER_SLICES} slices)",
            packed / seconds,
            "×",
            "≥",
            30,
            {"SimpleITK, JPEG 2000": round(packed, 2)},
        ),
    ]


def scroll(bench: Bench) -> list[Row]:
    """Scroll and window drag of the resident series, every image painted and handed to the X server."""
    stage, rows = bench.stage("ct"), []
    with stage.desk() as (physician, _pid):
        opened(physician)
        for (width, height), least in ((MEDIUM, 120), (LARGE, 24)):
            physician.ask(f"{IN_DESK}.resized(find('viewport-1'), {width}, {height})")
            physician.settled()
            for name, what in (("scroll", "scroll"), ("drag_window", "window drag")):
                count = 400 if width < 1000 else 80
                took = min((physician.ask(f"{IN_DESK}.{name}(find('viewport-1'), {count})") for _ in range(3)), key=sum)
                rows.append(bar(f"{what} at {width}x{height}", 1000 * len(took) / sum(took), "frames/s", "≥", least))
                if (width, height) == MEDIUM:
                    rows.append(bar(f"{what} at {width}x{height}, p99 of frames", p99(took), "ms", "≤", 33))
            rows.append(_still_right(physician, stage, width))
    return rows


def _still_right(physician: Physician, stage: Stage, width: int) -> Row:
    """After all that the X screen shows the very image that the viewport names."""
    physician.settled()
    port = physician.sees("viewport-1")
    piece = Rect(port.x + port.width // 3, port.y + port.height // 3, port.width // 3, port.height // 3)
    right = expected.shows(physician.screen.pixels(piece), wanted_piece(physician, stage, piece, port))
    return Row(f"correct image on the X screen after it, {width} wide", int(right), "", "= 1", right)


def memory(bench: Bench) -> list[Row]:
    """PSS of the desk's process tree with the series whole."""
    stage, limit = bench.stage("ct"), RAW * 1.15 + 350e6
    with stage.desk() as (physician, pid):
        most, done = [0], threading.Event()

        def watch() -> None:
            while not done.wait(0.1):
                most[0] = max(most[0], tree_pss(pid))

        watcher = threading.Thread(target=watch)
        watcher.start()
        opened(physician)
        physician.ask(f"{IN_DESK}.scroll(find('viewport-1'), 100)")
        done.set()
        watcher.join()
    return [bar("peak memory of the desk with it open", most[0] / 1e6, "MB", "≤", round(limit / 1e6), {"stored MB": RAW / 1e6})]


def mammograms(bench: Bench) -> list[Row]:
    """Key to all four on screen: the last of four viewports painted, seen from outside."""
    stage, took = bench.stage("mg"), []
    for _ in range(bench.times):
        with stage.desk() as (physician, _pid):
            took.append(_four(physician, stage))
    return [
        bar("four mammograms on screen, median", median(took), "s", "≤", 0.8),
        Row("four mammograms on screen, p95", round(p95(took), 3), "s"),
    ]


def _four(physician: Physician, stage: Stage) -> float:
    """Seconds until a piece in the middle of each of four viewports shows its image, as worked out from the plain files."""
    width, height = physician.ask("(lambda w: [w.width(), w.height()])(find('worklist-table').window())")
    strip, screen, start = Rect(0, height // 2, width, 24), physician.screen, time.monotonic()
    screen.press("Return")
    film = screen.film(strip, start, FILMED_S)
    return max(_first_right(physician, stage, f"viewport-{number}", film, strip) for number in range(1, 5))


def _first_right(physician: Physician, stage: Stage, name: str, film: list[tuple[float, NDArray[np.uint8]]], strip: Rect) -> float:
    port = physician.sees(name)
    piece = Rect(port.centre[0] - 40, strip.y, 80, strip.height)
    wanted = wanted_piece(physician, stage, piece, port, name)
    for when, picture in film:
        if expected.shows(picture[:, piece.x - strip.x : piece.x - strip.x + piece.width], wanted):
            return when
    raise AssertionError(f"{name} did not show its image within {FILMED_S} s")


def vault(bench: Bench) -> list[Row]:
    """Bytes at rest."""
    return [bar("in the vault, of uncompressed", 100 * bench.stage("ct").vault_bytes() / RAW, "%", "≤", 55)]


def hospital(bench: Bench) -> list[Row]:
    """The making ready of received images against the encoder alone."""
    stage = bench.stage("ct")
    clock, used = peers.encoder_seconds(image_cases.files_of(stage.folder)[:PEER_SLICES], 3)
    said = {
        "made ready slices/s": round(stage.slices_per_s, 1),
        "encoder alone slices/s": round(1 / clock, 1),
        "made ready ms of processor for each": round(stage.cpu_ms, 1),
        "encoder ms of processor for each": round(used * 1000, 1),
    }
    what = "hospital: raw CT to verified and sealed, against the encoder alone on one core"
    return [bar(what, stage.slices_per_s * clock, "×", "≥", 0.7, said)]


def planes(bench: Bench) -> list[Row]:
    """Three planes of 600 x 600 that all move with every frame."""
    stage = bench.stage("planes")
    with stage.desk() as (physician, _pid):
        opened(physician)
        physician.ask(f"{IN_DESK}.resized(find('viewports'), {PLANES[0]}, {PLANES[1]})")
        ask = f"{IN_DESK}.planes(find('viewports'), 60"
        plain = min((physician.ask(f"{ask})") for _ in range(3)), key=sum)
        slab = physician.ask(f"{ask}, 2)")
    return [
        bar("three planes dragged", 1000 * len(plain) / sum(plain), "frames/s", "≥", 25),
        bar("three planes dragged, 10 mm MIP slabs", 1000 * len(slab) / sum(slab), "frames/s", "≥", 12),
    ]


PARTS: dict[str, Callable[[Bench], list[Row]]] = {
    part.__name__: part for part in (first, resident, scroll, memory, mammograms, vault, hospital, planes)
}


def bar(what: str, value: float, unit: str, sign: str, limit: float, against: dict[str, float] | None = None) -> Row:
    """A figure with its bar."""
    return Row(what, round(value, 2), unit, f"{sign} {limit:g}", value <= limit if sign == "≤" else value >= limit, against)


def p95(values: list[float]) -> float:
    """The 95th percentile."""
    return quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]


def p99(values: list[float]) -> float:
    """The 99th percentile."""
    return quantiles(values, n=100, method="inclusive")[-1]


def _told(name: str, bench: Bench) -> list[Row]:
    """A part, with a line on the error stream as it ends: the whole takes minutes, and its figures are printed at its end."""
    start = time.monotonic()
    rows = PARTS[name](bench)
    held = sum(row.holds is not False for row in rows)
    print(f"{name}: {time.monotonic() - start:.0f} s, {held} of {len(rows)} rows hold", file=sys.stderr, flush=True)
    return rows


def main() -> int:
    """Runs it and prints the figures."""
    parser = argparse.ArgumentParser(prog="dev.py bench images")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--only", choices=PARTS, action="append")
    parser.add_argument("--at", type=Path, help="keeps hospital and desk in this folder")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = arguments.at or Path(folder)
        root.mkdir(parents=True, exist_ok=True)
        with Screen(WIDE, HIGH, root / "x.log") as screen:
            bench = Bench(root, screen, arguments.times)
            rows = [row for name in arguments.only or PARTS for row in _told(name, bench)]
    return tell("images", rows, as_json=arguments.json)


if __name__ == "__main__":
    sys.exit(main())
