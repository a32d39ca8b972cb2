"""Certificates issued right after enrolments, for demonstrations; elsewhere `overread-server approve` does it."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from hospital.desks import enrolling
from record.trouble import Trouble

if TYPE_CHECKING:
    from hospital.house import House

log = logging.getLogger(__name__)


class Approver:
    """Issues certificates right after enrolments, where a demonstration asked for it."""

    def __init__(self, house: House, passphrase: str | None) -> None:
        self._house, self._passphrase = house, passphrase
        self._wake, self._stop = threading.Event(), False
        self._thread = threading.Thread(target=self._run, name="approver", daemon=True)

    def start(self) -> None:
        """Starts, where there is something to do; desks may wait since a stop that came between enrolment and certificate."""
        if self._passphrase is not None:
            self._wake.set()
            self._thread.start()

    def wake(self) -> None:
        """There may be a desk that waits."""
        self._wake.set()

    def stop(self) -> None:
        """Ends."""
        self._stop = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        assert self._passphrase is not None
        while True:
            self._wake.wait()
            self._wake.clear()
            if self._stop:
                return
            try:
                enrolling.approve(self._house, self._passphrase)
            except Trouble as trouble:
                log.error("a certificate could not be issued", extra={"why": trouble.details, "kind": trouble.kind.value})  # noqa: TRY400  told
