"""The planner's laws, for any page: twice is once, order in a page is by seq, absence deletes nothing, many drops wait."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from record.trouble import Kind, Trouble
from sync.engine.plan import Held, Waiting, plan
from sync.protocol.messages import Change, Page
from sync.vault.actions import DropCase, Plan, PutAssignment, PutCase, PutManifest, PutMessage, PutPolicy, Revoke

if TYPE_CHECKING:
    from sync.vault.actions import Action

CASES = [f"c{at}" for at in range(6)]
DUE = "2027-01-05T12:00:00Z"
OFFER: dict[str, Any] = {
    "asked": "?", "person": "Man of 50", "specialty": "", "referrer": None, "modalities": [], "priors": 0, "images": 0, "bytes": 0,
    "minutes": 1, "stipend": "", "due_at": DUE, "offered_until": None,
}  # fmt: skip
PATIENT = {"name": "A^B", "birth_date": "1960-01-01", "sex": "O", "patient_id": "1"}


def _body(kind: str, case: str, revision: int) -> dict[str, Any]:
    bodies: dict[str, dict[str, Any]] = {
        "case": {"id": case, "title": "?", "specialty": "", "patient": PATIENT, "questions": [], "referrer": None, "due_at": DUE},
        "assignment": {"id": f"a-{case}", "case": case, "state": "accepted", "offer": OFFER},
        "manifest": {"case": case, "version": revision, "object": "0" * 64, "length": 1, "signature": "x"},
        "message": {"case": case, "text": "hello"},
        "question": {"case": case, "text": "hello"},
        "policy": {"lease_days": 1, "idle_lock_minutes": 1, "opinion_statement": "", "no_examination_notice": ""},
        "revocation": {"device": "another", "reason": ""},
    }
    return bodies[kind]


def _change(seq: int, kind: str, case: str, revision: int, op: str) -> Change:
    name = {"assignment": f"a-{case}", "message": f"m-{case}", "question": f"q-{case}", "policy": "policy"}.get(kind, case)
    body = _body(kind, case, revision) if op == "put" else None
    return Change.model_validate({"seq": seq, "kind": kind, "id": name, "revision": revision, "op": op, "body": body})


CHANGES = st.builds(
    lambda kind, case, revision, op: (kind, case, revision, op),
    st.sampled_from(["case", "assignment", "manifest", "message", "question", "policy", "revocation"]),
    st.sampled_from(CASES),
    st.integers(1, 5),
    st.sampled_from(["put", "put", "put", "drop"]),
)
PAGES = st.lists(CHANGES, max_size=12).map(
    lambda found: Page(dataset="d", changes=[_change(at, *one) for at, one in enumerate(found, start=1)], cursor="next", more=False)
)
HELD = st.builds(
    lambda cases, revision: Held("me", frozenset(cases), {("case", case): revision for case in cases}, {}, {}),
    st.sets(st.sampled_from(CASES)),
    st.integers(1, 4),
)


def _apply(held: Held, decided: Plan) -> Held:
    """A model of what the vault stores."""
    cases, revisions, manifests = set(held.cases), dict(held.revisions), dict(held.manifests)
    for action in decided.actions:
        match action:
            case PutCase(case, revision, _):
                cases.add(case)
                revisions["case", case] = revision
            case PutAssignment(case, revision, body):
                cases.add(case)
                revisions["assignment", body.id] = revision
            case PutManifest(case, body):
                cases.add(case)
                manifests[case] = body.version
            case PutMessage(_, kind, name, revision, _):
                revisions[kind, name] = revision
            case DropCase(case):
                cases.discard(case)
                manifests.pop(case, None)
                revisions = {name: value for name, value in revisions.items() if not name[1].endswith(case)}
            case _:
                pass
    return replace(held, cases=frozenset(cases), revisions=revisions, manifests=manifests)


def _puts(actions: tuple[Action, ...]) -> list[Action]:
    return [action for action in actions if isinstance(action, PutCase | PutAssignment | PutManifest | PutMessage)]


@given(HELD, st.lists(CHANGES.filter(lambda one: one[3] == "put"), max_size=12))
def test_a_page_applied_twice_puts_nothing_the_second_time(held: Held, found: list[tuple[str, str, int, str]]) -> None:
    page = Page(dataset="d", changes=[_change(at, *one) for at, one in enumerate(found)], cursor="next", more=False)
    first = plan(page, held)
    assert isinstance(first, Plan)
    second = plan(page, _apply(held, first))
    assert isinstance(second, Plan)
    assert _puts(second.actions) == []


@given(HELD, PAGES)
def test_only_an_explicit_drop_removes_a_case(held: Held, page: Page) -> None:
    decided = plan(page, held)
    dropped = {change.id for change in page.changes if change.kind == "case" and change.op == "drop"}
    if isinstance(decided, Plan):
        assert held.cases - _apply(held, decided).cases <= dropped
        assert (decided.cursor, decided.dataset) == ("next", "d")
    else:
        assert decided.cases == dropped & held.cases


@given(HELD, PAGES)
def test_many_drops_wait_and_few_do_not(held: Held, page: Page) -> None:
    dropped = {change.id for change in page.changes if change.kind == "case" and change.op == "drop"} & held.cases
    waits = len(dropped) > 1 and len(dropped) > len(held.cases) / 10
    assert isinstance(plan(page, held), Waiting) is waits
    assert isinstance(plan(page, replace(held, agreed_drops=frozenset(dropped))), Plan)


@given(HELD, PAGES, st.randoms())
def test_the_order_in_the_message_does_not_matter(held: Held, page: Page, random: Any) -> None:
    shuffled = list(page.changes)
    random.shuffle(shuffled)
    assert plan(page.model_copy(update={"changes": shuffled}), held) == plan(page, held)


@given(HELD, PAGES)
def test_every_case_that_is_touched_is_looked_at_again(held: Held, page: Page) -> None:
    decided = plan(page, held)
    if isinstance(decided, Plan):
        touched = {action.case for action in decided.actions if isinstance(action, PutCase | PutAssignment | PutManifest | DropCase)}
        assert touched <= decided.changed


def test_older_revisions_do_nothing() -> None:
    held = Held("me", frozenset({"c1"}), {("case", "c1"): 5}, {"c1": 3}, {})
    changes = [_change(1, "case", "c1", 5, "put"), _change(2, "manifest", "c1", 3, "put"), _change(3, "case", "c1", 6, "put")]
    decided = plan(Page(dataset="d", changes=changes, cursor="", more=False), held)
    assert isinstance(decided, Plan)
    assert [type(action) for action in decided.actions] == [PutCase]


def test_the_revisions_of_a_restored_hospital_begin_anew() -> None:
    held = Held("me", frozenset({"c1"}), {("case", "c1"): 5}, {}, {}, dataset="before")
    for dataset, puts in (("before", 0), ("after", 1)):
        decided = plan(Page(dataset=dataset, changes=[_change(1, "case", "c1", 3, "put")], cursor="", more=False), held)
        assert isinstance(decided, Plan)
        assert len(decided.actions) == puts


def test_a_revocation_counts_for_this_desk_alone() -> None:
    held = Held("me", frozenset({"c1"}), {}, {}, {})
    for device, actions in (("me", [Revoke]), ("other", [])):
        change = Change(seq=1, kind="revocation", id="r", revision=1, op="put", body={"device": device, "reason": "lost"})
        decided = plan(Page(dataset="d", changes=[change], cursor="", more=False), held)
        assert isinstance(decided, Plan)
        assert [type(action) for action in decided.actions] == actions


def test_the_policy_is_taken() -> None:
    page = Page(dataset="d", changes=[_change(1, "policy", "c1", 1, "put")], cursor="", more=False)
    decided = plan(page, Held("me", frozenset(), {}, {}, {}))
    assert isinstance(decided, Plan)
    assert isinstance(decided.actions[0], PutPolicy)


@pytest.mark.parametrize("kind", ["case", "assignment", "manifest", "message", "policy", "revocation"])
@pytest.mark.parametrize("body", [None, {}, {"id": 1}, {"unknown": "member"}])
def test_what_is_not_understood_changes_nothing(kind: str, body: dict[str, Any] | None) -> None:
    change = Change.model_validate({"seq": 1, "kind": kind, "id": "x", "revision": 1, "op": "put", "body": body})
    with pytest.raises(Trouble) as caught:
        plan(Page(dataset="d", changes=[change], cursor="", more=False), Held("me", frozenset(), {}, {}, {}))
    assert caught.value.kind is Kind.DAMAGED
