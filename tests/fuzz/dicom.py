"""`dev.py fuzz dicom`: changed DICOM files through the making of a rendition and through `inspect`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tests.fuzz.strangers_bytes import arguments_of, files, fuzz

if TYPE_CHECKING:
    from viewer.workers.pool import Pool


def ask(pool: Pool, data: bytes) -> None:
    """Both ways in which the programs meet a DICOM file."""
    pool.run("inspect", (data, ()))
    pool.run("prepare", data)


if __name__ == "__main__":
    sys.exit(fuzz("dicom", files("*.dcm"), ask, arguments_of("dicom")))
