"""What a file becomes before it travels, as a value that crosses processes without any parser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from record.trouble import Trouble
    from viewer.dicom.header import Header, Note


@dataclass(frozen=True, slots=True)
class Prepared:
    """One instance, ready to travel.

    `frames` holds the frames one after the other, frame i at `offsets[i]` with `lengths[i]` bytes, in `form`: "blosc2"
    or, for what travels as it came (lossy, or read differently by two decoders), the transfer syntax UID. `frames` is
    None where there is no image to show: `trouble` says why, or is None too where the instance is no image at all (report,
    document, structure).
    """

    header: Header
    header_dicom: bytes  # the file up to its pixel data, itself readable as DICOM
    frames: bytes | None
    form: str
    offsets: tuple[int, ...]
    lengths: tuple[int, ...]
    trouble: Trouble | None
    warnings: tuple[Note, ...]  # the same as header.notes
