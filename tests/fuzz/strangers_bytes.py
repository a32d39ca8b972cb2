"""Changed files through the workers' tasks: each is answered, or refused in two sentences; nobody hangs, the parent never falls."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Protocol, TypeVar

from record.trouble import Kind, Trouble
from tests.figures import Row, tell
from tests.fuzz.mutations import mutated
from tests.guards.corpus import DEMO, corpus_folder
from viewer.workers.pool import Pool

if TYPE_CHECKING:
    from collections.abc import Callable

LARGEST = 2_000_000
SLOWEST_S = 30.0
PARENT_MB = 1024
WRONG = ("wrong patient", "not the image of its header")


def files(pattern: str) -> list[bytes]:
    """Real files to change, from the corpus or the demo cases."""
    folder = corpus_folder() or DEMO
    return [p.read_bytes() for p in sorted(folder.rglob(pattern)) if p.stat().st_size < LARGEST]


class Unanswered(Exception):  # noqa: N818  it is a finding of the fuzzer
    """An answer that must not be; its text is the row that counts it."""


class Case(Protocol):
    """One changed file."""

    @property
    def data(self) -> bytes:
        """Its bytes."""
        ...


C = TypeVar("C", bound=Case)


@dataclass(frozen=True)
class Plain:
    """A changed file of which nothing more is known."""

    data: bytes


def plain(data: bytes, random: Random) -> Plain:
    """Some changes."""
    return Plain(mutated(data, random))


def fuzz(
    name: str, seeds: list[bytes], change: Callable[[bytes, Random], C], ask: Callable[[Pool, C], object], arguments: argparse.Namespace
) -> int:
    """Changes and asks until the time is over; prints the figures."""
    random = Random(arguments.seed)  # noqa: S311  a run can be repeated; nothing is kept secret by it
    outcomes: Counter[str] = Counter()
    slowest = 0.0
    end = time.monotonic() + 60 * arguments.minutes
    with Pool(2) as pool:
        while time.monotonic() < end:
            case = change(random.choice(seeds), random)
            began = time.monotonic()
            outcome = _outcome(pool, case, ask)
            outcomes[outcome] += 1
            slowest = max(slowest, time.monotonic() - began)
            if outcome not in {"answered", "refused"} and arguments.keep:
                Path(arguments.keep).mkdir(parents=True, exist_ok=True)
                Path(arguments.keep, f"{name}-{arguments.seed}-{sum(outcomes.values())}.bin").write_bytes(case.data)
    rows = [
        Row("files asked", sum(outcomes.values()), "files"),
        Row("answered", outcomes["answered"], "files"),
        Row("refused in two sentences", outcomes["refused"], "files"),
        Row("refused as a fault of the program", outcomes["internal"], "files", "= 0", outcomes["internal"] == 0),
        Row("refused without a sentence", outcomes["without a sentence"], "files", "= 0", outcomes["without a sentence"] == 0),
        Row("other exceptions in the parent", outcomes["escaped"], "files", "= 0", outcomes["escaped"] == 0),
        *(Row(f"answered wrongly: {what}", outcomes[what], "files", "= 0", outcomes[what] == 0) for what in WRONG),
        Row("most memory of the parent", round(peak_mb()), "MB", f"≤ {PARENT_MB}", peak_mb() <= PARENT_MB),
        Row("slowest answer", round(slowest, 2), "s", f"≤ {SLOWEST_S:g}", slowest <= SLOWEST_S),
    ]
    return tell(f"fuzz {name}", rows, as_json=arguments.json)


def peak_mb() -> float:
    """The most memory that this process has held, in MB."""
    try:
        import resource  # noqa: PLC0415  not on Windows
    except ImportError:
        return 0.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)


def _outcome(pool: Pool, case: C, ask: Callable[[Pool, C], object]) -> str:
    try:
        ask(pool, case)
    except Unanswered as wrong:
        return str(wrong)
    except Trouble as trouble:
        if not (trouble.what_happened and trouble.what_to_do):
            return "without a sentence"
        return "internal" if trouble.kind is Kind.INTERNAL else "refused"
    except Exception:  # noqa: BLE001  that is what is looked for
        return "escaped"
    return "answered"


def arguments_of(name: str) -> argparse.Namespace:
    """The command line of a fuzzer."""
    parser = argparse.ArgumentParser(prog=f"dev.py fuzz {name}")
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", help="a folder for files that were not answered as they should")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()
