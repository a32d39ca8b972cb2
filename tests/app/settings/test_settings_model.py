"""Settings: policy over the person's choice over the default."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from app.settings.model import FILE, NAMES, Settings, Values
from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from pathlib import Path


def test_without_any_file_the_defaults_hold(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    assert settings.values == Values()
    assert {settings.source(name) for name in NAMES} == {"default"}


def test_a_choice_is_kept_and_found_again(tmp_path: Path) -> None:
    Settings(tmp_path).set("theme", "light")
    again = Settings(tmp_path)
    assert (again.values.theme, again.source("theme")) == ("light", "you")


def test_a_policy_rules_and_cannot_be_changed(tmp_path: Path) -> None:
    policy = tmp_path / "policy.json"
    policy.write_text('{"idle_lock_minutes": 5}')
    settings = Settings(tmp_path, policy)
    assert (settings.values.idle_lock_minutes, settings.source("idle_lock_minutes")) == (5, "policy")
    with pytest.raises(Trouble) as refused:
        settings.set("idle_lock_minutes", 60)
    assert refused.value.kind is Kind.STATE
    assert settings.values.idle_lock_minutes == 5


def test_a_value_that_does_not_fit_changes_nothing(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    with pytest.raises(Trouble) as refused:
        settings.set("text_percent", 900)
    assert refused.value.kind is Kind.INPUT
    assert settings.values.text_percent == 100
    assert not (tmp_path / FILE).exists()


@pytest.mark.parametrize("content", ["", "[]", "{", '{"theme": "pink"}', '{"unknown": 1}'])
def test_a_spoilt_file_is_told_in_two_sentences(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE).write_text(content)
    with pytest.raises(Trouble) as told:
        Settings(tmp_path)
    assert told.value.kind is Kind.INPUT
    assert told.value.what_to_do


def test_who_listens_hears_of_each_change(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    heard: list[str] = []
    settings.listen(heard.append)
    settings.set("text_percent", 150)
    assert heard == ["text_percent"]
    assert json.loads((tmp_path / FILE).read_text()) == {"text_percent": 150}


def test_every_setting_has_a_word_and_a_sentence() -> None:
    for name in NAMES:
        field = Values.model_fields[name]
        assert field.title
        assert (field.description or "").endswith(".")
