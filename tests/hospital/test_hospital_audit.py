"""The audit records: the hospital's own chain, and those of the desks, taken whole or refused with a sentence."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import delete, update

from hospital.audit import AuditChain
from hospital.desks import auditing
from hospital.keys import receipts
from hospital.keys.master import MasterKey
from hospital.overview import status, status_words
from hospital.store.database import Database
from hospital.store.migrate import migrate
from hospital.store.tables import audit, desk_audit
from record.audit import BEGIN, Head, Record, append
from tests.hospital import stage as stages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.hospital.desk import Desk
    from tests.hospital.server_process import Server
    from tests.hospital.stage import Stage

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
LATER = "2026-11-26T10:00:00+00:00"


def chain(count: int, word: str = "act", after: list[Record] | None = None) -> list[Record]:
    records = list(after or [])
    for number in range(count):
        records.append(append(records[-1].head if records else BEGIN, {"act": word, "number": number}))
    return records


def lines(records: list[Record]) -> list[str]:
    return [one.line for one in records]


def send(desk: Desk, records: list[Record], since: int = 0, at: str = LATER) -> dict[str, object]:
    answer = desk.audit(lines(records[since:]), records[-1].head, at)
    assert answer.status_code == 200, answer.text
    told: dict[str, object] = answer.json()
    return told


def faults(stage: Stage, desk: Desk) -> list[str]:
    with stage.house.database.read() as tx:
        return [one for one in auditing.faults(stage.house, tx) if desk.device in one]


# -- desks -------------------------------------------------------------------------------------------------------------


def test_records_are_taken_in_parts_and_chained_again(stage: Stage) -> None:
    desk, records = stage.desk(), chain(7)
    assert desk.ask("GET", "/v1/audit").json() == {"counter": 0, "digest": BEGIN.digest}
    assert send(desk, records[:4]) == {"counter": 4, "digest": records[3].head.digest}
    assert send(desk, records, 4) == {"counter": 7, "digest": records[6].head.digest}
    assert desk.ask("GET", "/v1/audit").json()["counter"] == 7
    with stage.house.database.read() as tx:
        named = [one for one in stage.house.audit.told(tx, auditing.ACT) if one["device"] == desk.device]
        assert stage.house.audit.fault(tx) == ""
    assert [(one["counter"], one["digest"]) for one in named] == [(4, records[3].head.digest), (7, records[6].head.digest)]
    assert faults(stage, desk) == []


def test_sending_the_same_again_changes_nothing(stage: Stage) -> None:
    desk, records = stage.desk(), chain(5)
    told = send(desk, records)
    assert send(desk, records) == told
    assert send(desk, records[:3]) == told, "an older request that was repeated"
    assert send(desk, chain(1, after=records), 2)["counter"] == 6, "some known, one new"
    with stage.house.database.read() as tx:
        assert len([one for one in stage.house.audit.told(tx, auditing.ACT) if one["device"] == desk.device]) == 2
    assert faults(stage, desk) == []


def test_after_a_gap_the_missing_ones_are_asked_for(stage: Stage) -> None:
    desk, records = stage.desk(), chain(6)
    send(desk, records[:2])
    assert send(desk, records, 4)["counter"] == 2
    assert send(desk, records, 2)["counter"] == 6
    assert faults(stage, desk) == []


def _refused(stage: Stage, desk: Desk, sent: list[str], head: Head, word: str) -> None:
    answer = desk.audit(sent, head, "2026-12-01T00:00:00+00:00")
    assert (answer.status_code, answer.json()["kind"]) == (409, "state")
    assert word in answer.json()["what_happened"]
    told = faults(stage, desk)
    assert len(told) == 1
    assert word in told[0]
    with stage.house.database.read() as tx:
        assert told[0] in status_words(status(stage.house, tx))


def test_a_changed_record_is_refused(stage: Stage) -> None:
    desk, records = stage.desk(), chain(4)
    changed = [*lines(records[:2]), records[2].line.replace("act", "fact"), records[3].line]
    _refused(stage, desk, changed, records[-1].head, "Record 4 does not follow")


def test_a_missing_record_is_refused(stage: Stage) -> None:
    desk, records = stage.desk(), chain(4)
    _refused(stage, desk, lines([records[0], *records[2:]]), records[-1].head, "Record 2 is missing")


def test_a_head_of_other_records_is_refused(stage: Stage) -> None:
    desk, records = stage.desk(), chain(4)
    _refused(stage, desk, lines(records[:3]), records[3].head, "number 4 was there once")


def test_a_fork_by_a_restored_vault_is_refused_and_the_first_record_is_kept(stage: Stage) -> None:
    desk, records = stage.desk(), chain(5)
    send(desk, records)
    forked = chain(4, "other", records[:3])
    _refused(stage, desk, lines(forked[5:]), forked[-1].head, "Record 6 does not follow")
    again = desk.audit(lines(forked[3:]), forked[-1].head, LATER)
    assert again.status_code == 409
    assert len(faults(stage, desk)) == 1, "the first is told"
    assert desk.ask("GET", "/v1/audit").json() == {"counter": 5, "digest": records[-1].head.digest}


def test_a_fork_of_the_same_length_is_refused(stage: Stage) -> None:
    desk, records = stage.desk(), chain(5)
    send(desk, records)
    _refused(stage, desk, [], chain(5, "other")[-1].head, "Record 5 is not the one")


def test_a_cut_tail_is_refused_when_it_is_signed_later(stage: Stage) -> None:
    desk, records = stage.desk(), chain(5)
    send(desk, records)
    assert desk.audit([], records[2].head, "2026-11-25T00:00:00+00:00").status_code == 200, "an old request, repeated"
    _refused(stage, desk, [], records[2].head, "number 5 was there once")


@pytest.mark.parametrize("wrong", ["key", "chain", "kind"])
def test_a_head_that_this_desk_did_not_sign_is_no_head(stage: Stage, wrong: str) -> None:
    desk, other, records = stage.desk(), stage.desk(), chain(2)
    key = ec.generate_private_key(ec.SECP256R1()) if wrong == "key" else desk.key
    mine = desk.device
    if wrong == "chain":
        desk.device = other.device
    if wrong == "kind":
        answer = desk.ask("POST", "/v1/audit", json={"records": lines(records), "head": desk.assertion()})
    else:
        answer = desk.audit(lines(records), records[-1].head, key=key)
    assert answer.status_code == 401
    desk.device = mine
    assert desk.ask("GET", "/v1/audit").json()["counter"] == 0


def test_tampering_with_the_copy_at_the_hospital_shows(stage: Stage) -> None:
    edited, cut, rewritten = stage.desk(), stage.desk(), stage.desk()
    for desk in (edited, cut, rewritten):
        send(desk, chain(4))
    forged = chain(4, "forged")
    with stage.house.database.write() as tx:
        change = update(desk_audit)
        tx.execute(change.where(desk_audit.c.device == edited.device, desk_audit.c.counter == 2).values(line=desk_audit.c.line + " "))
        tx.execute(delete(desk_audit).where(desk_audit.c.device == cut.device, desk_audit.c.counter == 4))
        for one in forged:
            mine = (desk_audit.c.device == rewritten.device, desk_audit.c.counter == one.counter)
            tx.execute(change.where(*mine).values(line=one.line, sha256=one.head.digest))
    words = ["Record 2 is not what was written", "number 4 was there once", "Record 4 is not the one"]
    for desk, word in zip((edited, cut, rewritten), words, strict=True):
        assert [word in one for one in faults(stage, desk)] == [True]
    with stage.house.database.write() as tx:
        for desk in (edited, cut, rewritten):
            tx.execute(delete(desk_audit).where(desk_audit.c.device == desk.device))
            for one in chain(4):
                row = {"device": desk.device, "counter": one.counter, "line": one.line, "sha256": one.head.digest}
                tx.execute(desk_audit.insert().values(**row))


def test_the_routes_are_documented(stage: Stage) -> None:
    paths = stage.stranger().ask("GET", "/openapi.json").json()["paths"]
    assert set(paths["/v1/audit"]) == {"get", "post"}
    assert paths["/v1/audit"]["post"]["summary"]


def test_the_commands_tell_a_coordinator(own_server: Server, tmp_path: Path) -> None:
    own_server.start()
    made = stages.made(own_server, tmp_path / "case")
    try:
        desk = made.desk()
        assert desk.audit([], chain(1)[-1].head).status_code == 200
        send(desk, chain(3))
        desk.audit([], chain(3, "other")[-1].head)
        refused = made.offered(desk)
        assert not desk.intent("give_back", made.case, refused, reason="No time.")["accepted"]
        said = {"status": own_server.command("status"), "check": own_server.command("check", well=False)}
        for told in said.values():
            assert f"The audit record of desk {desk.device} was refused after number 3." in told
            assert f"“give_back” of desk {desk.device} on assignment {refused} was refused" in told
        assert "the data folder is sound; 2 things for a coordinator to look at" in said["check"]
    finally:
        made.house.close()


# -- the hospital's own chain --------------------------------------------------------------------------------------------


@pytest.fixture
def own(tmp_path: Path) -> Iterator[tuple[AuditChain, Database, Path]]:
    master = MasterKey(b"m" * 32)
    receipts.make(tmp_path, master)
    heads = tmp_path / "heads"
    database = Database(tmp_path / "audit.db", b"d" * 32)
    made = AuditChain(heads, receipts.load(tmp_path, master))
    migrate(database)
    with database.write() as tx:
        for count in range(3):
            made.add(tx, NOW, "act", "somebody", number=count)
        made.publish(tx, NOW)
        made.publish(tx, NOW)
    yield made, database, heads
    database.close()


def _fault(made: AuditChain, database: Database) -> str:
    with database.read() as tx:
        return made.fault(tx)


def test_a_torn_line_of_the_heads_is_repeated(own: tuple[AuditChain, Database, Path]) -> None:
    made, database, heads = own
    assert len(heads.read_text("ascii").splitlines()) == 1
    with heads.open("a", encoding="ascii") as out:
        out.write('{"counter": 9, "he')
    with database.write() as tx:
        made.add(tx, NOW, "act", "somebody", number=3)
        made.publish(tx, NOW)
    assert json.loads(heads.read_text("ascii").splitlines()[-1])["counter"] == 4
    assert _fault(made, database) == ""


def test_the_hospitals_chain_shows_what_was_changed_or_cut(own: tuple[AuditChain, Database, Path]) -> None:
    made, database, _ = own
    with database.write() as tx:
        tx.execute(update(audit).where(audit.c.counter == 2).values(line=audit.c.line + " "))
    assert "Record 2" in _fault(made, database)
    with database.write() as tx:
        tx.execute(delete(audit).where(audit.c.counter > 1))
    assert "number 3 was there once" in _fault(made, database), "by the head that was published"


def test_a_head_that_the_hospital_did_not_sign_shows(own: tuple[AuditChain, Database, Path]) -> None:
    made, database, heads = own
    line = json.loads(heads.read_text("ascii"))
    begin, _, end = line["head"].rpartition(".")
    heads.write_text(json.dumps(line | {"head": f"{begin}.{'A' * len(end)}"}) + "\n", "ascii")
    assert "not signed by the hospital" in _fault(made, database)
