"""Taking values out of a TOML table by name and type; what is missing, wrong or unknown is told by its name, never by its value."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from record.trouble import Kind, Trouble


class Section:
    """One table of a case folder's `case.toml`. Take what is known, then `finish`."""

    def __init__(self, value: Any, place: str) -> None:  # noqa: ANN401  whatever stands in the file
        if not isinstance(value, dict):
            raise wrong(place, "a table")
        self._value = dict(value)
        self._place = place

    def text(self, name: str, default: str | None = None, *, among: tuple[str, ...] = (), most: int = 20_000) -> str:
        """A text; required where no default is given."""
        found = self._take(name, default)
        if not isinstance(found, str) or len(found) > most or (default is None and not found.strip()):
            raise wrong(self._name(name), f"a text of at most {most} characters")
        if among and found not in among:
            raise wrong(self._name(name), " or ".join(f"“{one}”" for one in among))
        return found.strip()

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number."""
        found = self._take(name, default)
        if not isinstance(found, int) or isinstance(found, bool) or not least <= found <= most:
            raise wrong(self._name(name), f"a number from {least} to {most}")
        return found

    def day(self, name: str) -> date:
        """A date, as `1964-02-11`."""
        found = self._take(name, None)
        if isinstance(found, str):
            try:
                found = date.fromisoformat(found)
            except ValueError:
                found = None
        if not isinstance(found, date) or isinstance(found, datetime):
            raise wrong(self._name(name), "a date such as 1964-02-11")
        return found

    def day_text(self, name: str) -> str:
        """A date as text, or "" where there is none."""
        if self._value.get(name) in (None, ""):
            self._value.pop(name, None)
            return ""
        return self.day(name).isoformat()

    def moment(self, name: str) -> str | datetime | date | None:
        """A time, a date or a text; None where there is none."""
        found = self._value.pop(name, None)
        if found is not None and not isinstance(found, str | date):
            raise wrong(self._name(name), "a time")
        return found

    def texts(self, name: str) -> list[str]:
        """A list of texts."""
        found = self._value.pop(name, [])
        if not isinstance(found, list) or not all(isinstance(one, str) and one.strip() for one in found):
            raise wrong(self._name(name), "a list of texts")
        return [one.strip() for one in found]

    def section(self, name: str) -> Section:
        """A table that must be there."""
        return Section(self._take(name, None), self._name(name))

    def maybe(self, name: str) -> Section | None:
        """A table that may be there."""
        return self.section(name) if name in self._value else None

    def sections(self, name: str) -> list[Section]:
        """A list of tables."""
        found = self._value.pop(name, [])
        if not isinstance(found, list):
            raise wrong(self._name(name), "a list of tables")
        return [Section(one, f"{self._name(name)}[{index + 1}]") for index, one in enumerate(found)]

    def finish(self) -> None:
        """Refuses what was not taken: a misspelt key is never ignored."""
        if self._value:
            raise wrong(self._name(next(iter(self._value))), "left out: nothing of this name is known")

    def _take(self, name: str, default: Any) -> Any:  # noqa: ANN401  whatever stands in the file
        if name not in self._value and default is None:
            raise wrong(self._name(name), "there")
        return self._value.pop(name, default)

    def _name(self, name: str) -> str:
        return f"{self._place}.{name}" if self._place else name


def wrong(place: str, should: str) -> Trouble:
    """A wrong key, by its place."""
    return Trouble(
        f"The case folder cannot be taken: in case.toml, {place} must be {should}.",
        "Correct case.toml by docs/case-folder.md, then import the folder again; nothing was changed.",
        place,
        Kind.INPUT,
    )
