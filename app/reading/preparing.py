"""Before a case is entered, as soon as the worklist's choice rests on it, its index is read and memory for its images made ready."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.reading.open_case import Ready, ready_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.reading.case import Cases
    from app.shell.job import Jobs


class Preparing:
    """One case at a time.

    Args:
        cases: gives the index.
        jobs: reads it in a thread.
        wanted: the case that is being entered and waits for its index; "" for none.
        came: takes the index that was waited for.
        failed: the index that was waited for could not be read.
        make_ready: memory for what a case shows first; runs in a thread.
    """

    def __init__(
        self,
        cases: Cases,
        jobs: Jobs,
        *,
        wanted: Callable[[], str],
        came: Callable[[Ready], None],
        failed: Callable[[str], None],
        make_ready: Callable[[Ready], None],
    ) -> None:
        self._cases, self._jobs = cases, jobs
        self._wanted, self._came, self._failed, self._make_ready = wanted, came, failed, make_ready
        self._ready: Ready | None = None
        self._underway = ""

    def begin(self, case_id: str) -> None:
        """Reads the index of a case, where that is not done or under way."""
        if case_id not in (self._underway, self.case()):
            self._underway = case_id
            self._jobs.start(lambda: ready_of(self._cases, case_id), self._keep, lambda _trouble: self._not_read(case_id))

    def case(self) -> str:
        """The case whose index is read and waits, or an empty string."""
        return "" if self._ready is None else self._ready.opened.id

    def is_underway(self, case_id: str) -> bool:
        """Whether the index of a case is being read; it is handed on as soon as that is done."""
        return self._underway == case_id

    def take(self, case_id: str) -> Ready | None:
        """The index of a case, once; whatever else waited is dropped."""
        ready, self._ready = self._ready, None
        return ready if ready is not None and ready.opened.id == case_id else None

    def drop(self, case_id: str) -> None:
        """What waits of a case is no longer right."""
        if self.case() == case_id:
            self._ready = None

    def _keep(self, ready: Ready) -> None:
        if self._underway == ready.opened.id:
            self._underway = ""
        if self._wanted() == ready.opened.id:
            self._came(ready)
        else:
            self._ready = ready
            self._jobs.start(lambda: self._make_ready(ready), lambda _done: None, lambda _trouble: None)

    def _not_read(self, case_id: str) -> None:
        if self._underway == case_id:
            self._underway = ""
        if self._wanted() == case_id:
            self._failed(case_id)
