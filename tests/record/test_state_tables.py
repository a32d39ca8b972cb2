from __future__ import annotations

from collections import deque
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from record.states.table import Table, Who, move
from record.states.tables import ALL, render
from record.trouble import Kind, Trouble

BY_NAME = {table.name: table for table in ALL}
DOCS = Path(__file__).parents[2] / "docs" / "states.md"

# ARCHITECTURE.md, section 5, typed from the page and not from the code: every state of every machine.
STATES = {
    "case": "requested eligibility fee_due consents collecting quality_check ready assigned opined second_review released closed retained"
    " purged imported not_possible lapsed withdrawn",
    "assignment": "offered accepted reading question_open opined declined lapsed given_back withdrawn",
    "case_desk": "offered announced fetching paused ready_offline released shredded withdrawn",
    "opinion_desk": "drafting composed signed sending received refused",
    "opinion_hospital": "received second_review released opened relayed quarantined",
    "object_desk": "wanted partial present damaged",
    "consult_call": "scheduled open in_call reconnecting ended cancelled no_show by_telephone",
    "consult_participant": "invited checked_in blocked waiting admitted here lost left",
    "consult_recording": "off asked on",
    "letter": "waiting taken sent dropped",
    "release": "drafted signed sent reminded answered received tagged expired revoked refused none_exist",
    "payment": "due started paid part_refunded refunded waived failed lapsed",
}
# The ways of the same section: each arrow must be there …
ARROWS = {
    "case": "requested>eligibility eligibility>fee_due fee_due>consents consents>collecting collecting>quality_check quality_check>ready"
    " ready>assigned assigned>opined opined>second_review opined>released second_review>released released>closed closed>retained"
    " retained>purged imported>ready quality_check>collecting assigned>collecting assigned>ready closed>assigned",
    "assignment": "offered>accepted accepted>reading reading>question_open question_open>reading reading>opined",
    "case_desk": "offered>announced announced>fetching fetching>paused paused>fetching fetching>ready_offline ready_offline>released"
    " released>shredded ready_offline>fetching",
    "opinion_desk": "drafting>composed composed>signed signed>sending sending>received sending>refused refused>drafting",
    "opinion_hospital": "received>second_review second_review>released received>released released>opened opened>relayed",
    "object_desk": "wanted>partial partial>present present>damaged damaged>wanted",
    "consult_call": "scheduled>open open>in_call in_call>reconnecting reconnecting>in_call in_call>ended",
    "consult_participant": "invited>checked_in checked_in>blocked checked_in>waiting waiting>admitted admitted>here here>lost lost>here"
    " here>left",
    "consult_recording": "off>asked asked>on on>asked on>off asked>off",
    "letter": "waiting>taken taken>sent taken>waiting waiting>dropped",
    "release": "drafted>signed signed>sent sent>reminded reminded>reminded sent>answered reminded>answered answered>received"
    " received>tagged",
    "payment": "due>started started>paid paid>part_refunded part_refunded>refunded paid>refunded due>waived started>failed",
}
# … and these must not be, whatever the event.
FORBIDDEN = {
    "case": "requested>ready requested>assigned fee_due>collecting eligibility>collecting collecting>ready ready>opined assigned>released"
    " opined>assigned released>assigned purged>retained withdrawn>requested not_possible>fee_due lapsed>fee_due retained>closed"
    " released>withdrawn closed>withdrawn",
    "assignment": "offered>reading offered>opined declined>accepted lapsed>accepted withdrawn>accepted given_back>reading opined>withdrawn"
    " opined>given_back declined>opined withdrawn>opined",
    "case_desk": "offered>ready_offline offered>fetching announced>ready_offline paused>ready_offline shredded>fetching withdrawn>fetching"
    " withdrawn>ready_offline released>fetching shredded>withdrawn",
    "opinion_desk": "drafting>signed drafting>sending composed>sending composed>received signed>received signed>drafting sending>drafting"
    " received>drafting received>refused received>sending refused>received refused>sending signed>composed drafting>received",
    "opinion_hospital": "released>received opened>released relayed>opened quarantined>released quarantined>opened received>opened"
    " received>quarantined received>relayed",
    "object_desk": "damaged>present wanted>damaged present>wanted present>partial partial>damaged damaged>partial",
    "consult_call": "scheduled>in_call ended>open ended>in_call cancelled>open no_show>in_call in_call>cancelled reconnecting>no_show"
    " by_telephone>in_call",
    "consult_participant": "invited>admitted invited>here checked_in>admitted blocked>waiting blocked>admitted waiting>here left>here"
    " left>admitted lost>waiting",
    "consult_recording": "off>on on>on asked>asked",
    "letter": "waiting>sent sent>taken sent>waiting dropped>taken taken>dropped",
    "release": "drafted>sent drafted>answered signed>answered expired>sent revoked>sent refused>received none_exist>received sent>received"
    " tagged>received received>revoked",
    "payment": "due>paid waived>paid lapsed>paid refunded>paid failed>paid due>refunded started>refunded waived>refunded"
    " refunded>part_refunded",
}


def arrows(table: Table) -> set[str]:
    return {f"{state}>{row.to}" for (state, _), row in table.rows.items()}


def test_these_are_all_the_machines() -> None:
    assert set(BY_NAME) == set(STATES) == set(ARROWS) == set(FORBIDDEN)


@pytest.mark.parametrize("name", STATES)
def test_the_states_are_those_of_the_architecture(name: str) -> None:
    assert BY_NAME[name].states == set(STATES[name].split())


@pytest.mark.parametrize("name", ARROWS)
def test_every_arrow_is_there(name: str) -> None:
    assert set(ARROWS[name].split()) - arrows(BY_NAME[name]) == set()


@pytest.mark.parametrize("name", FORBIDDEN)
def test_no_forbidden_arrow_is_there(name: str) -> None:
    states = BY_NAME[name].states
    forbidden = set(FORBIDDEN[name].split())
    assert all(end in states for arrow in forbidden for end in arrow.split(">"))
    assert forbidden & arrows(BY_NAME[name]) == set()


@pytest.mark.parametrize("table", ALL, ids=lambda table: table.name)
def test_every_state_can_be_reached_and_left_or_is_an_end(table: Table) -> None:
    seen, waiting = set(table.starts), deque(table.starts)
    while waiting:
        state = waiting.popleft()
        following = {row.to for (start, _), row in table.rows.items() if start == state} - seen
        seen |= following
        waiting.extend(following)
    assert seen == table.states


@pytest.mark.parametrize("table", ALL, ids=lambda table: table.name)
def test_somebody_may_take_every_step(table: Table) -> None:
    assert all(row.who for row in table.rows.values())
    assert all(row.due is None or row.due > 0 for row in table.rows.values())


@settings(deadline=None)
@given(st.data())
def test_the_engine_does_what_is_in_the_table_and_refuses_all_else(data: st.DataObject) -> None:
    table = data.draw(st.sampled_from(ALL))
    state = data.draw(st.sampled_from(sorted(table.states)) | st.text(max_size=5))
    event = data.draw(st.sampled_from(sorted(table.events)) | st.text(max_size=5))
    who = data.draw(st.sampled_from(list(Who)))
    row = table.rows.get((state, event))
    if row is not None and who in row.who:
        assert move(table, state, event, who) is row
        return
    with pytest.raises(Trouble) as caught:
        move(table, state, event, who)
    assert caught.value.kind is Kind.STATE
    assert caught.value.what_happened.endswith(".")
    assert caught.value.what_to_do.endswith(".")


@settings(deadline=None)
@given(st.data())
def test_no_way_leads_out_of_the_table_or_back_from_an_end(data: st.DataObject) -> None:
    table = data.draw(st.sampled_from(ALL))
    state = data.draw(st.sampled_from(table.starts))
    for _ in range(30):
        events = sorted(event for start, event in table.rows if start == state)
        if not events:
            assert state in table.ends
            return
        event = data.draw(st.sampled_from(events))
        row = table.rows[(state, event)]
        state = move(table, state, event, min(row.who)).to
        assert state in table.states


def test_only_ready_and_late_items_freeze_a_manifest() -> None:
    frozen = {
        (state, row.to) for (state, _), row in BY_NAME["case"].rows.items() if {"freeze_manifest", "next_manifest"} & set(row.effects)
    }
    assert frozen == {("quality_check", "ready"), ("imported", "ready"), ("ready", "ready"), ("assigned", "assigned")}


def test_only_a_clinical_coordinator_passes_the_quality_check() -> None:
    assert BY_NAME["case"].rows[("quality_check", "passed")].who == {Who.CLINICIAN}


def test_received_comes_from_a_verified_receipt_alone() -> None:
    ways = [(state, event) for (state, event), row in BY_NAME["opinion_desk"].rows.items() if row.to == "received"]
    assert ways == [("sending", "receipt_verified")]


def test_the_clock_waits_while_a_question_is_open() -> None:
    assert not BY_NAME["assignment"].rows[("reading", "ask")].clock_runs
    assert BY_NAME["assignment"].rows[("question_open", "answered")].clock_runs


@pytest.mark.parametrize("state", "requested eligibility fee_due consents collecting quality_check ready assigned opined".split())  # noqa: SIM905  a list in words
def test_a_patient_can_withdraw_before_the_release_and_is_refunded(state: str) -> None:
    row = move(BY_NAME["case"], state, "withdrawn", Who.PATIENT)
    assert row.to == "withdrawn"
    assert "refund_if_paid" in row.effects


def test_the_page_in_the_docs_is_current() -> None:
    assert DOCS.read_text(encoding="utf-8") == render(), "make it again: python -m record.states"
