from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from record.opinion.checks import Code, ReadItem, ReadState, signing_sheet, still_open
from record.opinion.draft import Draft, Side, Waiver
from record.opinion.sides import named_sides, sided_things

if TYPE_CHECKING:
    from record.opinion.facts import Facts

READ = ReadState()


def codes(draft: Draft, facts: Facts, read: ReadState = READ) -> list[tuple[str, str]]:
    return [(finding.code.value, finding.where) for finding in signing_sheet(draft, facts, read)]


def test_a_whole_opinion_has_no_finding(draft: Draft, facts: Facts) -> None:
    assert signing_sheet(draft, facts, READ) == ()


def test_an_empty_draft_is_asked_for_everything(facts: Facts) -> None:
    assert codes(Draft(), facts) == [
        ("question_unanswered", "answers/q1"),
        ("question_unanswered", "answers/q2"),
        ("question_unanswered", "answers/q3"),
        ("verdict_missing", "verdicts/0"),
        ("findings_missing", "findings"),
        ("recommendation_missing", "recommendation"),
    ]


def test_an_answer_of_spaces_is_no_answer(draft: Draft, facts: Facts) -> None:
    assert codes(draft.with_answer("q2", " \n "), facts) == [("question_unanswered", "answers/q2")]


def test_a_recommendation_says_how_soon(draft: Draft, facts: Facts) -> None:
    assert codes(replace(draft, urgency=None), facts) == [("urgency_missing", "urgency")]


def test_what_was_not_opened_and_what_came_since(draft: Draft, facts: Facts) -> None:
    read = ReadState(
        series=(ReadItem("1.2", "CT lung", opened=True), ReadItem("1.3", "CT localizer", opened=False)),
        documents=(ReadItem("d1", "Letter", opened=False),),
        came_since=("PET of 14 Oct 2026",),
    )
    found = signing_sheet(draft, facts, read)
    assert [(finding.code, finding.where) for finding in found] == [
        (Code.SERIES_UNOPENED, "series/1.3"),
        (Code.DOCUMENT_UNOPENED, "documents/d1"),
        (Code.RECORDS_SINCE, "case"),
    ]
    assert found[0].sentence == "The series “CT localizer” was not opened."


@pytest.mark.parametrize(
    "text",
    ["Nodule of xx mm.", "Nodule of [size] mm.", "TODO compare", "Seen on ____.", "Impression: ???", "<NAME> was seen", "{date}", "....."],
)
def test_template_text_that_was_left_in_is_found(draft: Draft, facts: Facts, text: str) -> None:
    assert codes(replace(draft, limits=text), facts) == [("template_left", "limits")]


@pytest.mark.parametrize("text", ["Nodule < 5 mm and > 3 mm.", "Wait… and see (e.g. in May).", "T2* map, 3 x 4 mm", "ratio 1/2; 10^3"])
def test_ordinary_text_is_no_template(draft: Draft, facts: Facts, text: str) -> None:
    assert codes(replace(draft, limits=text), facts) == []


def test_a_caption_on_the_wrong_side_of_its_mark_is_found(draft: Draft, facts: Facts) -> None:
    image = replace(draft.key_images[0], caption="22.2 mm, right upper lobe")
    found = signing_sheet(replace(draft, key_images=(image,)), facts, READ)
    assert found[0].where == "key_images/k1"
    assert found[0].sentence == "Figure 1 says right, and what is marked lies on the patient's left."


def test_a_measurement_named_for_the_wrong_side_is_found(draft: Draft, facts: Facts) -> None:
    wrong = replace(draft.measurements[0], label="Right mass")
    assert ("sides_at_odds", "measurements/m1") in codes(replace(draft, measurements=(wrong,)), facts)


def test_texts_that_contradict_each_other_are_found(draft: Draft, facts: Facts) -> None:
    found = signing_sheet(replace(draft, recommendation="Right upper lobectomy."), facts, READ)
    assert [(finding.code, finding.where) for finding in found] == [(Code.SIDES_AT_ODDS, "recommendation")]
    assert found[0].sentence == "“Upper lobectomy” is left in “The answer to question 1” and right in “Recommendation”."


def test_a_thing_that_one_text_names_on_both_sides_is_no_contradiction(draft: Draft, facts: Facts) -> None:
    both = replace(
        draft, findings="The left kidney is small, the right kidney is normal.", impression="Small left kidney.", limits="Right kidney?"
    )
    assert codes(both, facts) == []


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        ("left upper lobe", {Side.LEFT}),
        ("Right-sided effusion", {Side.RIGHT}),
        ("bilateral nodules", {Side.LEFT, Side.RIGHT}),
        ("left and right kidney", {Side.LEFT, Side.RIGHT}),
        ("it was left untreated", set()),
        ("operate right away", set()),
        ("no side here", set()),
    ],
)
def test_sides_named(text: str, sides: set[Side]) -> None:
    assert named_sides(text) == sides


def test_plural_and_singular_are_one_thing() -> None:
    assert sided_things("left lower lobes") == {"lower lobe": {Side.LEFT}}


def test_a_waiver_with_a_reason_closes_its_finding_alone(draft: Draft, facts: Facts) -> None:
    bare = replace(draft, answers=draft.answers[:1], waivers=())
    found = signing_sheet(bare, facts, READ)
    waived = replace(bare, waivers=(Waiver("question_unanswered", "answers/q2", "Asked twice."),))
    assert [finding.where for finding in still_open(found, waived)] == ["answers/q3"]
    empty = replace(bare, waivers=(Waiver("question_unanswered", "answers/q2", "  "),))
    assert still_open(found, empty) == found


def test_an_addendum_is_asked_for_one_thing_alone(facts: Facts, draft: Draft) -> None:
    added = replace(facts, amends="a1/1")
    assert [finding.sentence for finding in signing_sheet(Draft(), added, ReadState())] == ["The addendum says nothing yet."]
    assert signing_sheet(Draft(findings="A calcified node."), added, ReadState()) == ()
    assert signing_sheet(replace(Draft(), key_images=draft.key_images), added, ReadState()) == ()
