"""From where a consult may be held: the hospital's table of rules, and its verdict with the reason."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from hospital.settings import ConsultSection

RESOURCES = Path(__file__).resolve().parents[2] / "resources" / "consult"
OUTCOMES = ("go_on", "local_physician", "stop")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows from where somebody is: `outcome` one of `OUTCOMES`."""

    outcome: str
    reason: str


@dataclass(frozen=True, slots=True)
class Places:
    """The rules, in order."""

    rules: tuple[tuple[str, str, str, Verdict], ...]  # country, region ("": the whole country), the region's name, verdict
    otherwise: Verdict

    def judge(self, country: str, region: str) -> Verdict:
        """The verdict on a place (ISO 3166-1 alpha-2; a region by the code that `regions` names)."""
        for wanted in (region, ""):
            for its_country, its_region, _, verdict in self.rules:
                if its_country == country and its_region == wanted:
                    return verdict
        return self.otherwise

    def regions(self) -> dict[str, list[dict[str, str]]]:
        """The regions that the rules tell apart, by country."""
        found: dict[str, list[dict[str, str]]] = {}
        for country, region, name, _ in self.rules:
            if region:
                found.setdefault(country, []).append({"code": region, "name": name})
        return found


@dataclass(frozen=True, slots=True)
class Notice:
    """Words that somebody accepts, in several languages."""

    id: str
    version: str
    kinds: tuple[str, ...]
    title: dict[str, str]
    text: dict[str, str]

    @property
    def key(self) -> str:
        """By which its acceptance is kept: "telehealth@1"."""
        return f"{self.id}@{self.version}"


def places_of(settings: ConsultSection) -> Places:
    """The rules; raises `Trouble` (INPUT) where the file is not one."""
    value = _read(settings.places_file or RESOURCES / "places.toml")
    try:
        rules = tuple((one["country"], one.get("region", ""), one.get("name", ""), _verdict(one)) for one in value.get("place", []))
        return Places(rules, _verdict(value["default"]))
    except (KeyError, TypeError, ValueError) as error:
        raise _wrong("places", error) from error


def notices_of(settings: ConsultSection) -> tuple[Notice, ...]:
    """The notices; raises `Trouble` (INPUT) where the file is not one."""
    value = _read(settings.notices_file or RESOURCES / "notices.toml")
    try:
        return tuple(
            Notice(one["id"], str(one["version"]), tuple(one["for"]), dict(one["title"]), dict(one["text"])) for one in value["notice"]
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _wrong("notices", error) from error


def _verdict(one: dict[str, Any]) -> Verdict:
    if one["outcome"] not in OUTCOMES:
        raise ValueError("outcome")
    return Verdict(one["outcome"], one.get("reason", ""))


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _wrong(path.stem, error) from error


def _wrong(what: str, error: Exception) -> Trouble:
    return Trouble(
        f"The file of the consult's {what} cannot be used.",
        "Correct it by the one that comes with the program, resources/consult.",
        type(error).__name__,
        Kind.INPUT,
    )
