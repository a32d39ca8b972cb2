"""One process at a time takes records into a data folder: a lock that the operating system drops with its holder."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Holds the lock file, or raises `Trouble` STATE at once where another process holds it."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            _lock(file)
        except OSError as error:
            raise Trouble(
                "Another import into this data folder is under way.", "Wait until it has ended, then import again.", kind=Kind.STATE
            ) from error
        yield
    finally:
        os.close(file)


def _lock(file: int) -> None:
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415  late import: Windows only

        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl  # noqa: PLC0415  late import: POSIX only

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
