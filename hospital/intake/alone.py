"""One process at a time takes records into a data folder, and one makes images ready: locks that the system drops with their holder."""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


_LOOK_AGAIN_S = 0.1


@contextmanager
def alone(path: Path, wait_s: float = 0.0) -> Iterator[None]:
    """Holds the lock file, or raises `Trouble` STATE where another process still holds it after `wait_s`."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _wait(file, time.monotonic() + wait_s)
        yield
    finally:
        os.close(file)


def is_free(path: Path) -> bool:
    """Whether nobody holds the lock file now."""
    try:
        with alone(path):
            return True
    except Trouble:
        return False


def _wait(file: int, end: float) -> None:
    while True:
        try:
            _lock(file)
        except OSError as error:
            if time.monotonic() >= end:
                raise Trouble(
                    "Another import into this data folder is under way.", "Wait until it has ended, then import again.", kind=Kind.STATE
                ) from error
        else:
            return
        time.sleep(_LOOK_AGAIN_S)


def _lock(file: int) -> None:
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415  late import: Windows only

        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl  # noqa: PLC0415  late import: POSIX only

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
