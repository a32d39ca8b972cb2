"""What a worker can no longer do, tried from inside one that was locked down."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
TRIES = """
import json, os, socket, sys
sys.path.insert(0, {root!r})
from viewer.workers.lockdown import lock_down
planted = sys.argv[1]
lock_down(64, [sys.prefix, sys.base_prefix, {root!r}, "/usr", "/lib", "/lib64"])
def tried(act):
    try:
        act()
    except (OSError, MemoryError) as error:
        return type(error).__name__
    return "done"
print(json.dumps({{
    "read": tried(lambda: open(planted).read()),
    "write": tried(lambda: open(planted + ".new", "w")),
    "list": tried(lambda: os.listdir(os.path.dirname(planted))),
    "own": tried(lambda: open({root!r} + "/viewer/__init__.py").read()),
    "socket": tried(lambda: socket.socket()),
    "fork": tried(lambda: os._exit(0) if os.fork() == 0 else None),
    "exec": tried(lambda: os.execv("/bin/true", ["true"])),
    "memory": tried(lambda: bytearray(256 * 1024 * 1024)),
    "little": tried(lambda: bytearray(16 * 1024 * 1024)),
}}))
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    planted = tmp_path_factory.mktemp("home") / "key"
    planted.write_text("secret")
    command = [sys.executable, "-I", "-c", TRIES.format(root=str(ROOT)), str(planted)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    found: dict[str, str] = json.loads(done.stdout)
    return found


def test_memory_has_an_end(answers: dict[str, str]) -> None:
    assert (answers["memory"], answers["little"]) == ("MemoryError", "done")


@pytest.mark.parametrize("act", ["socket", "fork", "exec"])
def test_no_network_and_no_programs(answers: dict[str, str], act: str) -> None:
    assert answers[act] == "PermissionError"


@pytest.mark.parametrize("act", ["read", "write", "list"])
def test_no_files_but_the_programs_own(answers: dict[str, str], act: str) -> None:
    assert answers["own"] == "done"
    assert answers[act] == "PermissionError"
