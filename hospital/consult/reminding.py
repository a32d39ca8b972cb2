"""Reminders at a day and at an hour before a consult, and consults to which nobody came: looked at every minute by the running server."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta
from typing import TYPE_CHECKING

from hospital.consult import box
from hospital.consult.moving import call_moves
from hospital.consult.opened import SYSTEM, opened
from hospital.store import consults, letters
from record.states.table import Who
from record.trouble import Trouble

if TYPE_CHECKING:
    from hospital.consult.opened import Opened
    from hospital.house import House

log = logging.getLogger(__name__)

EVERY_S = 60.0
REMINDERS = ((timedelta(hours=1), "reminder 1 h"), (timedelta(hours=24), "reminder 24 h"))
NO_SHOW = timedelta(hours=1)  # after the end


def remind(house: House) -> int:
    """Puts the reminders that are due into the box; gives how many. Each is written once, and a late one instead of an earlier one."""
    written = 0
    with house.database.write() as tx:
        for row in consults.to_come(tx, house.now() + REMINDERS[-1][0]):
            at = opened(house, tx, row.id)
            if row.starts_at + timedelta(minutes=row.minutes) + NO_SHOW < at.now:
                call_moves(at, "nobody_came", Who.SYSTEM, SYSTEM)
            elif row.starts_at > at.now:
                written += _remind(at)
    return written


def _remind(at: Opened) -> int:
    row = at.row
    ahead, kind = next(one for one in REMINDERS if row.starts_at - at.now <= one[0])
    if row.starts_at - at.moved_at() <= ahead:
        return 0  # it was set later than that: the link or the move said when
    due = [one for one in at.people() if one.account is None and one.state != "left" and not _had(at, one.id, kind)]
    for person in due:
        box.write(at, person, kind)
    return len(due)


def _had(at: Opened, person: str, kind: str) -> bool:
    """A reminder names the time that it reminds of: after a move there are new ones."""
    return letters.was_written(at.tx, at.id, person, kind, at.moved_at())


class Reminder:
    """The thread of it."""

    def __init__(self, house: House) -> None:
        self._house, self._stop = house, threading.Event()
        self._thread = threading.Thread(target=self._run, name="reminder", daemon=True)

    def start(self) -> None:
        """Starts."""
        self._thread.start()

    def stop(self) -> None:
        """Ends and waits for it."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            try:
                remind(self._house)
            except Trouble as trouble:
                log.error("reminders could not be written", extra={"why": trouble.details, "kind": trouble.kind.value})  # noqa: TRY400  told
            except Exception:  # an edge: the thread must go on
                log.exception("reminders could not be written")
            if self._stop.wait(EVERY_S):
                return
