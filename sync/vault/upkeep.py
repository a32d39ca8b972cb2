"""Looking after a vault: shredding what was taken back, checking the databases and the audit chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from sync.vault.parts import Parts


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


def damage(parts: Parts) -> list[str]:
    """What the integrity checks of both databases and of the audit chain find."""
    broken = parts.audit.fault()
    chain = [f"audit chain: {broken}"] if broken else []
    return parts.index_database.damage() + parts.work_database.damage() + chain
