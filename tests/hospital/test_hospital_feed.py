"""What a physician's feed says, and what it never says before acceptance."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from hospital.desks import offering
from hospital.store import people
from sync.protocol import jws
from sync.protocol.bundle import ObjectBytes, Parser
from sync.protocol.messages import AssignmentBody, CaseBody, Holdings
from tests.hospital import tiny_case

if TYPE_CHECKING:
    from tests.hospital.stage import Stage

IDENTIFYING = ("Zweifelhofer", "Adelheid", tiny_case.NUMBER, tiny_case.BIRTH, tiny_case.BIRTH.replace("-", ""), tiny_case.HISTORY)


def test_an_offer_holds_nothing_that_identifies(stage: Stage) -> None:
    desk = stage.desk()
    assignment = stage.offered(desk)
    answer = desk.ask("GET", "/v1/changes")
    for word in IDENTIFYING:
        assert word not in answer.text
    body = AssignmentBody.model_validate(desk.newest("assignment", assignment))
    assert (body.state, body.offer.asked, body.offer.images) == ("offered", tiny_case.TITLE, 3)
    assert body.offer.person.startswith("Woman of 6")
    assert desk.newest("case", stage.case) is None


def test_acceptance_brings_case_and_signed_manifest(stage: Stage) -> None:
    desk = stage.desk()
    stage.accepted(desk)
    body = CaseBody.model_validate(desk.newest("case", stage.case))
    assert (body.patient.name, body.patient.patient_id) == (tiny_case.NAME, tiny_case.NUMBER)
    assert [one.text for one in body.questions] == [tiny_case.QUESTION]
    manifest = stage.manifest(desk)
    authority = desk.ask("GET", "/v1/authority").json()
    claims = jws.verify(manifest["signature"], authority["receipt_keys"], jws.Kind.MANIFEST)
    assert claims == {"case": stage.case, "version": manifest["version"], "digest": manifest["object"]}


@pytest.mark.parametrize("ending", ["give_back", "withdraw"])
def test_what_ends_takes_the_case_away_again(stage: Stage, ending: str) -> None:
    desk = stage.desk()
    assignment = stage.accepted(desk)
    if ending == "give_back":
        assert desk.intent("give_back", stage.case, assignment, reason="No time.")["accepted"]
    else:
        offering.withdraw(stage.house, assignment)
    ops = {(one.kind, one.op) for one in desk.page().changes if one.id == stage.case}
    assert ops == {("case", "drop"), ("manifest", "drop")}
    for word in IDENTIFYING:
        assert word not in desk.ask("GET", "/v1/changes").text


def test_a_cursor_goes_on_where_it_stopped(stage: Stage) -> None:
    desk = stage.desk()
    stage.accepted(desk)
    whole = desk.page()
    seen, cursor, more = [], "", True
    while more:
        page = desk.page(cursor, limit=1)
        seen += page.changes
        cursor, more = page.cursor, page.more
    assert seen == whole.changes
    assert desk.page(cursor).changes == []
    assert desk.ask("GET", "/v1/changes", params={"cursor": "nonsense"}).status_code == 422


def test_another_dataset_begins_anew_with_explicit_drops(stage: Stage) -> None:
    desk = stage.desk()
    stage.accepted(desk)
    assert desk.page("another-dataset.999").changes == desk.page().changes
    held = Holdings(dataset="another-dataset", cases=[stage.case, "f" * 32])
    changes = desk.ask("POST", "/v1/holdings", json=held.model_dump()).json()["changes"]
    assert [one["id"] for one in changes if one["kind"] == "case" and one["op"] == "drop"] == ["f" * 32]
    assert [one["id"] for one in changes if one["kind"] == "case" and one["op"] == "put"] == [stage.case]


def test_two_desks_of_one_physician_read_the_same(stage: Stage) -> None:
    desk = stage.desk()
    stage.accepted(desk)
    second = type(desk)(desk.address, desk.ca_file, desk.login)
    second.enrol(stage.code(desk.login))
    assert [one.id for one in second.page().changes] == [one.id for one in desk.page().changes]
    with stage.house.database.read() as tx:
        assert len({one.person for one in people.devices_of(tx) if one.id in {desk.device, second.device}}) == 1


def test_objects_come_as_their_names_say(stage: Stage) -> None:
    desk = stage.desk()
    stage.accepted(desk)
    name = stage.manifest(desk)["object"]
    parser = Parser()
    answer = desk.ask("POST", "/v1/bundles", json={"objects": [[name, 0]]})
    data = b"".join(bytes(one.data) for one in parser.feed(answer.content) if isinstance(one, ObjectBytes))
    assert hashlib.sha256(data).hexdigest() == name
