"""Every VOI function over every stored value, to the last grey level: whole numbers against PS3.3 C.11, no rounding of our own between."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pytest

from viewer.dicom.grey import Voi, apply, lookup_table
from viewer.dicom.header import Frame, Header, Lut, Window

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

UNIT = 2000  # windows and slopes below are whole multiples of 1/2000, so that half a value is whole too
STORED = np.arange(-32768, 32768)

# centre, width, slope, intercept: as a file's decimal strings
WINDOWS = [
    ("40", "400", "1", "-1024"),
    ("40", "80", "1", "0"),
    ("127.5", "255", "1", "0"),
    ("128", "256", "1", "0"),
    ("0", "65536", "1", "0"),
    ("-600", "1500", "1", "-1024"),
    ("-1000.25", "333.5", "1", "0"),
    ("-20000", "40000", "1", "0"),
    ("2.5", "1.5", "1", "0"),
    ("3", "2", "1", "0"),
    ("100", "1", "1", "0"),
    ("-7.5", "1", "1", "0"),
    ("0.05", "1.001", "0.001", "0"),
    ("5000", "9000.5", "2.5", "-10.5"),
    ("-3", "1000", "-1", "100"),
    ("12.345", "77.001", "0.5", "0.25"),
]
NARROW = [("0", "0.5", "1", "0"), ("1.25", "0.001", "0.001", "0"), ("-4", "0.002", "1", "0"), ("10", "0.5", "0.5", "-3")]  # w > 0 alone


def whole(number: str) -> int:
    """In units of 1/2000; exact."""
    scaled = Decimal(number) * UNIT
    assert scaled == int(scaled)
    return int(scaled)


def rounded(numerator: Ints, denominator: int, *, inverted: bool) -> Ints:
    """255 x numerator / denominator, or 255 less that, half a grey level rounded up."""
    doubled = 2 * 255 * numerator
    if inverted:
        doubled = 2 * 255 * denominator - doubled
    return (doubled + denominator) // (2 * denominator)


def linear(x: Ints, c: int, w: int, *, inverted: bool) -> Ints:
    """C.11.2.1.2.1: ((x - (c - 0.5)) / (w - 1) + 0.5) x (ymax - ymin) + ymin, black to and white above its ends."""
    half = UNIT // 2
    low, high = 2 * (c - half) - (w - UNIT), 2 * (c - half) + (w - UNIT)  # twice the ends
    if w == UNIT:
        ramp = np.where(2 * x <= low, 0, 1)
        return rounded(ramp, 1, inverted=inverted)
    ramp = np.where(2 * x <= low, 0, np.where(2 * x > high, 2 * (w - UNIT), 2 * (x - (c - half)) + (w - UNIT)))
    return rounded(ramp, 2 * (w - UNIT), inverted=inverted)


def linear_exact(x: Ints, c: int, w: int, *, inverted: bool) -> Ints:
    """C.11.2.1.3.2: ((x - c) / w + 0.5) x (ymax - ymin) + ymin, black to and white above its ends."""
    ramp = np.where(2 * x <= 2 * c - w, 0, np.where(2 * x > 2 * c + w, 2 * w, 2 * (x - c) + w))
    return rounded(ramp, 2 * w, inverted=inverted)


def sigmoid(x: Ints, c: int, w: int, *, inverted: bool) -> Ints:
    """C.11.2.1.3.1: (ymax - ymin) / (1 + exp(-4 (x - c) / w)) + ymin."""
    greys = []
    for power in (-4 * (x - c) / w).tolist():
        y = 255 / (1 + math.exp(power)) if power < 700 else 0.0
        greys.append(math.floor((255 - y if inverted else y) + 0.5))
    return np.array(greys)


FUNCTIONS = {"LINEAR": linear, "LINEAR_EXACT": linear_exact, "SIGMOID": sigmoid}
CASES = [(name, *window) for name in FUNCTIONS for window in WINDOWS] + [(n, *w) for n in ("LINEAR_EXACT", "SIGMOID") for w in NARROW]


def drawn(header: Callable[..., Header], frame: Frame, voi: Voi, *, photometric: str = "MONOCHROME2", shape: str = "IDENTITY") -> Ints:
    """The product's greys of all stored values."""
    made = header(frame=frame, pixels={"photometric": photometric}, presentation_shape=shape)
    return apply(lookup_table(made, frame, voi), STORED.astype(np.int16)).astype(np.int64)


@pytest.mark.parametrize(("function", "centre", "width", "slope", "intercept"), CASES)
def test_every_stored_value_has_the_grey_of_the_formula(
    header: Callable[..., Header], function: str, centre: str, width: str, slope: str, intercept: str
) -> None:
    frame = Frame(slope=float(slope), intercept=float(intercept))
    voi = Voi("window", window=Window(float(centre), float(width), "", function))
    x = STORED * whole(slope) + whole(intercept)
    for photometric, shape, inverted in (
        ("MONOCHROME2", "IDENTITY", False),
        ("MONOCHROME1", "IDENTITY", True),
        ("MONOCHROME2", "INVERSE", True),
        ("MONOCHROME1", "INVERSE", True),
    ):
        wanted = FUNCTIONS[function](x, whole(centre), whole(width), inverted=inverted)
        found = drawn(header, frame, voi, photometric=photometric, shape=shape)
        off = np.flatnonzero(found != wanted)
        assert off.size == 0, (photometric, off.size, STORED[off[:3]], found[off[:3]], wanted[off[:3]])


TABLES = [  # first mapped value, bits, entries
    (0, 8, 256),
    (-1024, 12, 4096),
    (-32768, 16, 65536),
    (100, 10, 7),
    (0, 16, 1),
]


def made_table(first: int, bits: int, count: int) -> Lut:
    """One that rises, falls and repeats, with both ends of its bits."""
    top = (1 << bits) - 1
    data = [(n * n * 31 + 7 * n) % (top + 1) for n in range(count)]
    data[0], data[-1] = 0, top
    return Lut(first, bits, tuple(data))


def by_table(x: Ints, lut: Lut) -> Ints:
    """C.11.2.1.1: below the first entry the first, above the last the last."""
    return np.array(lut.data, np.int64)[np.clip(x - lut.first, 0, len(lut.data) - 1)]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("inverted", [False, True])
def test_a_voi_sequence_gives_each_value_its_entry(header: Callable[..., Header], table: tuple[int, int, int], inverted: bool) -> None:
    lut = made_table(*table)
    found = drawn(header, Frame(intercept=-3.0), Voi("lut", lut=lut), shape="INVERSE" if inverted else "IDENTITY")
    assert (found == rounded(by_table(STORED - 3, lut), (1 << lut.bits) - 1, inverted=inverted)).all()


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_modality_sequence_comes_before_every_window(header: Callable[..., Header], table: tuple[int, int, int], function: str) -> None:
    lut = made_table(*table)
    made = header(frame=Frame(slope=5.0, intercept=9.0), modality_lut=lut)
    voi = Voi("window", window=Window(300.5, 500.0, "", function))
    found = apply(lookup_table(made, made.frames[0], voi), STORED.astype(np.int16)).astype(np.int64)
    wanted = FUNCTIONS[function](by_table(STORED, lut) * UNIT, whole("300.5"), whole("500"), inverted=False)
    assert (found == wanted).all()


@pytest.mark.parametrize("table", TABLES)
def test_a_modality_sequence_comes_before_a_voi_sequence(header: Callable[..., Header], table: tuple[int, int, int]) -> None:
    first, second = made_table(*table), made_table(-50, 14, 3000)
    made = header(modality_lut=first)
    found = apply(lookup_table(made, made.frames[0], Voi("lut", lut=second)), STORED.astype(np.int16)).astype(np.int64)
    assert (found == rounded(by_table(by_table(STORED, first), second), (1 << 14) - 1, inverted=False)).all()
