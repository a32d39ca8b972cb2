from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from viewer.dicom.colour import is_colour, supplemented, to_rgb8
from viewer.dicom.header import Header, Lut, Palette
from viewer.dicom.image import open_image
from viewer.dicom.picture import draw

if TYPE_CHECKING:
    from collections.abc import Callable

RGB = {"samples": 3, "bits_allocated": 8, "bits_stored": 8, "high_bit": 7, "signed": False, "dtype": "uint8", "photometric": "RGB"}


def test_rgb_stays(header: Callable[..., Header]) -> None:
    stored = np.array([[[1, 2, 3], [255, 0, 128]]], np.uint8)
    assert to_rgb8(header(pixels=RGB), stored).tolist() == stored.tolist()


@pytest.mark.parametrize(
    ("ybr", "rgb"),
    [((0, 128, 128), (0, 0, 0)), ((255, 128, 128), (255, 255, 255)), ((76, 85, 255), (254, 0, 0)), ((29, 255, 107), (0, 0, 254))],
)
def test_ybr_full_by_its_matrix(header: Callable[..., Header], ybr: tuple[int, ...], rgb: tuple[int, ...]) -> None:
    found = to_rgb8(header(pixels=RGB | {"photometric": "YBR_FULL"}), np.array([[ybr]], np.uint8))
    assert found[0, 0].tolist() == pytest.approx(rgb, abs=1)


def test_more_than_eight_bits_are_cut_to_the_highest(header: Callable[..., Header]) -> None:
    wide = RGB | {"bits_allocated": 16, "bits_stored": 12, "high_bit": 11, "dtype": "uint16"}
    assert to_rgb8(header(pixels=wide), np.array([[[0x0FFF, 0x0800, 0x000F]]], np.uint16)).tolist() == [[[255, 128, 0]]]


def test_a_palette_clamps_and_scales(header: Callable[..., Header]) -> None:
    palette = Palette(Lut(10, 16, (0, 0xFFFF)), Lut(10, 16, (0x8000, 0)), Lut(10, 8, (5, 6)))
    made = header(pixels=RGB | {"samples": 1, "photometric": "PALETTE COLOR"}, palette=palette)
    assert is_colour(made)
    found = to_rgb8(made, np.array([[0, 10, 11, 200]], np.uint8))
    assert found.tolist() == [[[0, 128, 5], [0, 128, 5], [255, 0, 6], [255, 0, 6]]]


def test_a_palette_image_without_its_palette_is_drawn_as_grey(header: Callable[..., Header]) -> None:
    assert not is_colour(header(pixels=RGB | {"samples": 1, "photometric": "PALETTE COLOR"}))
    assert not is_colour(header())


def test_a_supplemental_palette_colours_the_high_values_alone(header: Callable[..., Header]) -> None:
    palette = Palette(Lut(100, 8, (9, 19)), Lut(100, 8, (8, 18)), Lut(100, 8, (7, 17)))
    made = header(pixels={"signed": False, "dtype": "uint16"}, palette=palette)
    stored = np.array([[5, 99, 100, 101]], np.uint16)
    found = supplemented(made, stored, np.array([[1, 2, 3, 4]], np.uint8))
    assert found.tolist() == [[[1, 1, 1], [2, 2, 2], [9, 8, 7], [19, 18, 17]]]
    assert not is_colour(made)
    assert draw(made, 0, stored).shape == (1, 4, 3)


@pytest.mark.parametrize(("presentation", "there"), [("COLOR", True), ("MIXED", True), ("MONOCHROME", False)])
def test_a_grey_image_says_whether_its_palette_is_meant(dicom_file: Callable[..., bytes], presentation: str, there: bool) -> None:
    attributes: dict[str, object] = {"PixelPresentation": presentation}
    for name in ("Red", "Green", "Blue"):
        attributes[f"{name}PaletteColorLookupTableDescriptor"] = [2, 100, 16]
        attributes[f"{name}PaletteColorLookupTableData"] = bytes(4)
    image = open_image(dicom_file(PixelRepresentation=0, **attributes))
    assert image.trouble is None
    assert (image.header.palette is not None) is there
