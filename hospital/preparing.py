"""Images made ready beside the running server: one process at a time, at low priority, that goes on where a killed one stopped."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

from hospital.intake.alone import is_free
from hospital.intake.importing import LOCK
from hospital.store import intakes
from record.trouble import Trouble

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hospital.house import House

log = logging.getLogger(__name__)

EVERY_S = 2.0  # how often it is looked whether something was received
AGAIN_S = 60.0  # after a run that did not get through
STOP_S = 10.0
NICE = 15  # the desks' requests come first


def give_way() -> None:
    """Lowers this process's priority, and so that of the workers that it starts."""
    if hasattr(os, "nice"):
        os.nice(NICE)


class Preparer:
    """Starts `overread-server prepare` whenever something waits.

    Args:
        house: the open hospital.
        options: by which the command finds the same data folder and settings.
    """

    def __init__(self, house: House, options: Sequence[str]) -> None:
        self._house, self._options = house, options
        self._stop = threading.Event()
        self._not_before = 0.0
        self._thread = threading.Thread(target=self._run, name="preparer", daemon=True)

    def start(self) -> None:
        """Starts."""
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread, and the process where there is one; what it did is kept."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        child: subprocess.Popen[bytes] | None = None
        while not self._stop.wait(EVERY_S):
            try:
                child = self._looked_after(child)
            except (Trouble, OSError) as problem:
                log.error("images cannot be made ready", extra={"why": type(problem).__name__})  # noqa: TRY400  told
            except Exception:  # an edge: the thread must go on
                log.exception("images cannot be made ready")
        if child is not None:
            _end(child)

    def _looked_after(self, child: subprocess.Popen[bytes] | None) -> subprocess.Popen[bytes] | None:
        if child is not None:
            if child.poll() is None:
                return child
            self._not_before = time.monotonic() + (AGAIN_S if child.returncode else 0.0)
        return subprocess.Popen(self._command(), stdin=subprocess.DEVNULL) if self._is_due() else None

    def _is_due(self) -> bool:
        if time.monotonic() < self._not_before or not is_free(self._house.data / LOCK):
            return False
        with self._house.database.read() as tx:
            return intakes.count(tx) > 0

    def _command(self) -> list[str]:
        program = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "hospital"]
        return [*program, "prepare", "--low-priority", *self._options]


def _end(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    try:
        child.wait(STOP_S)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
