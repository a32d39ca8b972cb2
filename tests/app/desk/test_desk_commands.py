"""The commands without a window, each in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.doubles.demo_case import DemoCase
from tests.doubles.demo_vault import PASSPHRASE, make_vault

ROOT = Path(__file__).resolve().parents[3]


def _overread(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app", *map(str, words)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)


def test_the_self_test_passes_and_prints_json() -> None:
    done = _overread("selftest")
    answer = json.loads(done.stdout)
    assert (done.returncode, answer["ok"]) == (0, True), answer
    assert {"vault", "decode", "draw", "resample", "sign", "page"} <= set(answer["parts"])
    assert answer["parts"]["decode"]["syntaxes"] >= 14


@pytest.fixture
def data(tmp_path: Path) -> Path:
    make_vault(tmp_path / "vault", [DemoCase("chest-radiographs")]).close()
    (tmp_path / "passphrase").write_text(PASSPHRASE + "\n")
    return tmp_path


def test_status_tells_every_subsystem_and_nobody(data: Path) -> None:
    done = _overread("status", "--data", data, "--passphrase-file", data / "passphrase")
    rows = json.loads(done.stdout)
    assert done.returncode == 0
    assert {"Hospital", "Offline work", "Signing", "Keys", "Vault", "Disk"} <= {row["what"] for row in rows}
    assert "bad" not in {row["state"] for row in rows}
    assert "Haddad" not in done.stdout


def test_status_of_a_locked_desk_says_so(data: Path) -> None:
    done = _overread("status", "--data", data)
    assert json.loads(done.stdout) == {"vault": "here", "open": False}


def test_a_wrong_passphrase_is_told_in_two_sentences(data: Path) -> None:
    (data / "wrong").write_text("other words than those")
    done = _overread("status", "--data", data, "--passphrase-file", data / "wrong")
    assert done.returncode == 1
    assert done.stderr.count(".") >= 2
    assert "Traceback" not in done.stderr


def test_enrolment_with_a_spoilt_code_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    for name in ("password", "passphrase"):
        (tmp_path / name).write_text("harbor violet canoe eleven\n")
    words: list[str | Path] = ["--data", tmp_path / "desk", "--vault", "passphrase", "--login", "adeyemi"]
    secrets: list[str | Path] = ["--password-file", tmp_path / "password", "--passphrase-file", tmp_path / "passphrase"]
    done = _overread("enrol", *words, *secrets, "127.0.0.1:9/ABCD")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "desk" / "vault").exists()


def test_a_secret_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    done = _overread("status", "--data", tmp_path, "--passphrase-file", tmp_path / "none")
    assert done.returncode == 1
    assert "cannot be read" in done.stderr


def test_without_a_display_the_desk_says_so(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "app", "run", "--data", str(tmp_path)]
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "display" in done.stderr
