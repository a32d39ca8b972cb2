"""Reading key files; they are written by `sync.seal.commit.write_durably` into a folder of the server's account only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from pathlib import Path


def read(path: Path) -> bytes:
    """The bytes of a key file; raises `Trouble` DAMAGED where it is gone."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise Trouble(
            "A key file of the hospital's data folder is missing or cannot be read.",
            "Put it back from the last backup.",
            f"{path.name}: {error.strerror}",
            Kind.DAMAGED,
        ) from error
