"""A hospital in memory, and desks enrolled at it with a cheap passphrase derivation."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from sync.engine.enrol import enrol
from sync.engine.events import Synced
from sync.vault.unlocking import Stretching
from tests.doubles.hospital import HospitalDouble
from tests.sync.running import PASSPHRASE, objects_of, ready, running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sync.vault.vault import Vault

__all__ = ["CHEAP", "PASSPHRASE", "until"]

CHEAP = Stretching(memory_kib=256, iterations=1, lanes=1)


@pytest.fixture
def hospital(tmp_path: Path) -> Iterator[HospitalDouble]:
    folder = tmp_path / "hospital"
    folder.mkdir()
    with HospitalDouble(folder) as double:
        yield double


@pytest.fixture
def desk(hospital: HospitalDouble, tmp_path: Path) -> Iterator[Vault]:
    with enrol(hospital.code(), "login", "password", PASSPHRASE, tmp_path / "desk" / "vault", stretching=CHEAP) as vault:
        yield vault


def until(condition: Callable[[], bool], what: str, seconds: float = 20.0) -> None:
    """Waits for a condition, never longer than the limit."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for: {what}"
        time.sleep(0.01)


@pytest.fixture
def with_case(hospital: HospitalDouble, desk: Vault) -> Vault:
    hospital.add_case("c1", objects_of(2, 5000))
    with running(desk) as run:
        until(lambda: ready(desk) and desk.certificate() is not None, "the case is ready")
        until(lambda: run.saw(Synced), "the round is through")
    return desk
