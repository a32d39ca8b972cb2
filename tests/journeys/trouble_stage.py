"""The stage of the journeys of bad input: one hospital, one screen, and desks that begin as copies of one that is ready offline."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sync.engine.backoff import Backoff
from sync.engine.engine import Engine
from sync.engine.enrol import enrol
from sync.vault.unlocking import Stretching
from sync.vault.vault import Vault
from tests.journeys.physician import Physician
from tests.journeys.processes import House, until
from tests.journeys.stage import LOGIN, PASSPHRASE, PASSWORD, Desk, Hospital, Look

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sync.protocol.messages import Manifest
    from tests.journeys.x11 import Screen

CASES = ("mr-brain", "chest-radiographs")
CHEAP = Stretching(memory_kib=256, iterations=1, lanes=1)
PICTURES = "OVERREAD_TEST_PICTURES"  # a folder: each journey leaves its screens there
LOOK = Look.of(os.environ.get("OVERREAD_TEST_SCREEN", "1280x800@1"), os.environ.get("OVERREAD_TEST_THEME", "dark"))


@dataclass(slots=True)
class Seat:
    """A desk and the physician before it."""

    house: House
    desk: Desk
    person: Physician

    @property
    def vault(self) -> Path:
        """Its vault's folder."""
        return self.house.desk / "vault"

    def words(self) -> str:
        """Everything that stands in its windows."""
        return str(self.person.ask("words()"))

    def reads(self, *sentences: str, seconds: float = 30) -> None:
        """Waits until each sentence stands on the screen."""
        for sentence in sentences:
            try:
                until(f"on screen: {sentence}", lambda one=sentence: one in self.words(), seconds, every=0.1)  # type: ignore[misc]
            except TimeoutError as error:
                raise AssertionError(f"“{sentence}” does not stand on the screen:\n{self.words()}") from error

    def reads_no_longer(self, sentence: str, seconds: float = 30) -> None:
        """Waits until a sentence is gone."""
        until(f"gone from the screen: {sentence}", lambda: sentence not in self.words(), seconds, every=0.1)

    def rows(self) -> list[str]:
        """The rows of the worklist, each in words."""
        model = "find('worklist-table').model()"
        cells = f"[[{model}.index(r, c).data() for c in range({model}.columnCount())] for r in range({model}.rowCount())]"
        return [", ".join(str(one) for one in row) for row in self.person.ask(cells)]

    def row(self, words: str) -> str:
        """The row that holds these words."""
        return next((one for one in self.rows() if words in one), "")

    def opens(self, words: str) -> None:
        """Opens the case whose row holds these words."""
        self.person.goes_to_worklist()
        self.person.chooses(next(n for n, one in enumerate(self.rows()) if words in one))
        self.person.screen.press("Return")
        self.person.sees("viewport-1")

    def described(self) -> str:
        """What a screen reader says of the first viewport."""
        return str(self.person.ask("find('viewport-1').accessibleDescription()"))

    def retypes(self, name: str, words: str) -> None:
        """Types other words into a field, once it can be typed into."""
        until(f"{name} can be typed into", lambda: self.person.ask(f"find({name!r}).isEnabled()"), 20)
        self.person.clicks(name)
        self.person.screen.press("Ctrl+a")
        self.person.screen.type(words)

    def unlocks(self, passphrase: str = PASSPHRASE) -> None:
        """Types the passphrase."""
        self.person.sees("unlock-passphrase")
        self.person.screen.give_focus()
        until("the field waits", lambda: self.person.ask("find('unlock-passphrase').isEnabled()"))
        self.person.types_into("unlock-passphrase", passphrase)
        self.person.screen.press("Return")

    def arrives(self) -> None:
        """Stands before the worklist."""
        self.person.sees("worklist-table", 60)
        self.person.screen.give_focus()
        until("rows", lambda: self.person.rows() > 0, 30)
        self.person.clicks("worklist-table")

    def writes(self, words: str) -> None:
        """Writes findings beside the images."""
        self.person.types_into("reading-findings", words)

    def signs(self, passphrase: str = PASSPHRASE, *, go: bool = True) -> None:
        """Goes to the Opinion room, leaves every open point with a reason, types the passphrase, and signs (without `go` not yet)."""
        person = self.person
        person.clicks("rail-opinion")
        person.sees("review-and-sign")
        until("the pages", lambda: person.reads("opinion-pages-head").startswith("Page"), 60)
        person.screen.press("Ctrl+Return")
        person.sees("signing-sheet", 60)
        sheet = "find('signing-sheet')"
        for number in range(int(person.ask(f"len({sheet}.rows())"))):
            if not person.ask(f"{sheet}.rows()[{number}].reason.text()"):
                person.types_into(f"finding-{number + 1}-reason", "left open")
                if person.ask(f"{sheet}.rows()[{number}]._all.isVisible()"):
                    person.clicks(f"finding-{number + 1}-for-all")
        until("the paper is the newest", lambda: "beside this sheet" in person.reads("signing-state"), 60)
        person.types_into("signing-passphrase", passphrase)
        until("the button", lambda: person.ask("find('sign').isEnabled()"), 60)
        if go:
            person.screen.press("Return")


@dataclass(slots=True)
class Stage:
    """What all journeys of bad input share; the hospital is running whenever a journey begins."""

    house: House
    hospital: Hospital
    screen: Screen
    ready: Path  # the data folder of a desk at which every case is ready offline

    @property
    def pictures(self) -> Path | None:
        """Where screens are kept, when somebody asks for them."""
        wanted = os.environ.get(PICTURES)
        if wanted is None:
            return None
        Path(wanted).mkdir(parents=True, exist_ok=True)
        return Path(wanted)

    def home(self, name: str, *, ready: bool = True) -> House:
        """Folders for one desk, a copy of the one that is ready, or empty."""
        house = House(self.house.root / name)
        house.make()
        shutil.copy(self.house.secrets / "passphrase", house.secrets)
        if ready:
            shutil.copytree(self.ready, house.desk, dirs_exist_ok=True)
        return house

    @contextmanager
    def sits(
        self,
        house: House,
        *,
        unlocked: bool = True,
        start: Callable[[Desk], None] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Iterator[Seat]:
        """A desk in its window, closed at the end; `start` changes how it is started."""
        desk = Desk(house, house.root / "desk.log", self.screen.display, LOOK)
        if start is not None:
            start(desk)
        words = ("--passphrase-file", str(house.secrets / "passphrase")) if unlocked else ()
        seat = Seat(house, desk, Physician(self.screen, desk.start(*words, **(environment or {})), self.pictures, LOOK.scale))
        try:
            if unlocked:
                seat.arrives()
            yield seat
            assert "nobody caught this" not in desk.log_words(), desk.log_words()
        except BaseException:
            if seat.person.pictures is not None:
                self.screen.save(seat.person.pictures / f"failed-{house.root.name}.png")
            raise
        finally:
            if desk.code is None:
                desk.stop()


def ready_desk(hospital: Hospital, folder: Path, login: str = LOGIN, cases: int = len(CASES)) -> None:
    """Joins a desk to the hospital, accepts the cases that are offered and waits until all of it is here."""
    folder.mkdir(parents=True, exist_ok=True)
    with enrol(hospital.command("enrol", login).strip(), login, PASSWORD, PASSPHRASE, folder / "vault", stretching=CHEAP) as vault:
        engine = Engine(vault, every_s=0.2, backoff=lambda: Backoff(0.05, 0.5))
        engine.start()
        try:
            until("offers", lambda: len(vault.cases()) == cases, 60)
            for row in vault.cases():
                engine.intent("accept", row.assignment.case, row.assignment.id, row.revision)
            until("ready offline", lambda: all(row.readiness.ready_offline for row in vault.cases()), 60)
            until("the certificate", lambda: vault.certificate() is not None, 60)
        finally:
            engine.stop()


def empty(vault: Path) -> None:
    """Takes away what can be fetched again, as from a desk whose disk was cleaned: index and images; the precious part stays."""
    for path in vault.glob("index.db*"):
        path.unlink()
    shutil.rmtree(vault / "objects")


def files_of(vault: Path, case: str) -> tuple[Manifest, Callable[[str], Path]]:
    """The manifest of a case, and where the sealed file of an object stands, by the vault's own words."""
    with Vault.open(vault, PASSPHRASE) as opened:
        key, files, manifest = opened.parts.keys.get(case), opened.parts.objects, opened.manifest(case)
    return manifest, lambda one: files.path(key, one)


def spoil(path: Path) -> None:
    """Changes one byte in the middle of a file."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x01
    path.write_bytes(data)
