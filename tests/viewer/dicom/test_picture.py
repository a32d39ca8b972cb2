from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np
import pytest

from viewer.dicom.grey import Voi
from viewer.dicom.header import Header, Spacing, Window
from viewer.dicom.picture import centred, draw, fitted, pixel_shape
from viewer.dicom.png import png

if TYPE_CHECKING:
    from collections.abc import Callable


def unpacked(data: bytes) -> np.ndarray:
    """The pixels of a PNG without filters, read by its own definition."""
    columns, rows, _depth, kind = struct.unpack(">IIBB", data[16:26])
    begin = data.index(b"IDAT")
    (length,) = struct.unpack(">I", data[begin - 4 : begin])
    assert zlib.crc32(data[begin : begin + 4 + length]) == struct.unpack(">I", data[begin + 4 + length : begin + 8 + length])[0]
    lines = np.frombuffer(zlib.decompress(data[begin + 4 : begin + 4 + length]), np.uint8).reshape(rows, -1)
    assert not lines[:, 0].any()
    return lines[:, 1:].reshape((rows, columns) if kind == 0 else (rows, columns, 3))


@pytest.mark.parametrize("shape", [(3, 5), (4, 2, 3)])
def test_png_holds_the_very_pixels(shape: tuple[int, ...]) -> None:
    picture = np.random.default_rng(1).integers(0, 256, shape, np.uint8)
    assert np.array_equal(unpacked(png(picture)), picture)


def test_shrinking_averages_and_enlarging_repeats() -> None:
    picture = np.array([[0, 100], [200, 100]], np.uint8)
    assert fitted(picture, 1, 1).tolist() == [[100]]
    assert fitted(picture, 4, 4)[0].tolist() == [0, 0, 100, 100]


def test_proportions_are_kept_and_the_rest_is_black() -> None:
    picture = np.full((10, 20), 255, np.uint8)
    fit = fitted(picture, 100, 100)
    assert fit.shape == (50, 100)
    assert centred(fit, 100, 100)[[0, 50, 99], 50].tolist() == [0, 255, 0]
    assert fitted(picture, 100, 100, pixel_shape=2.0).shape == (100, 100)


def test_pixels_that_are_not_square(header: Callable[..., Header]) -> None:
    assert pixel_shape(header(spacing=Spacing(2.0, 1.0, "mm"))) == 2.0
    assert pixel_shape(header(spacing=Spacing(None, None, "px"), pixels={"aspect": (4, 3)})) == pytest.approx(4 / 3)
    assert pixel_shape(header(spacing=Spacing(None, None, "px"))) == 1.0


def test_a_frame_is_drawn_by_the_grey_pipeline(header: Callable[..., Header]) -> None:
    stored = np.array([[0, 50, 100]], np.int16)
    assert draw(header(), 0, stored, Voi("window", window=Window(50, 100, "", "LINEAR_EXACT"))).tolist() == [[0, 128, 255]]
    assert draw(header(), 0, stored).tolist() == [[0, 128, 255]]
