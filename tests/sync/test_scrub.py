"""Damage at rest: found by reading or by the scrub, marked, fetched again; the scrub goes on where it stopped and is never fast."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from record.trouble import Kind, Trouble
from sync.engine.scrubber import ScrubPlan
from sync.vault.scrub import last_done
from tests.sync.conftest import PASSPHRASE, until
from tests.sync.running import objects_of, ready, running

if TYPE_CHECKING:
    from pathlib import Path

    from sync.vault.vault import Vault
    from tests.doubles.hospital import HospitalDouble

FAST = ScrubPlan(bytes_per_minute=10**9, first_s=0.01, look_s=0.01)


def _path(desk: Vault, name: str) -> Path:
    return desk.parts.objects.path(desk.parts.keys.get("c1"), name)


def _arrived(hospital: HospitalDouble, desk: Vault, count: int = 3) -> list[str]:
    names = hospital.add_case("c1", objects_of(count))
    with running(desk):
        until(lambda: ready(desk), "the case is ready")
    return names


def test_a_damaged_file_is_fetched_again_by_itself(hospital: HospitalDouble, desk: Vault) -> None:
    objects = objects_of(3)
    names = hospital.add_case("c1", objects)
    with running(desk):
        until(lambda: ready(desk), "the case is ready")
        path = desk.parts.objects.path(desk.parts.keys.get("c1"), names[1])
        data = bytearray(path.read_bytes())
        data[1000] ^= 1
        path.write_bytes(data)
        desk.parts.objects.close()
        with pytest.raises(Trouble) as caught:
            desk.read_object("c1", names[1])
        assert caught.value.kind is Kind.DAMAGED
        until(lambda: ready(desk), "it is repaired")
        assert desk.read_object("c1", names[1]) == objects[1]


def test_a_scrub_finds_what_nobody_read(hospital: HospitalDouble, desk: Vault) -> None:
    names = hospital.add_case("c1", objects_of(3))
    with running(desk):
        until(lambda: ready(desk), "the case is ready")
    path = desk.parts.objects.path(desk.parts.keys.get("c1"), names[2])
    path.write_bytes(path.read_bytes()[:-1])
    found = desk.scrub()
    assert (found.objects, found.damaged) == (4, 1)
    row = desk.cases()[0]
    assert row.readiness.damaged == 1
    assert row.trouble is not None
    with running(desk):
        until(lambda: ready(desk), "it is repaired")
    assert desk.scrub().damaged == 0


def test_the_background_scrub_finds_and_repairs(hospital: HospitalDouble, desk: Vault) -> None:
    names = _arrived(hospital, desk)
    path = _path(desk, names[1])
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    hospital.bundles.clear()
    with running(desk, FAST):
        until(lambda: hospital.bundles != [] and ready(desk), "it is found and fetched again")
        until(lambda: last_done(desk.parts.index) is not None, "the pass comes to its end")
    assert {name for bundle in hospital.bundles for name, _ in bundle} == {names[1]}
    assert desk.read_object("c1", names[1]) == hospital.objects[names[1]]


def test_a_scrub_goes_on_where_it_stopped_also_after_a_lock(hospital: HospitalDouble, desk: Vault) -> None:
    _arrived(hospital, desk)
    pieces = iter([True, True, False])
    first = desk.scrub(lambda _size: next(pieces))
    assert (first.objects, first.whole) == (2, False)
    desk.lock()
    desk.unlock(PASSPHRASE)
    rest = desk.scrub()
    assert (rest.objects, rest.whole) == (2, True)
    assert desk.scrub().objects == 4, "then it begins anew"


def test_a_pass_is_due_once_in_a_while(hospital: HospitalDouble, desk: Vault) -> None:
    _arrived(hospital, desk)
    with running(desk, FAST):
        until(lambda: last_done(desk.parts.index) is not None, "a pass")
    done = last_done(desk.parts.index)
    with running(desk, FAST) as run:
        until(run.engine._scrubber.is_alive, "it runs")
    assert last_done(desk.parts.index) == done
    with running(desk, ScrubPlan(bytes_per_minute=10**9, first_s=0.01, look_s=0.01, every=timedelta(0))):
        until(lambda: last_done(desk.parts.index) != done, "another pass")


def test_the_bytes_of_a_minute_are_bounded(hospital: HospitalDouble, desk: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    _arrived(hospital, desk)
    waits: list[float] = []

    def wait(seconds: float) -> bool:
        waits.append(seconds)
        return False

    with running(desk, ScrubPlan(bytes_per_minute=60 * 100_000, first_s=600)) as run:
        scrubber = run.engine._scrubber
        monkeypatch.setattr(scrubber._stopping, "wait", wait)
        found = desk.scrub(scrubber._pace)
        monkeypatch.undo()
    assert found.whole
    assert sum(waits) >= found.bytes / 100_000
    assert min(waits) >= 0.6, "a small object counts too"


def test_the_engine_stops_in_the_middle_of_a_scrub(hospital: HospitalDouble, desk: Vault) -> None:
    _arrived(hospital, desk)
    with running(desk, ScrubPlan(bytes_per_minute=60, first_s=0.0)) as run:
        until(run.engine._scrubber.is_alive, "it runs")
    assert not run.engine._scrubber.is_alive()
    assert last_done(desk.parts.index) is None
