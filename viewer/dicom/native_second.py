"""Uncompressed pixels by a second way of reading, pydicom's own, to check `native` against."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from pydicom.pixels.decoders.base import get_decoder
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian

from viewer.dicom.native import Packing, low_bits
from viewer.dicom.refusal import refused

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from viewer.dicom.header import PixelFormat

KEYWORDS = {"float32": "FloatPixelData", "float64": "DoubleFloatPixelData"}


def second_native_frame(packed: memoryview, pixels: PixelFormat, packing: Packing, *, index: int, count: int) -> NDArray[Any]:
    """The stored values of frame `index` of `count`, from the bytes of all frames.

    Raises:
        Trouble: IMAGE, where this way does not read the form.
    """
    if pixels.bits_allocated == 12:
        return low_bits(_twelve(packed, pixels, index), pixels).reshape((pixels.rows, pixels.columns))
    reader = get_decoder(ExplicitVRLittleEndian if packing.little else ExplicitVRBigEndian)
    try:
        found, _ = reader.as_array(packed, raw=True, index=index, validate=False, **_options(pixels, packing, count))
    except (ValueError, TypeError, AttributeError, RuntimeError, NotImplementedError, IndexError) as error:
        raise refused("no second decoder reads it", type(error).__name__) from error
    if found.dtype.kind == "f":
        return np.asarray(found, pixels.dtype)
    shift = pixels.high_bit + 1 - pixels.bits_stored
    words = found.astype(found.dtype.newbyteorder("="), copy=False).view(f"u{found.dtype.itemsize}")
    return low_bits(words >> words.dtype.type(shift) if shift > 0 else words, pixels)


def _twelve(packed: memoryview, pixels: PixelFormat, index: int) -> NDArray[np.uint16]:
    """12 packed bits by whole bytes: three make two values; pydicom does not read them."""
    if pixels.samples != 1 or pixels.high_bit + 1 != pixels.bits_stored:
        raise refused("no second decoder reads it")
    count = pixels.rows * pixels.columns
    data = np.frombuffer(packed, np.uint8).astype(np.uint16)
    data = np.pad(data, (0, -len(data) % 3)).reshape(-1, 3)
    pairs = np.stack([data[:, 0] | (data[:, 1] & 15) << 8, data[:, 1] >> 4 | data[:, 2] << 4], axis=1)
    return pairs.ravel()[index * count : (index + 1) * count]


def _options(pixels: PixelFormat, packing: Packing, count: int) -> dict[str, Any]:
    return {
        "rows": pixels.rows,
        "columns": pixels.columns,
        "samples_per_pixel": pixels.samples,
        "photometric_interpretation": "YBR_FULL_422" if packing.subsampled else pixels.photometric,
        "bits_allocated": pixels.bits_allocated,
        "bits_stored": pixels.bits_allocated,  # whole words: pydicom would cut them without regard to High Bit
        "pixel_representation": int(pixels.signed),
        "planar_configuration": int(packing.planar),
        "number_of_frames": count,
        "pixel_keyword": KEYWORDS.get(pixels.dtype, "PixelData"),
        "pixel_vr": "OB" if pixels.bits_allocated <= 8 else "OW",
    }
