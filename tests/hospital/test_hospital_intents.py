"""Intents: the same key answers the same, what came too late is kept and refused, what needs a reason has one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, get_args

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from hospital import overview
from hospital.desks import moves, offering
from hospital.store import cases, work
from record.person import working_days_after
from record.states import assignment
from sync.protocol.messages import IntentKind
from tests.hospital import stage as stages
from tests.hospital import tiny_case

if TYPE_CHECKING:
    from pathlib import Path

    from tests.hospital.desk import Desk
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
    assert not desk.intent(kind, stage.case, made, f"empty-{made}", 1, **{needed: "  "})["accepted"]
    assert _state(stage, made) == before
    assert desk.intent(kind, stage.case, made, f"full-{made}", 1, **{needed: "Not my field."})["accepted"]


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
        assert moves.assignment_row(state, event, who) is row
    assert moves.assignment_row("opined", "opinion").to == "opined"
    assert moves.case_after("released", "assigned") == "released"


# ARCHITECTURE.md, sections 5 and 6, typed from the page and not from the code: what a physician's desk may send in each state.
MAY = {
    "offered": "accept decline pause",
    "accepted": "opened ask give_back urgent draft",
    "reading": "opened ask give_back urgent draft pause",
    "question_open": "opened ask give_back urgent draft",
    "opined": "opened urgent",
    "declined": "",
    "lapsed": "",
    "given_back": "",
    "withdrawn": "",
}
KINDS = get_args(IntentKind)
WORDS = {"reason": "Not my field.", "text": "Which side?", "told": "The referrer."}


@pytest.mark.parametrize("state", MAY)
def test_every_kind_goes_through_the_table(stage: Stage, state: str) -> None:
    desk = stage.desk()
    made = stage.offered(desk)
    for kind in KINDS:
        with stage.house.database.write() as tx:
            seen = work.change_assignment(tx, made, work.HOSPITAL, state=state)
        answer = desk.intent(kind, stage.case, made, f"{kind}-{state}-{made}", seen, **WORDS)
        assert answer["accepted"] is (kind in MAY[state].split()), kind
        if not answer["accepted"]:
            assert "not possible now" in answer["reason"]
            assert _state(stage, made) == state
            assert f"{kind}-{state}-{made}" in _refused(stage)


def _refused(stage: Stage) -> set[str]:
    with stage.house.database.read() as tx:
        return {one.key for one in work.refused_intents(tx)}


def _revision(stage: Stage, name: str) -> int:
    with stage.house.database.read() as tx:
        row = work.assignment(tx, name)
    assert row is not None
    return row.revision


def test_a_stale_intent_is_kept_refused_and_shown_to_a_coordinator(stage: Stage) -> None:
    desk = stage.desk()
    made = stage.accepted(desk)
    seen = _revision(stage, made)
    with stage.house.database.write() as tx:
        work.change_assignment(tx, made, work.HOSPITAL, state="reading")
    answer = desk.intent("give_back", stage.case, made, seen=seen, reason="No time.")
    assert (answer["accepted"], answer["reason"]) == (False, "The assignment was changed at the hospital after you saw it.")
    assert desk.intent("give_back", stage.case, made, seen=seen, reason="No time.") == answer
    assert _state(stage, made) == "reading"
    with stage.house.database.read() as tx:
        told = [one for one in (*overview.notes(stage.house, tx), overview.status_words(overview.status(stage.house, tx))) if made in one]
        kept = work.intent(tx, f"give_back-{made}")
    assert len(told) == 2
    assert all("“give_back”" in one and "after you saw it" in one for one in told)
    assert kept is not None
    assert b"No time." not in kept.sealed_body
    assert desk.intent("give_back", stage.case, made, "again-" + made, _revision(stage, made), reason="No time.")["accepted"]


def test_a_revision_that_the_hospital_never_had_is_stale(stage: Stage) -> None:
    desk = stage.desk()
    made = stage.offered(desk)
    assert not desk.intent("accept", stage.case, made, seen=9)["accepted"]


def test_what_a_desk_did_itself_offline_makes_none_of_its_intents_stale(stage: Stage) -> None:
    desk = stage.desk()
    made = stage.offered(desk)
    for kind in ("pause", "accept", "opened", "ask"):
        assert desk.intent(kind, stage.case, made, seen=1, text="Which side?")["accepted"]
    assert _state(stage, made) == "question_open"


def test_what_another_desk_of_the_physician_did_does(stage: Stage) -> None:
    first = stage.desk()
    made = stage.accepted(first)
    seen = _revision(stage, made)
    second = replace(first, key=ec.generate_private_key(ec.SECP256R1()), bearer="", device="")
    second.enrol(stage.code(first.login))
    assert first.intent("opened", stage.case, made, seen=seen)["accepted"]
    assert not second.intent("ask", stage.case, made, seen=seen, text="Which side?")["accepted"]
    assert second.intent("urgent", stage.case, made, seen=seen, told="The referrer.")["accepted"], "it tells of the patient"


def test_the_feed_carries_the_assignments_own_revision(stage: Stage) -> None:
    desk = stage.desk()
    made = stage.accepted(desk)
    desk.intent("opened", stage.case, made)
    told = [one.revision for one in desk.page().changes if (one.kind, one.id) == ("assignment", made)]
    assert told == [_revision(stage, made)] == [3]


def _offer(desk: Desk, made: str) -> dict[str, Any]:
    body = desk.newest("assignment", made)
    assert body is not None
    offer: dict[str, Any] = body["offer"]
    return offer


def test_pausing_an_offer_offers_it_longer(stage: Stage) -> None:
    desk = stage.desk()
    made = stage.offered(desk)
    with stage.house.database.write() as tx:
        work.change_assignment(tx, made, desk.device, offered_until=stage.house.now() + timedelta(hours=1))
    before = _offer(desk, made)
    assert desk.intent("pause", stage.case, made)["accepted"]
    due = working_days_after(stage.house.now().date(), 2)
    after = _offer(desk, made)
    assert datetime.fromisoformat(after["offered_until"]).date() == due
    assert after["due_at"] == before["due_at"]
    assert _state(stage, made) == "offered"
    with stage.house.database.read() as tx:
        row = work.assignment(tx, made)
    assert row is not None
    assert row.offered_until is not None
    assert row.offered_until.date() == due


@pytest.mark.parametrize("days", [1, 30])
def test_pausing_a_reading_moves_the_due_time_and_never_back(stage: Stage, days: int) -> None:
    desk, now = stage.desk(), stage.house.now()
    made = offering.assign(stage.house, stage.case, desk.login, due_at=now + timedelta(days=days))
    for kind in ("accept", "opened", "pause"):
        assert desk.intent(kind, stage.case, made)["accepted"]
    later = max(working_days_after(now.date(), 5), (now + timedelta(days=days)).date())
    assert datetime.fromisoformat(_offer(desk, made)["due_at"]).date() == later
    assert _state(stage, made) == "reading"
