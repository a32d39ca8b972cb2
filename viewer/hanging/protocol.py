"""Hanging protocols as values, read from JSON (resources/hanging)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Rule:
    """`attribute` of `SeriesFacts` compared with `value`: equals, one_of, contains, at_least. A required miss excludes."""

    attribute: str
    constraint: str
    value: Any
    weight: int = 1
    required: bool = False


@dataclass(frozen=True, slots=True)
class Role:
    """Which series a place asks for; the best by weight is taken, the newest and largest among equals."""

    name: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One viewport of a stage; `first` is "first", "middle" or "last"; `preset` a window preset's key."""

    role: str
    first: str = "middle"
    preset: int | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """One step: a grid of cells, row by row; `planes` shows the first cell's volume as three planes."""

    title: str
    rows: int
    columns: int
    cells: tuple[Cell, ...]
    linked: bool = False
    planes: bool = False


@dataclass(frozen=True, slots=True)
class Protocol:
    """A protocol; the one with the highest `rank` whose first stage can be filled is used."""

    id: str
    title: str
    rank: int
    roles: tuple[Role, ...]
    stages: tuple[Stage, ...]


def load_protocols(folder: Path) -> tuple[Protocol, ...]:
    """Every protocol of a folder, the highest rank first; raises `Trouble` (INPUT) where one cannot be read."""
    made = [_read(path) for path in sorted(folder.glob("*.json"))]
    return tuple(sorted(made, key=lambda p: -p.rank))


def _read(path: Path) -> Protocol:
    try:
        raw = json.loads(path.read_text("utf-8"))
        return Protocol(
            raw["id"],
            raw["title"],
            int(raw["rank"]),
            tuple(Role(name, tuple(Rule(**rule) for rule in rules)) for name, rules in raw["roles"].items()),
            tuple(Stage(**{**stage, "cells": tuple(Cell(**cell) for cell in stage["cells"])}) for stage in raw["stages"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise Trouble(
            f"The hanging protocol {path.name} cannot be read.", "Mend or remove that file.", f"{type(error).__name__}: {error}", Kind.INPUT
        ) from error
