"""A file that the physician sends in the chat: read whole, with its limits, for the record's quarantine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from pathlib import Path

MOST_BYTES = 24 << 20  # what the hospital takes


def read(path: Path) -> bytes:
    """Its bytes. Raises `Trouble` (INPUT): it cannot be read, is empty, or larger than the hospital takes."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Trouble("This file is larger than 24 MB.", "Give it to the hospital in another way.", kind=Kind.INPUT)
        data = path.read_bytes()
    except OSError as error:
        raise Trouble("This file cannot be read.", "Choose another one, or copy it anew.", str(error.strerror), Kind.INPUT) from error
    if not data:
        raise Trouble("This file is empty.", "Choose another one.", kind=Kind.INPUT)
    return data
