"""Looking after a vault: shredding what was taken back, reading everything now and then, checking the databases."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from record.trouble import Kind, Trouble
from sync.vault.values import ScrubResult

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sync.vault.objects import ObjectFiles
    from sync.vault.parts import Parts

_PIECE = 1 << 22


def shred_dropped(parts: Parts, now: datetime) -> list[str]:
    """Shreds the cases that the hospital took back, but those of which something is still on its way out; gives their ids."""
    ready = [case for case in parts.index.dropped() if not parts.outbox.holds(case)]
    for case in ready:
        key = parts.keys.find(case)
        if key is not None:
            parts.objects.remove_all(key)
            parts.documents.remove_all(key)
        parts.work.shred(case)
        parts.index.shredded(case)
        parts.audit.append("shredded", {"case": case}, now)
    return ready


def scrub(parts: Parts, go_on: Callable[[], bool], found_damaged: Callable[[str, str], None]) -> ScrubResult:
    """Reads every present object whole and compares its digest with its name."""
    objects, size, wrong = 0, 0, 0
    for case in parts.index.held_cases():
        for object_id, file_id in parts.index.file_ids(case).items():
            if not go_on():
                return ScrubResult(objects, size, wrong)
            length = _sound(parts.objects, parts, case, object_id, file_id)
            objects, size, wrong = objects + 1, size + max(0, length), wrong + (length < 0)
            if length < 0:
                found_damaged(case, object_id)
    return ScrubResult(objects, size, wrong)


def damage(parts: Parts) -> list[str]:
    """What the integrity checks of both databases and of the audit chain find."""
    broken = parts.audit.fault()
    chain = [f"audit chain: {broken}"] if broken else []
    return parts.index_database.damage() + parts.work_database.damage() + chain


def _sound(files: ObjectFiles, parts: Parts, case: str, object_id: str, file_id: bytes) -> int:
    """The object's length where its bytes are what its name says, else −1."""
    try:
        with files.reader(parts.keys.get(case), object_id, file_id) as reader:
            digest = hashlib.sha256()
            for at in range(0, reader.length, _PIECE):
                digest.update(reader.read(at, min(_PIECE, reader.length - at)))
            return reader.length if digest.hexdigest() == object_id else -1
    except Trouble as trouble:
        if trouble.kind is Kind.DAMAGED:
            return -1
        raise
