"""Which protocol fits a case, and which series hangs where; pure, with the reason for each choice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from viewer.hanging.facts import SeriesFacts
    from viewer.hanging.protocol import Cell, Protocol, Role, Rule, Stage

CONSTRAINTS: dict[str, Callable[[Any, Any], bool]] = {
    "equals": lambda have, want: have == want,
    "one_of": lambda have, want: have in want,
    "contains": lambda have, want: any(word in have for word in want),
    "at_least": lambda have, want: have >= want,
}


@dataclass(frozen=True, slots=True)
class Place:
    """A viewport of a step with the series that hangs in it."""

    series: str
    cell: Cell
    because: str


@dataclass(frozen=True, slots=True)
class Step:
    """A stage whose roles are all filled."""

    stage: Stage
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Hanging:
    """The protocol that fits, with the steps that can be shown; `words(n)` is the sentence of the foot."""

    protocol: str
    title: str
    steps: tuple[Step, ...]

    def words(self, step: int) -> str:
        """ "Chest CT, current beside prior, step 1 of 3"."""  # noqa: D210  it quotes
        stage = self.steps[step].stage
        named = ", ".join(filter(None, (self.title, stage.title)))
        return f"{named}, step {step + 1} of {len(self.steps)}" if len(self.steps) > 1 else named


def match(protocols: Sequence[Protocol], facts: Sequence[SeriesFacts]) -> Hanging:
    """The first protocol (highest rank first) whose first stage can be filled; raises `Trouble` (INPUT) where none can."""
    for protocol in protocols:
        filled = _fill(protocol.roles, facts)
        steps = tuple(_step(stage, filled) for stage in protocol.stages if all(cell.role in filled for cell in stage.cells))
        if steps and steps[0].stage is protocol.stages[0]:
            return Hanging(protocol.id, protocol.title, steps)
    raise Trouble("There is no image to hang in this case.", "Read its documents.", kind=Kind.INPUT)


def _step(stage: Stage, filled: dict[str, tuple[SeriesFacts, str]]) -> Step:
    return Step(stage, tuple(Place(filled[cell.role][0].key, cell, filled[cell.role][1]) for cell in stage.cells))


def _fill(roles: Sequence[Role], facts: Sequence[SeriesFacts]) -> dict[str, tuple[SeriesFacts, str]]:
    """The best series for each role; a series fills one role only, so two places never show the same by accident."""
    filled: dict[str, tuple[SeriesFacts, str]] = {}
    taken: set[str] = set()
    for role in roles:
        scored = [(score, f) for f in facts if f.key not in taken and (score := _score(role.rules, f)) is not None]
        if scored:
            score, best = max(scored, key=lambda pair: (pair[0], pair[1].date, pair[1].count))
            filled[role.name] = best, f"{role.name}: best of {len(scored)} by weight {score}"
            taken.add(best.key)
    return filled


def _score(rules: Sequence[Rule], facts: SeriesFacts) -> int | None:
    total = 0
    for rule in rules:
        if CONSTRAINTS[rule.constraint](getattr(facts, rule.attribute), rule.value):
            total += rule.weight
        elif rule.required:
            return None
    return total
