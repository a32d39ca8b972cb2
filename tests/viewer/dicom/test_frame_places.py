"""Frames without functional groups that lie one behind the other: dose grids and reconstructed emission are volumes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from pydicom.dataset import Dataset

from viewer.dicom.image import open_image
from viewer.dicom.stacks import split
from viewer.tools.region import probe

if TYPE_CHECKING:
    from collections.abc import Callable

GRID: dict[str, Any] = {
    "Modality": "RTDOSE",
    "NumberOfFrames": 4,
    "BitsAllocated": 32,
    "BitsStored": 32,
    "HighBit": 31,
    "PixelRepresentation": 0,
    "PixelData": np.arange(96, dtype="<u4").tobytes(),
    "PixelSpacing": [2.0, 2.0],
    "ImagePositionPatient": [-10.0, -20.0, 5.0],
    "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
    "DoseUnits": "GY",
    "DoseGridScaling": 0.001,
}


def heights(file: bytes) -> list[float | None]:
    return [one.position and one.position[2] for one in open_image(file).header.frames]


@pytest.mark.parametrize("offsets", [[0, 3, 6, 9], [5, 8, 11, 14]], ids=["from the first plane", "places on the axis"])
def test_a_dose_grid_is_a_volume_in_gray(dicom_file: Callable[..., bytes], offsets: list[int]) -> None:
    file = dicom_file(**GRID, GridFrameOffsetVector=offsets)
    assert heights(file) == [5.0, 8.0, 11.0, 14.0]
    image = open_image(file)
    (stack,) = split([image.header]).stacks
    assert (stack.ordering.verdict, stack.ordering.spacing_mm) == ("volume", (2.0, 2.0, 3.0))
    assert probe(image.header, image.header.frames[2], image.frame(2), (2, 0)) == "0.0500 Gy"


def test_offsets_go_along_the_normal(dicom_file: Callable[..., bytes]) -> None:
    turned = GRID | {"ImageOrientationPatient": [1, 0, 0, 0, -1, 0]}
    assert heights(dicom_file(**turned, GridFrameOffsetVector=[0, 3, 6, 9])) == [5.0, 2.0, -1.0, -4.0]


def test_a_vector_of_another_length_places_nothing(dicom_file: Callable[..., bytes]) -> None:
    assert heights(dicom_file(**GRID, GridFrameOffsetVector=[0, 3])) == [5.0] * 4


def emission(dicom_file: Callable[..., bytes], count: int, **more: Any) -> bytes:
    detector = Dataset()
    detector.ImagePositionPatient, detector.ImageOrientationPatient = [0, 0, 100], [1, 0, 0, 0, 1, 0]
    return dicom_file(
        Modality="NM",
        ImageType=["ORIGINAL", "PRIMARY", "RECON TOMO", "EMISSION"],
        NumberOfFrames=count,
        PixelData=np.zeros(24 * count, "<i2").tobytes(),
        PixelSpacing=[4.0, 4.0],
        DetectorInformationSequence=[detector],
        **more,
    )


def test_reconstructed_emission_is_a_volume(dicom_file: Callable[..., bytes]) -> None:
    file = emission(dicom_file, 3, SliceVector=[1, 2, 3], SpacingBetweenSlices=-4.0)
    assert heights(file) == [100.0, 96.0, 92.0]
    assert [one.ordering.verdict for one in split([open_image(file).header]).stacks] == ["volume"]


def test_gates_of_one_place_are_stacks_of_their_own(dicom_file: Callable[..., bytes]) -> None:
    file = emission(dicom_file, 6, SliceVector=[1, 2, 3] * 2, TimeSlotVector=[1, 1, 1, 2, 2, 2], SpacingBetweenSlices=4.0)
    found = split([open_image(file).header]).stacks
    assert [(one.label, one.ordering.verdict) for one in found] == [("gate 1", "volume"), ("gate 2", "volume")]
