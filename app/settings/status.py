"""The status page's rows: every subsystem's state in words. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

Dot = Literal["good", "warn", "bad", "accent", "none"]


@dataclass(frozen=True, slots=True)
class StatusRow:
    """One subsystem: its name, a dot, a sentence, and words for IT."""

    what: str
    dot: Dot
    words: str
    details: str = ""


class StatusSource(Protocol):
    """Gives the rows; may take its time, is asked in a job."""

    def status(self) -> tuple[StatusRow, ...]:
        """The rows, from the hospital down to the disk."""
        ...


def as_text(rows: tuple[StatusRow, ...]) -> str:
    """The rows for IT, to copy; they hold nothing of a patient."""
    return "\n".join(f"{row.what}: {row.words}" + (f" [{row.details}]" if row.details else "") for row in rows)
