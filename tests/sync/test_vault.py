"""The vault: its keys, its locks, what it refuses, and that nothing readable lies on the disk."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from record.trouble import Kind, Trouble
from sync.protocol.messages import AssignmentBody, CaseBody, OfferSummary, Patient, Question
from sync.seal import private_keys
from sync.vault import signing
from sync.vault.actions import Plan, PutAssignment, PutCase, PutMessage
from sync.vault.database import check_library
from sync.vault.enrolled import Enrolled
from sync.vault.values import CaseState, OpenedKind
from sync.vault.vault import Vault
from sync.vault.work import Work
from tests.sync.conftest import CHEAP, PASSPHRASE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
NAME = "Zweifel^Ada"
WORDS = "Is the shadow in the left upper lobe operable?"


class Clock:
    """A computer's clock that a test sets."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def vault(tmp_path: Path, clock: Clock) -> Iterator[Vault]:
    with Vault.create(tmp_path / "vault", PASSPHRASE, stretching=CHEAP, clock=clock) as made:
        yield made


@pytest.fixture
def with_case(vault: Vault) -> Vault:
    offer = OfferSummary(
        asked=WORDS,
        person="Woman of 61",
        specialty="Thoracic",
        referrer=None,
        modalities=["CT"],
        priors=0,
        images=1,
        bytes=1,
        minutes=1,
        stipend="",
        due_at=NOW,
        offered_until=None,
    )
    body = CaseBody(
        id="c1",
        title=WORDS,
        specialty="Thoracic",
        patient=Patient(name=NAME, birth_date=NOW.date(), sex="F", patient_id="PID-7781"),
        questions=[Question(id="q1", number=1, asked_by="patient", text=WORDS)],
        referrer=None,
        due_at=NOW,
    )
    assignment = AssignmentBody(id="a1", case="c1", state="accepted", offer=offer)
    message = PutMessage("c1", "message", "m1", 1, {"case": "c1", "text": WORDS})
    actions = (PutAssignment("c1", 1, assignment), PutCase("c1", 1, body), message)
    vault.parts.index.apply(Plan("d", "cursor", actions, frozenset({"c1"})))
    return vault


def _refused(act: object, kind: Kind) -> Trouble:
    assert callable(act)
    with pytest.raises(Trouble) as caught:
        act()
    assert caught.value.kind is kind, caught.value
    return caught.value


# -- keys and locks ---------------------------------------------------------------------------------------------------------


def test_the_library_is_the_encrypting_one_without_the_reset_bug() -> None:
    assert "SQLCipher" in check_library()


def test_it_opens_with_its_passphrase_and_no_other(vault: Vault) -> None:
    folder = vault.folder
    vault.put_setting("columns", [1, 2])
    vault.close()
    _refused(lambda: Vault.open(folder, PASSPHRASE + "x"), Kind.IDENTITY)
    with Vault.open(folder, PASSPHRASE) as again:
        assert again.setting("columns") == [1, 2]


def test_a_short_passphrase_is_refused(tmp_path: Path) -> None:
    _refused(lambda: Vault.create(tmp_path / "v", "short", stretching=CHEAP), Kind.INPUT)
    assert not Vault.exists(tmp_path / "v")


def test_there_is_no_vault_to_open(tmp_path: Path) -> None:
    _refused(lambda: Vault.open(tmp_path / "nowhere", PASSPHRASE), Kind.INPUT)
    assert not (tmp_path / "nowhere").exists()


def test_a_new_vault_never_takes_the_place_of_an_old_one(vault: Vault) -> None:
    folder = vault.folder
    vault.close()
    _refused(lambda: Vault.create(folder, PASSPHRASE, stretching=CHEAP), Kind.STATE)
    (folder / "header.json").unlink()
    _refused(lambda: Vault.create(folder, PASSPHRASE, stretching=CHEAP), Kind.STATE)
    _refused(lambda: Vault.open(folder, PASSPHRASE), Kind.DAMAGED)


def test_locked_means_that_nothing_answers(with_case: Vault) -> None:
    with_case.lock()
    assert with_case.locked
    for act in (with_case.cases, lambda: with_case.case("c1"), lambda: with_case.draft("c1", "a1"), with_case.home, with_case.lease):
        _refused(act, Kind.LOCKED)
    _refused(lambda: with_case.unlock("another passphrase"), Kind.IDENTITY)
    assert with_case.locked
    with_case.unlock(PASSPHRASE)
    assert with_case.case("c1").body.title == WORDS


def test_two_desks_on_one_vault(vault: Vault) -> None:
    trouble = _refused(lambda: Vault.open(vault.folder, PASSPHRASE), Kind.STORAGE)
    assert trouble.what_happened == "Another Overread is open on this vault."
    vault.lock()
    _refused(lambda: Vault.open(vault.folder, PASSPHRASE), Kind.STORAGE)


def test_a_desk_in_another_process_is_known_and_its_end_frees_the_vault(vault: Vault) -> None:
    folder = vault.folder
    vault.close()
    code = (
        "import sys, pathlib; from sync.vault.vault import Vault\n"
        "held = Vault.open(pathlib.Path(sys.argv[1]), sys.argv[2]); print('open', flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code, str(folder), PASSPHRASE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        _refused(lambda: Vault.open(folder, PASSPHRASE), Kind.STORAGE)
        other.kill()
    Vault.open(folder, PASSPHRASE).close()


def test_the_passphrase_can_be_changed(vault: Vault) -> None:
    key = private_keys.new_key()
    signing.seal_key(vault.folder, key, PASSPHRASE)
    _refused(lambda: vault.change_passphrase("wrong one altogether", "another long one"), Kind.IDENTITY)
    _refused(lambda: vault.change_passphrase(PASSPHRASE, "short"), Kind.INPUT)
    vault.change_passphrase(PASSPHRASE, "another long one")
    assert vault.signing_key("another long one").private_numbers() == key.private_numbers()
    vault.close()
    _refused(lambda: Vault.open(vault.folder, PASSPHRASE), Kind.IDENTITY)
    Vault.open(vault.folder, "another long one").close()


def test_the_signing_key_needs_the_passphrase_again(vault: Vault) -> None:
    signing.seal_key(vault.folder, private_keys.new_key(), PASSPHRASE)
    _refused(lambda: vault.signing_key("another passphrase"), Kind.IDENTITY)
    (vault.folder / "signing.json").write_text("{}")
    _refused(lambda: vault.signing_key(PASSPHRASE), Kind.DAMAGED)


@pytest.mark.parametrize("member", ["wrapped", "salt", "check", "argon2id", "backend", "format"])
def test_a_changed_header_is_never_taken_for_right(vault: Vault, member: str) -> None:
    header = vault.folder / "header.json"
    vault.close()
    value = json.loads(header.read_text())
    value[member] = {"memory_kib": 512, "iterations": 1, "lanes": 1} if member == "argon2id" else "00" * 40
    header.write_text(json.dumps(value))
    with pytest.raises(Trouble):
        Vault.open(vault.folder, PASSPHRASE)
    assert json.loads(header.read_text()) == value


# -- what is refused -----------------------------------------------------------------------------------------------------------


def test_a_newer_schema_is_refused_and_left_alone(vault: Vault) -> None:
    for database in (vault.parts.work_database, vault.parts.index_database):
        with database.write() as rows:
            rows.execute("PRAGMA user_version = 99")
        vault.lock()
        _refused(lambda: vault.unlock(PASSPHRASE), Kind.STATE)
        vault.close()
        return


def _spoil(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[100:400] = bytes(300)
    path.write_bytes(data)


def test_a_damaged_index_begins_anew_and_the_work_stays(with_case: Vault) -> None:
    with_case.save_draft("c1", "a1", {"text": "words"})
    with_case.lock()
    _spoil(with_case.folder / "index.db")
    with_case.unlock(PASSPHRASE)
    assert with_case.parts.rebuilt
    assert with_case.parts.index.meta("cursor") is None
    assert with_case.draft("c1", "a1") == {"text": "words"}
    assert (with_case.folder / "index.db.damaged").exists()


def test_damaged_work_is_never_begun_anew(with_case: Vault) -> None:
    with_case.lock()
    _spoil(with_case.folder / "work.db")
    before = (with_case.folder / "work.db").read_bytes()
    trouble = _refused(lambda: with_case.unlock(PASSPHRASE), Kind.DAMAGED)
    assert "Do not delete anything" in trouble.what_to_do
    assert (with_case.folder / "work.db").read_bytes() == before


def test_a_changed_page_is_found_by_the_check(with_case: Vault) -> None:
    for at in range(50):
        with_case.put_setting(f"s{at}", "x" * 2000)
    assert with_case.damage() == []
    with_case.lock()
    path = with_case.folder / "work.db"
    data = bytearray(path.read_bytes())
    data[-2000] ^= 1
    path.write_bytes(data)
    with_case.unlock(PASSPHRASE)
    assert with_case.damage()


# -- lease and clock -----------------------------------------------------------------------------------------------------------


def test_a_lease_that_is_over_locks_and_does_not_wipe(with_case: Vault, clock: Clock) -> None:
    with_case.heard(NOW, NOW + timedelta(days=14))
    assert with_case.lease().trouble is None
    clock.now = NOW + timedelta(days=15)
    with_case.lock()
    with_case.unlock(PASSPHRASE)
    for act in (with_case.cases, lambda: with_case.case("c1"), lambda: with_case.signing_key(PASSPHRASE)):
        assert "Connect it" in _refused(act, Kind.LOCKED).what_to_do
    with_case.heard(clock.now, clock.now + timedelta(days=14))
    assert len(with_case.cases()) == 1


def test_a_clock_far_ahead_leaves_no_mark(with_case: Vault, clock: Clock) -> None:
    with_case.heard(NOW, NOW + timedelta(days=14))
    clock.now = NOW + timedelta(days=400)
    _refused(with_case.cases, Kind.LOCKED)
    clock.now = NOW + timedelta(minutes=1)
    assert with_case.lease().trouble is None  # at once, and without the hospital


def test_a_disk_that_takes_no_mark_is_no_reason_not_to_read(with_case: Vault, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise Trouble("The disk is full.", "Make room.", kind=Kind.STORAGE)

    monkeypatch.setattr(Enrolled, "_put", full)
    clock.now = NOW + timedelta(days=1)
    assert len(with_case.cases()) == 1


def test_setting_the_clock_back_is_seen_and_the_hospital_puts_it_right(with_case: Vault, clock: Clock) -> None:
    with_case.heard(NOW, NOW + timedelta(days=14))
    clock.now = NOW - timedelta(hours=1)
    with_case.lock()
    with_case.unlock(PASSPHRASE)
    assert "clock is wrong" in _refused(with_case.cases, Kind.LOCKED).what_happened
    with_case.heard(clock.now, clock.now + timedelta(days=14))
    assert len(with_case.cases()) == 1


def test_the_high_water_mark_grows_while_offline(with_case: Vault, clock: Clock) -> None:
    with_case.heard(NOW, NOW + timedelta(days=14))
    for day in (5, 4):
        clock.now = NOW + timedelta(days=day)
        with_case.lock()
        with_case.unlock(PASSPHRASE)
        assert (with_case.lease().trouble is None) is (day == 5)


# -- what the physician did ------------------------------------------------------------------------------------------------------


def test_what_was_done_is_there_after_a_restart(with_case: Vault) -> None:
    draft = {"answers": ["ä", {"x": [1.5, None]}]}
    with_case.save_draft("c1", "a1", draft)
    for _ in range(2):
        with_case.mark_opened("c1", OpenedKind.SERIES, "1.2.3")
        with_case.mark_opened("c1", OpenedKind.DOCUMENT, "d1")
    with_case.waive("c1", "a1", "unopened 1.2.4", "seen elsewhere")
    with_case.waive("c1", "a1", "unopened 1.2.4", "seen at the hospital")
    with_case.waive("c1", "a1", "other", "no")
    with_case.unwaive("c1", "a1", "other")
    with_case.lock()
    with_case.unlock(PASSPHRASE)
    assert with_case.draft("c1", "a1") == draft
    assert {(one.kind, one.id) for one in with_case.opened("c1")} == {(OpenedKind.SERIES, "1.2.3"), (OpenedKind.DOCUMENT, "d1")}
    assert [(one.check, one.reason) for one in with_case.waivers("c1", "a1")] == [("unopened 1.2.4", "seen at the hospital")]
    assert [one.body["text"] for one in with_case.case("c1").messages] == [WORDS]
    assert with_case.case("c1").readiness.state is CaseState.ANNOUNCED


def test_no_word_of_it_lies_readable_on_the_disk_nor_in_the_open_databases(with_case: Vault) -> None:
    draft_words = "spiculated nodule of nine millimetres"
    with_case.save_draft("c1", "a1", {"text": draft_words})
    with_case.mark_opened("c1", OpenedKind.SERIES, "1.2.840.99.1")
    with_case.waive("c1", "a1", "check", "reason in words")
    needles = [NAME, NAME.replace("^", " "), "PID-7781", WORDS, draft_words, "1.2.840.99.1", "reason in words", "2026-11-24"]
    for path in with_case.folder.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        for needle in needles:
            assert needle.encode() not in data, path.name
            assert needle.encode("utf-16-le") not in data, path.name
    for database in (with_case.parts.index_database, with_case.parts.work_database):
        with database.read() as rows:
            tables = [row["name"] for row in rows.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            dump = repr([tuple(row) for table in tables for row in rows.execute(f"SELECT * FROM {table}")])  # noqa: S608  own names
        for needle in needles[:-1]:
            assert needle not in dump


def test_a_shredded_case_leaves_no_key(with_case: Vault) -> None:
    with_case.save_draft("c1", "a1", {"text": "words"})
    with_case.parts.work.shred("c1")
    _refused(lambda: with_case.save_draft("c1", "a1", {}), Kind.LOCKED)
    assert with_case.draft("c1", "a1") is None


def test_a_settings_value_that_fails_rolls_back(vault: Vault) -> None:
    def act() -> None:
        with vault.parts.work_database.write() as rows:
            rows.execute("INSERT INTO settings VALUES ('a', '1')")
            rows.execute("INSERT INTO nowhere VALUES (1)")

    _refused(act, Kind.INTERNAL)
    assert vault.setting("a") is None
    vault.put_setting("b", 1)
    assert vault.setting("b") == 1


def test_a_draft_that_the_disk_did_not_take_waits_sealed_over_a_lock(with_case: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    with_case.save_draft("c1", "a1", {"text": "before"})

    def full(*_: object) -> None:
        raise Trouble("The disk is full.", "Make room.", kind=Kind.STORAGE)

    with monkeypatch.context() as patched:
        patched.setattr(Work, "put_draft", full)
        _refused(lambda: with_case.save_draft("c1", "a1", {"text": "after"}), Kind.STORAGE)
        assert (with_case.all_saved, with_case.draft("c1", "a1")) == (False, {"text": "after"})
        with_case.lock()
        with_case.unlock(PASSPHRASE)
        assert (with_case.all_saved, with_case.draft("c1", "a1")) == (False, {"text": "after"})
        with_case.lock()
    with_case.unlock(PASSPHRASE)
    assert (with_case.all_saved, with_case.draft("c1", "a1")) == (True, {"text": "after"})
