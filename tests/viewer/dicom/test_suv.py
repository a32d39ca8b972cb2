"""SUV by body weight: the factor where everything is there, the missing thing by name where it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydicom.dataset import Dataset

from viewer.dicom.suv import suv

if TYPE_CHECKING:
    from collections.abc import Callable

DRUG = {"RadionuclideTotalDose": 370e6, "RadionuclideHalfLife": 6586.2, "RadiopharmaceuticalStartDateTime": "20250101090000"}
PET = {
    "Units": "BQML",
    "CorrectedImage": ["ATTN", "DECY", "SCAT"],
    "DecayCorrection": "START",
    "PatientWeight": 70,
    "SeriesDate": "20250101",
    "SeriesTime": "100000",
    "AcquisitionDate": "20250101",
    "AcquisitionTime": "100500.5",
}


def made(drug: dict[str, Any] | None = None, **changes: Any) -> Dataset:
    ds, item = Dataset(), Dataset()
    for keyword, value in (DRUG | (drug or {})).items():
        if value is not None:
            setattr(item, keyword, value)
    for keyword, value in (PET | changes).items():
        if value is not None:
            setattr(ds, keyword, value)
    ds.RadiopharmaceuticalInformationSequence = [item]
    return ds


def factor(ds: Dataset) -> float:
    found = suv(ds, "PT")
    assert found is not None
    assert found.factor is not None, found.why_not
    return found.factor


DECAYED = 370e6 * 2 ** (-3600 / 6586.2)


@pytest.mark.parametrize(
    ("ds", "expected"),
    [
        (made(), 70_000 / DECAYED),
        (made(DecayCorrection="ADMIN"), 70_000 / 370e6),
        (made(Units="GML"), 1.0),
        (made({"RadiopharmaceuticalStartDateTime": None, "RadiopharmaceuticalStartTime": "090000.00"}), 70_000 / DECAYED),
        (  # injected before midnight, scanned after
            made({"RadiopharmaceuticalStartDateTime": None, "RadiopharmaceuticalStartTime": "233000"}, SeriesTime="003000"),
            70_000 / DECAYED,
        ),
    ],
)
def test_the_factor(ds: Dataset, expected: float) -> None:
    assert factor(ds) == pytest.approx(expected, rel=1e-9)


def private(group: int, creator: str, element: int, vr: str, value: Any) -> Callable[[Dataset], None]:
    def add(ds: Dataset) -> None:
        ds.private_block(group, creator, create=True).add_new(element, vr, value)

    return add


def test_makers_own_ways() -> None:
    counts = made(Units="CNTS")
    private(0x7053, "Philips PET Private Group", 0x00, "DS", "0.0005")(counts)
    assert factor(counts) == 0.0005
    activity = made(Units="CNTS")
    private(0x7053, "Philips PET Private Group", 0x09, "DS", "2.0")(activity)
    assert factor(activity) == pytest.approx(2 * 70_000 / DECAYED)
    later = made(SeriesTime="110000")
    private(0x0009, "GEMS_PETD_01", 0x0D, "DT", "20250101100000.00")(later)
    assert factor(later) == pytest.approx(70_000 / DECAYED)


@pytest.mark.parametrize(
    ("ds", "words"),
    [
        (made(Units="CNTS"), "counts"),
        (made(Units="PROPCNTS"), "not in Bq/ml"),
        (made(Units=None), "unit"),
        (made(Units="GML", SUVType="LBM"), "body weight"),
        (made(CorrectedImage=["DECY"]), "attenuation"),
        (made(DecayCorrection="NONE"), "decay"),
        (made(PatientWeight=None), "weight"),
        (made(PatientWeight=0), "weight"),
        (made({"RadionuclideTotalDose": None}), "dose"),
        (made({"RadionuclideHalfLife": None}), "half-life"),
        (made({"RadiopharmaceuticalStartDateTime": None}), "injection"),
        (made({"RadiopharmaceuticalStartDateTime": "20250102090000"}), "contradict"),
        (made({"RadiopharmaceuticalStartDateTime": "20241230090000"}), "contradict"),
        (made(SeriesTime="110000"), "scan"),
        (made(SeriesDate="yesterday"), "scan"),
    ],
)
def test_one_thing_missing_and_there_is_none(ds: Dataset, words: str) -> None:
    found = suv(ds, "PT")
    assert found is not None
    assert found.factor is None
    assert words in found.why_not


def test_nothing_but_pet_has_it() -> None:
    assert suv(made(), "CT") is None


ENHANCED: dict[str, Any] = {
    **dict.fromkeys(("Units", "CorrectedImage", "DecayCorrection", "SeriesDate", "SeriesTime", "AcquisitionDate", "AcquisitionTime")),
    "DecayCorrected": "YES",
    "AttenuationCorrected": "YES",
    "DecayCorrectionDateTime": "20250101100000.00",
}


def enhanced(drug: dict[str, Any] | None = None, rescale: str = "BQML", **changes: Any) -> Dataset:
    ds, shared, values = made(drug, **ENHANCED | changes), Dataset(), Dataset()
    values.RescaleType, values.RescaleSlope, values.RescaleIntercept = rescale, 2.0, 0.0
    shared.PixelValueTransformationSequence = [values]
    ds.SharedFunctionalGroupsSequence = [shared]
    return ds


def test_enhanced_pet_tells_it_elsewhere() -> None:
    assert factor(enhanced()) == pytest.approx(70_000 / DECAYED)
    assert factor(enhanced(DecayCorrectionDateTime="20250101090000")) == pytest.approx(70_000 / 370e6)


@pytest.mark.parametrize(
    ("ds", "words"),
    [
        (enhanced(rescale="CNTS"), "not in Bq/ml"),
        (enhanced(AttenuationCorrected="NO"), "attenuation"),
        (enhanced(DecayCorrected="NO"), "decay"),
        (enhanced(PatientWeight=None), "weight"),
        (enhanced({"RadionuclideTotalDose": None}), "dose"),
        (enhanced(DecayCorrectionDateTime=None), "decay correction"),
        (enhanced({"RadiopharmaceuticalStartDateTime": None}), "injection"),
        (enhanced(DecayCorrectionDateTime="20250101080000"), "contradict"),
    ],
)
def test_one_thing_missing_in_enhanced_pet_and_there_is_none(ds: Dataset, words: str) -> None:
    found = suv(ds, "PT")
    assert found is not None
    assert found.factor is None
    assert words in found.why_not
