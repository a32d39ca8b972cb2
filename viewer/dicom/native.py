"""Uncompressed pixels to stored values (PS3.5 8.1.1, 8.2; PS3.3 C.7.6.3.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from viewer.dicom.header import PixelFormat

Values = NDArray[np.generic]


@dataclass(frozen=True, slots=True)
class Packing:
    """How uncompressed frames lie in the file, beyond the `PixelFormat`."""

    little: bool = True
    planar: bool = False
    subsampled: bool = False  # 4:2:2: two luminances share one pair of colour differences


def frame_bits(pixels: PixelFormat, packing: Packing) -> int:
    """Bits of one frame in the file; frames of 1-bit images follow each other without padding."""
    values = pixels.rows * pixels.columns * pixels.samples
    if packing.subsampled:
        values = pixels.rows * pixels.columns * 2
    return values * pixels.bits_allocated


def native_frame(packed: bytes | memoryview, pixels: PixelFormat, packing: Packing, *, first_bit: int = 0) -> Values:
    """The stored values [row, column(, sample)] of one frame.

    Args:
        packed: the bytes that hold the frame; exactly its bytes, or for images of 1 and 12 bits those that its bits touch.
        pixels: the format of the values.
        packing: how they lie in the file.
        first_bit: where in the first byte such a frame begins.
    """
    if pixels.bits_allocated == 1:
        bits = np.unpackbits(np.frombuffer(packed, np.uint8), bitorder="little")
        return shaped(bits[first_bit : first_bit + pixels.rows * pixels.columns * pixels.samples].astype(pixels.dtype), pixels, packing)
    if pixels.bits_allocated == 12:
        return shaped(stored_bits(_twelve(packed, pixels, first_bit), pixels), pixels, packing)
    raw = np.frombuffer(packed, np.dtype(f"u{pixels.bits_allocated // 8}").newbyteorder("<" if packing.little else ">"))
    if pixels.dtype.startswith("float"):
        return shaped(raw.astype(raw.dtype.newbyteorder("=")).view(pixels.dtype), pixels, packing)
    return shaped(stored_bits(raw.astype(raw.dtype.newbyteorder("="), copy=False), pixels), pixels, packing)


def _twelve(packed: bytes | memoryview, pixels: PixelFormat, first_bit: int) -> NDArray[np.uint16]:
    """Retired packing of 12 bits: two values in three bytes, the lower bits first (PS3.5-1998 D.1)."""
    count = pixels.rows * pixels.columns * pixels.samples
    bits = np.unpackbits(np.frombuffer(packed, np.uint8), bitorder="little")[first_bit : first_bit + 12 * count]
    pairs = np.zeros((count, 16), np.uint8)
    pairs[:, :12] = bits.reshape(count, 12)
    return np.packbits(pairs.ravel(), bitorder="little").view("<u2").astype(np.uint16)


def stored_bits(raw: Values, pixels: PixelFormat) -> Values:
    """The low Bits Stored bits of unsigned words, with their sign, in the dtype of the format."""
    shift = pixels.high_bit + 1 - pixels.bits_stored
    words = np.right_shift(raw, raw.dtype.type(shift)) if shift > 0 else raw
    return low_bits(words, pixels)


def low_bits(words: Values, pixels: PixelFormat) -> Values:
    """Cut whole numbers to Bits Stored; extend the sign from bit Bits Stored - 1 (PS3.3 C.7.6.3.1.4)."""
    width = 8 * np.dtype(pixels.dtype).itemsize
    spare = width - pixels.bits_stored
    if spare == 0:
        return words.astype(f"u{width // 8}", copy=False).view(pixels.dtype)
    kind = np.dtype(f"u{width // 8}").type
    cut: NDArray[Any] = np.bitwise_and(words.astype(kind, copy=False), kind((1 << pixels.bits_stored) - 1))
    if np.dtype(pixels.dtype).kind == "i":
        top = kind(1 << (pixels.bits_stored - 1))
        np.bitwise_xor(cut, top, out=cut)
        np.subtract(cut, top, out=cut)
    return cut.view(pixels.dtype)


def shaped(values: Values, pixels: PixelFormat, packing: Packing) -> Values:
    """[row, column(, sample)] from values in the order of the file."""
    rows, columns, samples = pixels.rows, pixels.columns, pixels.samples
    if packing.subsampled:
        return _full_colour(values[: rows * columns * 2].reshape(rows, columns // 2, 4))
    values = values[: rows * columns * samples]
    if samples == 1:
        return values.reshape(rows, columns)
    if packing.planar:
        return np.ascontiguousarray(np.moveaxis(values.reshape(samples, rows, columns), 0, -1))
    return values.reshape(rows, columns, samples)


def _full_colour(quads: Values) -> Values:
    """Y0 Y1 Cb Cr → (Y0 Cb Cr) (Y1 Cb Cr): the colour differences are repeated (PS3.3 C.7.6.3.1.2)."""
    rows, pairs, _ = quads.shape
    out = np.empty((rows, pairs, 2, 3), quads.dtype)
    out[..., 0] = quads[..., 0:2]
    out[..., 1] = quads[..., 2:3]
    out[..., 2] = quads[..., 3:4]
    return out.reshape(rows, pairs * 2, 3)
