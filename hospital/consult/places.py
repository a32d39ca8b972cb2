"""Rules by place: a table of country and region that lets a consult go on, sends it to the local physician, or stops it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from hospital.house import House

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "consult"
OUTCOMES = frozenset({"go_on", "local_physician", "stop"})


@dataclass(frozen=True)
class Rule:
    """What holds at a place."""

    outcome: str
    reason: dict[str, str]  # by language, English always among them; empty where nothing is to be said


@dataclass(frozen=True)
class Places:
    """The table: rules by (country, region), ("", "") for everywhere else; names of regions by country and code."""

    rules: dict[tuple[str, str], Rule]
    regions: dict[str, dict[str, str]]

    def rule(self, country: str, region: str) -> Rule:
        """The most exact rule."""
        return self.rules.get((country, region)) or self.rules.get((country, "")) or self.rules["", ""]

    def name(self, country: str, region: str) -> str:
        """A place in English, for the hospital's people: "New York, United States"."""
        country_name = countries().get(country, country)
        region_name = self.regions.get(country, {}).get(region, region)
        return f"{region_name}, {country_name}" if region_name else country_name

    def for_page(self) -> dict[str, list[dict[str, str]]]:
        """The regions that a person chooses from."""
        return {country: [{"code": code, "name": name} for code, name in named.items()] for country, named in self.regions.items()}


def of(house: House) -> Places:
    """The hospital's table; raises `Trouble` (INPUT)."""
    return load(house.settings.consult.places_file or FOLDER / "places.toml")


@cache
def load(path: Path) -> Places:
    """A table from its file; raises `Trouble` (INPUT)."""
    value = read(path, "rules by place")
    try:
        rows = {("", ""): value["other"]} | {(one["country"], one.get("region", "")): one for one in value.get("place", [])}
        rules = {where: Rule(_outcome(one["outcome"]), _reason(one["reason"])) for where, one in rows.items()}
        regions = {str(country): dict(named) for country, named in value.get("regions", {}).items()}
    except (KeyError, TypeError, ValueError) as error:
        raise unusable("rules by place", type(error).__name__) from error
    return Places(rules, regions)


@cache
def countries() -> dict[str, str]:
    """English names by ISO 3166-1 code."""
    return read(FOLDER / "countries.toml", "countries")


def read(path: Path, what: str) -> dict[str, Any]:
    """A table's file; raises `Trouble` (INPUT)."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise unusable(what, type(error).__name__) from error


def unusable(what: str, why: str) -> Trouble:
    """The trouble of a table that cannot be used."""
    return Trouble(f"The hospital's table of {what} cannot be used.", "Correct the file that the settings name.", why, Kind.INPUT)


def _outcome(value: str) -> str:
    if value not in OUTCOMES:
        raise ValueError(value)
    return value


def _reason(value: str | dict[str, str]) -> dict[str, str]:
    """A sentence alone is English."""
    table = {"en": value} if value and isinstance(value, str) else dict(value or {})
    if table and not table.get("en"):
        raise ValueError("en")
    return {str(language): str(text) for language, text in table.items()}
