"""The audit chain: each record carries the SHA-256 of the one before, so that an edit, a gap or another order shows (ARCHITECTURE.md, 6).

A chain alone does not show a cut tail or a full rewrite; so its head is signed at every sync and kept elsewhere too.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import rfc8785

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

START = "0" * 64  # what the first record names as the one before


@dataclass(frozen=True)
class Record:
    """One record of the chain; `entry` is any JSON object, with our own random ids and never a name."""

    counter: int  # from 1
    before: str  # SHA-256 of the record before, hexadecimal
    entry: Mapping[str, Any]

    def canonical(self) -> bytes:
        """The canonical JSON (RFC 8785) that is hashed and stored."""
        return rfc8785.dumps({"counter": self.counter, "before": self.before, "entry": dict(self.entry)})

    @property
    def digest(self) -> str:
        """SHA-256 over `canonical`, hexadecimal."""
        return hashlib.sha256(self.canonical()).hexdigest()


class Fault(StrEnum):
    """How a chain breaks."""

    COUNTER = "counter"  # a record is missing, doubled, or out of order
    LINK = "link"  # the record before was changed


@dataclass(frozen=True)
class Break:
    """The first place where a chain does not hold: the position in what was given, from 0."""

    at: int
    fault: Fault


def append(previous: Record | None, entry: Mapping[str, Any]) -> Record:
    """The next record after `previous` (None: the first)."""
    if previous is None:
        return Record(1, START, entry)
    return Record(previous.counter + 1, previous.digest, entry)


def verify(records: Iterable[Record], after: Record | None = None) -> Break | None:
    """The first break of a chain, or None. `after` is a record known to be good, where only a later part is given."""
    counter, digest = (after.counter, after.digest) if after else (0, START)
    for at, record in enumerate(records):
        if record.counter != counter + 1:
            return Break(at, Fault.COUNTER)
        if record.before != digest:
            return Break(at, Fault.LINK)
        counter, digest = record.counter, record.digest
    return None


def head_payload(chain: str, last: Record, at: str) -> bytes:
    """What is signed as the head of a chain: its name, length and last digest, and the time (RFC 3339) as given."""
    return rfc8785.dumps({"chain": chain, "counter": last.counter, "digest": last.digest, "at": at})
