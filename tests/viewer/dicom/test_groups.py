from __future__ import annotations

from typing import Any

import pytest
from pydicom.dataset import Dataset

from viewer.dicom.groups import frames, windows
from viewer.dicom.header import Window
from viewer.dicom.notes import Notes


def dataset(**attributes: Any) -> Dataset:
    ds = Dataset()
    for keyword, value in attributes.items():
        setattr(ds, keyword, value)
    return ds


def test_frame_before_shared_before_top_level_and_empty_groups_are_passed_over() -> None:
    per_frame = [
        dataset(PixelValueTransformationSequence=[dataset(RescaleSlope=2, RescaleIntercept=5)]),
        dataset(PixelValueTransformationSequence=[]),
    ]
    shared = dataset(
        PixelValueTransformationSequence=[dataset(RescaleSlope=3, RescaleIntercept=6)],
        PlaneOrientationSequence=[dataset(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])],
    )
    ds = dataset(
        PerFrameFunctionalGroupsSequence=per_frame, SharedFunctionalGroupsSequence=[shared], WindowCenter=1, WindowWidth=4, RescaleSlope=9
    )
    found = frames(ds, 3, Notes())
    assert [(one.slope, one.intercept) for one in found] == [(2, 5), (3, 6), (3, 6)]
    assert all(one.windows == (Window(1, 4),) for one in found)
    assert found[1].row_direction == (1, 0, 0)


def test_windows_come_in_pairs_with_their_names_and_function() -> None:
    ds = dataset(WindowCenter=[40, -600], WindowWidth=[400, 1500], WindowCenterWidthExplanation=["soft", "lung"], VOILUTFunction="SIGMOID")
    assert windows(ds, Notes()) == (Window(40, 400, "soft", "SIGMOID"), Window(-600, 1500, "lung", "SIGMOID"))


@pytest.mark.parametrize(
    ("width", "function", "allowed"), [(0, "LINEAR", False), (0.5, "LINEAR", False), (1, "LINEAR", True), (0.5, "SIGMOID", True)]
)
def test_widths_that_the_standard_forbids_are_left_out_and_noted(width: float, function: str, allowed: bool) -> None:
    notes = Notes()
    found = windows(dataset(WindowCenter=1, WindowWidth=width, VOILUTFunction=function), notes)
    assert (len(found) == 1) is allowed
    assert ("window_unusable" in notes.codes) is not allowed


@pytest.mark.parametrize(
    "orientation", [[0] * 6, [1, 0, 0, 1, 0, 0], [2, 0, 0, 0, 1, 0], [1, 0, 0, 0, 1], ["nan", "0", "0", "0", "1", "0"]]
)
def test_directions_must_be_unit_vectors_at_a_right_angle(orientation: list[Any]) -> None:
    notes = Notes()
    found = frames(dataset(ImageOrientationPatient=orientation), 1, notes)
    assert found[0].row_direction is None
    assert "orientation_unusable" in notes.codes


def test_frame_times_by_vector_by_step_or_not_at_all() -> None:
    assert [one.time_ms for one in frames(dataset(FrameTimeVector=[0, 10, 30]), 3, Notes())] == [0, 10, 40]
    assert [one.time_ms for one in frames(dataset(FrameTime=50), 3, Notes())] == [0, 50, 100]
    assert [one.time_ms for one in frames(dataset(), 2, Notes())] == [None, None]


def test_what_sets_frames_at_one_place_apart_is_kept() -> None:
    own = [
        dataset(FrameContentSequence=[dataset(StackID="1", TemporalPositionIndex=t)], MRDiffusionSequence=[dataset(DiffusionBValue=800.0)])
        for t in (1, 2)
    ]
    shared = dataset(MREchoSequence=[dataset(EffectiveEchoTime=2.5)])
    found = frames(dataset(PerFrameFunctionalGroupsSequence=own, SharedFunctionalGroupsSequence=[shared]), 2, Notes())
    assert found[1].dimensions == ("StackID=1", "TemporalPositionIndex=2", "EffectiveEchoTime=2.5", "DiffusionBValue=800.0")


def test_segments_quantities_and_gradient_directions_set_frames_apart_too() -> None:
    direction = dataset(DiffusionGradientOrientation=[0.0, 0.0, 1.0])
    own = [
        dataset(
            SegmentIdentificationSequence=[dataset(ReferencedSegmentNumber=number)],
            RealWorldValueMappingSequence=[dataset(LUTLabel="Ktrans")],
            MRDiffusionSequence=[dataset(DiffusionBValue=800.0, DiffusionGradientDirectionSequence=[direction])],
        )
        for number in (1, 2)
    ]
    found = frames(dataset(PerFrameFunctionalGroupsSequence=own), 2, Notes())
    assert set(found[1].dimensions) == {
        "DiffusionBValue=800.0",
        "DiffusionGradientOrientation=0.0\\0.0\\1.0",
        "ReferencedSegmentNumber=2",
        "LUTLabel=Ktrans",
    }
