"""What the vault keeps of a reading: the draft, what was opened, the manifest that was seen."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from record.opinion.draft import Draft

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """The series (instance UIDs) and documents (ids) that were on screen."""

    series: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()

    def with_series(self, series: str) -> Opened:
        """One more series."""
        return self if series in self.series else replace(self, series=self.series | {series})

    def with_document(self, document: str) -> Opened:
        """One more document."""
        return self if document in self.documents else replace(self, documents=self.documents | {document})


@dataclass(frozen=True, slots=True)
class Kept:
    """A reading as the vault keeps it; `at` is None before the first time."""

    draft: Draft = field(default_factory=Draft)
    opened: Opened = field(default_factory=Opened)
    seen_version: int = 0
    at: datetime | None = None
    amends: str | None = None  # the signed opinion ("assignment/revision") that the draft is an addendum to
