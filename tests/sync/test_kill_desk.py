"""A desk killed with SIGKILL at every stored step of both ways, started again: everything is whole, and sent once.

Real processes over real TLS; the hospital lives in the test's process and is the ledger: what it accepted, and how often.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from sync.protocol.steps import AT_THE_HOSPITAL, Step
from sync.vault.vault import Vault
from tests.sync.conftest import PASSPHRASE

if TYPE_CHECKING:
    from pathlib import Path

    from tests.doubles.hospital import HospitalDouble

AT_THE_DESK = [step for step in Step if step not in AT_THE_HOSPITAL]
AGAIN = [f"{Step.PART_WRITTEN}:5", f"{Step.BATCH_RENAMED}:2", f"{Step.ROWS_STORED}:2", f"{Step.UPLOAD_SENT}:2"]


def _desk(hospital: HospitalDouble, folder: Path, kill_at: str = "", code: str = "") -> tuple[int, list[dict[str, Any]]]:
    passphrase = folder / "passphrase"
    passphrase.write_text(PASSPHRASE)
    command = [sys.executable, "-m", "tests.sync.desk_process", str(folder / "data"), "--passphrase-file", str(passphrase)]
    command += ["--opinion", "plain", "--cheap", *(["--enrol", code] if code else [])]
    environment = {**os.environ, **({"OVERREAD_KILL_AT": kill_at} if kill_at else {})}
    done = subprocess.run(command, capture_output=True, env=environment, check=False, timeout=90)
    said = [json.loads(line) for line in done.stdout.splitlines() if line]
    assert done.returncode in (0, -signal.SIGKILL), done.stderr.decode()[-2000:] + str(said[-3:])
    return done.returncode, said


@pytest.mark.parametrize("step", [*(step.value for step in AT_THE_DESK), *AGAIN])
def test_killed_there_and_started_again(hospital: HospitalDouble, tmp_path: Path, step: str) -> None:
    objects = [os.urandom(70_000 + at) for at in range(6)]
    names = hospital.add_case("c1", objects)
    hospital.offer("c2")
    code, said = _desk(hospital, tmp_path, step, hospital.code())
    assert code == -signal.SIGKILL, "the step was reached"
    signed_before = {one["sha256"] for one in said if one["event"] == "signed"}

    code, said = _desk(hospital, tmp_path)
    assert code == 0
    with Vault.open(tmp_path / "data" / "vault", PASSPHRASE) as vault:
        assert [vault.read_object("c1", name) for name in names] == objects
        assert vault.damage() == []
        assert vault.scrub().damaged == 0
        for row in vault.cases():
            opinion = row.opinion
            assert opinion is not None
            assert opinion.receipt is not None
            sent, token = hospital.opinions[row.assignment.id, opinion.revision]
            assert vault.receipt_token(row.assignment.id, opinion.revision) == token
            assert vault.document(row.assignment.id, opinion.revision, signed=True) == sent
            assert len([key for key in hospital.opinions if key[0] == row.assignment.id]) == 1, "sent once"
        kept = {opinion.signed_sha256 for row in vault.cases() for opinion in [row.opinion] if opinion}
        assert signed_before <= kept, "no signed opinion was lost"
    assert hospital.accepted_uploads == 2
    assert [intent.kind for intent in hospital.intents_seen] == ["accept"]
    assert not list((tmp_path / "data").rglob("*.part"))
