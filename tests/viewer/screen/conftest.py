"""A grid of viewports over series made for the test, and how to wait for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtGui import QImage

from tests.viewer.load.made import Source, never
from viewer.screen.grid import ViewportGrid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def grid(qtbot: QtBot, source: Source) -> Iterator[ViewportGrid]:
    made = ViewportGrid()
    qtbot.addWidget(made)
    made.open(source, never)
    made.resize(802, 400)
    made.show()
    qtbot.waitExposed(made)
    yield made
    source.gate.set()
    made.close_case()


def pixels(widget: QWidget) -> NDArray[np.uint8]:
    """What the widget shows, in device pixels: (height, width, 3)."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    flat = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return flat[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()
