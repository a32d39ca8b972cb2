"""VOI tables of an image and of its single frames (PS3.3 C.11.2, C.7.6.16.2.10b)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from viewer.dicom.luts import tables
from viewer.dicom.real_world import PER_FRAME, SHARED
from viewer.dicom.values import first, items

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from viewer.dicom.header import Frame, Lut
    from viewer.dicom.notes import Notes

GROUP, SEQUENCE = "FrameVOILUTSequence", "VOILUTSequence"
TABLES_LIMIT = 256  # different ones in an image; what is beyond is left out


@dataclass(frozen=True, slots=True)
class VoiTables:
    """All different tables of an image, and for each frame which of them are its own; None: all of them."""

    all: tuple[Lut, ...]
    of_frame: tuple[tuple[int, ...] | None, ...]

    def given(self, frames: tuple[Frame, ...]) -> tuple[Frame, ...]:
        """The frames with their tables."""
        return tuple(one if own is None else replace(one, voi_luts=own) for one, own in zip(frames, self.of_frame, strict=True))


def voi_tables(ds: Dataset, count: int, *, signed: bool, little: bool, notes: Notes) -> VoiTables:
    """The tables of `count` frames: the frame's own, else the shared ones, else those of the image."""

    def read(holder: Dataset | None) -> tuple[Lut, ...]:
        return tables(holder, SEQUENCE, signed=signed, little=little, notes=notes)

    common = read(first(first(ds, SHARED), GROUP)) or read(ds)
    own = [read(first(item, GROUP)) for item in items(ds, PER_FRAME)[:count]]
    found = {one: number for number, one in enumerate(dict.fromkeys((*common, *(table for each in own for table in each))))}
    if not any(own) or (len(set(own)) == 1 and len(own) == count):
        return VoiTables(next((one for one in own if one), common), (None,) * count)
    all_tables = tuple(found)[:TABLES_LIMIT]
    of_frame = ((own[index] if index < len(own) else ()) or common for index in range(count))
    return VoiTables(all_tables, tuple(tuple(found[one] for one in each if found[one] < TABLES_LIMIT) for each in of_frame))
