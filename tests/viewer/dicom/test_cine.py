"""The rate of a cine, and the colours of a profile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import imagecodecs
import numpy as np
import pytest
from pydicom.dataset import Dataset

from viewer.dicom.cine import frame_time_ms
from viewer.dicom.decode import decode_frame
from viewer.dicom.notes import Notes
from viewer.dicom.profile import table_of
from viewer.dicom.profile_table import TABLE_FORMAT, to_srgb
from viewer.dicom.rendition import prepare
from viewer.dicom.syntaxes import BLOSC

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


def dataset(**attributes: Any) -> Dataset:
    ds = Dataset()
    for keyword, value in attributes.items():
        setattr(ds, keyword, value)
    return ds


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"RecommendedDisplayFrameRate": 20, "FrameTime": 33, "CineRate": 30}, 50.0),
        ({"FrameTime": 33.3, "CineRate": 15}, 33.3),
        ({"FrameTimeVector": [0, 40, 60, 40], "CineRate": 15}, 40.0),
        ({"CineRate": 25}, 40.0),
        ({"ActualFrameDuration": 100}, 100.0),
        ({"FrameTime": 0, "CineRate": 25}, 40.0),
        ({"FrameTime": 1e9}, None),
        ({}, None),
    ],
)
def test_the_first_rate_that_can_be_true(attributes: dict[str, Any], expected: float | None) -> None:
    assert frame_time_ms(dataset(**attributes)) == expected


def wide_gamut() -> bytes:
    """Primaries of Display P3 with a plain gamma."""
    profile = imagecodecs.cms_profile(
        "rgb", whitepoint=(0.3127, 0.329, 1.0), primaries=(0.68, 0.32, 1.0, 0.265, 0.69, 1.0, 0.15, 0.06, 1.0), gamma=2.2
    )
    return bytes(profile)


def colours() -> NDArray[np.uint8]:
    return np.random.default_rng(4).integers(0, 256, (40, 50, 3), dtype=np.uint8)


def test_a_profile_becomes_a_table_that_gives_its_colours() -> None:
    table = table_of(wide_gamut(), Notes())
    assert table is not None
    expected = imagecodecs.cms_transform(
        colours(), wide_gamut(), imagecodecs.cms_profile("srgb"), colorspace="rgb", outcolorspace="rgb", intent=1
    )
    found = to_srgb(colours(), table).astype(int)
    apart = np.abs(found - expected)
    assert apart.mean() < 0.7
    assert np.percentile(apart, 99) <= 4  # dark colours bend most between the table's steps
    assert np.abs(found - colours()).mean() > 5


def test_srgb_needs_no_table_and_nonsense_is_noted() -> None:
    notes = Notes()
    assert table_of(bytes(imagecodecs.cms_profile("srgb")), notes) is None
    assert not notes.codes
    assert table_of(b"no profile at all", notes) is None
    assert "profile_unusable" in notes.codes


def test_the_table_travels_behind_the_frames(dicom_file: Callable[..., bytes]) -> None:
    attributes = {
        "SamplesPerPixel": 3,
        "PhotometricInterpretation": "RGB",
        "PlanarConfiguration": 0,
        "BitsAllocated": 8,
        "BitsStored": 8,
        "HighBit": 7,
        "PixelRepresentation": 0,
        "PixelData": bytes(4 * 6 * 3),
    }
    found = prepare(dicom_file(**attributes, ICCProfile=wide_gamut()))
    place = found.header.profile
    assert place is not None
    assert found.frames is not None
    table = decode_frame(found.frames[place.offset : place.offset + place.length], BLOSC, TABLE_FORMAT)
    expected = table_of(wide_gamut(), Notes())
    assert expected is not None
    assert np.array_equal(table.reshape(33, 33, 33, 3), expected)
    plain = prepare(dicom_file(**attributes, ICCProfile=bytes(imagecodecs.cms_profile("srgb"))))
    assert plain.header.profile is not None
    assert plain.header.profile.length == 0
    assert prepare(dicom_file(**attributes)).header.profile is None
