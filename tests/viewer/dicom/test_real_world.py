"""Values with their units: each rule of the tables, from files made on the spot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from pydicom.dataset import Dataset

from viewer.dicom.header_json import from_json, to_json
from viewer.dicom.image import open_image
from viewer.dicom.inspection import inspect
from viewer.dicom.told import told
from viewer.tools.region import ellipse, probe

if TYPE_CHECKING:
    from collections.abc import Callable


def unit(code: str, meaning: str) -> Dataset:
    ds = Dataset()
    ds.CodeValue, ds.CodingSchemeDesignator, ds.CodeMeaning = code, "UCUM", meaning
    return ds


def mapping(code: str = "mm2/s", meaning: str = "square millimetres per second", first: int = 0, last: int = 100, **more: Any) -> Dataset:
    ds = Dataset()
    ds.RealWorldValueFirstValueMapped, ds.RealWorldValueLastValueMapped = first, last
    ds["RealWorldValueFirstValueMapped"].VR = ds["RealWorldValueLastValueMapped"].VR = "SS" if min(first, last) < 0 else "US"
    ds.MeasurementUnitsCodeSequence = [unit(code, meaning)]
    for keyword, value in ({"RealWorldValueSlope": 1e-6, "RealWorldValueIntercept": 0.0} | more).items():
        if value is not None:
            setattr(ds, keyword, value)
    return ds


def holder(**attributes: Any) -> Dataset:
    ds = Dataset()
    for keyword, value in attributes.items():
        setattr(ds, keyword, value)
    return ds


def test_a_probe_tells_the_files_own_quantity(dicom_file: Callable[..., bytes]) -> None:
    image = open_image(dicom_file(Modality="MR", RealWorldValueMappingSequence=[mapping()]))
    header, stored = image.header, image.frame(0)
    assert probe(header, header.frames[0], stored, (3, 2)) == "1.50·10⁻⁵ mm²/s"  # the stored value is 15
    assert ellipse(header, header.frames[0], stored, (1, 0), (5, 3)).text.startswith("mean 1.")
    assert from_json(to_json(header)) == header


def test_a_mapping_holds_for_its_range_alone(dicom_file: Callable[..., bytes]) -> None:
    part = mapping(last=10)
    image = open_image(
        dicom_file(Modality="MR", RescaleSlope=2, RescaleIntercept=0, RescaleType="US", RealWorldValueMappingSequence=[part])
    )
    header, stored = image.header, image.frame(0)
    assert probe(header, header.frames[0], stored, (1, 0)).endswith("mm²/s")
    assert probe(header, header.frames[0], stored, (3, 2)) == "30"
    assert " mm²/s" not in ellipse(header, header.frames[0], stored, (0, 0), (5, 3)).text  # never two units in one mean


def test_a_table_gives_the_value_of_each_stored_one(dicom_file: Callable[..., bytes]) -> None:
    table = mapping("ms", "milliseconds", 0, 23, RealWorldValueSlope=None, RealWorldValueLUTData=[1000.0 - 10 * n for n in range(24)])
    short = mapping("s", "seconds", 0, 23, RealWorldValueSlope=None, RealWorldValueLUTData=[1.0, 2.0])
    image = open_image(dicom_file(Modality="MR", RealWorldValueMappingSequence=[short, table]))
    assert probe(image.header, image.header.frames[0], image.frame(0), (3, 2)) == "850 ms"
    assert len(image.header.real_world) == 1


def test_frames_have_mappings_of_their_own_or_share_one(dicom_file: Callable[..., bytes]) -> None:
    frames = [holder(RealWorldValueMappingSequence=[mapping("ms", "milliseconds", RealWorldValueSlope=2.0)]), Dataset(), Dataset()]
    shared = holder(RealWorldValueMappingSequence=[mapping("%", "percent", RealWorldValueSlope=0.5)])
    data = dicom_file(
        Modality="MR",
        NumberOfFrames=3,
        PixelData=np.arange(72, dtype="<i2").tobytes(),
        PerFrameFunctionalGroupsSequence=frames,
        SharedFunctionalGroupsSequence=[shared],
    )
    image = open_image(data)
    header = image.header
    assert [[header.real_world[at].unit for at in one.real_world] for one in header.frames] == [["ms"], ["%"], ["%"]]
    assert probe(header, header.frames[0], image.frame(0), (1, 0)) == "2 ms"
    assert probe(header, header.frames[1], image.frame(1), (1, 0)) == "12.50 %"


def test_a_parametric_map_of_real_numbers(dicom_file: Callable[..., bytes]) -> None:
    own = Dataset()
    own.DoubleFloatRealWorldValueFirstValueMapped, own.DoubleFloatRealWorldValueLastValueMapped = -1e9, 1e9
    own.RealWorldValueSlope, own.RealWorldValueIntercept, own.LUTLabel = 1.0, 0.0, "Ktrans"
    own.MeasurementUnitsCodeSequence = [unit("/min", "per minute")]
    values = np.linspace(-0.5, 2.0, 24, dtype="<f4")
    data = dicom_file(
        Modality="MR",
        PixelData=None,
        BitsAllocated=32,
        BitsStored=None,
        HighBit=None,
        PixelRepresentation=None,
        FloatPixelData=values.tobytes(),
        SharedFunctionalGroupsSequence=[holder(RealWorldValueMappingSequence=[own])],
    )
    image = open_image(data)
    assert image.trouble is None
    assert probe(image.header, image.header.frames[0], image.frame(0), (0, 0)) == "−0.50 1/min"
    assert told(image.header, image.header.frames[0], image.frame(0)).quantity == "Ktrans"


@pytest.mark.parametrize(("first", "last", "signed"), [(65436, 100, 1), (-100, 100, 1)])
def test_a_range_with_the_wrong_sign_is_read_by_that_of_the_pixels(
    dicom_file: Callable[..., bytes], first: int, last: int, signed: int
) -> None:
    one = mapping("ms", "milliseconds", first, last, RealWorldValueSlope=1.0)
    header = open_image(dicom_file(Modality="MR", PixelRepresentation=signed, RealWorldValueMappingSequence=[one])).header
    assert (header.real_world[0].first, header.real_world[0].last) == (-100, 100)


@pytest.mark.parametrize(
    ("code", "meaning", "words"),
    [
        ("[hnsf'U]", "Hounsfield unit", "5 HU"),
        ("{SUVbw}g/ml", "Standardized Uptake Value body weight", "5 SUV"),
        ("1", "no units", "5"),
        ("umol/min/(100.g)", "micromole per minute and 100 g", "5 micromole per minute and 100 g"),
        ("furlong", "", "5 furlong"),
    ],
)
def test_units_are_told_as_people_write_them(dicom_file: Callable[..., bytes], code: str, meaning: str, words: str) -> None:
    image = open_image(dicom_file(Modality="MR", RealWorldValueMappingSequence=[mapping(code, meaning, RealWorldValueSlope=5.0)]))
    assert probe(image.header, image.header.frames[0], image.frame(0), (1, 0)) == words


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        ({"Modality": "CT", "RescaleSlope": 1, "RescaleIntercept": 0}, "HU"),
        ({"Modality": "CT"}, ""),
        ({"Modality": "CT", "RescaleSlope": 1, "RescaleIntercept": 0, "ImageType": ["ORIGINAL", "PRIMARY", "LOCALIZER"]}, ""),
        ({"Modality": "CT", "RescaleSlope": 1, "RescaleIntercept": 0, "RescaleType": "US"}, ""),
        ({"Modality": "CT", "RescaleSlope": 1, "RescaleIntercept": 0, "RescaleType": "HU_MOD"}, "HU (modified)"),
        ({"Modality": "CT", "RescaleSlope": 1, "RescaleIntercept": 0, "RescaleType": "MGML"}, "mg/ml"),
        ({"Modality": "MR", "RescaleSlope": 1, "RescaleIntercept": 0}, ""),
        ({"Modality": "OT", "RescaleSlope": 1, "RescaleIntercept": 0, "RescaleType": "HU"}, "HU"),
        ({"Modality": "CR", "RescaleSlope": 1, "RescaleIntercept": 0, "RescaleType": "OD"}, "OD × 1000"),
        ({"Modality": "PT", "Units": "BQML", "RescaleSlope": 2, "RescaleIntercept": 0}, "Bq/ml"),
        ({"Modality": "PT", "Units": "GML", "SUVType": "LBM"}, "SUV lbm"),
        ({"Modality": "PT", "Units": "GML"}, "g/ml"),
        ({"Modality": "NM", "Units": "CNTS"}, "counts"),
    ],
)
def test_the_unit_of_the_modality_is_what_the_file_says(dicom_file: Callable[..., bytes], attributes: dict[str, Any], words: str) -> None:
    assert open_image(dicom_file(**attributes)).header.modality_unit == words


def test_no_suv_is_missing_where_the_file_maps_to_it(dicom_file: Callable[..., bytes]) -> None:
    assert open_image(dicom_file(Modality="PT", Units="BQML")).header.suv is not None
    own = mapping("{SUVbw}g/ml", "SUV", RealWorldValueSlope=0.5)
    image = open_image(dicom_file(Modality="PT", Units="BQML", RealWorldValueMappingSequence=[own]))
    assert image.header.suv is None
    assert probe(image.header, image.header.frames[0], image.frame(0), (3, 2)) == "7.50 SUV"


def test_inspect_tells_mappings_and_values_with_their_unit(dicom_file: Callable[..., bytes]) -> None:
    answer = inspect(dicom_file(Modality="MR", RealWorldValueMappingSequence=[mapping(LUTLabel="ADC")]), at=[(0, 2, 3, 0), (0, 9, 9, 0)])
    assert answer["real_world"] == [{"unit": "mm²/s", "label": "ADC", "first": 0, "last": 100, "slope": 1e-6, "intercept": 0.0}]
    assert answer["values"][0] == {"at": [0, 2, 3, 0], "value": 15}
    assert answer["told"] == [{"at": [0, 2, 3, 0], "value": pytest.approx(1.5e-5), "unit": "mm²/s"}]
    assert "real_world" not in inspect(dicom_file())
