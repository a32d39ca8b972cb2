"""A person's own keys: what is kept of them, and who has a key already. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.shell.keys import DESK_KEYS
from viewer.screen.keys import TABLE, Act, bindings

if TYPE_CHECKING:
    from collections.abc import Mapping

Kept = dict[str, tuple[str, ...]]
_USUAL = {row.act: row.keys for row in TABLE}
_ACTS = {act.value for act in Act}


def own_keys(kept: Mapping[str, tuple[str, ...]]) -> dict[Act, tuple[str, ...]]:
    """What was kept as acts; an act that this version does not know is left out."""
    return {Act(name): tuple(keys) for name, keys in kept.items() if name in _ACTS}


def taken_by(kept: Mapping[str, tuple[str, ...]], act: Act, key: str) -> str:
    """The words of the other act that a key starts now; "" where it is free."""
    for row in bindings(own_keys(kept)):
        if row.act is not act and key in row.keys:
            return row.text
    return next((row.words for row in DESK_KEYS if row.scope == "desk" and key in row.keys), "")


def with_key(kept: Mapping[str, tuple[str, ...]], act: Act, key: str) -> Kept:
    """What is kept when a person gives a key to an act; the usual keys are not kept, so that they follow the program."""
    rest = {name: tuple(keys) for name, keys in kept.items() if name != act.value}
    return rest if _USUAL[act][:1] == (key,) else {**rest, act.value: (key,)}


def without(kept: Mapping[str, tuple[str, ...]], act: Act) -> Kept:
    """What is kept when an act gets its usual keys back."""
    return {name: tuple(keys) for name, keys in kept.items() if name != act.value}
