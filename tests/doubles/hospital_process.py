"""The real hospital server as a process on loopback, for tests that ask it what they ask the one in memory."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

from sync.protocol.recovery import RecoveryRequest, check_code, from_text

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "resources" / "demo"
PASSWORD = "a password of the account"
SETTINGS = """
[hospital]
name = "Test Hospital"
[server]
port = 0
[people]
port = 0
[staff]
port = 0
[keys]
passphrase_file = "{0}/master"
signing_passphrase_file = "{0}/signing"
"""


class HospitalProcess:
    """`overread-server serve` that approves desks at once; one server and one case for several tests, each with an account of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._data = folder / "data"
        self._data.mkdir()
        self._port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._case = ""
        for name, secret in (("master", "a master passphrase"), ("signing", "a signing passphrase"), ("password", PASSWORD)):
            (folder / name).write_text(secret + "\n")
        (self._data / "overread-server.toml").write_text(SETTINGS.format(folder))

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Starts it, on the same port as before, and waits until it listens."""
        ready = self._folder / "ready"
        ready.unlink(missing_ok=True)
        command = [sys.executable, "-m", "hospital", "serve", "--data", str(self._data), "--port", str(self._port), "--approve-at-once"]
        command += ["--ready-file", str(ready), "--recovery-file", str(self._folder / "recovery")]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        deadline = time.monotonic() + 60
        while not ready.exists():
            assert self._process.poll() is None, (self._folder / "log").read_text()
            assert time.monotonic() < deadline, "the server does not listen"
            time.sleep(0.05)
        self._port = int(ready.read_text().splitlines()[0].rpartition(":")[2])

    def stop(self) -> None:
        """Stops it; harmless when it does not run."""
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(20)

    def add(self, login: str) -> None:
        """A physician's account."""
        self._run("user-add", login, "--name", "Dr. Test", "--role", "physician", "--password-file", str(self._folder / "password"))

    def code(self, login: str) -> str:
        """An enrolment code for an account."""
        found = re.search(r"\S+:\d+/[A-Z2-7-]+", self._run("enrol", login))
        assert found is not None
        return found[0]

    def revoke(self, device: str) -> None:
        """Shuts a desk out."""
        self._run("revoke", device)

    def recover(self, request_text: str) -> str:
        """Answers a request with the key from the safe."""
        asked = self._folder / "request"
        asked.write_text(request_text + "\n")
        files = ("--answer", str(self._folder / "answer"), "--recovery-file", str(self._folder / "recovery"))
        self._run("recover-desk", str(asked), "--code", check_code(from_text(RecoveryRequest, request_text)), *files)
        return (self._folder / "answer").read_text()

    def offer(self, login: str) -> str:
        """Offers the smallest demo case, imported once; gives its id."""
        if not self._case:
            found = re.search(r"case ([0-9a-f]{32})", self._run("import", "--now", str(CASES / "chest-radiographs")))
            assert found is not None
            self._case = found[1]
        self._run("assign", self._case, login)
        return self._case

    def _run(self, command: str, *arguments: str) -> str:
        line = [sys.executable, "-m", "hospital", command, "--data", str(self._data), *arguments]
        done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr
