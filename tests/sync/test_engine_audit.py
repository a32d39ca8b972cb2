"""The audit record's way home: at every sync, in parts, once; a refusal keeps nothing else from going on."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from record.audit import record, verify
from sync.engine import way_audit
from sync.engine.events import Delivered, Synced
from sync.seal import private_keys
from sync.vault.vault import Vault
from tests.sync.conftest import PASSPHRASE, until
from tests.sync.running import running, signed

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.doubles.hospital import HospitalDouble


def _theirs(hospital: HospitalDouble, desk: Vault) -> list[str]:
    return hospital.audits.get(desk.home().enrolment.device, [])


def _home(hospital: HospitalDouble, desk: Vault) -> bool:
    return _theirs(hospital, desk) == desk.parts.audit.lines()


def test_the_records_come_home_in_parts_and_hold(hospital: HospitalDouble, with_case: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(way_audit, "AT_ONCE", 2)
    for number in range(5):
        with_case.parts.audit.append("test", {"number": number}, with_case.clock())
    signed(with_case)
    with running(with_case) as run:
        until(lambda: run.saw(Delivered), "the receipt is here")
        until(lambda: _home(hospital, with_case), "the whole record is home")
        assert run.troubles() == []
    acts = [one.entry["act"] for line in _theirs(hospital, with_case) if (one := record(line))]
    assert {"ready offline", "test", "signed", "received"} <= set(acts)
    assert verify(_theirs(hospital, with_case)) is None


def test_an_answer_that_was_lost_is_asked_again(hospital: HospitalDouble, with_case: Vault) -> None:
    with running(with_case):
        until(lambda: _home(hospital, with_case), "the record is home")
        hospital.server.stop()
        with_case.parts.audit.append("test", {}, with_case.clock())
        hospital.server.start()
        until(lambda: _home(hospital, with_case), "the rest is home")


def test_a_restored_vault_is_refused_and_goes_on(hospital: HospitalDouble, with_case: Vault, tmp_path: Path) -> None:
    with running(with_case):
        until(lambda: _home(hospital, with_case), "the record is home")
    with_case.lock()
    shutil.copytree(with_case.folder, tmp_path / "backup")
    with_case.unlock(PASSPHRASE)
    for number in range(3):
        with_case.parts.audit.append("after the backup", {"number": number}, with_case.clock())
    with running(with_case):
        until(lambda: _home(hospital, with_case), "the record is home")
    kept = list(_theirs(hospital, with_case))
    with_case.lock()
    (tmp_path / "backup" / "desk.lock").unlink(missing_ok=True)
    with Vault.open(tmp_path / "backup", PASSPHRASE) as restored, running(restored) as run:
        until(lambda: bool(run.troubles()), "the refusal is told")
        assert "does not continue" in run.troubles()[0].what_happened
        signed(restored)
        run.engine.deliver()
        until(lambda: run.saw(Delivered), "the opinion leaves all the same")
        rounds = len(run.of(Synced))
        until(lambda: run.saw(Synced, rounds + 2), "the way in goes on")
        assert len(run.troubles()) == 1, "it is told once"
    with_case.unlock(PASSPHRASE)
    assert _theirs(hospital, with_case) == kept


def test_the_desks_chain_shows_any_change(with_case: Vault) -> None:
    log = with_case.parts.audit
    for at in range(5):
        log.append("test", {"at": at}, with_case.clock())
    assert log.fault() == ""
    log.sign(log.head(), "desk", private_keys.new_key(), with_case.clock())
    last = log.head().counter
    changes = {
        "UPDATE audit SET line = replace(line, 'test', 'best') WHERE counter = 3": "",
        "DELETE FROM audit WHERE counter = 2": "Record 2 is missing",
        "DELETE FROM audit WHERE counter = (SELECT max(counter) FROM audit)": f"number {last} was there once",
    }
    for change, word in changes.items():
        with with_case.parts.work_database.write() as rows:
            before = rows.execute("SELECT * FROM audit").fetchall()
            rows.execute(change)
        assert log.fault()
        assert word in log.fault()
        assert with_case.damage()
        with with_case.parts.work_database.write() as rows:
            rows.execute("DELETE FROM audit")
            rows.executemany("INSERT INTO audit VALUES (?, ?, ?)", [tuple(row) for row in before])
    assert log.fault() == ""
