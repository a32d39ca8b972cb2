"""The scrub: every present object is read whole now and then, and its digest compared with its name. It goes on where it stopped."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import TYPE_CHECKING

from record.trouble import Kind, Trouble
from sync.vault.values import ScrubResult

if TYPE_CHECKING:
    from collections.abc import Callable

    from sync.vault.index import Index
    from sync.vault.parts import Parts
    from sync.vault.values import Stored

_PIECE = 1 << 20
_PLACE, _DONE = "scrub", "scrub done"  # words in the index: the last object that was read; when the last whole pass ended
_START = ("", "")


def scrub(parts: Parts, pace: Callable[[int], bool], found_damaged: Callable[[str, str], None], now: datetime) -> ScrubResult:
    """Reads on from the kept place to the end.

    Args:
        parts: of the open vault.
        pace: is told the bytes after each piece, may wait, and says whether to go on.
        found_damaged: is told (case, object).
        now: kept as the time of the pass where it came to its end.

    Raises:
        Trouble: STORAGE, LOCKED (the vault was locked meanwhile).
    """
    objects, size, wrong = 0, 0, 0
    while (one := parts.index.present_after(*_place(parts.index))) is not None:
        length = _sound(parts, one, pace)
        if length is None:
            return ScrubResult(objects, size, wrong, whole=False)
        if length < 0:
            found_damaged(one.case, one.object)
        parts.index.set_meta(_PLACE, json.dumps([one.case, one.object]))
        objects, size, wrong = objects + 1, size + max(0, length), wrong + (length < 0)
    parts.index.set_meta(_PLACE, json.dumps(_START))
    parts.index.set_meta(_DONE, now.isoformat())
    return ScrubResult(objects, size, wrong, whole=True)


def last_done(index: Index) -> datetime | None:
    """When the last whole pass ended; None before the first."""
    done = index.meta(_DONE)
    return None if done is None else datetime.fromisoformat(done)


def _place(index: Index) -> tuple[str, str]:
    case, name = json.loads(index.meta(_PLACE) or json.dumps(_START))
    return str(case), str(name)


def _sound(parts: Parts, one: Stored, pace: Callable[[int], bool]) -> int | None:
    """The object's length where its bytes are what its name says, −1 where not, None where it was to stop in between."""
    try:
        with parts.objects.reader(parts.keys.get(one.case), one.object, one.file_id) as reader:
            digest = hashlib.sha256()
            for at in range(0, max(reader.length, 1), _PIECE):
                piece = reader.read(at, min(_PIECE, reader.length - at))
                digest.update(piece)
                if not pace(len(piece)):
                    return None
            return reader.length if digest.hexdigest() == one.object else -1
    except Trouble as trouble:
        if trouble.kind is Kind.DAMAGED:
            return -1
        if parts.index.file_ids(one.case).get(one.object) != one.file_id:
            return 0  # taken back or replaced meanwhile
        raise
