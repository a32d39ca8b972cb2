"""The two programs as processes of their own, and what a journey asks the operating system about them."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]


def until(what: str, condition: Callable[[], Any], seconds: float = 60.0, every: float = 0.05) -> Any:
    """Waits until a condition holds and gives its value; an error that names `what` after `seconds`."""
    end = time.monotonic() + seconds
    last: object = None
    while time.monotonic() < end:
        try:
            last = condition()
        except LookupError as error:
            last = error
        else:
            if last:
                return last
        time.sleep(every)
    raise TimeoutError(f"waited {seconds:.0f} s in vain for: {what} (last: {last!r})")


@dataclass(frozen=True, slots=True)
class House:
    """The folders of one run: everything that either program may write lies below `root`."""

    root: Path

    @property
    def hospital(self) -> Path:
        return self.root / "hospital"

    @property
    def desk(self) -> Path:
        return self.root / "desk"

    @property
    def secrets(self) -> Path:
        """Passphrases that a person would know; they belong to nobody's program and are not scanned."""
        return self.root / "person"

    @property
    def written(self) -> list[Path]:
        """Where the programs may write: data, home (cache, configuration, logs) and temporary folders."""
        return [self.hospital, self.desk, self.root / "home", self.root / "tmp"]

    def make(self) -> None:
        """Makes the folders."""
        for folder in (*self.written, self.secrets):
            folder.mkdir(parents=True, exist_ok=True)

    def environment(self, **more: str) -> dict[str, str]:
        """An environment without the user's folders, keyring or display."""
        kept = {
            k: v
            for k, v in os.environ.items()
            if k in {"PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"}
        }
        home = str(self.root / "home")
        return {
            **kept,
            "HOME": home,
            "XDG_CACHE_HOME": home + "/cache",
            "XDG_CONFIG_HOME": home + "/config",
            "XDG_DATA_HOME": home + "/data",
            "XDG_STATE_HOME": home + "/state",
            "XDG_RUNTIME_DIR": str(self.root / "tmp"),
            "TMPDIR": str(self.root / "tmp"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": str(ROOT),
            **more,
        }


@dataclass(slots=True)
class Process:
    """A program started by a journey; ends by SIGTERM, then by SIGKILL."""

    arguments: list[str]
    environment: dict[str, str]
    log: Path
    before: tuple[str, ...] = ()  # a command that becomes the program: into a mount namespace, say
    _process: subprocess.Popen[bytes] | None = field(default=None)

    def start(self) -> None:
        """Starts it; its output is appended to the log."""
        with self.log.open("ab") as out:
            self._process = subprocess.Popen(
                [*self.before, sys.executable, *self.arguments],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def code(self) -> int | None:
        """The exit code, or None while it runs."""
        return None if self._process is None else self._process.poll()

    def kill(self) -> None:
        """Ends it at once, as a power cut does."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(20)

    def stop(self, seconds: float = 20) -> int:
        """Ends it and gives the exit code."""
        assert self._process is not None
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait(seconds)


def run(arguments: list[str], environment: dict[str, str], seconds: float = 300, before: tuple[str, ...] = ()) -> str:
    """Runs one command of either program to its end and gives what it printed; an error holds all of it."""
    done = subprocess.run(
        [*before, sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=seconds, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)} ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def running(pattern: str) -> list[int]:
    """The processes whose command line matches, from the process table."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if re.search(pattern, line):
                found.append(int(entry.name))
    return found


class Door:
    """Questions to a desk under test (`tests/journeys/desk_under_test.py`)."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(30)
        self._socket.connect(str(path))
        self._lines = self._socket.makefile("rb")

    def ask(self, expression: str) -> Any:
        """The value of an expression in the desk's main thread; `LookupError` if it cannot be answered."""
        self._socket.sendall(json.dumps(expression).encode() + b"\n")
        answer = json.loads(self._lines.readline())
        if "error" in answer:
            raise LookupError(answer["error"])
        return answer["value"]

    def close(self) -> None:
        """Leaves the desk alone."""
        self._lines.close()
        self._socket.close()
