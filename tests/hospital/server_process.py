"""The hospital's server as a process of its own, in a folder of its own, on a free port of loopback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MASTER, SIGNING, TURN = "amber tide orchard 17", "quiet harbour lantern 4", "relay secret of the test"
SETTINGS = """[hospital]
name = "Northlight"
[server]
port = 0
[people]
port = 0
[staff]
port = 0
[keys]
passphrase_file = "{0}/master"
signing_passphrase_file = "{0}/signing"
[consult]
telephone = "+49 30 5550 142"
zone = "Europe/Berlin"
recording = "by_consent"
turn_urls = ["turn:127.0.0.1:3478?transport=udp", "turn:127.0.0.1:3478?transport=tcp", "turns:127.0.0.1:443?transport=tcp"]
turn_secret_file = "{0}/turn"
[opinions]
most_megabytes = 1
[logs]
level = "debug"
"""


@dataclass
class Server:
    """`data` is the hospital's folder; passphrases, ready file, recovery key and log lie beside it."""

    folder: Path
    port: int = 0
    people_port: int = 0
    staff_port: int = 0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> str:
        """All that the server said."""
        path = self.folder / "log"
        return path.read_text("utf-8") if path.exists() else ""

    @property
    def address(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def make(self, settings: str = SETTINGS) -> None:
        """The folder, the passphrases and the settings; no start yet."""
        self.data.mkdir(parents=True)
        for name, secret in (("master", MASTER), ("signing", SIGNING), ("turn", TURN)):
            (self.folder / name).write_text(secret + "\n", "utf-8")
        (self.data / "overread-server.toml").write_text(settings.format(self.folder), "utf-8")

    def start(self, **environment: str) -> None:
        """Starts it and waits until it listens, on the same port as before."""
        ready = self.folder / "ready"
        ready.unlink(missing_ok=True)
        files = [
            "--ready-file",
            str(ready),
            "--recovery-file",
            str(self.folder / "recovery"),
            "--port",
            str(self.port),
            "--people-port",
            str(self.people_port),
            "--staff-port",
            str(self.staff_port),
        ]
        command = [sys.executable, "-m", "hospital", "serve", "--data", str(self.data), "--approve-at-once", *files]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=os.environ | environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        deadline = time.monotonic() + 60
        while not ready.exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise AssertionError(f"the server does not listen: {self.log[-2000:]}")
            time.sleep(0.02)
        self.port, self.people_port, self.staff_port = (int(line.rpartition(":")[2]) for line in ready.read_text("ascii").splitlines())

    def stop(self) -> int:
        """Ends it by SIGTERM and gives its exit code; 0 where it does not run."""
        process, self.process = self.process, None
        if process is None:
            return 0
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            return process.wait(25)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)
            raise

    def died(self) -> int:
        """Waits until it has ended by itself; gives the exit code (negative: the signal)."""
        assert self.process is not None
        code = self.process.wait(20)
        self.process = None
        return code

    def command(self, *words: str, well: bool = True) -> str:
        """What `overread-server …` prints; fails where it does not end as expected."""
        line = [sys.executable, "-m", "hospital", *words, "--data", str(self.data)]
        done = subprocess.run(line, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)
        assert (done.returncode == 0) is well, done.stdout + done.stderr
        return done.stdout + done.stderr
