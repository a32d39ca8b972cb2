"""Run in a process of its own for each scale: viewports of odd sizes show stored pixels, pixel for pixel; prints JSON.

`python -m tests.viewer.screen.exact`, with QT_SCALE_FACTOR as the scale.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from tests.viewer.load.made import Source, header, never, stack
from viewer.dicom.decode import pack
from viewer.dicom.grey import apply, initial_voi, lookup_table
from viewer.dicom.header import Window
from viewer.load.arrange import arrange
from viewer.load.series import FrameRef
from viewer.screen.grid import Hung, ViewportGrid

if TYPE_CHECKING:
    from numpy.typing import NDArray

PATTERN = 150  # rows and columns


def main() -> int:
    """Prints, for each zoom and size, how many device pixels differ from the table's greys."""
    app = QApplication(sys.argv)
    source, grid = Source(), ViewportGrid()
    pixels = header().pixels
    series = stack(source, 3, pixels=pixels)
    grid.open(source, never)
    grid.book.shown = False
    rows = _patterns(app, grid, source)
    for size in ((701, 403), (640, 360), (533, 331)):
        grid.resize(*size)
        grid.show()
        grid.hang(1, 2, [Hung(series, 1), Hung(series, 2)])
        while not grid.all_loaded():
            app.processEvents()
        for zoom in (1.0, 2.0, 3.0):
            shown = _grabbed(app, grid, zoom)
            for number, viewport in enumerate(grid.viewports[:2]):
                rows.append({"size": size, "zoom": zoom, "viewport": number + 1, "off": _off(shown, grid, number, int(zoom))})
                assert viewport.devicePixelRatioF() == grid.devicePixelRatioF()
    print(json.dumps({"ratio": grid.devicePixelRatioF(), "rows": rows}))
    grid.close_case()
    return 0


def pattern() -> NDArray[np.uint16]:
    """A synthetic 12-bit pattern after the manner of AAPM TG18-QC (no copy of it): lines and checks of one pixel, a ramp, low contrast."""
    made = np.full((PATTERN, PATTERN), 2048, np.uint16)
    made[:40, :40] = 4095 * (np.indices((40, 40)).sum(0) % 2)
    made[:40, -40:] = 4095 * (np.arange(40) % 2)
    made[-40:, :40] = 4095 * (np.arange(40)[:, None] % 2)
    made[60:80] = np.arange(PATTERN) * 4095 // (PATTERN - 1)
    for number in range(9):
        level, left = number * 4095 // 8, 2 + number * 16
        made[90:104, left : left + 14] = level
        made[94:100, left + 4 : left + 10] = min(level + 80, 4095)  # five grey levels of 255
    return made


def _patterns(app: QApplication, grid: ViewportGrid, source: Source) -> list[dict[str, object]]:
    """The pattern at 1:1 in viewports of odd sizes."""
    pixels = header().pixels
    assert pixels is not None
    form = replace(pixels, rows=PATTERN, columns=PATTERN, bits_stored=12, high_bit=11, signed=False, dtype="uint16", padding=None)
    frame = replace(header().frames[0], slope=1.0, intercept=0.0, windows=(Window(2048, 4096),))
    packed = pack(pattern())
    source.objects["pattern"] = packed
    (series,) = arrange("pattern", "pattern", [header(0, pixels=form, frames=(frame,))], [(FrameRef("pattern", 0, len(packed), "blosc2"),)])
    rows: list[dict[str, object]] = []
    for size in ((701, 403), (640, 360)):
        grid.resize(*size)
        grid.show()
        grid.hang(1, 2, [Hung(series), Hung(series)])
        while not grid.all_loaded():
            app.processEvents()
        shown = _grabbed(app, grid, 1.0)
        rows += [{"size": size, "zoom": 1.0, "viewport": n + 1, "off": _off(shown, grid, n, 1)} for n in range(2)]
    return rows


def _grabbed(app: QApplication, grid: ViewportGrid, zoom: float) -> NDArray[np.uint8]:
    for viewport in grid.viewports[:2]:
        viewport.set_view(replace(viewport.view, zoom=zoom))
    app.processEvents()
    whole = grid.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    flat = np.frombuffer(whole.constBits(), np.uint8).reshape(whole.height(), whole.bytesPerLine())
    return flat[:, : whole.width() * 3].reshape(whole.height(), whole.width(), 3).copy()


def _off(shown: NDArray[np.uint8], grid: ViewportGrid, number: int, zoom: int) -> int:
    """How many pixels of the picture are not found where one copy of it stands, whole; all of them where there is none."""
    viewport = grid.viewports[number]
    stored, current = viewport.stored(), viewport.current()
    assert stored is not None
    assert current is not None
    greys = apply(lookup_table(*current, initial_voi(*current, stored)), stored)
    want = np.repeat(np.repeat(greys, zoom, 0), zoom, 1)
    ratio = viewport.devicePixelRatioF()
    middle_x = (viewport.x() + viewport.width() / 2) * ratio
    middle_y = (viewport.y() + viewport.height() / 2) * ratio
    best = want.size
    for dy in (-2, -1, 0, 1, 2):  # where it stands may be rounded, how it looks may not
        for dx in (-2, -1, 0, 1, 2):
            top, left = round(middle_y - want.shape[0] / 2) + dy, round(middle_x - want.shape[1] / 2) + dx
            part = shown[top : top + want.shape[0], left : left + want.shape[1]].astype(int)
            if part.shape[:2] == want.shape:
                best = min(best, int((np.abs(part - want[..., None]).max(2) > 0).sum()))
    return best


if __name__ == "__main__":
    sys.exit(main())
