"""The calls into the codec libraries, one function each; nothing else imports them.

Each gives the decoded samples [row, column(, sample)] as the library has them, colour as it was coded (JPEG 2000's own
transform undone); libraries' exceptions pass unchanged to `decode`, which turns them into a `Trouble`.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from viewer.dicom.header import PixelFormat

if TYPE_CHECKING:
    from viewer.dicom.codestream import Stream

Codec = Callable[[bytes, PixelFormat, "Stream | None"], NDArray[Any]]


def jpeg8(data: bytes, pixels: PixelFormat, stream: Stream | None) -> NDArray[Any]:  # noqa: ARG001  all codecs are called alike
    """Lossy and lossless JPEG by libjpeg-turbo, without colour conversion."""
    space = {1: "GRAYSCALE", 3: "RGB", 4: "CMYK"}.get(pixels.samples)
    return np.asarray(imagecodecs.jpeg8_decode(data, colorspace=space, outcolorspace=space))


def jpegsof3(data: bytes, pixels: PixelFormat, stream: Stream | None) -> NDArray[Any]:  # noqa: ARG001  as above
    """Lossless JPEG by the decoder of that name in imagecodecs."""
    return np.ascontiguousarray(imagecodecs.jpegsof3_decode(data))


def ljpeg(data: bytes, pixels: PixelFormat, stream: Stream | None) -> NDArray[Any]:  # noqa: ARG001  as above
    """Lossless JPEG by liblj92."""
    return np.asarray(imagecodecs.ljpeg_decode(data))


def jpegls(data: bytes, pixels: PixelFormat, stream: Stream | None) -> NDArray[Any]:  # noqa: ARG001  as above
    """JPEG-LS by CharLS."""
    return np.asarray(imagecodecs.jpegls_decode(data))


def jpeg_ls(data: bytes, pixels: PixelFormat, stream: Stream | None) -> NDArray[Any]:  # noqa: ARG001  as above
    """JPEG-LS by pyjpegls."""
    import jpeg_ls as library  # noqa: PLC0415  late import: second decoder, rarely asked

    return np.asarray(library.decode(np.frombuffer(data, np.uint8)))


def jpeg2k(data: bytes, pixels: PixelFormat, stream: Stream | None) -> NDArray[Any]:  # noqa: ARG001  as above
    """JPEG 2000 by OpenJPEG inside imagecodecs."""
    return np.asarray(imagecodecs.jpeg2k_decode(data, numthreads=1))


def htj2k(data: bytes, pixels: PixelFormat, stream: Stream | None) -> NDArray[Any]:  # noqa: ARG001  as above
    """HTJ2K by OpenJPH."""
    return np.asarray(imagecodecs.htj2k_decode(data))


def openjpeg(data: bytes, pixels: PixelFormat, stream: Stream | None) -> NDArray[Any]:  # noqa: ARG001  as above
    """JPEG 2000 and HTJ2K by pylibjpeg-openjpeg."""
    from openjpeg import utils as library  # noqa: PLC0415  late import: second decoder, rarely asked

    return np.asarray(library.decode(data))


def dicomrle(data: bytes, pixels: PixelFormat, stream: Stream | None) -> NDArray[Any]:  # noqa: ARG001  as above
    """DICOM RLE (PS3.5 G) by imagecodecs."""
    bits = max(pixels.bits_allocated, 8)
    _check_rle(data, pixels)
    values = np.frombuffer(imagecodecs.dicomrle_decode(data, f"<u{bits // 8}"), f"<u{bits // 8}")
    return _planes(values, pixels)


def rle(data: bytes, pixels: PixelFormat, stream: Stream | None) -> NDArray[Any]:  # noqa: ARG001  as above
    """DICOM RLE by pylibjpeg-rle."""
    from rle.rle import decode_frame  # noqa: PLC0415  late import: second decoder, rarely asked

    _check_rle(data, pixels)
    packed = decode_frame(data, pixels.rows * pixels.columns, pixels.bits_allocated, "<")
    return _planes(np.frombuffer(packed, f"<u{pixels.bits_allocated // 8}"), pixels)


def _check_rle(data: bytes, pixels: PixelFormat) -> None:
    """The RLE header must fit the data, or a decoder may read elsewhere (PS3.5 G.5)."""
    count, *offsets = struct.unpack("<16I", data[:64])
    expected = pixels.samples * max(pixels.bits_allocated // 8, 1)
    used = offsets[:count] if count <= 15 else []
    if count != expected or used[0] != 64 or used != sorted(set(used)) or used[-1] >= len(data):
        raise ValueError(count)


def deflated(data: bytes, pixels: PixelFormat, stream: Stream | None) -> NDArray[Any]:  # noqa: ARG001  as above
    """Deflated frames (transfer syntax 1.2.840.10008.1.2.8.1) by Python's zlib, with a bound on what comes out."""
    expected = (pixels.rows * pixels.columns * pixels.samples * pixels.bits_allocated + 7) // 8
    unpacked = zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, expected + 2)
    if pixels.bits_allocated == 1:
        return _bits(np.frombuffer(unpacked, np.uint8), pixels)
    values = np.frombuffer(unpacked[:expected], f"<u{pixels.bits_allocated // 8}")
    return values.reshape(_shape(pixels))


def _planes(values: NDArray[Any], pixels: PixelFormat) -> NDArray[Any]:
    if pixels.bits_allocated == 1:
        return _bits(values, pixels)
    if pixels.samples == 1:
        return values.reshape(pixels.rows, pixels.columns)
    return np.ascontiguousarray(np.moveaxis(values.reshape(pixels.samples, pixels.rows, pixels.columns), 0, -1))


def _bits(packed: NDArray[Any], pixels: PixelFormat) -> NDArray[Any]:
    bits = np.unpackbits(packed, bitorder="little")
    return bits[: pixels.rows * pixels.columns].reshape(pixels.rows, pixels.columns)


def _shape(pixels: PixelFormat) -> tuple[int, ...]:
    return (pixels.rows, pixels.columns) if pixels.samples == 1 else (pixels.rows, pixels.columns, pixels.samples)


CODECS: dict[str, Codec] = {
    "imagecodecs.jpeg8": jpeg8,
    "imagecodecs.jpegsof3": jpegsof3,
    "imagecodecs.ljpeg": ljpeg,
    "imagecodecs.jpegls": jpegls,
    "jpeg_ls": jpeg_ls,
    "imagecodecs.jpeg2k": jpeg2k,
    "imagecodecs.htj2k": htj2k,
    "openjpeg": openjpeg,
    "imagecodecs.dicomrle": dicomrle,
    "rle": rle,
    "zlib": deflated,
}
