"""How pixels are stored: the Image Pixel module (PS3.3 C.7.6.3), checked before anything is allocated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from viewer.dicom.header import PixelFormat
from viewer.dicom.refusal import refused
from viewer.dicom.values import integer, number, numbers, text

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from viewer.dicom.notes import Notes

SIZE_LIMIT = 65535  # Rows and Columns are unsigned 16 bit
FRAME_LIMIT = 400_000_000  # values of one frame: nothing that a reading desk could show is larger
COLOURS = {"RGB": 3, "YBR_FULL": 3, "YBR_FULL_422": 3, "YBR_PARTIAL_422": 3, "YBR_PARTIAL_420": 3, "YBR_ICT": 3, "YBR_RCT": 3}
GREYS = {"MONOCHROME1", "MONOCHROME2", "PALETTE COLOR"}
BITS = {1, 8, 12, 16, 32, 64}


FLOATS = {0x7FE00008: "float32", 0x7FE00009: "float64"}  # Float and Double Float Pixel Data


def pixel_format(ds: Dataset, notes: Notes, element: int) -> PixelFormat | None:
    """The format of the stored values, None where the data set describes no image.

    `element` is the tag of the pixel data. `photometric` is that of the file, except that the JPEG 2000 transforms are
    undone by the codec (RGB).

    Raises:
        Trouble: IMAGE, for a size or bits that no image can have.
    """
    rows, columns = integer(ds, "Rows"), integer(ds, "Columns")
    if rows is None and columns is None:
        return None
    if not rows or not columns or not 0 < rows <= SIZE_LIMIT or not 0 < columns <= SIZE_LIMIT:
        raise refused("its size is impossible", f"rows {rows} columns {columns}")
    samples = integer(ds, "SamplesPerPixel") or 1
    photometric = _photometric(ds, samples, notes)
    if samples not in (1, 3) and samples > 4:
        raise refused("its number of colours is impossible", f"samples {samples}")
    if rows * columns * samples > FRAME_LIMIT:
        raise refused("it is larger than any image can be", f"{rows} x {columns} x {samples}")
    allocated, stored, high = _bits(ds, notes, element)
    signed = integer(ds, "PixelRepresentation") == 1
    padding, limit = _padding(ds, element, stored, signed=signed)
    return PixelFormat(
        rows,
        columns,
        samples,
        allocated,
        stored,
        high,
        signed,
        photometric,
        FLOATS.get(element) or value_type(allocated, signed=signed),
        padding=padding,
        padding_limit=limit,
        aspect=_aspect(ds, notes),
    )


def value_type(allocated: int, *, signed: bool) -> str:
    """The numpy name of stored whole numbers."""
    width = next(size for size in (8, 16, 32, 64) if allocated <= size)
    return f"{'int' if signed else 'uint'}{width}"


def _photometric(ds: Dataset, samples: int, notes: Notes) -> str:
    named = text(ds, "PhotometricInterpretation").upper().replace("_COLOR", " COLOR")
    if named in ("YBR_ICT", "YBR_RCT"):
        return "RGB"
    if (named in COLOURS and samples >= 3) or (named in GREYS and samples == 1):
        return named
    if named in COLOURS or named in GREYS:
        raise refused("its number of colours does not fit its colour form", f"{named} with {samples} samples")
    notes.add("photometric_unknown" if named else "photometric_missing")
    return "MONOCHROME2" if samples == 1 else "RGB"


def _bits(ds: Dataset, notes: Notes, element: int) -> tuple[int, int, int]:
    if element in FLOATS:
        width = 32 if FLOATS[element] == "float32" else 64
        return width, width, width - 1
    allocated = integer(ds, "BitsAllocated") or 0
    if allocated not in BITS:
        raise refused("its values are packed in a way that no image may use", f"bits allocated {allocated}")
    if allocated == 12:
        notes.add("bits_allocated_unusual")
    stored = integer(ds, "BitsStored") or allocated
    if not 0 < stored <= allocated:
        raise refused("its number of bits is impossible", f"bits stored {stored} of {allocated}")
    high = integer(ds, "HighBit")
    if high is None:
        high = stored - 1
    if not stored - 1 <= high < allocated:
        notes.add("bits_above_stored")
        high = stored - 1
    return allocated, stored, high


def _padding(ds: Dataset, element: int, stored: int, *, signed: bool) -> tuple[float | None, float | None]:
    """Padding value and the other end of its range, as stored values (PS3.3 C.7.5.1.1.2, C.7.6.24)."""
    kind = {"float32": "Float", "float64": "DoubleFloat"}.get(FLOATS.get(element, ""))
    if kind is not None:
        return number(ds, f"{kind}PixelPaddingValue"), number(ds, f"{kind}PixelPaddingRangeLimit")
    value, limit = integer(ds, "PixelPaddingValue"), integer(ds, "PixelPaddingRangeLimit")
    return _as_stored(value, stored, signed=signed), _as_stored(limit, stored, signed=signed)


def _as_stored(value: int | None, stored: int, *, signed: bool) -> int | None:
    """A padding value as the decoder would give it: its low bits, with the sign of the pixels (PS3.3 C.7.5.1.1.2)."""
    if value is None or stored >= 64:
        return value
    low = value & ((1 << stored) - 1)
    return low - (1 << stored) if signed and low >> (stored - 1) else low


def _aspect(ds: Dataset, notes: Notes) -> tuple[int, int] | None:
    found = numbers(ds, "PixelAspectRatio", notes)
    if not found:
        return None
    if len(found) != 2 or min(found) <= 0:
        if min(found) <= 0:
            notes.add("aspect_unusable")
        return None
    return int(found[0]), int(found[1])
