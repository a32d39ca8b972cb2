"""Where a length's scale comes from (viewing reference 2.6; PS3.3 10.7.1)."""

from __future__ import annotations

from typing import Any

import pytest
from pydicom.dataset import Dataset

from viewer.dicom.header import Region
from viewer.dicom.notes import Notes
from viewer.dicom.spacing import regions, spacing


def dataset(**attributes: Any) -> Dataset:
    ds = Dataset()
    for keyword, value in attributes.items():
        setattr(ds, keyword, value)
    return ds


PLAIN, DETECTOR = [0.2, 0.3], [0.4, 0.5]


@pytest.mark.parametrize(
    ("modality", "attributes", "expected"),
    [
        ("CT", {"PixelSpacing": PLAIN}, (0.2, 0.3, "mm")),
        ("MR", {"PixelSpacing": PLAIN, "ImagerPixelSpacing": DETECTOR}, (0.2, 0.3, "mm")),
        ("DX", {"PixelSpacing": PLAIN, "ImagerPixelSpacing": DETECTOR}, (0.2, 0.3, "mm (calibrated)")),
        ("DX", {"PixelSpacing": PLAIN, "PixelSpacingCalibrationType": "FIDUCIAL"}, (0.2, 0.3, "mm (calibrated, fiducial)")),
        ("DX", {"PixelSpacing": DETECTOR, "ImagerPixelSpacing": DETECTOR}, (0.4, 0.5, "mm at detector")),
        ("MG", {"ImagerPixelSpacing": DETECTOR, "EstimatedRadiographicMagnificationFactor": 2}, (0.2, 0.25, "mm (est. magn.)")),
        ("CR", {"ImagerPixelSpacing": DETECTOR}, (0.4, 0.5, "mm at detector")),
        ("CR", {"PixelSpacing": PLAIN}, (0.2, 0.3, "mm (unverified)")),
        ("OT", {"PixelSpacing": PLAIN}, (0.2, 0.3, "mm (unverified)")),
        ("OT", {"NominalScannedPixelSpacing": PLAIN}, (0.2, 0.3, "mm on film")),
        ("US", {}, (None, None, "px")),
        ("CT", {"PixelSpacing": [0.2, -0.3]}, (None, None, "px")),
        ("CT", {"PixelSpacing": [0.2]}, (None, None, "px")),
    ],
)
def test_first_source_that_applies(modality: str, attributes: dict[str, Any], expected: tuple[float | None, float | None, str]) -> None:
    found = spacing(dataset(**attributes), modality, Notes())
    assert (found.row_mm, found.column_mm, found.provenance) == (
        pytest.approx(expected[0]) if expected[0] else None,
        pytest.approx(expected[1]) if expected[1] else None,
        expected[2],
    )


def region(**attributes: Any) -> Dataset:
    made = {
        "RegionLocationMinX0": 10,
        "RegionLocationMinY0": 20,
        "RegionLocationMaxX1": 110,
        "RegionLocationMaxY1": 220,
        "PhysicalDeltaX": 0.01,
        "PhysicalDeltaY": -0.02,
        "PhysicalUnitsXDirection": 3,
        "PhysicalUnitsYDirection": 7,
    }
    return dataset(**(made | attributes))


def test_ultrasound_regions_have_their_own_scales_and_replace_pixel_spacing() -> None:
    ds = dataset(SequenceOfUltrasoundRegions=[region(), region(PhysicalDeltaX=0)], PixelSpacing=PLAIN)
    assert regions(ds) == (Region(10, 20, 110, 220, 0.01, 0.02, "cm", "cm/s"),)
    assert spacing(ds, "US", Notes()).provenance == "px"


def test_enhanced_objects_keep_it_in_their_functional_groups() -> None:
    shared = dataset(PixelMeasuresSequence=[dataset(PixelSpacing=PLAIN)])
    found = spacing(dataset(SharedFunctionalGroupsSequence=[shared]), "MR", Notes())
    assert (found.row_mm, found.provenance) == (0.2, "mm")


def test_frames_with_pixels_of_different_sizes_have_no_scale() -> None:
    frames = [dataset(PixelMeasuresSequence=[dataset(PixelSpacing=[size, size])]) for size in (1, 1, 2)]
    notes = Notes()
    assert spacing(dataset(PerFrameFunctionalGroupsSequence=frames), "CT", notes).provenance == "px"
    assert "spacing_varies" in notes.codes
    assert spacing(dataset(PerFrameFunctionalGroupsSequence=frames[:2]), "CT", Notes()).provenance == "mm"


def test_planes_of_tomosynthesis_lie_in_the_patient() -> None:
    shared = dataset(PixelMeasuresSequence=[dataset(PixelSpacing=PLAIN)])
    assert spacing(dataset(SharedFunctionalGroupsSequence=[shared], ImagerPixelSpacing=DETECTOR), "MG", Notes()).provenance == "mm"


def test_enhanced_projections_keep_detector_and_calibration_in_their_groups() -> None:
    at_detector = dataset(FramePixelDataPropertiesSequence=[dataset(ImagerPixelSpacing=DETECTOR)])
    found = spacing(dataset(SharedFunctionalGroupsSequence=[at_detector]), "XA", Notes())
    assert (found.row_mm, found.provenance) == (0.4, "mm at detector")
    at_detector.ProjectionPixelCalibrationSequence = [dataset(ObjectPixelSpacingInCenterOfBeam=PLAIN)]
    found = spacing(dataset(SharedFunctionalGroupsSequence=[at_detector]), "XA", Notes())
    assert (found.row_mm, found.provenance) == (0.2, "mm (calibrated, centre of beam)")
