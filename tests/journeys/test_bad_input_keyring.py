"""A vault under the desktop's keyring (a real gnome-keyring on a bus of its own) that is locked, and one that is gone."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.journeys.processes import ROOT, run, until
from tests.journeys.stage import LOGIN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.journeys.processes import House
    from tests.journeys.stage import Desk
    from tests.journeys.trouble_stage import Stage

LOCK = "import secretstorage; c = secretstorage.dbus_init(); secretstorage.get_default_collection(c).lock(); c.close()"
LOCKED = "The keyring of this computer is locked or does not answer."
GONE = "The keyring with which this vault was made is not there."
PASSWORD = b"login password"


@dataclass
class Desktop:
    """A D-Bus session with its keyring."""

    house: House
    bus: subprocess.Popen[bytes]
    address: str
    keyring: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        return {"DBUS_SESSION_BUS_ADDRESS": self.address}

    def unlock(self) -> None:
        """Starts the keyring with its password, anew where one runs."""
        if self.keyring is not None:
            self.keyring.terminate()
            self.keyring.wait(10)
        self.keyring = subprocess.Popen(
            ["gnome-keyring-daemon", "--unlock", "--components=secrets", "--foreground"],
            env=self.house.environment(**self.environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        assert self.keyring.stdin is not None
        self.keyring.stdin.write(PASSWORD)
        self.keyring.stdin.close()
        until("the keyring answers", self._answers, 20)

    def _answers(self) -> bool:
        look = "import secretstorage; c = secretstorage.dbus_init(); print(secretstorage.get_default_collection(c).is_locked()); c.close()"
        done = subprocess.run(
            [sys.executable, "-c", look],
            cwd=ROOT,
            env=self.house.environment(**self.environment),
            capture_output=True,
            text=True,
            check=False,
        )
        return "False" in done.stdout

    def lock(self) -> None:
        """Locks it."""
        run(["-c", LOCK], self.house.environment(**self.environment))

    def end(self) -> None:
        """Ends the session."""
        for one in (self.keyring, self.bus):
            if one is not None:
                one.terminate()
                one.wait(10)
        if self.bus.stdout is not None:
            self.bus.stdout.close()


@pytest.fixture
def desktop(stage: Stage) -> Iterator[Desktop]:
    house = stage.home("keyring", ready=False)
    bus = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address=1"],
        env=house.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert bus.stdout is not None
    one = Desktop(house, bus, bus.stdout.readline().decode().strip())
    try:
        one.unlock()
        yield one
    finally:
        one.end()


def _under_the_keyring(desk: Desk) -> None:
    desk.vault = "keyring"


def test_a_keyring_that_is_locked_and_one_that_is_gone(stage: Stage, desktop: Desktop) -> None:
    house = desktop.house
    (house.secrets / "password").write_text((stage.house.secrets / "password").read_text())
    words = ("--login", LOGIN, "--password-file", str(house.secrets / "password"), "--passphrase-file", str(house.secrets / "passphrase"))
    run(["-m", "app", "enrol", stage.hospital.code(), *words, "--data", str(house.desk)], house.environment(**desktop.environment))
    header = (house.desk / "vault" / "header.json").read_bytes()
    assert b"SecretService" in header
    desktop.lock()
    with stage.sits(house, unlocked=False, start=_under_the_keyring, environment=desktop.environment) as seat:
        seat.unlocks()
        seat.reads(LOCKED, "Nothing was changed. Unlock the keyring")
        seat.person.picture("keyring-locked")
        desktop.unlock()
        seat.unlocks()
        seat.arrives()
    with stage.sits(
        house, unlocked=False, start=_under_the_keyring, environment={"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"}
    ) as seat:
        seat.unlocks()
        seat.reads(GONE, "Nothing was changed. Start this desktop's keyring")
        seat.person.picture("keyring-gone")
    assert (house.desk / "vault" / "header.json").read_bytes() == header
    with stage.sits(house, start=_under_the_keyring, environment=desktop.environment) as seat:
        assert len(seat.rows()) == 2
