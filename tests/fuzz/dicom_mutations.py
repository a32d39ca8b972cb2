"""What is wrong with a DICOM file in particular: tags, lengths, fragments, nesting, syntaxes."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from tests.fuzz.mutations import MUTATIONS
from viewer.dicom.syntaxes import SYNTAXES

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

ITEM, DELIMITER = b"\xfe\xff\x00\xe0", b"\xfe\xff\xdd\xe0"
SEQUENCE, SEQUENCE_END, ITEM_END = b"\x08\x00\x40\x11", b"\xfe\xff\xdd\xe0\0\0\0\0", b"\xfe\xff\x0d\xe0\0\0\0\0"
STRANGER = b"~another"  # a patient number inside a sequence: somebody else's
UNDEFINED = b"\xff\xff\xff\xff"
IMAGE_NUMBERS = (0x0002, 0x0006, 0x0010, 0x0011, 0x0100, 0x0101, 0x0102, 0x0103, 0x0120, 0x1101)  # of group 0028, all US
COLOURS = (b"MONOCHROME1", b"MONOCHROME2", b"RGB", b"YBR_FULL", b"YBR_FULL_422", b"PALETTE COLOR", b"YBR_RCT", b"YBR_PARTIAL_420")


def number(data: bytearray, random: Random) -> None:
    """An image's size, bits or sign is another."""
    at = data.find(struct.pack("<HH", 0x0028, random.choice(IMAGE_NUMBERS)))
    if at >= 0 and at + 10 <= len(data):
        value = random.choice((0, 1, 2, 3, 7, 8, 12, 15, 16, 31, 32, 64, 4096, 65535, random.randrange(65536)))
        data[at + 8 : at + 10] = struct.pack("<H", value)


def colour(data: bytearray, random: Random) -> None:
    """Another colour form, as long as the one that was there."""
    at = data.find(b"\x28\x00\x04\x00")
    if at >= 0 and at + 8 <= len(data):
        (length,) = struct.unpack("<H", data[at + 6 : at + 8])
        if length < 64:
            data[at + 8 : at + 8 + length] = random.choice(COLOURS).ljust(length)[:length]


def syntax(data: bytearray, random: Random) -> None:
    """Another transfer syntax than the data have."""
    at = data.find(b"\x02\x00\x10\x00UI")
    if at >= 0 and at + 8 <= len(data):
        (length,) = struct.unpack("<H", data[at + 6 : at + 8])
        uid = random.choice(list(SYNTAXES)).encode().ljust(length, b"\0")
        data[at + 8 : at + 8 + length] = uid[: max(length, len(uid))]
        data[at + 6 : at + 8] = struct.pack("<H", len(uid))


def fragment(data: bytearray, random: Random) -> None:
    """An item of the pixel data is longer, shorter, empty, cut in two, or ends them."""
    places = [at for at in _found(data, ITEM) if at + 8 <= len(data)]
    if not places:
        return
    at = random.choice(places)
    (length,) = struct.unpack("<I", data[at + 4 : at + 8])
    kind = random.randrange(5)
    if kind == 0:
        data[at + 4 : at + 8] = struct.pack("<I", (length + random.choice((-8, -2, -1, 1, 2, 8, 1 << 20))) & 0xFFFFFFFF)
    elif kind == 1:
        data[at : at + 4] = DELIMITER
    elif kind == 2:
        data[at:at] = ITEM + bytes(4)
    elif kind == 3 and 4 < length < len(data):
        half = length // 4 * 2
        data[at + 4 : at + 8] = struct.pack("<I", half)
        data[at + 8 + half : at + 8 + half] = ITEM + struct.pack("<I", length - half)
    else:
        del data[at : at + 8 + min(length, len(data))]


def nesting(data: bytearray, random: Random) -> None:
    """Sequences in sequences, a few or thousands, closed or not."""
    at = data.find(b"\x08\x00\x60\x00")
    if at < 0:
        return
    depth = random.choice((1, 3, 30, 900, 5000))
    explicit = data[at + 4 : at + 6].isalpha()
    opened = SEQUENCE + (b"SQ\0\0" if explicit else b"") + UNDEFINED + ITEM + UNDEFINED
    closed = (ITEM_END + SEQUENCE_END) * (depth if random.random() < 0.7 else random.randrange(depth + 2))
    stranger = b"\x10\x00\x20\x00" + (b"LO\x08\x00" if explicit else b"\x08\0\0\0") + STRANGER
    data[at:at] = opened * depth + (stranger if random.random() < 0.5 else b"") + closed


def frames(data: bytearray, random: Random) -> None:
    """Another number of frames, as long as the one that was there."""
    at = data.find(b"\x28\x00\x08\x00IS")
    if at >= 0 and at + 8 <= len(data):
        (length,) = struct.unpack("<H", data[at + 6 : at + 8])
        if 0 < length < 16:
            value = random.choice((b"0", b"-1", b"2", b"99", b"9" * length, b"x", b""))
            data[at + 8 : at + 8 + length] = value.ljust(length)[:length]


def _found(data: bytearray, what: bytes) -> list[int]:
    places: list[int] = []
    at = data.find(what)
    while at >= 0 and len(places) < 1000:
        places.append(at)
        at = data.find(what, at + 1)
    return places


OWN: tuple[Callable[[bytearray, Random], None], ...] = (number, colour, syntax, fragment, nesting, frames)


def mutated(data: bytes, random: Random) -> bytes:
    """One to three changes, one of them at least of DICOM's own kind."""
    out = bytearray(data)
    random.choice(OWN)(out, random)
    for _ in range(random.randint(0, 2)):
        if out:
            random.choice((*OWN, *MUTATIONS))(out, random)
    return bytes(out)
