from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.viewer.load.made import header
from viewer.dicom.grey import modality_values
from viewer.dicom.header import Frame, PixelFormat, Spacing, Suv
from viewer.tools.region import ellipse, probe

FRAME = Frame(2.0, -100.0)


def stored() -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
    made = np.full((24, 32), 10, np.int16)
    made[:, 16:] = 30
    return made


def test_a_pixel_belongs_where_its_centre_lies_inside() -> None:
    found = ellipse(header(), FRAME, stored(), (4, 4), (8, 8))
    assert found.count == 13  # of radius 2 around (6, 6)
    assert (found.mean, found.deviation, found.smallest, found.largest) == (-80, 0, -80, -80)


def test_values_are_modality_values_with_their_unit() -> None:
    found = ellipse(header(), FRAME, stored(), (13, 4), (18, 10))
    assert found.smallest == -80
    assert found.largest == -40
    assert found.text.startswith("mean −60 HU, SD 20.0\n−80 to −40, ")


def test_the_area_is_that_of_the_ellipse_in_both_spacings() -> None:
    flat = replace(header(), spacing=Spacing(0.5, 2.0, "mm"))
    found = ellipse(flat, FRAME, stored(), (4, 4), (8, 8))
    assert found.area_mm2 == pytest.approx(np.pi * 4 * 1)


def test_padding_is_left_out() -> None:
    pixels = header().pixels
    assert pixels is not None
    padded = replace(header(), pixels=replace(pixels, padding=30))
    assert ellipse(padded, FRAME, stored(), (13, 4), (18, 10)).largest == -80
    assert probe(padded, FRAME, stored(), (20, 3)) == "–"


def test_no_finite_value_is_a_dash_and_no_infinity() -> None:
    real = replace(header(), pixels=PixelFormat(24, 32, 1, 32, 32, 31, signed=True, photometric="MONOCHROME2", dtype="float32"))
    assert ellipse(real, FRAME, np.full((24, 32), np.nan, np.float32), (4, 4), (8, 8)).text.startswith("–\n")


def test_a_probe_reads_the_pixel_whose_square_holds_the_point() -> None:
    assert probe(header(), FRAME, stored(), (15.49, 3.2)) == "−80 HU"
    assert probe(header(), FRAME, stored(), (15.5, 3.2)) == "−40 HU"
    assert probe(header(), FRAME, stored(), (-0.6, 3)) == "–"


def test_an_ellipse_beyond_the_image_counts_only_what_is_there() -> None:
    assert ellipse(header(), FRAME, stored(), (-4, -4), (4, 4)).count == 17  # a quarter of radius 4, edges included
    assert ellipse(header(), FRAME, stored(), (-9, -9), (-5, -5)).count == 0


def test_pet_is_told_as_suv_where_the_file_allows_it_and_in_its_unit_elsewhere() -> None:
    pet = header(suv=Suv(0.002), modality_unit="BQML")
    plain = header(suv=Suv(None, "the patient's weight is missing"), modality_unit="BQML")
    value = float(modality_values(pet, FRAME, stored()[4:5, 4:5])[0, 0])
    assert probe(pet, FRAME, stored(), (4, 4)).endswith(" SUV")
    assert ellipse(pet, FRAME, stored(), (3.6, 3.6), (4.4, 4.4)).mean == value * 0.002
    assert probe(plain, FRAME, stored(), (4, 4)).endswith(" BQML")
