"""The scrub in the background: a slow thread of low priority that reads a bounded number of bytes a minute."""

from __future__ import annotations

import logging
import os
import sys
import threading
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from record.trouble import Trouble
from sync.vault.scrub import last_done

if TYPE_CHECKING:
    from sync.vault.vault import Vault

log = logging.getLogger(__name__)

_LEAST_BYTES = 64 * 1024  # that a piece counts for: many small objects are work too
_NICE = 15


@dataclass(frozen=True, slots=True)
class ScrubPlan:
    """How the background scrub goes."""

    bytes_per_minute: int = 64 * 1024 * 1024
    every: timedelta = timedelta(days=7)  # from the end of one pass to the beginning of the next
    first_s: float = 120.0  # after the engine's start
    look_s: float = 600.0  # how often it looks whether a pass is due


class Scrubber(threading.Thread):
    """Reads pass by pass until `stopping`; what it finds damaged is fetched again by the way in."""

    def __init__(self, vault: Vault, plan: ScrubPlan, stopping: threading.Event) -> None:
        super().__init__(name="sync scrub", daemon=True)
        self._vault = vault
        self._plan = plan
        self._stopping = stopping

    def run(self) -> None:
        """Until the engine stops."""
        _lower_priority()
        pause = self._plan.first_s
        while not self._stopping.wait(pause):
            pause = self._plan.look_s
            try:
                self._pass()
            except Trouble as trouble:
                log.warning("the scrub waits", extra={"kind": trouble.kind.value, "why": trouble.details})
            except Exception:  # an edge: the thread must go on
                log.exception("the scrub failed")

    def _pass(self) -> None:
        done = last_done(self._vault.parts.index)
        if done is not None and self._vault.clock() - done < self._plan.every:
            return
        found = self._vault.scrub(self._pace)
        log.info("scrubbed", extra={"objects": found.objects, "bytes": found.bytes, "damaged": found.damaged, "whole": found.whole})

    def _pace(self, size: int) -> bool:
        """Waits as long as these bytes may take; whether to go on."""
        return not self._stopping.wait(max(size, _LEAST_BYTES) * 60 / self._plan.bytes_per_minute)


def _lower_priority() -> None:
    """On Linux a thread has a priority of its own; elsewhere the pauses alone keep it small."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
