"""What lies over the pixels: shutters closed, overlays drawn, colours by their profile; what cannot be read is said, never guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from record.trouble import Kind, Trouble
from viewer.dicom.decode import pack
from viewer.dicom.dressing import GRAPHICS, NOTHING, Dressing, colour_picture, dress, dressing, is_dressed
from viewer.dicom.header import ColourProfile, Overlay, Shutter
from viewer.dicom.profile_table import SIZE

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from viewer.dicom.header import Header

GREY = np.full((6, 8), 100, np.uint8)
COLOUR = {"samples": 3, "bits_allocated": 8, "bits_stored": 8, "high_bit": 7, "signed": False, "photometric": "RGB", "dtype": "uint8"}
CROSS = np.zeros((2, 3), np.uint8)
CROSS[0, 1] = 1


def _plane(offset: int = 0, **changes: Any) -> tuple[Overlay, bytes]:
    packed = pack(CROSS)
    return Overlay(
        **({"group": 0x6000, "rows": 2, "columns": 3, "row": 3, "column": 4, "offset": offset, "length": len(packed)} | changes)
    ), packed


def _reader(data: bytes) -> Callable[[int, int], bytes]:
    return lambda offset, length: data[offset : offset + length]


def test_an_overlay_is_drawn_where_its_origin_says(header: Callable[..., Header]) -> None:
    overlay, packed = _plane(5)
    made = header(overlays=(overlay,))
    assert is_dressed(made)
    worn = dressing(made, _reader(b"12345" + packed))
    assert not worn.lacking
    drawn = dress(made, 0, GREY, worn)
    marked = {(int(row), int(column)) for row, column in np.argwhere((drawn == GRAPHICS).all(axis=2))}
    assert marked == {(2, 4)}  # rows and columns of the standard begin at 1
    assert (drawn[0, 0] == 100).all()
    assert dress(made, 0, GREY, worn, graphics=False) is GREY
    assert (GREY == 100).all(), "what was given is not written to"


def test_shutters_cover_and_can_be_opened(header: Callable[..., Header]) -> None:
    made = header(shutters=(Shutter("RECTANGULAR", (3, 5, 2, 4)),), shutter_grey=0.5)
    closed = dress(made, 0, GREY, NOTHING)
    wanted = np.full((6, 8), 128, np.uint8)
    wanted[1:4, 2:5] = 100
    assert closed.tolist() == wanted.tolist()
    assert dress(made, 0, GREY, NOTHING, shutters=False) is GREY


def test_an_overlay_that_is_a_shutter_covers_and_is_not_drawn(header: Callable[..., Header]) -> None:
    overlay, packed = _plane()
    made = header(overlays=(overlay,), shutters=(Shutter("BITMAP", (0x6000,)),))
    closed = dress(made, 0, GREY, dressing(made, _reader(packed)))
    assert closed.shape == GREY.shape
    assert closed[2, 4] == 0
    assert int((closed == 100).sum()) == GREY.size - 1


def test_planes_of_some_frames_lie_on_those_alone(header: Callable[..., Header]) -> None:
    overlay, packed = _plane(first_frame=2, frames=1)
    made = header(overlays=(overlay,))
    worn = dressing(made, _reader(packed))
    assert dress(made, 0, GREY, worn) is GREY
    assert (dress(made, 1, GREY, worn)[2, 4] == GRAPHICS).all()


def test_colours_go_through_the_profiles_table(header: Callable[..., Header]) -> None:
    steps = np.round(np.linspace(0, 255, SIZE)).astype(np.uint8)
    red, green, blue = np.meshgrid(steps, steps, steps, indexing="ij")
    swapped = np.stack((blue, green, red), axis=-1)  # a profile that changes red and blue about
    packed = pack(swapped.reshape(SIZE * SIZE, SIZE, 3))
    made = header(
        pixels={
            "samples": 3,
            "bits_allocated": 8,
            "bits_stored": 8,
            "high_bit": 7,
            "signed": False,
            "photometric": "RGB",
            "dtype": "uint8",
        },
        profile=ColourProfile(0, len(packed)),
    )
    stored = np.array([[[255, 128, 0]]], np.uint8)
    worn = dressing(made, _reader(packed))
    assert np.abs(colour_picture(made, stored, worn).astype(int) - [[[0, 128, 255]]]).max() <= 1
    assert colour_picture(made, stored, NOTHING).tolist() == stored.tolist()


def test_what_cannot_be_read_is_lacking_and_the_rest_is_worn(header: Callable[..., Header]) -> None:
    good, packed = _plane()
    lost = Overlay(0x6002, 2, 3, 1, 1)  # the hospital could not read its planes

    def damaged(_offset: int, _length: int) -> NDArray[Any]:
        raise Trouble("A part is damaged.", "It is fetched again.", kind=Kind.DAMAGED)

    both = dressing(header(overlays=(lost, good)), _reader(packed))
    assert both.lacking
    assert [one.group for one, _ in both.planes] == [0x6000]
    nothing = dressing(header(overlays=(good,)), damaged)  # type: ignore[arg-type]  # it only raises
    assert nothing.lacking
    assert nothing.planes == ()
    assert Dressing().lacking is False
