"""Records are received at once; the running server makes their images ready beside itself, and goes on where a killed one stopped."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from hospital.desks import offering
from hospital.intake.alone import alone
from hospital.intake.importing import LOCK, prepare_waiting
from hospital.intake.receiving import receive
from hospital.store import cases, intakes, work
from record.trouble import Kind, Trouble
from sync.protocol.steps import Step
from tests.hospital import stage as stages
from tests.hospital import tiny_case
from tests.hospital.server_process import ROOT
from viewer.workers.pool import Pool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from hospital.house import House
    from tests.hospital.server_process import Server


@pytest.fixture
def own(own_server: Server) -> Iterator[House]:
    """A hospital of the test's own whose server does not run."""
    own_server.start()
    own_server.stop()
    house = stages.opened(own_server)
    yield house
    house.close()


def _until(what: str, holds: Callable[[], Any]) -> Any:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if found := holds():
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited in vain: {what}")


def _prepared(house: House) -> int:
    with Pool(1, 1024, 30) as pool:
        return prepare_waiting(house, pool)


def _watched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tasks that workers get from now on."""
    worked: list[str] = []
    run = Pool.run

    def watched(pool: Pool, task: str, *rest: Any, **more: Any) -> Any:
        worked.append(task)
        return run(pool, task, *rest, **more)

    monkeypatch.setattr(Pool, "run", watched)
    return worked


def _version(house: House, case: str) -> int:
    with house.database.read() as tx:
        newest = cases.newest_manifest(tx, case)
    return 0 if newest is None else newest.version


def test_the_server_makes_ready_what_was_received_and_then_makes_the_offer(own_server: Server, tmp_path: Path) -> None:
    own_server.start()
    stage = stages.made(own_server, tmp_path / "first")
    desk = stage.desk()
    case = receive(stage.house, tiny_case.make(tmp_path / "case", "Another shadow", [1, 2])).case
    assert _version(stage.house, case) == 0, "nobody sees a case that is made ready in part"
    assignment = stage.offered(desk, case)
    assert "images are being made ready: 0 of 2 files; 1 offer to be made then" in own_server.command("status")
    offer = _until("the offer", lambda: desk.newest("assignment", assignment))
    assert offer["offer"]["images"] == 2
    assert _version(stage.house, case) == 1
    _until("nothing waits", lambda: "being made ready" not in own_server.command("status"))
    stage.house.close()


def test_a_killed_process_costs_a_batch_and_nothing_is_made_twice(
    own: House, own_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hospital.intake.taking._BATCH", 2)
    case = receive(own, tiny_case.make(tmp_path / "case", "Five", [3, 4, 5, 6, 7])).case
    code = "import hospital.intake.taking as t, sys; t._BATCH = 2; from hospital.__main__ import main; sys.exit(main(sys.argv[1:]))"
    line = [sys.executable, "-c", code, "prepare", "--data", str(own_server.data)]
    environment = os.environ | {"OVERREAD_KILL_AT": Step.IMAGES_PREPARED.value}
    killed = subprocess.run(line, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)
    assert killed.returncode == -9
    with own.database.read() as tx:
        intake = intakes.get(tx, case)
    assert intake is not None
    assert (intake.done, intake.files, _version(own, case)) == (2, 5, 0)
    worked = _watched(monkeypatch)
    assert _prepared(own) == 0
    assert worked.count("prepare") == 3
    assert _version(own, case) == 1


def test_records_that_come_again_are_not_made_ready_again(own: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tiny_case.make(tmp_path / "case", "Twice", [8, 9])
    case = receive(own, folder).case
    assert _prepared(own) == 0
    tiny_case.add_slice(folder, 10)
    worked = _watched(monkeypatch)
    assert receive(own, folder).case == case
    assert _prepared(own) == 0
    assert (worked.count("prepare"), _version(own, case)) == (1, 2)


def test_what_came_while_a_case_was_made_ready_is_its_next_version(own: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tiny_case.make(tmp_path / "case", "Late", [11])
    case = receive(own, folder).case
    run = Pool.run

    def late(pool: Pool, task: str, *rest: Any) -> Any:
        if task == "prepare" and not (folder / "images" / "012.dcm").exists():
            tiny_case.add_slice(folder, 12)
            receive(own, folder)
        return run(pool, task, *rest)

    monkeypatch.setattr(Pool, "run", late)
    assert _prepared(own) == 0
    with own.database.read() as tx:
        assert intakes.get(tx, case) is None
    assert _version(own, case) == 2


def test_what_stands_in_the_way_of_one_case_is_told_and_the_others_go_on(own: House, own_server: Server, tmp_path: Path) -> None:
    bad = receive(own, tiny_case.make(tmp_path / "bad", "Bad", [13])).case
    good = receive(own, tiny_case.make(tmp_path / "good", "Good", [14])).case
    with own.database.write() as tx:
        intakes.change(tx, bad, sealed_body=b"changed")
    assert _prepared(own) == 1
    assert (_version(own, bad), _version(own, good)) == (0, 1)
    assert "it does not go on:" in own_server.command("status")


def test_one_process_alone_makes_images_ready(own: House, tmp_path: Path) -> None:
    receive(own, tiny_case.make(tmp_path / "case", "Alone", [15]))
    with alone(own.data / LOCK), pytest.raises(Trouble) as caught:
        _prepared(own)
    assert caught.value.kind is Kind.STATE


def test_a_case_that_waits_is_offered_to_a_physician_once(own: House, own_server: Server, tmp_path: Path) -> None:
    case = receive(own, tiny_case.make(tmp_path / "case", "Once", [16])).case
    stages.Stage(own_server, own, case, "no password").add_person("waits")
    made = offering.assign(own, case, "waits")
    with pytest.raises(Trouble) as caught:
        offering.assign(own, case, "waits")
    assert caught.value.kind is Kind.STATE
    assert _prepared(own) == 0
    with own.database.read() as tx:
        assert [one.id for one in work.assignments_of_case(tx, case)] == [made]
