"""The one form in which `dev.py bench`, `soak` and `fuzz` give their figures."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One figure; `bar` is the limit it must hold ("≤ 100"), `against` a peer or limit measured in the same run."""

    what: str
    value: float
    unit: str
    bar: str = ""
    holds: bool | None = None
    against: dict[str, float] | None = None


def machine() -> str:
    """The machine, in words."""
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def tell(name: str, rows: list[Row], *, as_json: bool) -> int:
    """Prints the figures; 1 where one does not hold its bar."""
    if as_json:
        print(json.dumps({"bench": name, "machine": machine(), "rows": [asdict(row) for row in rows]}))
    else:
        print(f"{name} on {machine()}")
        for row in rows:
            verdict = "" if row.holds is None else "  holds" if row.holds else "  DOES NOT HOLD"
            print(f"  {row.what}: {row.value:g} {row.unit}  {row.bar}{verdict}")
    return 1 if any(row.holds is False for row in rows) else 0
