"""One DICOM file opened: its header, and each frame's coded bytes and stored values on demand."""

from __future__ import annotations

import itertools
import struct
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from record.trouble import Kind, Trouble
from viewer.dicom.codestream import examine
from viewer.dicom.decode import decode_stream
from viewer.dicom.describe import describe
from viewer.dicom.element import PixelElement, pixel_element
from viewer.dicom.encapsulated import frame_streams
from viewer.dicom.native import Packing, frame_bits, native_frame
from viewer.dicom.native_second import second_native_frame
from viewer.dicom.overlays import packed_planes, word_planes
from viewer.dicom.read import Reading, read_file
from viewer.dicom.refusal import COMMON_FORM, not_decoded, refused
from viewer.dicom.syntaxes import GE_BIG_PIXELS, SYNTAXES, Coding
from viewer.dicom.values import integer, text, value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from viewer.dicom.film import Film
    from viewer.dicom.header import Frame, Header, Overlay, PixelFormat
    from viewer.dicom.notes import Notes

NEAR_LOSSLESS = "1.2.840.10008.1.2.4.81"
SECTOR = 512
T81 = {Coding.JPEG, Coding.JPEG_LOSSLESS}


@dataclass
class Image:
    """An opened file.

    `trouble` says why there is no image although the file has pixel data; then `count` is 0. `notes` grows while
    frames are decoded, so `noted()` comes last.
    """

    reading: Reading
    header: Header
    notes: Notes
    trouble: Trouble | None = None
    coded: tuple[bytes | memoryview, ...] = ()  # one for each frame, where the frames are coded
    packed: memoryview | None = None  # all frames, where they are not
    packing: Packing = field(default_factory=Packing)
    syntax: str = ""  # how the frames are really coded
    count: int = 0
    film: Film | None = None  # where they are a video

    @property
    def lossy(self) -> bool:
        """Whether frames are coded with loss, or in a way that may be."""
        return (bool(self.coded) or self.film is not None) and SYNTAXES[self.syntax].lossy

    @property
    def header_dicom(self) -> bytes:
        """The file up to its pixel data, readable as DICOM by itself."""
        return self.reading.without_pixels()

    def frame(self, index: int, *, second: bool = False) -> NDArray[Any]:
        """Stored values [row, column(, sample)] of one frame; `second` reads by the table's second decoder.

        Raises:
            Trouble: IMAGE, where it cannot be decoded.
        """
        pixels = self.header.pixels
        assert pixels is not None
        if self.film is not None:
            return next(itertools.islice(self.each(), index, None))
        if self.packed is None:
            return self._ordered(decode_stream(self.coded[index], self.syntax, pixels, self.notes, second=second))
        if second:
            return second_native_frame(self.packed, pixels, self.packing, index=index, count=self.count)
        bits = frame_bits(pixels, self.packing)
        begin, end = index * bits, (index + 1) * bits
        return native_frame(self.packed[begin // 8 : (end + 7) // 8], pixels, self.packing, first_bit=begin % 8)

    def overlay(self, one: Overlay) -> NDArray[np.uint8] | None:
        """The planes of an overlay [plane, row, column] as 0 and 1, None where they cannot be read.

        Raises:
            Trouble: IMAGE, where it lies in pixel words that cannot be decoded.
        """
        if one.bit is None:
            return packed_planes(self.reading.dataset, one, little=self.reading.little)
        pixels = self.header.pixels
        if pixels is None or self.film is not None or (self.lossy and self.packed is None):
            return None
        whole = f"uint{8 * np.dtype(pixels.dtype).itemsize}"
        words = replace(pixels, bits_stored=pixels.bits_allocated, high_bit=pixels.bits_allocated - 1, signed=False, dtype=whole)
        bare = replace(self, header=replace(self.header, pixels=words))
        return np.stack([word_planes(bare.frame(index), one) for index in range(self.count if one.frames else 1)])

    def _ordered(self, values: NDArray[Any]) -> NDArray[Any]:
        """Deflated frames alone come out as they lie in the file, maybe plane by plane."""
        if not (self.packing.planar and SYNTAXES[self.syntax].coding is Coding.DEFLATED):
            return values
        return np.ascontiguousarray(np.moveaxis(values.reshape(values.shape[2], *values.shape[:2]), 0, -1))

    def each(self) -> Iterator[NDArray[Any]]:
        """The stored values of every frame in turn, which is the way to read a whole video.

        Raises:
            Trouble: IMAGE, where one cannot be decoded.
        """
        if self.film is None:
            yield from (self.frame(index) for index in range(self.count))
            return
        from viewer.dicom.video import frames  # noqa: PLC0415  late import: FFmpeg takes 0.2 s

        assert self.header.pixels is not None
        yield from frames(self.film, self.header.pixels.bits_stored)

    def noted(self) -> Header:
        """The header with every note so far."""
        return replace(self.header, notes=self.notes.values())


def open_image(data: bytes) -> Image:
    """Open one file's bytes; what can be read of a refused image is its header.

    Raises:
        Trouble: INPUT or DAMAGED, where not even the header can be read.
    """
    reading = read_file(data)
    notes = reading.notes
    element = pixel_element(reading, notes)
    try:
        header = describe(reading.dataset, notes, reading.syntax, element=None if element is None else element.tag, little=reading.little)
        if element is None or header.pixels is None:
            return Image(reading, _classed(reading, header), notes)
        return _opened(reading, header, element, notes)
    except Trouble as trouble:
        bare = describe(reading.dataset, notes, reading.syntax, element=None, little=reading.little)
        return Image(reading, bare, notes, trouble)


def _classed(reading: Reading, header: Header) -> Header:
    """With the class of the file meta information where the data set has none (directories of media, PS3.3 F)."""
    return header if header.sop_class_uid else replace(header, sop_class_uid=text(reading.meta, "MediaStorageSOPClassUID"))


def _opened(reading: Reading, header: Header, element: PixelElement, notes: Notes) -> Image:
    pixels = header.pixels
    assert pixels is not None
    coding = _known(reading.syntax)
    count = len(header.frames)
    if not element.encapsulated:
        return _native(reading, header, element, notes, declared=coding)
    if coding is Coding.VIDEO:
        return _video(reading, header, element, notes)
    streams = tuple(frame_streams(element.value, count, notes, extended=_extended(reading), one_each=coding is Coding.RLE))
    syntax = _process(reading.syntax, coding, streams[0], notes)
    if SYNTAXES[syntax].coding is Coding.NATIVE:
        return _native(reading, header, _unwrapped(element, streams, pixels), notes, declared=coding)
    header = replace(
        header, pixels=_colour(pixels, streams[0]), frames=header.frames[: len(streams)], lossy_ratio=_lossy(header, streams[0])
    )
    planar = Packing(planar=_planar(reading, pixels))
    return Image(reading, header, notes, coded=streams, syntax=syntax, count=len(streams), packing=planar)


def _video(reading: Reading, header: Header, element: PixelElement, notes: Notes) -> Image:
    """A video: size, bits and count of frames are the stream's own; colour comes out as RGB."""
    from viewer.dicom.video import SYNTAX, take_apart  # noqa: PLC0415  late import: FFmpeg takes 0.2 s

    pixels, count = header.pixels, len(header.frames)
    assert pixels is not None
    (stream,) = frame_streams(element.value, 1, notes, one_each=False)
    film = take_apart(stream, SYNTAXES[reading.syntax].name)
    bits, kind = (8, "uint8") if film.bits <= 8 else (film.bits, "uint16")
    if (film.rows, film.columns) != (pixels.rows, pixels.columns):
        notes.add("size_differs")
    if len(film.order) != count:
        notes.add("frames_missing" if len(film.order) < count else "frames_more")
    syntax = reading.syntax
    if SYNTAXES[SYNTAX[film.codec]].name != SYNTAXES[syntax].name:
        notes.add("syntax_differs")
        syntax = SYNTAX[film.codec]
    pixels = replace(
        pixels,
        rows=film.rows,
        columns=film.columns,
        samples=3,
        bits_allocated=8 * np.dtype(kind).itemsize,
        bits_stored=bits,
        high_bit=bits - 1,
        signed=False,
        photometric="RGB",
        dtype=kind,
    )
    header = replace(header, pixels=pixels, frames=_stretched(header, len(film.order)), lossy_ratio=header.lossy_ratio or 0.0)
    return Image(reading, header, notes, syntax=syntax, count=len(film.order), film=film)


def _stretched(header: Header, count: int) -> tuple[Frame, ...]:
    """As many frames as there are; the last one stands for those that the header does not know."""
    known = header.frames[:count]
    step = header.frame_time_ms
    return known + tuple(replace(known[-1], time_ms=step * index if step else None) for index in range(len(known), count))


def _known(syntax: str) -> Coding:
    known = SYNTAXES.get(syntax)
    if known is None:
        raise Trouble("This image is coded in a way that is not known here.", COMMON_FORM, syntax, Kind.IMAGE)
    if known.coding is Coding.NONE:
        raise not_decoded(known.name, syntax)
    return known.coding


def _process(syntax: str, declared: Coding, stream: bytes | memoryview, notes: Notes) -> str:
    """The transfer syntax by which frames are read: what the codestream is, where that is another coding than the file says.

    A stream that is lossy under a lossless name stays lossy. OpenJPEG reads JPEG 2000 and HTJ2K under either name. Among the
    processes of ITU-T T.81 the frame header has always decided; that is no doubt about the image.
    """
    found = examine(stream)
    if found is None or found.coding is declared or {found.coding, declared} == {Coding.JPEG_2000, Coding.HTJ2K}:
        return syntax
    if not {found.coding, declared} <= T81:
        notes.add("syntax_differs")
    return next(uid for uid, one in SYNTAXES.items() if one.coding is found.coding and one.lossy is found.lossy)


def _unwrapped(element: PixelElement, streams: tuple[bytes | memoryview, ...], pixels: PixelFormat) -> PixelElement:
    """Uncompressed frames in fragments of their own, without the byte that makes a fragment even (PS3.5 A.4.11)."""
    bits = frame_bits(pixels, Packing())
    whole = b"".join(one[: bits // 8] if bits % 8 == 0 else one for one in streams)
    return PixelElement(element.tag, element.vr, encapsulated=False, value=memoryview(whole))


def _native(reading: Reading, header: Header, element: PixelElement, notes: Notes, *, declared: Coding) -> Image:
    pixels = header.pixels
    assert pixels is not None
    count = len(header.frames)
    packing, pixels = _packing(reading, pixels, element, count)
    bits = frame_bits(pixels, packing)
    needed = (bits * count + 7) // 8
    if declared is not Coding.NATIVE:
        if not needed <= len(element.value) <= needed + 1:
            raise refused("its data are not compressed as the file says", declared)
        notes.add("syntax_differs")
    there = len(element.value) * 8 // bits
    if there < 1:
        raise refused(f"its data end after {there_rows(element, bits, pixels)} of {pixels.rows} rows")
    if there < count:
        notes.add("frames_missing")
    elif _surplus(element.value[needed:]):
        notes.add("pixels_long")
    there = min(there, count)
    header = replace(header, pixels=pixels, frames=header.frames[:there])
    return Image(reading, header, notes, packed=_unswapped(reading, pixels, element), packing=packing, syntax=reading.syntax, count=there)


def _surplus(rest: memoryview) -> bool:
    """Whether bytes behind the last frame are more than filling: up to a sector of zeros is."""
    return len(rest) > 1 and (len(rest) > SECTOR or bool(bytes(rest).strip(b"\0")))


def _unswapped(reading: Reading, pixels: PixelFormat, element: PixelElement) -> memoryview:
    """Values of 1 and 8 bits in big endian 16-bit words lie in pairs the wrong way round (PS3.5 A.3)."""
    if reading.little or element.vr != "OW" or pixels.bits_allocated > 8:
        return element.value
    words = np.frombuffer(element.value[: len(element.value) & ~1], np.uint16)
    return memoryview(words.byteswap().tobytes())


def there_rows(element: PixelElement, bits: int, pixels: PixelFormat) -> int:
    """How many whole rows of the first frame are there."""
    return len(element.value) * 8 * pixels.rows // bits


def _packing(reading: Reading, pixels: PixelFormat, element: PixelElement, count: int) -> tuple[Packing, PixelFormat]:
    full = pixels.rows * pixels.columns * pixels.samples * pixels.bits_allocated // 8 * count
    halved = pixels.photometric in ("YBR_FULL_422", "YBR_PARTIAL_422")
    subsampled = halved and pixels.columns % 2 == 0 and len(element.value) < full
    packing = Packing(
        little=reading.little and reading.syntax != GE_BIG_PIXELS,
        planar=_planar(reading, pixels),
        subsampled=subsampled,
    )
    return packing, replace(pixels, photometric="YBR_FULL") if pixels.photometric == "YBR_FULL_422" else pixels


def _planar(reading: Reading, pixels: PixelFormat) -> bool:
    return pixels.samples > 1 and integer(reading.dataset, "PlanarConfiguration") == 1


def _colour(pixels: PixelFormat, stream: bytes | memoryview) -> PixelFormat:
    """The colour of the decoded samples: what the codestream says, before what the header says."""
    if pixels.samples != 3:
        return pixels
    found = examine(stream)
    said = "RGB" if pixels.photometric == "RGB" else "YBR"
    if found is not None and found.colour and found.colour != said:
        return replace(pixels, photometric="RGB" if found.colour == "RGB" else "YBR_FULL")
    return replace(pixels, photometric="YBR_FULL") if pixels.photometric == "YBR_FULL_422" else pixels


def _lossy(header: Header, stream: bytes | memoryview) -> float | None:
    """The header's word, or the codestream's where the header is silent (ratio unknown: 0.0)."""
    found = examine(stream)
    silent = header.lossy_ratio is None and (header.transfer_syntax_uid == NEAR_LOSSLESS or (found is not None and found.lossy))
    return 0.0 if silent else header.lossy_ratio


def _extended(reading: Reading) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """The extended offset table (PS3.3 C.7.6.3.1.8), None where it is absent or cannot be read."""
    tables = value(reading.dataset, "ExtendedOffsetTable"), value(reading.dataset, "ExtendedOffsetTableLengths")
    if not all(isinstance(one, bytes) and len(one) % 8 == 0 and one for one in tables):
        return None
    offsets, lengths = (struct.unpack(f"<{len(one) // 8}Q", one) for one in tables)
    return offsets, lengths


def finite(values: NDArray[Any]) -> bool:
    """Whether all values are numbers; whole numbers always are."""
    return values.dtype.kind != "f" or bool(np.isfinite(values).all())
