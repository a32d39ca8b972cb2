from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from record.opinion.draft import Answer, Draft, Side, from_json, to_json
from record.trouble import Kind, Trouble


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.from_type(Draft))
def test_any_draft_comes_back_equal_through_json_text(draft: Draft) -> None:
    text = json.dumps(to_json(draft))  # compared as text: not-a-number equals nothing
    assert json.dumps(to_json(from_json(json.loads(text)))) == text


def test_a_full_draft_comes_back_equal(draft: Draft) -> None:
    assert from_json(json.loads(json.dumps(to_json(draft)))) == draft


def test_an_answer_replaces_the_one_before_and_keeps_the_order() -> None:
    draft = Draft().with_answer("a", "1").with_answer("b", "2").with_answer("a", "3")
    assert draft.answers == (Answer("a", "3"), Answer("b", "2"))
    assert draft.answer_to("a") == "3"
    assert not draft.answer_to("c")


@pytest.mark.parametrize(
    "damage",
    [
        lambda value: value.pop("answers"),
        lambda value: value.update(format=2),
        lambda value: value.update(urgency="soon"),
        lambda value: value.update(findings=7),
        lambda value: value.update(answers=[{"question": "q"}]),
        lambda value: value.update(key_images=3),
    ],
)
def test_a_damaged_draft_is_one_trouble(draft: Draft, damage: object) -> None:
    value = json.loads(json.dumps(to_json(draft)))
    assert callable(damage)
    damage(value)
    with pytest.raises(Trouble) as caught:
        from_json(value)
    assert caught.value.kind is Kind.DAMAGED
    assert "tumour" not in caught.value.details


def test_enums_are_kept_as_their_words(draft: Draft) -> None:
    value = to_json(replace(draft, key_images=draft.key_images[:1]))
    assert json.loads(json.dumps(value))["key_images"][0]["side"] == "left"
    assert from_json(value).key_images[0].side is Side.LEFT
