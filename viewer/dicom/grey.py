"""Stored values to light: Modality LUT, VOI, presentation shape (PS3.3 C.11.1, C.11.2, C.11.6; order PS3.4 N.2).

Spaces: *stored* values are what `decode_frame` gives, *modality* values are in the image's unit (HU …), *grey* is
0 (black) to 255 (white) on the screen. Padding (PS3.3 C.7.5.1.1.2) is always black, inverted or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from viewer.dicom.header import Frame, Header, Lut, PixelFormat, Window

Floats = NDArray[np.float64]
Grey = NDArray[np.uint8]
HALF = (
    0.5 + 1e-9
)  # what is exactly half a grey level is rounded up, though binary fractions come out a little below it (25.499999999999996)
FOR_PRESENTATION_FIRST_LUT = {"CR", "DX", "MG", "IO", "PX"}


@dataclass(frozen=True, slots=True)
class Voi:
    """Which modality values become which grey: a window, a table of the file, or (identity) the full range of the bits."""

    kind: Literal["window", "lut", "identity"]
    window: Window | None = None
    lut: Lut | None = None


@dataclass(frozen=True, slots=True)
class Lookup:
    """From stored values to grey.

    `table` is uint8 with 256 or 65536 entries; its index is the stored value's bit pattern taken as unsigned
    (`stored.view("uint16")`), so that signed values need no shift. It is None for 32-bit and float images, whose grey
    is computed. The value is immutable; a new window makes a new one (0.5 ms).
    """

    header: Header
    frame: Frame
    voi: Voi
    inverted: bool
    table: Grey | None


def modality_values(header: Header, frame: Frame, stored: NDArray[Any]) -> NDArray[np.float32]:
    """Modality values, same shape: by the Modality LUT (clamped to its ends), else stored x slope + intercept.

    Computed in float64 and rounded once to float32 (PS3.3 C.11.1). Padding is not left out; see `padding_mask`.
    """
    table = _modality_table(header, frame)
    if table is None:
        return _modality(header, frame, stored.astype(np.float64)).astype(np.float32)
    return np.take(table.astype(np.float32), patterns(stored), mode="clip")


def padding_mask(pixels: PixelFormat, stored: NDArray[Any]) -> NDArray[np.bool_] | None:
    """Where the image is padding (value and range limit inclusive), None where the file declares none."""
    if pixels.padding is None:
        return None
    limit = pixels.padding if pixels.padding_limit is None else pixels.padding_limit
    low, high = sorted((pixels.padding, limit))
    return np.asarray((stored >= low) & (stored <= high))


def tables_of(header: Header, frame: Frame) -> tuple[Lut, ...]:
    """The file's VOI tables that hold for a frame."""
    return header.voi_luts if frame.voi_luts is None else tuple(header.voi_luts[index] for index in frame.voi_luts)


def initial_voi(header: Header, frame: Frame, stored: NDArray[Any] | None = None) -> Voi:
    """How the image is shown at first: the one place that decides.

    Radiographs for presentation: the file's first VOI LUT. Else its first window, else its first VOI LUT, else a window
    over the values of `stored` (without padding), else over the range of the stored bits.
    """
    prefers_lut = header.modality in FOR_PRESENTATION_FIRST_LUT and header.extra.get("PresentationIntentType", "") != "FOR PROCESSING"
    own = tables_of(header, frame)
    if own and (prefers_lut or not frame.windows):
        return Voi("lut", lut=own[0])
    if frame.windows:
        return Voi("window", window=frame.windows[0])
    if stored is None:
        return Voi("identity")
    return Voi("window", window=window_over(header, frame, stored))


def window_over(header: Header, frame: Frame, stored: NDArray[Any]) -> Window:
    """A window from the smallest to the largest modality value that is a number and not padding."""
    mask = padding_mask(header.pixels, stored) if header.pixels is not None else None
    values = stored if mask is None else stored[~mask]
    if values.dtype.kind == "f":
        values = values[np.isfinite(values)]
    if values.size == 0:
        return Window(0.0, 1.0, "", "LINEAR_EXACT")
    low, high = sorted(float(one) for one in modality_values(header, frame, np.array([values.min(), values.max()])))
    return Window((low + high) / 2, max(high - low, 1e-9), "", "LINEAR_EXACT")


def lookup_table(header: Header, frame: Frame, voi: Voi, *, inverted: bool = False) -> Lookup:
    """The way from stored values to grey for one frame.

    Args:
        header: of a grey image.
        frame: its slope, intercept.
        voi: window or table.
        inverted: what the reader chose on top of what the file asks for (MONOCHROME1, presentation shape INVERSE).
    """
    pixels = header.pixels
    assert pixels is not None
    asked = pixels.photometric == "MONOCHROME1" or header.presentation_shape == "INVERSE"
    invert = asked != inverted
    stored = _all_stored(pixels)
    table = None if stored is None else _grey(header, frame, voi, stored, inverted=invert)
    if table is not None:
        table.flags.writeable = False
    return Lookup(header, frame, voi, invert, table)


def apply(lookup: Lookup, stored: NDArray[Any], out: Grey | None = None) -> Grey:
    """Grey values of `stored`, same shape; into `out` (C order) where given."""
    if lookup.table is not None:
        return np.take(lookup.table, patterns(stored), out=out, mode="clip")
    grey = _grey(lookup.header, lookup.frame, lookup.voi, stored, inverted=lookup.inverted)
    if out is None:
        return grey
    np.copyto(out, grey)
    return out


def shade(modality: Floats, voi: Voi, *, lowest: float = 0.0, highest: float = 1.0) -> Floats:
    """VOI output 0.0 to 255.0, not rounded, for modality values (PS3.3 C.11.2.1).

    `lowest` and `highest` are the ends of the range for the identity.
    """
    if voi.kind == "lut" and voi.lut is not None:
        return _tabled(modality, voi.lut) * (255.0 / ((1 << voi.lut.bits) - 1))
    window = voi.window
    if window is None:
        return np.clip((modality - lowest) / max(highest - lowest, 1e-9), 0.0, 1.0) * 255.0
    return _WINDOWS[window.function](modality, window.centre, window.width)


def _linear(x: Floats, centre: float, width: float) -> Floats:
    """C.11.2.1.2.1: x ≤ c − 0.5 − (w−1)/2 → 0; x > c − 0.5 + (w−1)/2 → 255; between, ((x − (c−0.5))/(w−1) + 0.5)·255."""
    if width <= 1:
        return np.where(x <= centre - 0.5, 0.0, 255.0)
    ramp = ((x - (centre - 0.5)) / (width - 1) + 0.5) * 255.0
    return np.clip(ramp, 0.0, 255.0)


def _linear_exact(x: Floats, centre: float, width: float) -> Floats:
    """C.11.2.1.3.2: x ≤ c − w/2 → 0; x > c + w/2 → 255; between, ((x − c)/w + 0.5)·255."""
    return np.clip(((x - centre) / width + 0.5) * 255.0, 0.0, 255.0)


def _sigmoid(x: Floats, centre: float, width: float) -> Floats:
    """C.11.2.1.3.1: 255/(1 + exp(−4·(x − c)/w))."""
    with np.errstate(over="ignore"):
        return 255.0 / (1.0 + np.exp(-4.0 * (x - centre) / width))


_WINDOWS = {"LINEAR": _linear, "LINEAR_EXACT": _linear_exact, "SIGMOID": _sigmoid}


def _grey(header: Header, frame: Frame, voi: Voi, stored: NDArray[Any], *, inverted: bool) -> Grey:
    pixels = header.pixels
    assert pixels is not None
    lowest, highest = _ends(header, frame, pixels)
    values = shade(_modality(header, frame, stored.astype(np.float64)), voi, lowest=lowest, highest=highest)
    if inverted:
        values = 255.0 - values
    finite = np.where(np.isfinite(values), values, 0.0)
    grey = np.floor(finite + HALF).astype(np.uint8)
    mask = padding_mask(pixels, stored)
    if mask is not None:
        grey[mask] = 0
    return grey


def _ends(header: Header, frame: Frame, pixels: PixelFormat) -> tuple[float, float]:
    """The modality values of the smallest and largest stored value, in ascending order."""
    half = 1 << (pixels.bits_stored - 1)
    ends = np.array([-half, half - 1] if pixels.signed else [0, 2 * half - 1], np.float64)
    low, high = sorted(_modality(header, frame, ends))
    return float(low), float(high)


def _modality(header: Header, frame: Frame, stored: Floats) -> Floats:
    if header.modality_lut is not None:
        return _tabled(stored, header.modality_lut)
    return stored * frame.slope + frame.intercept


def _modality_table(header: Header, frame: Frame) -> Floats | None:
    stored = None if header.pixels is None else _all_stored(header.pixels)
    return None if stored is None else _modality(header, frame, stored.astype(np.float64))


def _tabled(values: Floats, lut: Lut) -> Floats:
    """A LUT of the file: inputs below its first and above its last entry take that entry (C.11.1.1.1, C.11.2.1.1)."""
    data = np.asarray(lut.data, np.float64)
    known = np.where(np.isfinite(values), values, lut.first)
    index = np.clip(np.floor(known + 0.5) - lut.first, 0, len(data) - 1).astype(np.intp)
    return np.asarray(data[index])


def _all_stored(pixels: PixelFormat) -> NDArray[Any] | None:
    """Every stored value in the order of its bit pattern, None for types too wide for a table."""
    kind = np.dtype(pixels.dtype)
    if kind.itemsize > 2 or kind.kind == "f":
        return None
    return np.arange(1 << 8 * kind.itemsize, dtype=f"u{kind.itemsize}").view(kind)


def patterns(stored: NDArray[Any]) -> NDArray[Any]:
    """Stored values as their bit patterns, unsigned: what a table is asked with. No copy."""
    return stored.view(f"u{stored.dtype.itemsize}") if stored.dtype.kind == "i" else stored
