"""`dev.py demo`: the hospital on loopback with three cases, and a desk for the person in front of the screen.

Its hospital and its desk stay in a folder of their own, so that the next time goes on where this one ended.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_urlsafe

ROOT = Path(__file__).resolve().parents[2]


def say(text: str) -> None:
    """A line for the person, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def demo_folder() -> Path:
    """Where the demo keeps its hospital and its desk, by the platform's custom."""
    if sys.platform == "win32":
        return Path(os.environ["LOCALAPPDATA"], "overread-demo")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "overread-demo"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "overread-demo"


class DemoForAPerson:
    """A hospital on loopback with three cases and a desk of the demo physician, in a folder of their own that is kept."""

    LOGIN, NAME, LICENCE = "adeyemi", "Dr M. Adeyemi", "Northlight Medical Board 20417"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.hospital, self.desk, self.person = folder / "hospital", folder / "desk", folder / "person"
        self.server: subprocess.Popen[bytes] | None = None

    def play(self) -> int:
        """Everything, until the desk's window is closed."""
        if not (self.person / "done").exists():
            shutil.rmtree(self.folder, ignore_errors=True)
            self.write_secrets()
        try:
            self.start_server()
            if not (self.person / "done").exists():
                self.fill()
            self.invite()
            say(f"\nThe desk opens. Its passphrase, asked when you sign: {self.secret('passphrase')}")
            say("Press Enter here to pull the plug on the hospital, and again to start it.\n")
            secrets: list[str | Path] = ["--vault", "passphrase", "--passphrase-file", self.person / "passphrase"]
            desk = subprocess.Popen([sys.executable, "-m", "app", "run", "--data", self.desk, *secrets], cwd=ROOT)
            threading.Thread(target=self.plug, args=(desk,), daemon=True).start()
            return desk.wait()
        finally:
            self.stop_server()

    def write_secrets(self) -> None:
        """What the people of the demo would know, and the hospital's settings."""
        for folder in (self.hospital, self.person):
            folder.mkdir(parents=True)
        self.person.chmod(0o700)
        for name in ("master", "signing", "password"):
            (self.person / name).write_text(token_urlsafe(18) + "\n")
        (self.person / "passphrase").write_text("violet harbor canoe eleven\n")
        with socket.socket() as free, socket.socket() as another, socket.socket() as third:
            for one in (free, another, third):
                one.bind(("127.0.0.1", 0))
            port, people_port, staff_port = (one.getsockname()[1] for one in (free, another, third))
        keys = {"passphrase_file": self.person / "master", "signing_passphrase_file": self.person / "signing"}
        lines = ["[hospital]", 'name = "Northlight University Hospital"', "[server]", f"port = {port}"]
        # No relay on one's own machine: media go the short way, by its own address.
        lines += ["[people]", f"port = {people_port}", "[staff]", f"port = {staff_port}", "[consult]", "relay_only = false", "[keys]"]
        lines += [f"{key} = {json.dumps(str(file))}" for key, file in keys.items()]
        (self.hospital / "overread-server.toml").write_text("\n".join(lines) + "\n", "utf-8")

    def secret(self, name: str) -> str:
        """One of them."""
        return (self.person / name).read_text().strip()

    def ask(self, program: str, *words: str | Path) -> str:
        """One command of either program, to its end; gives what it printed."""
        command = [sys.executable, "-m", program, *words]
        done = subprocess.run([str(c) for c in command], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            say(done.stdout)
            sys.exit(done.returncode)
        return done.stdout

    def start_server(self) -> None:
        """Starts the hospital and waits until it listens."""
        ready = self.folder / "ready"
        ready.unlink(missing_ok=True)
        files: list[str | Path] = ["--ready-file", ready, "--recovery-file", self.person / "recovery"]
        command = [sys.executable, "-m", "hospital", "serve", "--data", self.hospital, "--approve-at-once", *files]
        with (self.folder / "server.log").open("ab") as log:
            self.server = subprocess.Popen([str(c) for c in command], cwd=ROOT, stdout=log, stderr=log)
        while not ready.exists():
            if self.server.poll() is not None:
                sys.exit(f"The hospital did not start; {log.name} says why.")
            time.sleep(0.05)
        say("the hospital is running")

    def stop_server(self) -> None:
        """Ends it."""
        if self.server is not None and self.server.poll() is None:
            self.server.terminate()
            self.server.wait()
            say("the hospital is stopped")

    def fill(self) -> None:
        """Imports the cases, adds the physician, offers her the cases, joins her desk to the hospital."""
        data: list[str | Path] = ["--data", self.hospital]
        password: list[str | Path] = ["--password-file", self.person / "password"]
        say("importing three cases")
        folders = sorted(f.parent for f in (ROOT / "resources" / "demo").glob("*/case.toml"))
        imported = re.findall(r"^case (\w+)", self.ask("hospital", "import", "--now", *data, *folders), re.MULTILINE)
        self.ask("hospital", "user", "add", self.LOGIN, "--name", self.NAME, "--licence", self.LICENCE, *password, *data)
        for case, folder in zip(imported, folders, strict=True):
            said = tomllib.loads((folder / "case.toml").read_text("utf-8"))
            self.ask("hospital", "assign", case, self.LOGIN, "--minutes", str(said["minutes"]), "--stipend", said["stipend"], *data)
        code = self.ask("hospital", "enrol", self.LOGIN, *data).strip().splitlines()[-1]
        say("joining the desk to the hospital")
        own: list[str | Path] = ["--data", self.desk, "--vault", "passphrase", "--passphrase-file", self.person / "passphrase"]
        self.ask("app", "enrol", *own, "--login", self.LOGIN, *password, code)
        (self.person / "done").touch()

    def invite(self) -> None:
        """Sets a consult for now and tells the patient's link."""
        data: list[str | Path] = ["--data", self.hospital]
        cases = json.loads(self.ask("hospital", "status", "--json", *data))["cases"]
        case = next((one["id"] for one in cases if one["state"] != "withdrawn"), None)
        if case is None:
            return
        at = datetime.now(UTC).isoformat(timespec="minutes")
        who = ["--physician", self.LOGIN, "--person", "patient:Ngozi Okafor:Africa/Lagos:en"]
        said = self.ask("hospital", "consult", "add", case, "--at", at, "--minutes", "60", *who, *data)
        if link := re.search(r"https://\S+/join#\S+", said):
            say("\nTalk with the patient: open this link in a browser (its certificate is the demo's own: accept it), born 14 May 1965.")
            say(f"At the desk: the camera in the rail at the left, then *Open the room*.\n\n    {link[0]}")

    def plug(self, desk: subprocess.Popen[bytes]) -> None:
        """Each Enter stops or starts the hospital while the desk runs."""
        while sys.stdin.readline() and desk.poll() is None:
            if self.server is not None and self.server.poll() is None:
                self.stop_server()
            else:
                self.start_server()


def main() -> int:
    """Plays it in `--data DIR`, else by the platform's custom; the exit code of the desk."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="where the demo keeps its hospital and its desk")
    arguments = parser.parse_args()
    return DemoForAPerson(arguments.data or demo_folder()).play()


if __name__ == "__main__":
    sys.exit(main())
