"""One coded frame to its stored values, by the table of `syntaxes`."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Any, cast

import imagecodecs
import numpy as np

from record.trouble import Kind, Trouble
from viewer.dicom.codestream import Stream, examine
from viewer.dicom.native import Packing, low_bits, native_frame
from viewer.dicom.notes import Notes
from viewer.dicom.refusal import cut, refused
from viewer.dicom.syntaxes import BLOSC, DECODERS, SYNTAXES, Coding

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from viewer.dicom.header import PixelFormat

BLOCK = 64 << 10  # bytes that are packed by themselves: they stay in a core's own cache
LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
# A cut stream never reaches these decoders: OpenJPH makes up what is missing, CharLS takes seconds to give up.
WHOLE_ONLY = {Coding.HTJ2K, Coding.JPEG_LS}
COMPRESSED = {Coding.JPEG, Coding.JPEG_LOSSLESS, Coding.JPEG_LS, Coding.JPEG_2000, Coding.HTJ2K}


def decode_frame(coded: bytes | memoryview, form: str, pixels: PixelFormat, out: NDArray[Any] | None = None) -> NDArray[Any]:
    """The stored values [row, column(, sample)] of one frame, in `pixels.dtype`; sign and unused bits settled.

    Args:
        coded: the frame's bytes, as the frame table names them.
        form: "blosc2" (a rendition; releases the GIL; trusted, so safe in a thread) or a transfer syntax UID (an original;
            belongs in a worker).
        pixels: the header's pixel format; colour stays as coded, `pixels.photometric` says what it is.
        out: C-ordered array of the frame's shape and dtype to fill and return, so that volumes need no second copy.

    Raises:
        Trouble: IMAGE, where the frame is missing, damaged, or not what the header says.
    """
    if not len(coded):
        raise Trouble("This image is missing from its file.", "Ask the sender to send it again.", kind=Kind.IMAGE)
    if form == BLOSC:
        return _unpacked(coded, pixels, out)
    values = decode_stream(coded, form, pixels, Notes())
    if out is None:
        return values
    np.copyto(out, values, casting="no")
    return out


def pack(values: NDArray[Any]) -> bytes:
    """The rendition of one frame: blosc2, shuffle and LZ4-HC, C order, little endian.

    Bytes are shuffled, and of 8-bit values their bits: over all modalities each is read 1.3 to 2.3 times as fast as the other way, for
    sizes between 3 % less and 5 % more of what it holds.
    """
    plain = np.ascontiguousarray(values, values.dtype.newbyteorder("<"))
    shuffle = "bitshuffle" if plain.dtype.itemsize == 1 else "shuffle"
    packed = imagecodecs.blosc2_encode(
        cast("bytes", plain),
        level=5,
        compressor="lz4hc",
        shuffle=shuffle,
        typesize=plain.dtype.itemsize,
        blocksize=BLOCK,
        numthreads=1,
    )
    return bytes(packed)


def warm() -> None:
    """Loads the codec of renditions by using it once, so that the first image does not wait for it."""
    nothing = np.zeros((8, 8), np.uint16)
    imagecodecs.blosc2_decode(cast("Any", pack(nothing)))


def decode_stream(coded: bytes | memoryview, syntax: str, pixels: PixelFormat, notes: Notes, *, second: bool = False) -> NDArray[Any]:
    """As `decode_frame` for originals; the codestream's own header decides how it is read, and `notes` tells.

    Args:
        coded: one frame's coded bytes.
        syntax: transfer syntax UID as declared.
        pixels: the header's pixel format.
        notes: collects what was doubtful.
        second: use the table's second decoder.
    """
    declared = SYNTAXES[syntax].coding
    if declared is Coding.NATIVE:
        return native_frame(coded, pixels, Packing())
    if declared is Coding.VIDEO:
        from viewer.dicom.video import frame  # noqa: PLC0415  late import: FFmpeg takes 0.2 s

        return _settled(frame(coded, SYNTAXES[syntax].name, pixels.bits_stored), pixels)
    stream = examine(coded)
    coding = _coding(declared, stream, pixels, notes)
    decoders = DECODERS[coding]
    name = decoders.second if second else decoders.first
    if name is None:
        raise refused("no second decoder reads it", coding)
    return _settled(_called(name, bytes(coded), pixels, stream), pixels)


def _coding(declared: Coding, stream: Stream | None, pixels: PixelFormat, notes: Notes) -> Coding:
    if stream is None:
        if declared in COMPRESSED:
            raise refused("its data are not compressed as the file says", declared)
        return declared
    if stream.coding is not declared and {stream.coding, declared} != {Coding.JPEG_2000, Coding.HTJ2K}:
        notes.add("syntax_differs")
    if (stream.rows, stream.columns, stream.samples) != (pixels.rows, pixels.columns, pixels.samples):
        raise refused("its compressed data have another size than the file says")
    if stream.bits > max(pixels.bits_allocated, 8):
        raise refused("its compressed data have more bits than the file says")
    if stream.container:
        notes.add("jp2_container")
    if not stream.whole:
        if stream.coding in WHOLE_ONLY:
            raise cut()
        notes.add("pixels_short")
    return stream.coding


def _called(name: str, coded: bytes, pixels: PixelFormat, stream: Stream | None) -> NDArray[Any]:
    from viewer.dicom.codecs import CODECS  # noqa: PLC0415  late import: a desk that shows renditions needs no codec

    try:
        return CODECS[name](coded, pixels, stream)
    except (RuntimeError, ValueError, TypeError, OSError, IndexError, NotImplementedError, struct.error, zlib.error) as error:
        raise Trouble(
            "This image cannot be shown because its compressed data are damaged.",
            "Ask the sender to send it again.",
            f"{name}: {type(error).__name__}",
            Kind.IMAGE,
        ) from error


def _settled(values: NDArray[Any], pixels: PixelFormat) -> NDArray[Any]:
    shape = (pixels.rows, pixels.columns) if pixels.samples == 1 else (pixels.rows, pixels.columns, pixels.samples)
    if values.shape != shape:
        if values.size != np.prod(shape):
            raise cut()
        values = values.reshape(shape)
    if pixels.dtype.startswith("float"):
        return values.view(pixels.dtype)
    return low_bits(values, pixels)


def _unpacked(coded: bytes | memoryview, pixels: PixelFormat, out: NDArray[Any] | None) -> NDArray[Any]:
    shape = (pixels.rows, pixels.columns) if pixels.samples == 1 else (pixels.rows, pixels.columns, pixels.samples)
    values = np.empty(shape, pixels.dtype) if out is None else out
    if values.shape != shape or values.dtype != np.dtype(pixels.dtype) or not values.flags.c_contiguous:
        raise ValueError(values.shape)
    try:
        _same_size(coded, values.nbytes)
        target: Any = values  # numpy's arrays are buffers, whatever its types say
        imagecodecs.blosc2_decode(cast("bytes", coded), numthreads=1, out=memoryview(target).cast("B"))
    except (RuntimeError, ValueError, TypeError, struct.error) as error:
        raise Trouble("An image of this case is damaged.", "Synchronise the case again.", type(error).__name__, Kind.DAMAGED) from error
    return values


def _same_size(coded: bytes | memoryview, expected: int) -> None:
    """The chunk's own header must say as many bytes as the array holds, or the decoder would leave a rest."""
    (size,) = struct.unpack("<I", coded[4:8])
    if size != expected:
        raise ValueError(size)
