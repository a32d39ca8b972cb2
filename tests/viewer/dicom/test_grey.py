"""Grey values against arithmetic written out from PS3.3 C.11, and against the published test vectors."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from viewer.dicom.grey import Voi, apply, initial_voi, lookup_table, modality_values, padding_mask, shade, window_over
from viewer.dicom.header import Frame, Header, Lut, Window

if TYPE_CHECKING:
    from collections.abc import Callable

HeaderMaker = "Callable[..., Header]"


def linear(x: float, c: float, w: float) -> float:
    """C.11.2.1.2.1, Equation C.11-2, ymin 0, ymax 255."""
    if x <= c - 0.5 - (w - 1) / 2:
        return 0.0
    if x > c - 0.5 + (w - 1) / 2:
        return 255.0
    return ((x - (c - 0.5)) / (w - 1) + 0.5) * 255.0


def linear_exact(x: float, c: float, w: float) -> float:
    """C.11.2.1.3.2."""
    if x <= c - w / 2:
        return 0.0
    if x > c + w / 2:
        return 255.0
    return ((x - c) / w + 0.5) * 255.0


def sigmoid(x: float, c: float, w: float) -> float:
    """C.11.2.1.3.1."""
    exponent = -4 * (x - c) / w
    return 255.0 / (1 + math.exp(exponent)) if exponent < 700 else 0.0


RULES = {"LINEAR": linear, "LINEAR_EXACT": linear_exact, "SIGMOID": sigmoid}


@pytest.mark.parametrize("function", RULES)
@pytest.mark.parametrize(("centre", "width"), [(40, 80), (40, 400), (-600, 1500), (0.5, 1.5), (127.5, 255), (3, 2), (1000.25, 333.3)])
def test_each_voi_function_is_the_standards_formula(function: str, centre: float, width: float) -> None:
    x = np.concatenate([np.arange(-2000, 3000, 7.0), centre + np.linspace(-width, width, 501)])
    found = shade(x, Voi("window", window=Window(centre, width, "", function)))
    expected = np.array([RULES[function](float(one), centre, width) for one in x])
    assert np.abs(found - expected).max() < 1e-9


@pytest.mark.parametrize(
    ("function", "greys"),
    [
        ("LINEAR", [0, 64.557, 125.886, 129.114, 132.342, 193.671, 255]),
        ("LINEAR_EXACT", [0, 63.75, 124.312, 127.5, 130.688, 191.25, 255]),
        ("SIGMOID", [30.397, 68.58, 124.313, 127.5, 130.687, 186.42, 224.603]),
    ],
)
def test_published_vectors_for_centre_40_width_80(function: str, greys: list[float]) -> None:
    found = shade(np.array([0, 20, 39, 40, 41, 60, 80.0]), Voi("window", window=Window(40, 80, "", function)))
    assert found == pytest.approx(greys, abs=0.0006)


def test_width_one_is_a_threshold_half_below_the_centre() -> None:
    found = shade(np.array([99.0, 99.5, 99.6, 100.0]), Voi("window", window=Window(100, 1)))
    assert found.tolist() == [0, 0, 255, 255]


def test_a_table_gives_the_formula_for_every_stored_value_signs_included(header: Callable[..., Header]) -> None:
    made = header(frame=Frame(slope=1.0, intercept=-1024.0))
    stored = np.arange(-32768, 32768).astype(np.int16)
    voi = Voi("window", window=Window(40, 400))
    found = apply(lookup_table(made, made.frames[0], voi), stored)
    expected = [math.floor(linear(float(one) - 1024.0, 40, 400) + 0.5) for one in stored.tolist()]
    assert found.dtype == np.uint8
    assert found.tolist() == expected


@pytest.mark.parametrize("dtype", ["uint8", "int8", "uint16", "int16", "uint32", "int32", "float32", "float64"])
def test_every_type_of_stored_values_is_lit_alike(header: Callable[..., Header], dtype: str) -> None:
    bits = 8 * np.dtype(dtype).itemsize
    made = header(pixels={"dtype": dtype, "bits_allocated": bits, "bits_stored": bits, "high_bit": bits - 1, "signed": dtype[0] == "i"})
    stored = np.array([[0, 1, 50, 100, 127]], dtype)
    found = apply(lookup_table(made, made.frames[0], Voi("window", window=Window(50, 100))), stored)
    assert found.tolist() == [[math.floor(linear(one, 50, 100) + 0.5) for one in (0, 1, 50, 100, 127)]]


def test_out_is_filled_in_place(header: Callable[..., Header]) -> None:
    made = header()
    out = np.zeros((1, 3), np.uint8)
    found = apply(lookup_table(made, made.frames[0], Voi("window", window=Window(2, 4))), np.array([[0, 2, 9]], np.int16), out)
    assert found is out
    assert out[0, 2] == 255


def test_slope_and_intercept_are_the_frames_own(header: Callable[..., Header]) -> None:
    made = header(frame=Frame(slope=0.01, intercept=-5.0))
    found = modality_values(made, made.frames[0], np.array([0, 100, -100], np.int16))
    assert found.dtype == np.float32
    assert found.tolist() == [-5.0, -4.0, -6.0]


def test_a_modality_lut_replaces_slope_and_clamps_at_its_ends(header: Callable[..., Header]) -> None:
    made = header(frame=Frame(slope=3.0, intercept=1.0), modality_lut=Lut(10, 16, (100, 200, 400)))
    found = modality_values(made, made.frames[0], np.array([-5, 10, 11, 12, 99], np.int16))
    assert found.tolist() == [100, 100, 200, 400, 400]


def test_a_voi_lut_maps_modality_values_scales_by_its_bits_and_clamps(header: Callable[..., Header]) -> None:
    made = header(frame=Frame(intercept=-100.0), voi_luts=(Lut(-98, 12, (0, 1000, 4095)),))
    found = apply(lookup_table(made, made.frames[0], Voi("lut", lut=made.voi_luts[0])), np.array([[0, 2, 3, 4, 50]], np.int16))
    assert found.tolist() == [[0, 0, math.floor(1000 / 4095 * 255 + 0.5), 255, 255]]


@pytest.mark.parametrize(
    ("photometric", "shape", "dark_first"),
    [
        ("MONOCHROME2", "IDENTITY", True),
        ("MONOCHROME1", "IDENTITY", False),
        ("MONOCHROME2", "INVERSE", False),
        ("MONOCHROME1", "INVERSE", False),
    ],
)
def test_inversion_is_asked_once_and_turned_by_the_reader(
    header: Callable[..., Header], photometric: str, shape: str, dark_first: bool
) -> None:
    made = header(pixels={"photometric": photometric}, presentation_shape=shape)
    voi = Voi("window", window=Window(50, 100, "", "LINEAR_EXACT"))
    stored = np.array([[0, 30, 100]], np.int16)
    plain = apply(lookup_table(made, made.frames[0], voi), stored)
    turned = apply(lookup_table(made, made.frames[0], voi, inverted=True), stored)
    assert bool(plain[0, 0] < plain[0, 2]) is dark_first
    assert bool(turned[0, 0] < turned[0, 2]) is not dark_first
    assert modality_values(made, made.frames[0], stored).tolist() == [[0, 30, 100]]


@pytest.mark.parametrize("inverted", [False, True])
def test_padding_is_black_however_it_is_lit(header: Callable[..., Header], inverted: bool) -> None:
    made = header(pixels={"padding": -2000, "padding_limit": -1990})
    stored = np.array([[-2000, -1995, -1990, -1989]], np.int16)
    found = apply(lookup_table(made, made.frames[0], Voi("window", window=Window(-5000, 10)), inverted=inverted), stored)
    assert found[0, :3].tolist() == [0, 0, 0]
    assert found[0, 3] == (0 if inverted else 255)
    mask = padding_mask(made.pixels, stored) if made.pixels else None
    assert mask is not None
    assert mask.tolist() == [[True, True, True, False]]


def test_values_that_are_no_numbers_are_black_and_outside_the_window(header: Callable[..., Header]) -> None:
    made = header(pixels={"dtype": "float32", "bits_allocated": 32, "bits_stored": 32, "high_bit": 31})
    stored = np.array([[np.nan, np.inf, 1.0, 3.0]], np.float32)
    window = window_over(made, made.frames[0], stored)
    assert (window.centre, window.width) == (2.0, 2.0)
    assert apply(lookup_table(made, made.frames[0], Voi("window", window=window)), stored).tolist() == [[0, 255, 0, 255]]


CASES: list[tuple[str, dict[str, Any], Frame, str]] = [
    ("CT", {}, Frame(windows=(Window(40, 400), Window(-600, 1500))), "window"),
    ("DX", {"voi_luts": (Lut(0, 8, (0, 255)),)}, Frame(windows=(Window(40, 400),)), "lut"),
    ("CT", {"voi_luts": (Lut(0, 8, (0, 255)),)}, Frame(windows=(Window(40, 400),)), "window"),
    ("CT", {"voi_luts": (Lut(0, 8, (0, 255)),)}, Frame(), "lut"),
    (
        "DX",
        {"voi_luts": (Lut(0, 8, (0, 255)),), "extra": {"PresentationIntentType": "FOR PROCESSING"}},
        Frame(windows=(Window(1, 2),)),
        "window",
    ),
    ("MR", {}, Frame(), "identity"),
]


@pytest.mark.parametrize(("modality", "fields", "frame", "kind"), CASES)
def test_one_function_decides_how_an_image_is_first_shown(
    header: Callable[..., Header], modality: str, fields: dict[str, Any], frame: Frame, kind: str
) -> None:
    made = header(frame=frame, modality=modality, **fields)
    assert initial_voi(made, frame).kind == kind


def test_without_a_window_the_values_make_one_that_leaves_padding_out(header: Callable[..., Header]) -> None:
    made = header(frame=Frame(slope=2.0), pixels={"padding": -2000})
    voi = initial_voi(made, made.frames[0], np.array([[-2000, 10, 20]], np.int16))
    assert voi.window == Window(30.0, 20.0, "", "LINEAR_EXACT")


def test_the_identity_spans_the_stored_bits(header: Callable[..., Header]) -> None:
    made = header(pixels={"bits_stored": 12, "high_bit": 11, "signed": False, "dtype": "uint16"})
    found = apply(lookup_table(made, made.frames[0], Voi("identity")), np.array([[0, 2048, 4095]], np.uint16))
    assert found.tolist() == [[0, 128, 255]]
