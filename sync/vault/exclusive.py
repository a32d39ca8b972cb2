"""One desk on one vault: a lock on a file that the operating system gives back when its process ends, however it ends."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from record.trouble import Kind, Trouble
from sync.seal.writer import storage_trouble

if TYPE_CHECKING:
    from pathlib import Path

FILE = "lock"


class Exclusive:
    """Holds the vault for this process. Raises `Trouble` (STORAGE), where another desk holds it."""

    def __init__(self, folder: Path) -> None:
        try:
            self._file = os.open(folder / FILE, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        except OSError as error:
            raise storage_trouble(error) from error
        try:
            _lock(self._file)
        except OSError as error:
            self.release()
            raise Trouble(
                "Another Overread is open on this vault.",
                "Use that window, or close it and try again.",
                details=f"errno {error.errno}",
                kind=Kind.STORAGE,
            ) from error

    def release(self) -> None:
        """Gives the vault back; harmless when done twice."""
        file, self._file = self._file, -1
        if file >= 0:
            os.close(file)


def taken(folder: Path) -> Trouble | None:
    """Why the vault cannot be had now, before anybody is asked for a passphrase; None where nothing holds it."""
    try:
        Exclusive(folder).release()
    except Trouble as trouble:
        return trouble
    return None


def _lock(file: int) -> None:
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415  late import: Windows only

        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl  # noqa: PLC0415  late import: POSIX only

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
