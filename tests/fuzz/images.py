"""`dev.py fuzz images`: changed DICOM files through `inspect`, the making of a rendition and the decoding of its frames.

Each file gets a patient number of its own before it is changed; an answer that names the number of another file is a wrong patient.
"""

from __future__ import annotations

import re
import struct
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.fuzz.dicom_mutations import STRANGER, mutated
from tests.fuzz.strangers_bytes import Unanswered, arguments_of, files, fuzz

if TYPE_CHECKING:
    from random import Random

    from viewer.workers.pool import Pool

FRAMES = 3
MARK = re.compile(r"~[0-9a-f]{7}")
PATIENT_ID = b"\x10\x00\x20\x00"


@dataclass(frozen=True)
class Marked:
    """A file whose patient number is nobody else's; `mark` is "" where the file has no room for one."""

    data: bytes
    mark: str


def marked(data: bytes, random: Random) -> Marked:
    """The file with a number of its own, in the length of the one that was there."""
    at = data.find(PATIENT_ID)
    if at < 0:
        return Marked(data, "")
    explicit = data[at + 4 : at + 6] == b"LO"
    (length,) = struct.unpack("<H", data[at + 6 : at + 8]) if explicit else struct.unpack("<I", data[at + 4 : at + 8])
    mark = f"~{random.randrange(1 << 28):07x}"
    if not len(mark) <= length <= 64:
        return Marked(data, "")
    return Marked(data[: at + 8] + mark.encode().ljust(length) + data[at + 8 + length :], mark)


def changed(data: bytes, random: Random) -> Marked:
    """A marked file, then damaged; the damage may hit the mark."""
    one = marked(data, random)
    return Marked(mutated(one.data, random), one.mark)


def ask(pool: Pool, one: Marked) -> None:
    """All ways in which the programs meet a DICOM file."""
    pool.run("inspect", (one.data, ()))
    found = pool.run("prepare", one.data)
    if STRANGER.decode() in found.header.patient_id:
        raise Unanswered("wrong patient")
    for mark in MARK.findall(found.header.patient_id):
        if mark != one.mark and mark.encode() not in one.data:
            raise Unanswered("wrong patient")
    if found.frames is None:
        return
    pixels = found.header.pixels
    for begin, length in list(zip(found.offsets, found.lengths, strict=True))[:FRAMES]:
        values = pool.run("decode", (found.frames[begin : begin + length], found.form, pixels))
        if values.shape[:2] != (pixels.rows, pixels.columns) or values.dtype != pixels.dtype:
            raise Unanswered("not the image of its header")


if __name__ == "__main__":
    sys.exit(fuzz("images", files("*.dcm"), changed, ask, arguments_of("images")))
