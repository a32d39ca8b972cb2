from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter

from viewer.screen.halved import can_be_halved, halved
from viewer.screen.raster import Raster

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pytestqt.qtbot import QtBot


@pytest.mark.parametrize("shape", [(2, 2), (130, 6), (64, 64), (254, 302)])
def test_four_pixels_become_their_mean(shape: tuple[int, int]) -> None:
    grey = np.random.default_rng(3).integers(0, 256, shape).astype(np.uint8)
    blocks = grey.astype(int).reshape(shape[0] // 2, 2, shape[1] // 2, 2).sum((1, 3))
    assert np.array_equal(halved(grey), (blocks + 2) // 4)


def test_rows_of_a_wider_picture_are_halved_too() -> None:
    wide = np.arange(48, dtype=np.uint8).reshape(4, 12)
    assert np.array_equal(halved(wide[:, :10]), halved(wide[:, :10].copy()))


@pytest.mark.parametrize("shape", [(3, 4), (4, 3), (0, 4), (4, 4, 3)])
def test_what_is_not_made_of_whole_blocks_is_left_to_qt(shape: tuple[int, ...]) -> None:
    assert not can_be_halved(np.zeros(shape, np.uint8))


@pytest.mark.parametrize("shape", [(400, 300), (302, 404)])
@pytest.mark.parametrize("zoom", [0.1, 0.25, 0.33, 0.49])
def test_a_reduced_picture_has_the_greys_of_the_areas_it_covers(qtbot: QtBot, shape: tuple[int, int], zoom: float) -> None:
    del qtbot
    grey = _smooth(shape)
    seen = _drawn(grey, zoom)
    rows, columns = np.indices(seen.shape).astype(float)
    wanted = _smooth_at((rows + 0.5) / zoom - 0.5, (columns + 0.5) / zoom - 0.5, shape)
    inner = slice(2, -2), slice(2, -2)  # at the rim Qt blends with the ground
    half_a_device_pixel = (140 / shape[0] + 80 / shape[1]) / zoom / 2
    assert np.abs(seen.astype(float) - wanted)[inner].max() <= 1.5 + half_a_device_pixel


def _smooth_at(row: NDArray[np.float64], column: NDArray[np.float64], shape: tuple[int, int]) -> NDArray[np.float64]:
    return 20 + 140 * row / shape[0] + 80 * column / shape[1]


def _smooth(shape: tuple[int, int]) -> NDArray[np.uint8]:
    rows, columns = np.indices(shape).astype(float)
    return np.floor(_smooth_at(rows, columns, shape) + 0.5).astype(np.uint8)


def _drawn(grey: NDArray[np.uint8], zoom: float) -> NDArray[np.uint8]:
    high, wide = (int(length * zoom) for length in grey.shape)
    paper = QImage(wide, high, QImage.Format.Format_Grayscale8)
    paper.fill(0)
    painter = QPainter(paper)
    matrix = np.array([[zoom, 0.0, zoom / 2], [0.0, zoom, zoom / 2], [0.0, 0.0, 1.0]])
    Raster().draw(painter, QImage(grey.data, grey.shape[1], grey.shape[0], grey.shape[1], QImage.Format.Format_Grayscale8), matrix)
    painter.end()
    lines = np.frombuffer(paper.constBits(), np.uint8).reshape(high, paper.bytesPerLine())
    return lines[:, :wide].copy()
