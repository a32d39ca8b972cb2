"""`dev.py soak kill --cycles N`: either side is killed with SIGKILL at a stored step, again and again, between real processes over TLS.

Each cycle has a physician, an assignment and a desk of its own at one hospital. The desk accepts, fetches the case, signs an opinion and
sends it; one side is killed at a step (every step in turn, then at random), started again, and must finish. Then both are asked what they
hold.
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from sync.protocol.steps import AT_THE_HOSPITAL, Step
from sync.vault.vault import Vault
from tests.figures import Row, tell
from tests.journeys.processes import ROOT, House, until
from tests.journeys.stage import PASSPHRASE, PASSWORD, Hospital

if TYPE_CHECKING:
    from collections.abc import Iterator

CASE = "chest-radiographs"
ON_THE_WAY = [step for step in Step if step is not Step.IMAGES_PREPARED]  # of an opinion; images are ready before a case is offered


@dataclass(slots=True)
class Tally:
    """What was found over all cycles."""

    cycles: int = 0
    killed: int = 0
    lost: int = 0
    twice: int = 0
    without_receipt: int = 0
    unfinished: int = 0


@dataclass(frozen=True, slots=True)
class Desk:
    """One physician's desk."""

    house: House
    login: str

    @property
    def data(self) -> Path:
        return self.house.desk / self.login

    def start(self, kill_at: str = "", code: str = "") -> subprocess.Popen[str]:
        """The desk's process; it ends with 0 once its opinion is received."""
        words = [str(self.data), "--passphrase-file", str(self.house.secrets / "passphrase"), "--opinion", "signed", "--cheap"]
        words += ["--enrol", code, "--login", self.login, "--password", PASSWORD] if code else []
        environment = self.house.environment(**({"OVERREAD_KILL_AT": kill_at} if kill_at else {}))
        command = [sys.executable, "-m", "tests.sync.desk_process", *words]
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def signed(output: str) -> set[str]:
    """The digests of what a desk has signed, by what it said."""
    said = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    return {one["sha256"] for one in said if one.get("event") == "signed"}


def received_without_receipt(desk: Desk, ledger: list[dict[str, Any]]) -> int:
    """How many opinions the desk would show as received that the hospital has no receipt for."""
    if not Vault.exists(desk.data / "vault"):
        return 0
    known = {(one["assignment"], one["sha256"]) for one in ledger}
    with Vault.open(desk.data / "vault", PASSPHRASE) as vault:
        opinions = [(row.assignment.id, row.opinion) for row in vault.cases() if row.opinion is not None]
    return sum(1 for assignment, one in opinions if one.state.value == "received" and (assignment, one.signed_sha256) not in known)


def ledger_of(hospital: Hospital) -> list[dict[str, Any]]:
    """Every receipt of the hospital."""
    return [one for case in hospital.status()["cases"] for one in case["receipts"]]


def cycle(hospital: Hospital, number: int, step: Step, times: int, tally: Tally) -> None:
    """One physician, one kill, one opinion."""
    login = f"physician{number}"
    password = str(hospital.house.secrets / "password")
    hospital.command("user", "add", login, "--name", f"Dr No. {number}", "--licence", "Nowhere 1", "--password-file", password)
    assignment = hospital.command("assign", hospital.cases[CASE], login).split()[-1]
    code = hospital.command("enrol", login).strip()
    desk, kill_at = Desk(hospital.house, login), f"{step}:{times}"
    at_hospital = step in AT_THE_HOSPITAL
    if at_hospital:
        hospital.stop()
        hospital.start(OVERREAD_KILL_AT=kill_at)
    process = desk.start("" if at_hospital else kill_at, code)
    digests = _through_the_kill(hospital, desk, process, tally, at_hospital=at_hospital)
    _judge(hospital, desk, assignment, digests, tally)


def _through_the_kill(hospital: Hospital, desk: Desk, process: subprocess.Popen[str], tally: Tally, *, at_hospital: bool) -> set[str]:
    """Lets the kill happen, starts again what died, waits for the end; gives the digests of what was signed."""
    if at_hospital:
        until("the hospital dies or the desk is done", lambda: not hospital.running or process.poll() is not None, 120)
        if not hospital.running:
            tally.killed += 1
            hospital.start()
    output, _ = process.communicate(timeout=120)
    digests = signed(output)
    if process.returncode == -signal.SIGKILL:
        tally.killed += 1
        tally.without_receipt += received_without_receipt(desk, ledger_of(hospital))
        process = desk.start()
        output, _ = process.communicate(timeout=120)
        digests |= signed(output)
    tally.unfinished += process.returncode != 0
    return digests


def _judge(hospital: Hospital, desk: Desk, assignment: str, digests: set[str], tally: Tally) -> None:
    ledger = ledger_of(hospital)
    mine = [one for one in ledger if one["assignment"] == assignment]
    tally.cycles += 1
    tally.lost += len(digests - {one["sha256"] for one in mine})
    tally.twice += max(0, len(mine) - 1)
    tally.without_receipt += received_without_receipt(desk, ledger)


@contextmanager
def hospital_with_a_case(folder: Path) -> Iterator[Hospital]:
    """A hospital that runs, with one case; stopped at the end."""
    house = House(folder)
    house.make()
    hospital = Hospital(house, folder / "hospital.log")
    hospital.make()
    hospital.start()
    try:
        hospital.fill((CASE,))
        yield hospital
    finally:
        hospital.stop()


def kills(cycles: int, random: Random) -> Iterator[tuple[Step, int]]:
    """Every step in turn, then any of them, also at a later time."""
    for number in range(cycles):
        yield (ON_THE_WAY[number], 1) if number < len(ON_THE_WAY) else (random.choice(ON_THE_WAY), random.choice((1, 1, 2, 3)))


def main() -> int:
    """Runs the cycles and prints what was lost: nothing."""
    parser = argparse.ArgumentParser(prog="dev.py soak kill")
    parser.add_argument("--cycles", type=int, default=len(ON_THE_WAY))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder, hospital_with_a_case(Path(folder)) as hospital:
        random = Random(arguments.seed)  # noqa: S311  a run can be repeated; nothing is kept secret by it
        for number, (step, times) in enumerate(kills(arguments.cycles, random)):
            cycle(hospital, number, step, times, tally)
            print(f"{number + 1} of {arguments.cycles}: killed at {step}:{times}; {tally}", file=sys.stderr, flush=True)
    rows = [
        Row("cycles", tally.cycles, "cycles"),
        Row("kills that happened", tally.killed, "kills"),
        Row("opinions lost", tally.lost, "opinions", "= 0", tally.lost == 0),
        Row("opinions sent twice", tally.twice, "opinions", "= 0", tally.twice == 0),
        Row("shown received without a receipt", tally.without_receipt, "opinions", "= 0", tally.without_receipt == 0),
        Row("cycles that did not finish", tally.unfinished, "cycles", "= 0", tally.unfinished == 0),
    ]
    return tell("kill", rows, as_json=arguments.json)


if __name__ == "__main__":
    sys.exit(main())
