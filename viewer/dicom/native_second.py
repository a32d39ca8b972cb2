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
    reader = get_decoder(ExplicitVRLittleEndian if packing.little else ExplicitVRBigEndian)
    try:
        found, _ = reader.as_array(packed, raw=True, index=index, validate=False, **_options(pixels, packing, count))
    except (ValueError, TypeError, AttributeError, RuntimeError, NotImplementedError, IndexError) as error:
        raise refused("no second decoder reads it", type(error).__name__) from error
    if found.dtype.kind == "f":
        return np.asarray(found, pixels.dtype)
    shift = pixels.high_bit + 1 - pixels.bits_stored
    words = found.astype(found.dtype.newbyteorder("=")).view(f"u{found.dtype.itemsize}")
    return low_bits(words >> words.dtype.type(shift) if shift > 0 else words, pixels)


def _options(pixels: PixelFormat, packing: Packing, count: int) -> dict[str, Any]:
    return {
        "rows": pixels.rows,
        "columns": pixels.columns,
        "samples_per_pixel": pixels.samples,
        "photometric_interpretation": "YBR_FULL_422" if packing.subsampled else pixels.photometric,
        "bits_allocated": pixels.bits_allocated,
        "bits_stored": pixels.bits_stored,
        "pixel_representation": int(pixels.signed),
        "planar_configuration": int(packing.planar),
        "number_of_frames": count,
        "pixel_keyword": KEYWORDS.get(pixels.dtype, "PixelData"),
        "pixel_vr": "OB" if pixels.bits_allocated <= 8 else "OW",
    }
