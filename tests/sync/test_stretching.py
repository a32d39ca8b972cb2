"""Argon2id: a fixed vector, and many threads at once (which without the lock hang for ever)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from sync.seal.stretching import argon2id

ROOT = Path(__file__).resolve().parents[2]
CROWD = """
import threading
from sync.seal.stretching import argon2id
made = []
act = lambda: made.append(argon2id("p", b"x" * 16, iterations=2, lanes=4, memory_kib=16384))
threads = [threading.Thread(target=act) for _ in range(8)]
[one.start() for one in threads]
[one.join() for one in threads]
print(len(made), len(set(made)))
"""


def test_the_parameters_count() -> None:
    one = argon2id("passphrase", b"s" * 16, iterations=1, lanes=1, memory_kib=64)
    assert one.hex() == "f6d5c7ac4fad40167a7deb1cf16ff3b257e8afbb30e72acbaa92cc26947e5f70"
    assert argon2id("passphrase", b"s" * 16, iterations=2, lanes=1, memory_kib=64) != one
    assert argon2id("passphrase", b"t" * 16, iterations=1, lanes=1, memory_kib=64) != one


def test_many_threads_derive_at_once() -> None:
    done = subprocess.run([sys.executable, "-c", CROWD], capture_output=True, text=True, timeout=60, check=True, cwd=ROOT)
    assert done.stdout == "8 1\n"
