"""Drafts that the disk did not take: kept sealed in memory, also while the vault is locked, until it takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from datetime import datetime

    from sync.vault.work import Work

Name = tuple[str, str]  # case, assignment


class Unsaved:
    """What waits for room on the disk. Under a locked vault nothing of it can be read: the case's key is gone from memory."""

    def __init__(self) -> None:
        self._drafts: dict[Name, tuple[bytes, datetime]] = {}

    def __bool__(self) -> bool:
        """Whether anything waits."""
        return bool(self._drafts)

    def save(self, work: Work, name: Name, draft: dict[str, Any], now: datetime) -> None:
        """Stores a draft; where that fails (Trouble, as `Work.put_draft`) it waits here."""
        self._drafts[name] = (work.sealed_draft(name, draft), now)
        self._put(work, name)

    def draft(self, work: Work, name: Name) -> dict[str, Any] | None:
        """The draft that waits, else the stored one."""
        waiting = self._drafts.get(name)
        return work.draft(*name) if waiting is None else work.opened_draft(name, waiting[0])

    def put_all(self, work: Work) -> None:
        """Tries again; what the disk still does not take goes on waiting."""
        for name in list(self._drafts):
            try:
                self._put(work, name)
            except Trouble as trouble:
                if trouble.kind is not Kind.STORAGE:
                    raise

    def _put(self, work: Work, name: Name) -> None:
        waiting = self._drafts[name]
        work.put_draft(name, *waiting)
        if self._drafts.get(name) == waiting:
            del self._drafts[name]
