"""A hospital with the demo cases and a desk, each a real process in folders of its own; the stage of every journey."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.journeys.processes import ROOT, Door, House, Process, run, until

if TYPE_CHECKING:
    from pathlib import Path

LOGIN, PASSWORD, PASSPHRASE = "adeyemi", "correct horse 9", "quiet harbour lantern 42"
SETTINGS = """[hospital]
name = "Northlight University Hospital"

[keys]
passphrase_file = "{person}/hospital-passphrase"
signing_passphrase_file = "{person}/signing-passphrase"

[opinions]
statement = "Given for demonstration with invented persons; not for diagnosis."
"""
SECRETS = {
    "hospital-passphrase": "amber tide orchard 17",
    "signing-passphrase": "granite willow signal 23",
    "password": PASSWORD,
    "passphrase": PASSPHRASE,
}
CASES = ("ct-chest", "mr-brain", "chest-radiographs")


@dataclass(frozen=True, slots=True)
class Look:
    """The screen and the theme of a run: 1280x800 at 1, or 3840x2160 at 2."""

    width: int = 1280
    height: int = 800
    scale: float = 1.0
    theme: str = "dark"

    @classmethod
    def of(cls, screen: str, theme: str = "dark") -> Look:
        """From `3840x2160@2`."""
        size, _, scale = screen.partition("@")
        width, height = (int(part) for part in size.split("x"))
        return cls(width, height, float(scale or 1), theme)


@dataclass(slots=True)
class Hospital:
    """The hospital of a run."""

    house: House
    log: Path
    port: int = 0
    people_port: int = 0
    staff_port: int = 0
    cases: dict[str, str] = field(default_factory=dict)  # demo folder → case id
    before: tuple[str, ...] = ()  # see `Process`
    more: str = ""  # more settings
    _server: Process | None = None

    def make(self) -> None:
        """Writes the settings and what a person knows."""
        for name, secret in SECRETS.items():
            (self.house.secrets / name).write_text(secret + "\n", "utf-8")
        settings = self.house.hospital / "overread-server.toml"
        settings.write_text(SETTINGS.format(person=self.house.secrets.as_posix()) + self.more, "utf-8")

    def command(self, *words: str) -> str:
        """One command of `overread-server`."""
        name, *rest = words
        return run(["-m", "hospital", name, *rest, "--data", str(self.house.hospital)], self.house.environment(), before=self.before)

    def start(self, **environment: str) -> None:
        """Starts the server and waits until it listens; always on the port of the first start."""
        ready = self.house.secrets / "ready"
        ready.unlink(missing_ok=True)
        self._server = Process(
            [
                *("-m", "hospital", "serve", "--data", str(self.house.hospital), "--port", str(self.port)),
                *("--people-port", str(self.people_port), "--staff-port", str(self.staff_port), "--approve-at-once"),
                *("--ready-file", str(ready), "--recovery-file", str(self.house.secrets / "recovery")),
            ],
            self.house.environment(**environment),
            self.log,
            self.before,
        )
        self._server.start()
        until("the hospital listens", lambda: ready.exists() or self._ended(), 60)
        self.port, self.people_port, self.staff_port = (int(line.rpartition(":")[2]) for line in ready.read_text().splitlines())

    def _ended(self) -> bool:
        if self._server is not None and self._server.code is not None:
            raise RuntimeError(f"the hospital ended with {self._server.code}: {self.log.read_text()[-2000:]}")
        return False

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._server is not None and self._server.code is None

    @property
    def pid(self) -> int:
        assert self._server is not None
        return self._server.pid

    def kill(self) -> None:
        """Ends the server as a power cut does."""
        assert self._server is not None
        self._server.kill()

    def stop(self) -> int:
        """Stops the server and gives its exit code."""
        assert self._server is not None
        return self._server.stop()

    def fill(self, names: tuple[str, ...] = CASES) -> None:
        """Imports demo cases, adds the physician, offers each case."""
        said = self.command("import", "--now", *(str(ROOT / "resources" / "demo" / name) for name in names))
        self.cases = dict(zip(names, re.findall(r"case ([0-9a-f]{32})", said), strict=True))
        self.command(
            *("user", "add", LOGIN, "--name", "Dr M. Adeyemi", "--specialty", "Radiology", "--licence", "New York 123456"),
            *("--password-file", str(self.house.secrets / "password")),
        )
        for number, case in enumerate(self.cases.values()):
            self.command("assign", case, LOGIN, "--minutes", str(30 + 10 * number), "--stipend", "$ 240")

    def code(self) -> str:
        """An enrolment code for the physician."""
        return self.command("enrol", LOGIN).strip()

    def status(self) -> dict[str, Any]:
        """What the hospital says of itself."""
        found: dict[str, Any] = json.loads(self.command("status", "--json"))
        return found


@dataclass(slots=True)
class Desk:
    """The desk of a run, in its window."""

    house: House
    log: Path
    display: str
    look: Look = Look()
    vault: str = "passphrase"
    before: tuple[str, ...] = ()  # see `Process`
    door: Door | None = None
    _process: Process | None = None

    def start(self, *words: str, **environment: str) -> Door:
        """Starts the desk and opens the door to it."""
        path = self.house.secrets / "door"
        path.unlink(missing_ok=True)
        settings = self.house.desk / "settings.json"
        if not settings.exists():
            settings.write_text(json.dumps({"theme": self.look.theme}), "utf-8")
        self._process = Process(
            ["-m", "tests.journeys.desk_under_test", str(path), "run", "--data", str(self.house.desk), "--vault", self.vault, *words],
            self.house.environment(DISPLAY=self.display, QT_QPA_PLATFORM="xcb", QT_SCALE_FACTOR=str(self.look.scale), **environment),
            self.log,
            self.before,
        )
        self._process.start()
        until("the desk's door", lambda: path.exists() or self._ended(), 30)
        self.door = Door(path)
        return self.door

    def _ended(self) -> bool:
        if self._process is not None and self._process.code is not None:
            raise RuntimeError(f"the desk ended with {self._process.code}: {self.log.read_text()[-3000:]}")
        return False

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def code(self) -> int | None:
        return None if self._process is None else self._process.code

    def kill(self) -> None:
        """Ends the desk as a power cut does."""
        if self.door is not None:
            self.door.close()
            self.door = None
        assert self._process is not None
        self._process.kill()

    def stop(self) -> int:
        """Ends the desk and gives its exit code."""
        if self.door is not None:
            self.door.close()
            self.door = None
        assert self._process is not None
        return self._process.stop()

    def log_words(self) -> str:
        """What stands in its log."""
        return "".join(one.read_text("utf-8") for one in sorted((self.house.desk / "logs").glob("*.log")))
