"""What a compressed frame says about itself: coding, size, bits, colour (ITU-T T.81, T.87, T.800, T.814)."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from viewer.dicom.refusal import cut, not_decoded
from viewer.dicom.syntaxes import Coding

START_JPEG, START_J2K, START_JP2 = b"\xff\xd8\xff", b"\xff\x4f\xff\x51", b"\x00\x00\x00\x0cjP  "
END = b"\xff\xd9"
TAIL = 16  # some writers leave a few bytes behind the end mark
SECTOR = 512
LOSSY_FRAMES = {0xC0, 0xC1, 0xC2, 0xC9, 0xCA}
LOSSLESS_FRAMES = {0xC3}
HIERARCHICAL, LOSSLESS_ARITHMETIC = "JPEG, hierarchical (retired)", "JPEG Lossless, arithmetic coding (retired)"
# Processes of T.81 that no decoder here reads, whatever the file calls them; 0xDE begins a hierarchical stream.
NOT_DECODED = {0xCB: LOSSLESS_ARITHMETIC} | dict.fromkeys((0xC5, 0xC6, 0xC7, 0xCD, 0xCE, 0xCF, 0xDE), HIERARCHICAL)


@dataclass(frozen=True, slots=True)
class Stream:
    """The facts of a codestream's header.

    `colour` is "RGB" or "YBR" where the stream tells (Adobe or JFIF segment, component ids; the transform of
    JPEG 2000 gives RGB), "" where it does not. `container`: inside a JP2 file that does not bound it. `whole` is False
    where the end mark is missing. `lossy`: this way of coding loses values (not told for JPEG-LS).
    """

    coding: Coding
    rows: int
    columns: int
    samples: int
    bits: int
    signed: bool = False
    colour: str = ""
    container: bool = False
    whole: bool = True
    lossy: bool = False


def starts_frame(data: bytes | memoryview) -> bool:
    """Whether bytes begin like a codestream."""
    head = bytes(data[:8])
    return head.startswith((START_JPEG, START_J2K, START_JP2))


def examine(data: bytes | memoryview) -> Stream | None:
    """The header of a JPEG, JPEG-LS, JPEG 2000 or HTJ2K stream, None where the bytes are none of these.

    Raises:
        Trouble: IMAGE, where they begin like one and break off before size and bits, or are of a process that is not decoded.
    """
    head = bytes(data[:8])
    whole = END in bytes(data[-TAIL:]) or END in bytes(data[-SECTOR:]).rstrip(b"\0")[-2:]
    try:
        if head.startswith(START_JPEG):
            return _jpeg(data, whole=whole)
        if head.startswith(START_J2K):
            return _jpeg_2000(data, container=False, whole=whole)
        if head == START_JP2:
            at = bytes(data[:4096]).find(START_J2K)
            bounded = at >= 8 and bytes(data[at - 8 : at - 4]) != b"\0\0\0\0"
            return _jpeg_2000(data[at:], container=not bounded, whole=whole) if at >= 0 else None
    except (struct.error, IndexError) as error:
        raise cut() from error
    return None


def _jpeg(data: bytes | memoryview, *, whole: bool) -> Stream:
    at = 2
    adobe: int | None = None
    jfif = False
    while True:
        if data[at] != 0xFF:
            raise IndexError(at)
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        (length,) = struct.unpack(">H", data[at + 2 : at + 4])
        segment = bytes(data[at + 4 : at + 2 + length])
        if marker == 0xEE and segment[:5] == b"Adobe" and len(segment) >= 12:
            adobe = segment[11]
        if marker in NOT_DECODED:
            raise not_decoded(NOT_DECODED[marker], f"marker {marker:X}")
        jfif = jfif or (marker == 0xE0 and segment[:5] == b"JFIF\0")
        if marker in LOSSY_FRAMES or marker in LOSSLESS_FRAMES or marker == 0xF7:
            return _jpeg_frame(marker, segment, adobe=adobe, jfif=jfif, whole=whole)
        if marker == 0xDA or length < 2:
            raise IndexError(at)
        at += 2 + length


def _jpeg_frame(marker: int, segment: bytes, *, adobe: int | None, jfif: bool, whole: bool) -> Stream:
    bits, rows, columns, samples = struct.unpack(">BHHB", segment[:6])
    parts = [(segment[6 + 3 * index], segment[7 + 3 * index]) for index in range(samples)]
    coding = Coding.JPEG_LS if marker == 0xF7 else Coding.JPEG if marker in LOSSY_FRAMES else Coding.JPEG_LOSSLESS
    lossy = coding is Coding.JPEG
    colour = _jpeg_colour(parts, adobe, jfif=jfif) if lossy and samples == 3 else ""
    return Stream(coding, rows, columns, samples, bits, colour=colour, whole=whole, lossy=lossy)


def _jpeg_colour(parts: list[tuple[int, int]], adobe: int | None, *, jfif: bool) -> str:
    """Lossy JPEG alone tells its colour: Adobe segment, JFIF segment, the component ids "RGB", sub-sampled differences."""
    if adobe is not None:
        return "YBR" if adobe == 1 else "RGB"
    if jfif:
        return "YBR"
    ids, sampling = zip(*parts, strict=True)
    if ids == tuple(b"RGB"):
        return "RGB"
    return "YBR" if sampling[0] > max(sampling[1:]) else ""


def _jpeg_2000(data: bytes | memoryview, *, container: bool, whole: bool) -> Stream:
    x1, y1, x0, y0 = struct.unpack(">IIII", data[8:24])
    (samples,) = struct.unpack(">H", data[40:42])
    depth = data[42]
    at = 2
    coding, transform, reversible = Coding.JPEG_2000, 0, True
    while data[at] == 0xFF and data[at + 1] not in (0x90, 0x93):
        marker = data[at + 1]
        (length,) = struct.unpack(">H", data[at + 2 : at + 4])
        if marker == 0x50:
            coding = Coding.HTJ2K
        if marker == 0x52:
            transform, reversible = data[at + 8], data[at + 13] == 1
        at += 2 + max(length, 2)
    return Stream(
        coding,
        y1 - y0,
        x1 - x0,
        samples,
        (depth & 0x7F) + 1,
        signed=bool(depth & 0x80),
        colour="RGB" if transform else "",
        container=container,
        whole=whole,
        lossy=not reversible,
    )
