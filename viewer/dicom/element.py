"""The pixel data element itself: where its value lies and whether that fits the file (PS3.5 7.1, A.4)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from viewer.dicom.notes import Notes
    from viewer.dicom.read import Reading

UNDEFINED = 0xFFFFFFFF
LONG_FORM = {b"OB", b"OW", b"OF", b"OD", b"OL", b"OV", b"UN", b"SQ", b"UT", b"UC", b"UR"}


@dataclass(frozen=True, slots=True)
class PixelElement:
    """The tag, the two letters of the VR (empty for implicit), and the bytes of the value that are really there."""

    tag: int
    vr: str
    encapsulated: bool
    value: memoryview


def pixel_element(reading: Reading, notes: Notes) -> PixelElement | None:
    """The pixel data element, None where the file has none; a length that runs past the end is noted.

    Raises:
        Trouble: DAMAGED, where the file ends inside the element's own head.
    """
    if reading.pixels_at is None:
        return None
    order = "<" if reading.little else ">"
    view = memoryview(reading.body)[reading.pixels_at :]
    try:
        group, number = struct.unpack(f"{order}HH", view[:4])
        vr = bytes(view[4:6])
        if not (vr.isalpha() and vr.isupper()):
            vr, head, (length,) = b"", 8, struct.unpack(f"{order}I", view[4:8])
        elif vr in LONG_FORM:
            head, (length,) = 12, struct.unpack(f"{order}I", view[8:12])
        else:
            head, (length,) = 8, struct.unpack(f"{order}H", view[6:8])
    except struct.error as error:
        raise Trouble(
            "This file is damaged. It ends where the image begins.", "Ask the sender to send it again.", kind=Kind.DAMAGED
        ) from error
    value = view[head:] if length == UNDEFINED else view[head : head + length]
    if length != UNDEFINED and len(value) < length:
        notes.add("length_wrong")
    return PixelElement(group << 16 | number, vr.decode(), length == UNDEFINED, value)
