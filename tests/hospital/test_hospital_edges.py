"""What strangers, kills and accidents do to a hospital: doubled files, two imports at once, torn heads, lost files, oversized requests."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from hospital.desks.bodies import case_key
from hospital.intake.alone import alone
from hospital.overview import object_faults
from hospital.store import cases, objects, people, work
from hospital.store.database import Database
from hospital.store.migrate import HEAD, SCRIPTS, current, migrate
from hospital.store.objects import ObjectStore
from hospital.store.tables import metadata
from record.trouble import Kind, Trouble
from sync.seal.keys import CaseKey
from tests.hospital import stage as stages
from tests.hospital import tiny_case

if TYPE_CHECKING:
    from pathlib import Path

    from tests.hospital.server_process import Server
    from tests.hospital.stage import Stage


def test_the_same_bytes_twice_before_they_are_settled_are_one_file(tmp_path: Path) -> None:
    store, key = ObjectStore(tmp_path), CaseKey.new()
    first, second = store.put(key, b"black" * 50_000), store.put(key, b"black" * 50_000)
    store.settle(key, [first, second])
    assert first == second
    assert store.read(key, first.object, first.file_id) == b"black" * 50_000
    assert store.put(key, b"black" * 50_000) == first


def test_what_could_not_be_made_durable_is_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, key = ObjectStore(tmp_path), CaseKey.new()

    def full(_: object) -> None:
        raise Trouble("The disk is full.", "Make room.", kind=Kind.STORAGE)

    first = store.put(key, b"black" * 50_000)
    with monkeypatch.context() as patched:
        patched.setattr(objects, "commit", full)
        with pytest.raises(Trouble, match="full"):
            store.settle(key, [first])
    again = store.put(key, b"black" * 50_000)
    store.settle(key, [again])
    assert again.file_id != first.file_id
    assert store.read(key, again.object, again.file_id) == b"black" * 50_000


def test_a_doubled_image_is_one_instance_whose_objects_open(stage: Stage, tmp_path: Path) -> None:
    folder = tiny_case.make(tmp_path / "case", "Doubled", [50, 51])
    shutil.copy(folder / "images" / "050.dcm", folder / "images" / "copy.dcm")
    done = stages.imported(stage.house, folder)
    assert _faults_of(stage, done.case) == []


def _faults_of(stage: Stage, case: str) -> list[str]:
    with stage.house.database.read() as tx:
        return [one for one in object_faults(stage.house, tx) if case in one]


def test_files_that_are_no_images_are_told_to_the_physician(stage: Stage, tmp_path: Path) -> None:
    folder = tiny_case.make(tmp_path / "case", "Told", [52])
    (folder / "images" / "notes.dcm").write_bytes(b"This is no image." * 50)
    (folder / "documents" / "letter.pdf").write_bytes(b"%PDF-1.7 cut")
    absent = _manifest(stage, stages.imported(stage.house, folder).case)["absent"]
    told = {one["what"]: one["because"] for one in absent}
    assert set(told) == {"PET/CT", "1 of 2 image files", "Referral letter"}
    assert all(told.values())


def _manifest(stage: Stage, case: str) -> dict[str, list[dict[str, str]]]:
    with stage.house.database.read() as tx:
        row, newest = cases.get(tx, case), cases.newest_manifest(tx, case)
        assert newest is not None
        stored = cases.object_row(tx, case, newest.object)
        assert stored is not None
    value: dict[str, list[dict[str, str]]] = json.loads(stage.house.objects.read(case_key(stage.house, row), stored.object, stored.file_id))
    return value


def test_an_offer_takes_its_terms_from_the_folder(stage: Stage, tmp_path: Path) -> None:
    folder = tiny_case.make(tmp_path / "case", "Terms", [54])
    page = folder / "case.toml"
    page.write_text(page.read_text("utf-8").replace("[patient]", 'minutes = 45\nstipend = "USD 7"\n[patient]'), "utf-8")
    desk = stage.desk()
    made = stage.offered(desk, stages.imported(stage.house, folder).case)
    offer = (desk.newest("assignment", made) or {})["offer"]
    assert (offer["minutes"], offer["stipend"]) == (45, "USD 7")


def test_an_offer_lapses_when_it_is_accepted_too_late(stage: Stage) -> None:
    desk = stage.desk()
    made = stage.offered(desk)
    with stage.house.database.write() as tx:
        work.change_assignment(tx, made, work.HOSPITAL, offered_until=datetime(2026, 1, 1, tzinfo=UTC))
    answer = desk.intent("accept", stage.case, made)
    assert (answer["accepted"], answer["reason"]) == (False, "The time of this offer is over.")
    assert (desk.newest("assignment", made) or {})["state"] == "lapsed"
    assert desk.newest("case", stage.case) is None


def test_two_imports_at_once_are_kept_apart(stage: Stage, tmp_path: Path) -> None:
    folder = tiny_case.make(tmp_path / "case", "At once", [53])
    with alone(stage.house.data / "import.lock"), pytest.raises(Trouble) as told:
        stages.imported(stage.house, folder)
    assert told.value.kind is Kind.STATE
    assert stages.imported(stage.house, folder).new


def test_a_request_larger_than_any_is_refused_before_it_fills_the_memory(stage: Stage) -> None:
    answer = stage.stranger().ask("POST", "/v1/enrolments", data=b"[" * (3 << 20), headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert answer.json()["what_to_do"]


def test_what_is_not_there_is_told_in_two_sentences(stage: Stage) -> None:
    for method, path in (("GET", "/v1/cases"), ("DELETE", "/v1/authority")):
        answer = stage.stranger().ask(method, path)
        assert answer.status_code in {404, 405}
        assert {"what_happened", "what_to_do", "details", "kind"} == set(answer.json())


def test_another_spelling_of_the_account_is_no_fresh_start_for_guessing(stage: Stage) -> None:
    desk = stage.stranger()
    code = stage.code(desk.login)
    login = desk.login
    for count in range(stage.house.settings.desks.attempts):
        desk.login = login.upper() if count % 2 else login
        assert desk.enrolment(code, "wrong password").status_code == 401
    desk.login = login.title()
    answer = desk.enrolment(code)
    assert answer.status_code == 401
    assert "Too many" in answer.json()["what_happened"]


def test_a_revoked_desk_is_told_so_and_nobody_else_is(stage: Stage) -> None:
    desk, other = stage.desk(), stage.desk()
    with stage.house.database.write() as tx:
        people.revoke_device(tx, desk.device, "lost", stage.house.now())
    told = desk.ask("POST", "/v1/tokens", token="", json={"assertion": desk.assertion()})
    assert (told.status_code, told.json()["details"]) == (401, "revoked")
    other.device = desk.device
    assert other.ask("POST", "/v1/tokens", token="", json={"assertion": other.assertion()}).json()["details"] != "revoked"


def test_a_changed_policy_reaches_every_desk_after_a_start(own_server: Server, tmp_path: Path) -> None:
    own_server.start()
    made = stages.made(own_server, tmp_path / "case")
    try:
        desk = made.desk()
        cursor = desk.page().cursor
        own_server.stop()
        settings = own_server.data / "overread-server.toml"
        settings.write_text(settings.read_text("utf-8") + "[desks]\nidle_lock_minutes = 3\n", "utf-8")
        own_server.start()
        assert [one.body["idle_lock_minutes"] for one in desk.page(cursor).changes if one.kind == "policy" and one.body] == [3]
    finally:
        made.house.close()


def test_recovery_key_and_restored_backup_by_command(own_server: Server) -> None:
    own_server.start()
    own_server.stop()
    (own_server.folder / "master").write_text("another passphrase 99\n", "utf-8")
    assert "passphrase does not open" in own_server.command("status", well=False)
    assert "not the recovery key" in own_server.command("recover", "--recovery-file", str(own_server.folder / "signing"), well=False)
    own_server.command("recover", "--recovery-file", str(own_server.folder / "recovery"))
    before = json.loads(own_server.command("status", "--json"))["dataset"]
    own_server.command("restored")
    assert json.loads(own_server.command("status", "--json"))["dataset"] != before
    assert "all is well" in own_server.command("check")


def test_check_names_a_lost_object(own_server: Server, tmp_path: Path) -> None:
    own_server.start()
    made = stages.made(own_server, tmp_path / "case")
    own_server.stop()
    try:
        assert "all is well" in own_server.command("check")
        next(one for one in (own_server.data / "objects").rglob("*") if one.is_file()).unlink()
        said = own_server.command("check", well=False)
        assert "an object of kind" in said
        assert made.case in said
    finally:
        made.house.close()


def test_the_migrations_give_the_tables_and_newer_ones_are_refused(tmp_path: Path) -> None:
    database = Database(tmp_path / "hospital.db", b"d" * 32)
    try:
        migrate(database)
        migrate(database)
        with database.read() as tx:
            assert current(tx) == HEAD == ScriptDirectory(str(SCRIPTS)).get_current_head()
            assert compare_metadata(MigrationContext.configure(tx), metadata) == []
        with database.write() as tx:
            tx.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        with pytest.raises(Trouble) as told:
            migrate(database)
        assert told.value.kind is Kind.STATE
    finally:
        database.close()
    assert b"SQLite format 3" not in (tmp_path / "hospital.db").read_bytes()
    with pytest.raises(Trouble) as wrong:
        Database(tmp_path / "hospital.db", b"e" * 32)
    assert wrong.value.kind is Kind.DAMAGED
