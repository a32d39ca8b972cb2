"""A hospital and a desk that hold one case of `dev.py bench images`: made once, then read at fresh desks."""

from __future__ import annotations

import json
import os
import re
import resource
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.open import bring_the_case
from tests.journeys.physician import Physician
from tests.journeys.processes import House
from tests.journeys.stage import LOGIN, Desk, Hospital

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.journeys.x11 import Screen


@dataclass(frozen=True, slots=True)
class Stage:
    """One case at one desk."""

    house: House
    screen: Screen
    slices_per_s: float  # from the sealed original to the rendition, compared and sealed; the start of the command is not in it
    cpu_ms: float  # of processor time for each slice, workers and all, likewise

    @property
    def folder(self) -> Path:
        """The case as plain files."""
        return self.house.root / "case"

    @contextmanager
    def desk(self) -> Iterator[tuple[Physician, int]]:
        """A desk that was just started and shows its worklist with the case chosen, and its process."""
        desk = Desk(self.house, self.house.root / "desk.log", self.screen.display)
        physician = Physician(self.screen, desk.start("--passphrase-file", str(self.house.secrets / "passphrase")))
        try:
            physician.sees("worklist-table")
            physician.clicks("worklist-table")
            physician.chooses(0)
            physician.settled()
            yield physician, desk.pid
        finally:
            desk.stop()

    def vault_bytes(self) -> int:
        """What the desk's vault takes on the disk."""
        return sum(p.stat().st_size for p in (self.house.desk / "vault").rglob("*") if p.is_file())


def staged(root: Path, screen: Screen, make: Callable[[Path], Path]) -> Stage:
    """The stage below `root`, made where it is not there yet."""
    told = root / "import.json"
    house = House(root)
    if not told.exists():
        house.make()
        make(root / "case")
        told.write_text(json.dumps(_brought(house, screen)), "utf-8")
    return Stage(house, screen, **json.loads(told.read_text("utf-8")))


def _brought(house: House, screen: Screen) -> dict[str, float]:
    hospital = Hospital(house, house.root / "hospital.log")
    hospital.make()
    hospital.start()
    hospital.stop()  # it would make the images ready by itself, and at low priority
    count = len(list((house.root / "case" / "images").iterdir()))
    (case,) = re.findall(r"case ([0-9a-f]{32})", hospital.command("import", str(house.root / "case")))
    start, idle = time.monotonic(), _cpu()
    hospital.command("status")
    started, busy = time.monotonic(), _cpu()
    hospital.command("prepare")
    rate = count / (time.monotonic() - started - (started - start))
    cost = 1000 * (_cpu() - busy - (busy - idle)) / count
    hospital.start()
    try:
        hospital.command("user", "add", LOGIN, "--name", "Dr M. Adeyemi", "--password-file", str(house.secrets / "password"))
        hospital.command("assign", case, LOGIN)
        bring_the_case(house, hospital, screen)
    finally:
        hospital.stop()
    return {"slices_per_s": rate, "cpu_ms": cost}


def _cpu() -> float:
    """Processor seconds of all commands that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def cpu_seconds(pid: int) -> float:
    """Processor seconds of a process so far, all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def tree_pss(pid: int) -> int:
    """Bytes of a process and all that it started, shared pages by their share (PSS)."""
    children = [int(one) for task in Path(f"/proc/{pid}/task").iterdir() for one in (task / "children").read_text().split()]
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    found = re.search(r"^Pss: +(\d+) kB", rollup, re.MULTILINE)
    assert found is not None
    return int(found[1]) * 1024 + sum(tree_pss(child) for child in children)
