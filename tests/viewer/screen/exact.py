"""Run in a process of its own for each scale: viewports of odd sizes show stored pixels, pixel for pixel; prints JSON.

`python -m tests.viewer.screen.exact`, with QT_SCALE_FACTOR as the scale.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace

import numpy as np
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from tests.viewer.load.made import Source, header, never, stack
from viewer.dicom.grey import apply, initial_voi, lookup_table
from viewer.screen.grid import Hung, ViewportGrid


def main() -> int:
    """Prints, for each zoom and size, how many device pixels differ from the table's greys."""
    app = QApplication(sys.argv)
    source, grid = Source(), ViewportGrid()
    pixels = header().pixels
    series = stack(source, 3, pixels=pixels)
    grid.open(source, never)
    grid.book.shown = False
    rows = []
    for size in ((701, 403), (640, 360), (533, 331)):
        grid.resize(*size)
        grid.show()
        grid.hang(1, 2, [Hung(series, 1), Hung(series, 2)])
        while not grid.all_loaded():
            app.processEvents()
        for zoom in (1.0, 2.0, 3.0):
            for viewport in grid.viewports[:2]:
                viewport.set_view(replace(viewport.view, zoom=zoom))
            app.processEvents()
            whole = grid.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
            flat = np.frombuffer(whole.constBits(), np.uint8).reshape(whole.height(), whole.bytesPerLine())
            shown = flat[:, : whole.width() * 3].reshape(whole.height(), whole.width(), 3)
            for number, viewport in enumerate(grid.viewports[:2]):
                rows.append({"size": size, "zoom": zoom, "viewport": number + 1, "off": _off(shown, grid, number, int(zoom))})
                assert viewport.devicePixelRatioF() == grid.devicePixelRatioF()
    print(json.dumps({"ratio": grid.devicePixelRatioF(), "rows": rows}))
    grid.close_case()
    return 0


def _off(shown: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], grid: ViewportGrid, number: int, zoom: int) -> int:
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
