"""Overlays and shutters: read, carried behind the frames, laid over the right pixels of the right frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRBigEndian

from viewer.dicom.decode import decode_frame
from viewer.dicom.header import Overlay, Shutter
from viewer.dicom.header_json import from_json, to_json
from viewer.dicom.image import open_image
from viewer.dicom.overlay_planes import on_image, plane_format
from viewer.dicom.rendition import prepare
from viewer.dicom.shutter_shapes import visible
from viewer.dicom.shutters import shutter_grey, shutters
from viewer.dicom.syntaxes import BLOSC, SYNTAXES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from viewer.dicom.prepared import Prepared

PLANE = np.array([[1, 0, 1], [0, 1, 1]], np.uint8)


def with_overlay(file: Callable[..., bytes], *, syntax: str = "1.2.840.10008.1.2.1", frames: int = 1, **overlay: Any) -> bytes:
    """A 4 x 6 image with an overlay of group 6002."""
    ds = Dataset()
    block = {0x10: ("US", 2), 0x11: ("US", 3), 0x40: ("CS", "G"), 0x50: ("SS", [1, 1]), 0x100: ("US", 1), 0x102: ("US", 0)}
    packed = np.packbits(PLANE.ravel(), bitorder="little").tobytes() + b"\0"
    block[0x3000] = ("OW", packed if syntax != ExplicitVRBigEndian else packed[::-1])
    for name, (vr, value) in (block | {int(key[1:], 16): one for key, one in overlay.items()}).items():
        if value is not None:
            ds.add_new(0x60020000 | name, vr, value)
    pixels = np.arange(24 * frames, dtype=">i2" if syntax == ExplicitVRBigEndian else "<i2").tobytes()
    return file(syntax, more=ds, NumberOfFrames=frames, PixelData=pixels)


def carried(found: Prepared, index: int = 0) -> tuple[Overlay, np.ndarray]:
    one = from_json(to_json(found.header)).overlays[index]
    assert found.frames is not None
    return one, decode_frame(found.frames[one.offset : one.offset + one.length], BLOSC, plane_format(one))


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1", ExplicitVRBigEndian])
def test_a_packed_plane_travels_behind_the_frames(dicom_file: Callable[..., bytes], syntax: str) -> None:
    found = prepare(with_overlay(dicom_file, syntax=syntax))
    one, planes = carried(found)
    assert (one.group, one.rows, one.columns) == (0x6002, 2, 3)
    assert planes.tolist() == PLANE.tolist()
    assert len(found.offsets) == 1


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ((1, 1), ["101...", "011...", "......", "......"]),
        ((3, 5), ["......", "......", "....10", "....01"]),
        ((0, -1), ["1.....", "......", "......", "......"]),
        ((9, 9), ["......"] * 4),
    ],
)
def test_the_origin_may_lie_outside_and_the_image_clips(
    dicom_file: Callable[..., bytes], origin: tuple[int, int], expected: list[str]
) -> None:
    one, planes = carried(prepare(with_overlay(dicom_file, x50=("SS", list(origin)))))
    covered = on_image(one, planes, 0, 4, 6)
    assert ["".join("1" if pixel else "." for pixel in row) for row in covered] == [row.replace("0", ".") for row in expected]


def test_planes_of_several_frames_lie_on_theirs_and_a_single_one_on_all(dicom_file: Callable[..., bytes]) -> None:
    two = np.packbits(np.concatenate([PLANE, 1 - PLANE]).ravel(), bitorder="little").tobytes()
    one, planes = carried(prepare(with_overlay(dicom_file, frames=4, x15=("IS", 2), x51=("US", 2), x3000=("OW", two))))
    counts = [int(on_image(one, planes, frame, 4, 6).sum()) for frame in range(4)]
    assert counts == [0, 4, 2, 0]
    one, planes = carried(prepare(with_overlay(dicom_file, frames=4)))
    assert [int(on_image(one, planes, frame, 4, 6).sum()) for frame in range(4)] == [4] * 4


def test_a_plane_in_the_pixel_words_is_taken_out_and_changes_no_value(dicom_file: Callable[..., bytes]) -> None:
    plane = np.random.default_rng(1).integers(0, 2, (4, 6))
    values = np.arange(24).reshape(4, 6)
    ds = Dataset()
    for name, vr, value in (
        (0x10, "US", 4),
        (0x11, "US", 6),
        (0x40, "CS", "R"),
        (0x50, "SS", [1, 1]),
        (0x100, "US", 16),
        (0x102, "US", 13),
    ):
        ds.add_new(0x60000000 | name, vr, value)
    data = (values | plane << 13).astype("<u2").tobytes()
    file = dicom_file(more=ds, BitsStored=12, HighBit=11, PixelRepresentation=0, PixelData=data)
    assert np.array_equal(open_image(file).frame(0), values)
    one, planes = carried(prepare(file))
    assert one.region
    assert np.array_equal(planes, plane)


@pytest.mark.parametrize("more", [{"x10": ("US", 0)}, {"x10": ("US", 40)}, {"x10": ("US", 60000), "x11": ("US", 60000)}])
def test_what_cannot_be_read_is_noted_and_the_image_shown(dicom_file: Callable[..., bytes], more: dict[str, Any]) -> None:
    found = prepare(with_overlay(dicom_file, **more))
    assert found.trouble is None
    assert found.header.overlays == ()
    assert "overlay_unreadable" in {one.code for one in found.warnings}


@pytest.mark.corpus("display", "images")
def test_the_overlays_of_the_corpus(dev_data: Path) -> None:
    six = prepare((dev_data / "display/ovly_p01.dcm").read_bytes())
    assert six.header.overlays
    mammogram = prepare((dev_data / "images/mg/OutOfBoundsOverlay.dcm").read_bytes())
    assert [one.label for one in mammogram.header.overlays] == ["First reference mark", "First target mark"]
    assert mammogram.header.pixels is not None
    size = mammogram.header.pixels.rows, mammogram.header.pixels.columns
    for number in (0, 1):
        one, planes = carried(mammogram, number)
        assert 0 < on_image(one, planes, 0, *size).sum() <= planes.sum()
    hidden = prepare((dev_data / "display/made-overlay-in-pixel-bits.dcm").read_bytes())
    assert carried(hidden)[1].any()


def dataset(**attributes: Any) -> Dataset:
    ds = Dataset()
    for keyword, value in attributes.items():
        setattr(ds, keyword, value)
    return ds


RECTANGLE = {
    "ShutterLeftVerticalEdge": 2,
    "ShutterRightVerticalEdge": 4,
    "ShutterUpperHorizontalEdge": 1,
    "ShutterLowerHorizontalEdge": 3,
}


def drawn(found: tuple[Shutter, ...], **overlays: Any) -> list[str]:
    return ["".join("#" if one else "." for one in row) for row in visible(found, 5, 6, overlays.get("overlays"))]


def test_a_rectangle() -> None:
    found = shutters(dataset(ShutterShape="RECTANGULAR", **RECTANGLE))
    assert drawn(found) == [".###..", ".###..", ".###..", "......", "......"]


def test_a_circle_and_its_radius_in_pixels() -> None:
    found = shutters(dataset(ShutterShape="CIRCULAR", CenterOfCircularShutter=[3, 3], RadiusOfCircularShutter=2))
    assert drawn(found) == ["..#...", ".###..", "#####.", ".###..", "..#..."]


def test_a_polygon_with_its_edges() -> None:
    found = shutters(dataset(ShutterShape="POLYGONAL", VerticesOfThePolygonalShutter=[1, 1, 1, 5, 5, 1]))
    assert drawn(found) == ["#####.", "####..", "###...", "##....", "#....."]


def test_several_shapes_leave_what_is_inside_all() -> None:
    more = {"CenterOfCircularShutter": [3, 3], "RadiusOfCircularShutter": 2}
    assert drawn(shutters(dataset(ShutterShape=["RECTANGULAR", "CIRCULAR"], **RECTANGLE, **more)))[:3] == ["..#...", ".###..", ".###.."]


def test_a_bitmap_covers_what_its_overlay_covers() -> None:
    found = shutters(dataset(ShutterShape="BITMAP", ShutterOverlayGroup=0x6000))
    covered = np.zeros((5, 6), np.bool_)
    covered[0] = True
    assert drawn(found, overlays={0x6000: covered}) == ["......", *["######"] * 4]
    assert drawn(found) == ["######"] * 5


def test_enhanced_objects_have_them_in_their_groups_and_a_grey() -> None:
    item = dataset(ShutterShape="RECTANGULAR", ShutterPresentationValue=0xFFFF, **RECTANGLE)
    ds = dataset(SharedFunctionalGroupsSequence=[dataset(FrameDisplayShutterSequence=[item])])
    assert [one.shape for one in shutters(ds)] == ["RECTANGULAR"]
    assert shutter_grey(ds) == 1.0


@pytest.mark.parametrize(
    "attributes",
    [
        {"ShutterShape": "RECTANGULAR"},
        {"ShutterShape": "CIRCULAR", "CenterOfCircularShutter": [1, 1]},
        {"ShutterShape": "POLYGONAL", "VerticesOfThePolygonalShutter": [1, 1, 2, 2]},
        {"ShutterShape": "BITMAP"},
        {"ShutterShape": "STAR"},
    ],
)
def test_a_shutter_that_says_too_little_hides_nothing(attributes: dict[str, Any]) -> None:
    assert shutters(dataset(**attributes)) == ()


def test_the_form_of_planes_is_one_that_is_decoded_without_a_worker() -> None:
    assert BLOSC not in SYNTAXES
    assert plane_format(Overlay(0x6000, 4, 5, 1, 1, frames=3)).rows == 12
