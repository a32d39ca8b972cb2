"""Accounts, enrolment codes, tokens: who may come in, how often, and for how long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from hospital.desks import enrolling
from hospital.store import people
from sync.protocol import enrolment_code

if TYPE_CHECKING:
    from tests.hospital.stage import Stage


def test_wrong_passwords_count_and_lock_the_account(stage: Stage) -> None:
    desk = stage.stranger()
    code = stage.code(desk.login)
    for _ in range(stage.house.settings.desks.attempts):
        answer = desk.enrolment(code, "not the password")
        assert answer.status_code == 401
        assert "password is not right" in answer.json()["what_happened"]
    locked = desk.enrolment(code)
    assert locked.status_code == 401
    assert "Too many" in locked.json()["what_happened"]


def test_an_unknown_account_is_answered_like_a_wrong_password(stage: Stage) -> None:
    desk = stage.stranger()
    code = stage.code(desk.login)
    wrong = desk.enrolment(code, "not the password").json()
    desk.login = "nobody-of-this-name"
    assert desk.enrolment(code).json() == wrong


def test_a_code_is_good_once(stage: Stage) -> None:
    desk = stage.stranger()
    code = stage.code(desk.login)
    assert desk.enrolment(code).status_code == 200
    again = desk.enrolment(code)
    assert again.status_code == 401
    assert "used before" in again.json()["what_happened"]


def test_a_code_of_another_account_and_an_old_one_are_refused(stage: Stage) -> None:
    desk, other = stage.stranger(), stage.stranger()
    assert desk.enrolment(stage.code(other.login)).status_code == 401
    secret = "ab" * 16
    with stage.house.database.write() as tx:
        person = people.person_by_login(tx, desk.login)
        assert person is not None
        past = stage.house.now() - timedelta(days=1)
        people.add_code(tx, people.Code(people.sha256(secret), person.id, past, past, None))
    code = enrolment_code.from_text(stage.code(desk.login))
    old = enrolment_code.to_text(enrolment_code.EnrolmentCode(code.host, code.port, code.authority_digest, bytes.fromhex(secret)))
    assert desk.enrolment(old).status_code == 401


def test_an_assertion_is_good_once_and_for_a_minute(stage: Stage) -> None:
    desk = stage.desk()
    assertion = desk.assertion()
    assert desk.ask("POST", "/v1/tokens", json={"assertion": assertion}).status_code == 200
    assert desk.ask("POST", "/v1/tokens", json={"assertion": assertion}).status_code == 401
    for off in (timedelta(hours=-1), timedelta(hours=1)):
        late = desk.ask("POST", "/v1/tokens", json={"assertion": desk.assertion(datetime.now(UTC) + off)})
        assert (late.status_code, late.json()["details"]) == (401, "clock")


def test_a_token_ends_and_a_revoked_desk_gets_none(stage: Stage) -> None:
    desk = stage.desk()
    with stage.house.database.write() as tx:
        now = stage.house.now()
        people.add_token(tx, "worn out", desk.device, now - timedelta(seconds=1), now - timedelta(minutes=10))
    assert desk.ask("GET", "/v1/changes", token="worn out").status_code == 401
    assert desk.ask("GET", "/v1/changes").status_code == 200
    enrolling.revoke(stage.house, desk.device, "lost")
    assert desk.ask("POST", "/v1/tokens", json={"assertion": desk.assertion()}).status_code == 401


def test_a_revoked_desk_reads_that_it_is_and_nothing_else(stage: Stage) -> None:
    desk = stage.desk()
    made = stage.accepted(desk)
    cursor = desk.page().cursor
    other = stage.stranger(desk.login + "x")
    other.login = desk.login
    other.enrol(stage.code(desk.login))
    enrolling.revoke(stage.house, desk.device, "lost")
    for start in ("", cursor):
        told = [(one.kind, one.id, one.op, one.body) for one in desk.page(start).changes]
        assert told == [("revocation", desk.device, "put", {"device": desk.device, "reason": "lost"})]
    for method, path in (("GET", "/v1/certificate"), ("GET", "/v1/audit"), ("POST", "/v1/bundles"), ("POST", "/v1/intents")):
        answer = desk.ask(method, path, json={})
        assert (answer.status_code, answer.json()["details"]) == (401, "revoked")
    assert desk.upload(made, 1, b"%PDF").status_code == 401
    kinds = {one.kind for one in other.page().changes}
    assert {"assignment", "case", "revocation"} <= kinds, "the physician's other desk goes on"


def test_another_key_is_not_this_desk(stage: Stage) -> None:
    desk, thief = stage.desk(), stage.desk()
    thief.device = desk.device
    assert thief.ask("POST", "/v1/tokens", json={"assertion": thief.assertion()}).status_code == 401


def test_the_certificate_comes_after_the_approval(stage: Stage) -> None:
    assert b"BEGIN CERTIFICATE" in stage.desk().certificate()
