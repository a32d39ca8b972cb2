"""A hospital that vanishes in the middle of a bundle, and another one in its place."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.doubles.hospital_authority import Issuer
from tests.doubles.lying_server import LyingServer
from tests.journeys.processes import until
from tests.journeys.relay import Relay
from tests.journeys.trouble_stage import empty

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.journeys.trouble_stage import Stage

KEEPS = pytest.mark.keeps("process", "the stage's hospital, which a journey stopped and started again")
LOST = "No network. You can read and sign; the opinion leaves by itself."
ANOTHER = "Something answers in the hospital's place: its certificate is not the one that this desk knows."


@contextmanager
def _slow_line(stage: Stage, bytes_per_second: int) -> Iterator[Relay]:
    """The hospital moves to another port, and a slow relay stands on its own."""
    port = stage.hospital.port
    stage.hospital.stop()
    stage.hospital.port = 0
    stage.hospital.start()
    try:
        with Relay(port, stage.hospital.port, bytes_per_second) as relay:
            yield relay
    finally:
        if stage.hospital.running:
            stage.hospital.stop()
        stage.hospital.port = port
        stage.hospital.start()


def _percent(row: str) -> int:
    found = re.search(r"(\d+) %", row)
    return int(found[1]) if found else 0


def _sealed(folder: Path) -> int:
    return sum(one.stat().st_size for one in (folder / "vault" / "objects").rglob("*") if one.is_file())


@KEEPS
def test_the_hospital_vanishes_in_the_middle_of_a_bundle(stage: Stage) -> None:
    house = stage.home("vanished")
    empty(house.desk / "vault")
    with _slow_line(stage, 250_000) as line, stage.sits(house) as seat:
        until("the case comes", lambda: _percent(seat.row("Marchetti")) >= 20, 60)
        stage.hospital.kill()
        line.cut()
        seat.reads(LOST)
        here = _percent(seat.row("Marchetti"))
        assert here >= 20
        assert "left" not in seat.row("Marchetti")
        seat.person.picture("vanish")
        carried = line.carried
        stage.hospital.start()
        until("ready offline", lambda: all("Ready offline" in one for one in seat.rows()), 60)
        assert line.carried - carried < _sealed(house.desk), "what was here was not fetched again"
        seat.person.picture("vanish-after")


@KEEPS
def test_another_certificate_than_the_pinned_one(stage: Stage, tmp_path: Path) -> None:
    house = stage.home("pin")
    stage.hospital.stop()
    with LyingServer(*Issuer.new("TLS").server(tmp_path), b"", port=stage.hospital.port) as server, stage.sits(house) as seat:
        seat.reads(ANOTHER, "Nothing was sent.", f"{ANOTHER} Reading and signing go on.")
        seat.person.picture("pin")
        seat.person.screen.press("Escape")
        seat.opens("Marchetti")
        until("images", lambda: seat.person.ask("find('viewports').all_loaded()"), 30)
        seat.person.picture("pin-reading")
        assert server.requests == []
        seat.person.goes_to_worklist()
        server.stop()
        seat.reads(LOST)
        stage.hospital.start()
        seat.reads("up to date at", seconds=60)
        assert ANOTHER not in seat.words()
