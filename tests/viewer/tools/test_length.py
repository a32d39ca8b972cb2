from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.viewer.load.made import header
from viewer.dicom.header import Region, Spacing
from viewer.tools.length import length

POINTS = st.tuples(st.floats(-0.5, 511.5), st.floats(-0.5, 511.5))


def test_both_spacings_count() -> None:
    flat = replace(header(), spacing=Spacing(3.0, 4.0, "mm"))
    assert length(flat, (0, 0), (1, 1)).value == pytest.approx(5)


@pytest.mark.parametrize(
    ("end", "text"), [((44.44, 0.0), "22.2 mm"), ((199.8, 0.0), "99.9 mm"), ((240.0, 0.0), "120 mm"), ((1.0, 1.0), "≈ 0.7 mm")]
)
def test_digits(end: tuple[float, float], text: str) -> None:
    assert length(header(), (0, 0), end).text == text


def test_the_provenance_of_the_millimetres_is_said() -> None:
    at_detector = replace(header(), spacing=Spacing(0.5, 0.5, "mm at detector"))
    assert length(at_detector, (0, 0), (40, 0)).text == "20.0 mm at detector"
    unknown = replace(header(), spacing=Spacing(None, None, "px"))
    assert length(unknown, (0, 0), (40, 0)).text == "40.0 px"


def test_ultrasound_is_measured_inside_one_region_only() -> None:
    regions = (Region(0, 0, 99, 99, 0.1, 0.1, "cm", "cm"), Region(100, 0, 199, 99, 0.2, 0.2, "cm", "cm"))
    scan = replace(header(), regions=regions, spacing=Spacing(None, None, "px"))
    assert length(scan, (10, 10), (40, 50)).text == "5.0 cm"
    assert length(scan, (110, 10), (140, 50)).text == "10.0 cm"
    assert length(scan, (90, 10), (110, 10)).text.startswith("20.0 px")


@given(POINTS, POINTS)
def test_a_length_is_the_same_from_either_end_and_never_negative(one: tuple[float, float], other: tuple[float, float]) -> None:
    there, back = length(header(), one, other), length(header(), other, one)
    assert there.value == pytest.approx(back.value)
    assert there.value >= 0
