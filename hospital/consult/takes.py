"""Recordings as they come from the recording desk: parts in their order, each sealed under the case; together they are one WebM file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hospital.consult.opened import opened
from hospital.consult.recording import BEGAN, ENDED
from hospital.desks.bodies import case_key
from hospital.store import cases, consults
from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from hospital.consult.opened import Opened
    from hospital.house import House

MOST_BYTES = 8 << 20  # of one part
MOST_PARTS = 4000
KIND = "recording"
PART, READ = "recording_part", "recording_read"


@dataclass(frozen=True, slots=True)
class Take:
    """One recording: from when everybody had agreed until somebody ended it."""

    id: str
    by: str  # whose desk recorded
    began: datetime
    ended: datetime | None
    why: str  # the event that ended it
    parts: tuple[str, ...]  # digests, in order
    bytes: int
    whole: bool  # whether its last part has come

    def told(self) -> dict[str, Any]:
        """As people and programs read it."""
        ended = self.ended.isoformat() if self.ended is not None else ""
        told = {"take": self.id, "by": self.by, "began": self.began.isoformat(), "ended": ended, "why": self.why}
        return told | {"parts": len(self.parts), "bytes": self.bytes, "whole": self.whole}


def part(house: House, consult: str, recorders: Collection[str], take: str, number: int, data: bytes, *, last: bool) -> str:
    """Takes the next part from one of the `recorders`, and gives its digest; the same again is the same.

    Raises:
        Trouble: INPUT, STATE, STORAGE.
    """
    digest = hashlib.sha256(data).hexdigest()
    with house.database.read() as tx:
        at = opened(house, tx, consult)
        if _next_of(at, recorders, take, number, digest) is None:
            return digest
    stored = house.objects.put(at.key, data)
    house.objects.settle(at.key, [stored])
    with house.database.write() as tx:
        at = opened(house, tx, consult)
        found = _next_of(at, recorders, take, number, digest)
        if found is not None:
            cases.add_objects(tx, at.case, [(stored, KIND)])
            at.note(PART, found.by, take=take, number=number, sha256=stored.object, bytes=len(data), last=last)
    return digest


def _next_of(at: Opened, recorders: Collection[str], take: str, number: int, digest: str) -> Take | None:
    """The recording whose next part this is; None where it has come before."""
    found = next((one for one in takes(at) if one.id == take and one.by in recorders), None)
    if found is None:
        raise Trouble("This recording is not known.", "Ask everybody again, then record.", "404", Kind.INPUT)
    if number < len(found.parts) and found.parts[number] == digest:
        return None
    if number != len(found.parts) or found.whole or number >= MOST_PARTS:
        raise Trouble("This part of the recording does not follow.", "Ask everybody again, then record anew.", "409", Kind.STATE)
    return found


def takes(at: Opened) -> list[Take]:
    """The recordings of a consult, the oldest first."""
    ended = {said["take"]: (row.at, said["why"]) for row in consults.record(at.tx, at.id, ENDED) for said in [at.said(row)]}
    parts: dict[str, list[tuple[str, int, bool]]] = {}
    for row in consults.record(at.tx, at.id, PART):
        said = at.said(row)
        parts.setdefault(said["take"], []).append((said["sha256"], said["bytes"], said["last"]))
    found = []
    for row in consults.record(at.tx, at.id, BEGAN):
        take = at.said(row)["take"]
        mine = parts.get(take, [])
        until, why = ended.get(take, (None, ""))
        digests = tuple(digest for digest, _, _ in mine)
        found.append(Take(take, row.by, row.at, until, why, digests, sum(size for _, size, _ in mine), any(last for _, _, last in mine)))
    return found


def read(house: House, consult: str, take: str, by: str) -> Iterator[bytes]:
    """The parts of a recording, for who may see the case; that it was read stands in the record. Raises `Trouble` (INPUT)."""
    with house.database.write() as tx:
        at = opened(house, tx, consult)
        found = next((one for one in takes(at) if one.id == take or (not take and one.parts)), None)
        if found is None or not found.parts:
            raise Trouble("There is no such recording.", "“overread-server consult show” lists them.", "404", Kind.INPUT)
        rows = [(digest, cases.object_row(tx, at.case, digest)) for digest in found.parts]
        key = case_key(house, cases.get(tx, at.case))
        at.note(READ, by, take=found.id)
    return (house.objects.read(key, digest, row.file_id) for digest, row in rows if row is not None)
