"""What the About page says: version, statement, licences of everything inside. Qt-free."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from importlib import metadata
from itertools import islice
from pathlib import Path

_ROOT = Path(getattr(sys, "_MEIPASS", Path(__file__).resolve().parents[2]))
LICENCES = _ROOT / "resources" / "licences"
STATEMENT = (
    "Overread carries cases and opinions; it is not a medical device and is not cleared for primary diagnosis. "
    "The hospital that uses it answers for how it is used."
)


@dataclass(frozen=True, slots=True)
class Part:
    """A program inside: name, versions, licence in a word, its home, and where its text stands in the collection."""

    name: str
    versions: str
    licence: str
    home: str
    line: int
    lines: int


def version() -> str:
    """The program's version."""
    try:
        return metadata.version("overread")
    except metadata.PackageNotFoundError:
        return "0.1.0"


def parts() -> tuple[Part, ...]:
    """All programs inside, as they were collected; empty where the collection is not installed."""
    try:
        found = json.loads((LICENCES / "index.json").read_text("utf-8"))
    except FileNotFoundError:
        return ()
    return tuple(Part(**{name: one[name] for name in Part.__slots__}) for one in found)


def licence_text(part: Part) -> str:
    """The whole text of a part's licence."""
    with (LICENCES / "third-party.txt").open(encoding="utf-8", errors="replace") as collection:
        return "".join(islice(collection, part.line - 1, part.line - 1 + part.lines))
