"""Making files durable in the one order that survives: fsync each `.part`, rename, fsync the folder; the index row comes last."""

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from sync.seal.writer import PART, storage_trouble

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_BUSY = {5, 32, 33}  # Windows: access denied, sharing and lock violation, while an indexer or a scanner holds the file
_PATIENCE_S = 2.5
_TOGETHER = 4


def sync_parts(finals: Iterable[Path]) -> None:
    """Fsyncs the `.part` of each final path, several at once: a disk that is asked for them together writes its journal once for all.

    Raises:
        Trouble: STORAGE; then the parts must be written again from their source.
    """
    parts = [final.with_name(final.name + PART) for final in finals]
    try:
        if len(parts) < _TOGETHER:
            for part in parts:
                _fsync_part(part)
        else:
            with ThreadPoolExecutor(_TOGETHER, "fsync") as threads:
                list(threads.map(_fsync_part, parts))
    except OSError as error:
        raise storage_trouble(error) from error


def rename_parts(finals: Iterable[Path]) -> None:
    """Gives each `.part` its final name and fsyncs the folders. A part that already has its name is passed over."""
    folders: set[Path] = set()
    try:
        for final in finals:
            part = final.with_name(final.name + PART)
            if part.exists():
                _replace(part, final)
            folders.add(final.parent)
        for folder in folders:
            fsync_folder(folder)
    except OSError as error:
        raise storage_trouble(error) from error


def commit(finals: Iterable[Path]) -> None:
    """`sync_parts`, then `rename_parts`."""
    paths = list(finals)
    sync_parts(paths)
    rename_parts(paths)


def write_durably(path: Path, data: bytes) -> None:
    """A small file replaced as a whole: `.part`, fsync, rename, fsync folder. Raises `Trouble` (STORAGE)."""
    try:
        path.with_name(path.name + PART).write_bytes(data)
    except OSError as error:
        raise storage_trouble(error) from error
    commit([path])


def fsync_folder(folder: Path) -> None:
    """Makes renames in a folder durable (POSIX; Windows does it by itself)."""
    if os.name == "posix":
        _fsync(folder, os.O_RDONLY)


def _fsync_part(part: Path) -> None:
    _fsync(part, os.O_RDWR)


def _fsync(path: Path, flags: int) -> None:
    file = os.open(path, flags | getattr(os, "O_BINARY", 0))
    try:
        if sys.platform == "darwin":
            _full_fsync(file)
        else:
            os.fsync(file)
    finally:
        os.close(file)


def _full_fsync(file: int) -> None:
    """On macOS `fsync` leaves the drive's cache alone; F_FULLFSYNC does not, where the file system knows it."""
    import fcntl  # noqa: PLC0415  late import: POSIX only

    try:
        fcntl.fcntl(file, getattr(fcntl, "F_FULLFSYNC", 51))
    except OSError:
        os.fsync(file)


def _replace(part: Path, final: Path) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        try:
            part.replace(final)
        except OSError as error:
            if getattr(error, "winerror", None) not in _BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return
