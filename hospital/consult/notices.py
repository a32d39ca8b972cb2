"""The notices that people accept before a consult: versioned, in their language, from one table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from hospital.consult.places import FOLDER, read, unusable

if TYPE_CHECKING:
    from pathlib import Path

    from hospital.house import House


@dataclass(frozen=True)
class Notice:
    """One notice; `title` and `text` by language, English always among them."""

    id: str
    version: str
    kinds: frozenset[str]
    title: dict[str, str]
    text: dict[str, str]

    @property
    def mark(self) -> str:
        """As it is accepted: "telehealth@1"."""
        return f"{self.id}@{self.version}"


def asked(house: House, kind: str) -> list[Notice]:
    """Those that a kind of person has to accept; raises `Trouble` (INPUT)."""
    return [one for one in load(house.settings.consult.notices_file or FOLDER / "notices.toml") if kind in one.kinds]


@cache
def load(path: Path) -> tuple[Notice, ...]:
    """The notices of a file; raises `Trouble` (INPUT)."""
    try:
        rows = read(path, "notices")["notice"]
        found = tuple(
            Notice(str(one["id"]), str(one["version"]), frozenset(one["kinds"]), dict(one["title"]), dict(one["text"])) for one in rows
        )
        assert all("en" in one.title and "en" in one.text for one in found)
    except (KeyError, TypeError, ValueError, AssertionError) as error:
        raise unusable("notices", type(error).__name__) from error
    return found
