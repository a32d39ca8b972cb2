from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.viewer.load.made import Source, stack
from viewer.dicom.grey import Voi
from viewer.dicom.header import Lut, PixelFormat, Spacing, Window
from viewer.dicom.shortfalls import Mark
from viewer.load.identity import Identity
from viewer.screen.corner import Corners, corners, day, person

LUNG = Voi("window", window=Window(-600, 1500))


MARKS = (Mark("reduced to 93 %", "because"),)


def of(voi: Voi | None = LUNG, prior: str = "", *, inverted: bool = False, **changes: Any) -> Corners:
    series = stack(Source(), 6, prior=prior)
    series = replace(series, headers=tuple(replace(h, **changes) for h in series.headers))
    return corners(series, 2, voi, 0.93, MARKS, inverted=inverted)


def test_as_in_the_pictures() -> None:
    assert of() == Corners(
        ("Test, Tessa", "4471-0093 · F, 61"),
        ("12 Oct 2026, 09:41", "CT chest, lung 2.5"),
        ("Image 3 of 6", "Slice 5.0 mm"),
        ("W 1500  L −600", "zoom 0.93, 0.50 mm"),
        ("reduced to 93 %",),
    )


def test_a_prior_says_how_old_it_is() -> None:
    assert of(prior="Prior, 7 months").top_right[0] == "Prior, 7 months · 12 Oct 2026"


def test_the_age_is_that_of_the_day_of_the_study() -> None:
    assert of(birth_date="19651013").top_left[1].endswith("F, 60")
    assert of(birth_date="").top_left[1] == "4471-0093 · F"


def test_two_identifiers_stand_there_even_when_they_are_missing() -> None:
    assert of(patient_name="").top_left[0] == "No name"


def test_a_name_is_family_and_given_alone() -> None:
    assert person("Okafor^Ngozi^M^Dr^PhD=岡") == "Okafor, Ngozi"


def test_dates_in_words() -> None:
    assert (day("20260303"), day("20261399"), day("")) == ("3 Mar 2026", "20261399", "")


def test_inverted_is_said_before_the_fidelity_marks() -> None:
    assert of(inverted=True).warn == ("inverted", "reduced to 93 %")


def test_a_table_of_the_file_is_named() -> None:
    assert of(Voi("lut", lut=Lut(0, 8, (0, 1), "NORMAL"))).bottom_right[0] == "NORMAL"
    assert of(Voi("identity")).bottom_right[0] == "Full range"


def test_another_patient_is_told_from_the_header_of_the_very_image() -> None:
    series = replace(stack(Source(), 3), identities=(Identity("Test^Tessa", "4471-0093", "", "19650514"),))
    headers = (series.headers[0], replace(series.headers[1], patient_id="9"), series.headers[2])
    mixed = replace(series, headers=headers)
    told = [corners(mixed, n, LUNG, 1, (), inverted=False).other for n in range(3)]
    assert (told[0], told[2]) == ("", "")
    assert told[1].startswith("Another patient's image")


def test_lengths_without_millimetres_claim_none() -> None:
    assert of(spacing=Spacing(None, None, "px")).bottom_right[1] == "zoom 0.93"
    assert of(spacing=Spacing(0.14, 0.14, "mm at detector")).bottom_right[1:] == ("zoom 0.93", "0.14 mm at detector")


def test_turned_planes_claim_no_slice_position() -> None:
    series = replace(stack(Source(), 6), resampled="resampled, turned 15°, MIP 5 mm")
    assert corners(series, 2, LUNG, 1.0, (), inverted=False).bottom_left == ("Image 3 of 6",)


def test_a_colour_image_has_no_window() -> None:
    colour = PixelFormat(24, 32, 3, 8, 8, 7, signed=False, photometric="RGB", dtype="uint8")
    assert not any(line.startswith("W ") for line in of(pixels=colour).bottom_right)
    assert of().bottom_right[0].startswith("W ")


def test_a_window_has_its_name_and_as_many_places_as_it_needs() -> None:
    assert of(Voi("window", window=Window(-600, 1500, "Lung"))).bottom_right[0] == "W 1500  L −600  Lung"
    assert of(Voi("window", window=Window(0.0012, 0.0024))).bottom_right[0] == "W 0.00240  L 0.00120"
    assert of(Voi("window", window=Window(-0.2, 3.0, "", "SIGMOID"))).bottom_right[0] == "W 3.00  L −0.20 sigmoid"
    assert of(Voi("window", window=Window(-0.2, 300.0))).bottom_right[0] == "W 300  L 0"
