"""What a viewport shows as the opinion keeps it: window, marks, the patient's side."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from app.opinion.pictures import kept_voi
from app.reading.hanging import all_series, hanging_of
from app.reading.open_case import ready_of
from app.reading.snapshot import key_image, measurement, side_of
from record.opinion.draft import MarkKind, Side
from tests.doubles.demo_case import DemoCase
from viewer.dicom.grey import Voi
from viewer.dicom.header import Lut, Window
from viewer.screen.view import View
from viewer.tools.marks import Mark

if TYPE_CHECKING:
    from app.reading.open_case import Ready


@pytest.fixture(scope="module")
def chest() -> Ready:
    case = DemoCase("ct-chest", most=5)
    return ready_of(case, case.id)


@pytest.fixture(scope="module")
def pair() -> Ready:
    case = DemoCase("chest-radiographs")
    return ready_of(case, case.id)


def test_on_an_axial_ct_the_right_of_the_picture_is_the_patients_left(chest: Ready) -> None:
    (data,) = all_series(chest)
    header = data.header(0)
    assert side_of(header, 0, ((400.0, 256.0),)) is Side.LEFT
    assert side_of(header, 0, ((100.0, 256.0),)) is Side.RIGHT
    assert side_of(header, 0, ((256.0, 100.0),)) is None  # in the middle no side is told


def test_on_a_radiograph_the_side_comes_from_its_orientation(pair: Ready) -> None:
    header = all_series(pair)[0].header(0)
    assert header.pixels is not None
    assert header.patient_orientation[:1] == ("L",)
    assert side_of(header, 0, ((header.pixels.columns * 0.8, 100.0),)) is Side.LEFT


def test_a_key_image_keeps_window_marks_and_one_side(chest: Ready) -> None:
    (data,) = all_series(chest)
    header = data.header(2)
    mark = Mark("length", header.sop_instance_uid, 0, ((380.0, 200.0), (420.0, 220.0)), "31.0 mm")
    kept = key_image(data, 2, View(voi=Voi("window", window=Window(40, 400))), [mark])
    assert (kept.sop_instance_uid, kept.side) == (header.sop_instance_uid, Side.LEFT)
    assert kept.window is not None
    assert (kept.window.centre, kept.window.width) == (40, 400)
    assert kept.marks[0].kind is MarkKind.LENGTH
    assert key_image(data, 2, View(), []).window is None


def test_a_key_image_says_where_it_is_less_than_the_image(chest: Ready) -> None:
    (data,) = all_series(chest)
    assert key_image(data, 2, View(), []).fidelity == ""
    header = data.header(2)
    wide = replace(header, lossy_ratio=12.0, spacing=replace(header.spacing, column_mm=2 * (header.spacing.row_mm or 1.0)))
    less = replace(data, headers=tuple(wide if one is header else one for one in data.headers))
    assert key_image(less, 2, View(), []).fidelity == "resampled to square pixels, source was lossy 12:1"


def test_a_key_image_keeps_the_table_or_the_function_under_which_it_was_seen(chest: Ready) -> None:
    (data,) = all_series(chest)
    tables = (Lut(0, 8, tuple(range(256)), "NORMAL"), Lut(0, 8, tuple(range(255, -1, -1)), "HARDER"))
    header = replace(data.header(2), voi_luts=tables)
    several = replace(data, headers=tuple(header if one is data.header(2) else one for one in data.headers))
    kept = key_image(several, 2, View(voi=Voi("lut", lut=tables[1])), [])
    assert (kept.window, kept.table) == (None, 1)
    assert kept_voi(kept, header) == Voi("lut", lut=tables[1])
    curve = Voi("window", window=Window(40, 400, "", "SIGMOID"))
    kept = key_image(several, 2, View(voi=curve), [])
    assert (kept.table, kept_voi(kept, header)) == (None, curve)
    assert kept_voi(key_image(several, 2, View(), []), header) is None


def test_a_measurement_carries_value_unit_and_where_its_millimetres_come_from(chest: Ready) -> None:
    (data,) = all_series(chest)
    header = data.header(0)
    assert header.spacing.column_mm is not None
    found = measurement(header, Mark("length", header.sop_instance_uid, 0, ((100.0, 50.0), (200.0, 50.0)), ""))
    assert found.value == pytest.approx(100 * header.spacing.column_mm, abs=0.01)
    assert (found.unit, found.calibration, found.side) == ("mm", "mm", Side.RIGHT)


def test_cases_are_hung_by_their_protocols(chest: Ready, pair: Ready) -> None:
    assert hanging_of(chest).words(0).startswith("Chest CT")
    assert "current beside prior" in hanging_of(pair).words(0)


def test_images_know_all_confirmed_identities_of_the_patient(pair: Ready) -> None:
    assert {each.patient_id for each in pair.identities} == {"4471-0107", "HV-220918"}
    assert {data.prior != "" for data in all_series(pair)} == {True, False}
