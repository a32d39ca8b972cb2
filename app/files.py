"""The files of a command line, and their bytes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SIZE_LIMIT = 2 * 1024**3


def walk(paths: Sequence[str]) -> Iterator[str]:
    """The files of the paths as they were given; folders are entered, links to folders are not."""
    for path in paths:
        if not Path(path).is_dir():
            yield path
            continue
        for folder, folders, names in os.walk(path):
            folders.sort()
            yield from (os.path.join(folder, name) for name in sorted(names))  # noqa: PTH118  a Path would change what was given


def content(path: str) -> bytes:
    """A file's bytes.

    Raises:
        Trouble: INPUT, where it is no file or larger than one image can be; STORAGE, where it cannot be read.
    """
    try:
        if Path(path).stat().st_size > SIZE_LIMIT:
            raise Trouble("This file is larger than one image can be.", "Ask the sender for it in smaller parts.", kind=Kind.INPUT)
        if not Path(path).is_file():
            raise Trouble("This is not a file.", "Give a file or a folder.", kind=Kind.INPUT)
        return Path(path).read_bytes()
    except FileNotFoundError as error:
        raise Trouble("There is no such file.", "Check its name.", kind=Kind.INPUT) from error
    except (OSError, ValueError) as error:
        raise Trouble("This file cannot be opened.", "Check that you may read it.", type(error).__name__, Kind.STORAGE) from error
