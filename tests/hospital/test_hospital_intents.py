"""Intents: the same key answers the same, what came too late is kept and refused, what needs a reason has one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hospital.desks import moves, offering
from hospital.store import cases, work
from record.states import assignment
from tests.hospital import stage as stages
from tests.hospital import tiny_case

if TYPE_CHECKING:
    from pathlib import Path

    from tests.hospital.stage import Stage


def _state(stage: Stage, name: str) -> str:
    with stage.house.database.read() as tx:
        row = work.assignment(tx, name)
    assert row is not None
    return row.state


def test_the_same_key_answers_the_same_and_moves_once(stage: Stage) -> None:
    desk = stage.desk()
    made = stage.offered(desk)
    first = desk.intent("accept", stage.case, made, key="one-" + made)
    seq = desk.page().changes[-1].seq
    assert desk.intent("accept", stage.case, made, key="one-" + made) == first
    assert desk.page().changes[-1].seq == seq
    assert _state(stage, made) == "accepted"


def test_a_key_stands_for_one_request_and_one_desk(stage: Stage) -> None:
    desk = stage.desk()
    made = stage.offered(desk)
    told = {"key": "key-" + made, "kind": "accept", "case": stage.case, "assignment": made, "seen_revision": 1}
    assert desk.ask("POST", "/v1/intents", json=told).status_code == 200
    assert desk.ask("POST", "/v1/intents", json=told | {"kind": "opened"}).status_code == 403


def test_what_came_too_late_is_refused_with_a_reason_and_kept(stage: Stage) -> None:
    desk = stage.desk()
    made = stage.offered(desk)
    offering.withdraw(stage.house, made)
    answer = desk.intent("accept", stage.case, made)
    assert not answer["accepted"]
    assert "withdrawn" in answer["reason"]
    assert desk.intent("accept", stage.case, made) == answer
    with stage.house.database.read() as tx:
        assert f"accept-{made}" in {one.key for one in work.refused_intents(tx)}
    assert _state(stage, made) == "withdrawn"


@pytest.mark.parametrize(("kind", "needed"), [("decline", "reason"), ("give_back", "reason"), ("ask", "text"), ("urgent", "told")])
def test_what_needs_words_is_refused_without_them(stage: Stage, kind: str, needed: str) -> None:
    desk = stage.desk()
    made = stage.offered(desk) if kind == "decline" else stage.accepted(desk)
    before = _state(stage, made)
    assert not desk.intent(kind, stage.case, made, key=f"empty-{made}", **{needed: "  "})["accepted"]
    assert _state(stage, made) == before
    assert desk.intent(kind, stage.case, made, key=f"full-{made}", **{needed: "Not my field."})["accepted"]


def test_opened_moves_to_reading_and_stays_there(stage: Stage) -> None:
    desk = stage.desk()
    made = stage.accepted(desk)
    for number in range(2):
        assert desk.intent("opened", stage.case, made, key=f"opened-{number}-{made}")["accepted"]
        assert _state(stage, made) == "reading"


def test_a_case_is_ready_again_when_nobody_has_it(stage: Stage, tmp_path: Path) -> None:
    case = stages.imported(stage.house, tiny_case.make(tmp_path / "case", "Another question", [40])).case
    desk = stage.desk()
    made = stage.accepted(desk, case)
    with stage.house.database.read() as tx:
        assert cases.get(tx, case).state == "assigned"
    assert desk.intent("give_back", case, made, reason="No time.")["accepted"]
    with stage.house.database.read() as tx:
        assert cases.get(tx, case).state == "ready"


def test_the_moves_are_the_tables(stage: Stage) -> None:
    assert stage.case
    for (state, event), row in assignment.TABLE.rows.items():
        who = min(row.who)
        assert moves.assignment_after(state, event, who) == row.to
    assert moves.assignment_after("opined", "opinion") == "opined"
    assert moves.case_after("released", "assigned") == "released"
