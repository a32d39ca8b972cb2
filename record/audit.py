"""The audit chain: each record carries the SHA-256 of the one before, so that an edit, a gap or another order shows (ARCHITECTURE.md, 6).

The one implementation, of values alone: desk and hospital only keep the lines. A chain by itself does not show a cut tail or a full
rewrite; so its heads are signed, kept elsewhere too, and `verify` compares with those.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import rfc8785

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

START = "0" * 64  # what the first record names as the one before


@dataclass(frozen=True)
class Head:
    """Where a chain ends: the last counter and the digest of that record."""

    counter: int
    digest: str

    def claims(self, chain: str, at: str) -> dict[str, str | int]:
        """What is signed as the head: the chain's name, its length and last digest, and the time (RFC 3339) as given."""
        return {"chain": chain, "counter": self.counter, "digest": self.digest, "at": at}


BEGIN = Head(0, START)  # of a chain without records


@dataclass(frozen=True)
class Record:
    """One record of the chain; `entry` is any JSON object, with our own random ids and never a name."""

    counter: int  # from 1
    before: str  # SHA-256 of the record before, hexadecimal
    entry: Mapping[str, Any]

    @property
    def line(self) -> str:
        """The canonical JSON (RFC 8785) that is hashed and kept."""
        return rfc8785.dumps({"counter": self.counter, "before": self.before, "entry": dict(self.entry)}).decode()

    @property
    def head(self) -> Head:
        """The head of a chain that ends here; its digest is SHA-256 over `line`, hexadecimal."""
        return Head(self.counter, hashlib.sha256(self.line.encode()).hexdigest())


class Fault(StrEnum):
    """How a chain breaks."""

    TEXT = "text"  # the line is not the canonical form of a record
    COUNTER = "counter"  # a record is missing, doubled, or out of order
    LINK = "link"  # the record before was changed, or this one belongs to another chain
    HEAD = "head"  # another record than the one whose digest was kept
    CUT = "cut"  # the chain ends before a head that was kept


_SENTENCES = {
    Fault.TEXT: "Record {} is not what was written.",
    Fault.COUNTER: "Record {} is missing or out of order.",
    Fault.LINK: "Record {} does not follow the one before it.",
    Fault.HEAD: "Record {} is not the one whose digest was kept.",
    Fault.CUT: "The record was cut off: number {} was there once.",
}


@dataclass(frozen=True)
class Break:
    """The first place where a chain does not hold: the counter that the record there has or should have."""

    counter: int
    fault: Fault

    @property
    def sentence(self) -> str:
        """What happened, for a person."""
        return _SENTENCES[self.fault].format(self.counter)


def append(last: Head, entry: Mapping[str, Any]) -> Record:
    """The next record of a chain that ends at `last`."""
    return Record(last.counter + 1, last.digest, entry)


def record(line: str) -> Record | None:
    """The record of a line; None where the line is not the canonical form of one."""
    try:
        value = json.loads(line)
        found = Record(value["counter"], value["before"], value["entry"])
        return found if type(found.counter) is int and found.line == line else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def verify(lines: Iterable[str], after: Head = BEGIN, kept: Mapping[int, str] | None = None) -> Break | None:
    """The first break of a chain, or None.

    Args:
        lines: the records as kept, in order.
        after: where the part before `lines` ends, known to be good.
        kept: digests known from elsewhere (signed heads, a second column), by counter; those before `after` say nothing here.
    """
    known = kept or {}
    if known.get(after.counter, after.digest) != after.digest:
        return Break(after.counter, Fault.HEAD)
    last = after
    for line in lines:
        found = record(line)
        fault = _fault(found, last, known)
        if found is None or fault is not None:
            return Break(last.counter + 1, fault or Fault.TEXT)
        last = found.head
    missing = [counter for counter in known if counter > last.counter]
    return Break(min(missing), Fault.CUT) if missing else None


def _fault(found: Record | None, last: Head, known: Mapping[int, str]) -> Fault | None:
    if found is None:
        return Fault.TEXT
    if found.counter != last.counter + 1:
        return Fault.COUNTER
    if found.before != last.digest:
        return Fault.LINK
    head = found.head
    return Fault.HEAD if known.get(head.counter, head.digest) != head.digest else None
