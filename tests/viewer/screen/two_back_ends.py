"""Run in a process of its own for each scale, with a display: every kind of image by both back ends; prints JSON.

`python -m tests.viewer.screen.two_back_ends`, with QT_SCALE_FACTOR as the scale. For each picture: the largest difference
of greys, and the range of greys that it holds.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from tests.viewer.load.made import Source, header, never
from tests.viewer.screen.exact import PATTERN, pattern
from viewer.dicom.decode import pack
from viewer.dicom.grey import Voi
from viewer.dicom.header import Header, Lut, Palette, Shutter, Window
from viewer.load.arrange import arrange
from viewer.load.series import FrameRef
from viewer.screen.gl_device import GlDevice
from viewer.screen.gl_raster import GlRaster
from viewer.screen.grid import Hung, ViewportGrid
from viewer.screen.raster import Raster
from viewer.screen.view import View

if TYPE_CHECKING:
    from numpy.typing import NDArray

RAMP = Lut(0, 8, tuple(round(255 * (one / 255) ** 2) for one in range(256)))
DOWN = Lut(0, 8, tuple(range(255, -1, -1)))


def _window(function: str) -> Voi:
    return Voi("window", window=Window(1500.5, 2200.25, "", function))


def kinds() -> dict[str, tuple[dict[str, Any], NDArray[Any], Voi | None]]:
    """Name: changes of the pixel format or the header, stored values, window."""
    values = pattern()
    rgb = np.stack([values >> 4, values[::-1] >> 4, values[:, ::-1] >> 4], axis=-1).astype(np.uint8)
    byte = (values >> 4).astype(np.uint8)
    colour = {"samples": 3, "photometric": "RGB", "dtype": "uint8", "bits_allocated": 8, "bits_stored": 8, "high_bit": 7}
    eight = {"dtype": "uint8", "bits_allocated": 8, "bits_stored": 8, "high_bit": 7}
    signed = {"signed": True, "dtype": "int16", "bits_stored": 16, "high_bit": 15}
    wide = {"dtype": "float32", "bits_allocated": 32, "bits_stored": 32, "high_bit": 31}
    luts = (Lut(100, 12, tuple(int(4095 * (one / 3899) ** 1.7) for one in range(3900)), "film"),)
    return {
        "linear": ({}, values, _window("LINEAR")),
        "linear exact": ({}, values, _window("LINEAR_EXACT")),
        "sigmoid": ({}, values, _window("SIGMOID")),
        "sequence": ({"voi_luts": luts}, values, Voi("lut", lut=luts[0])),
        "modality sequence": ({"modality_lut": Lut(0, 16, tuple(range(4095, -1, -1)))}, values, None),
        "width 1": ({}, values, Voi("window", window=Window(2048, 1))),
        "MONOCHROME1": ({"photometric": "MONOCHROME1"}, values, None),
        "INVERSE": ({"presentation_shape": "INVERSE"}, values, None),
        "signed": (signed, values.astype(np.int16) - 2048, Voi("window", window=Window(0, 4096))),
        "padding": ({"padding": 0}, values, None),
        "8 bits": (eight, byte, None),
        "float": (wide, values.astype(np.float32) / 3, Voi("window", window=Window(600, 1200.5, "", "LINEAR_EXACT"))),
        "RGB": (colour, rgb, None),
        "palette": ({**eight, "photometric": "PALETTE COLOR", "palette": Palette(RAMP, DOWN, RAMP)}, byte, None),
        "shutter": ({"shutters": (Shutter("RECTANGULAR", (20, 120, 30, 140)),)}, values, None),
    }


def _headed(name: str, changes: dict[str, Any]) -> Header:
    plain = header()
    assert plain.pixels is not None
    base = {"rows": PATTERN, "columns": PATTERN, "bits_stored": 12, "high_bit": 11, "signed": False, "dtype": "uint16", "padding": None}
    fields = {one: value for one, value in changes.items() if hasattr(plain.pixels, one)}
    form = replace(plain.pixels, **{**base, **fields})
    frame = replace(plain.frames[0], slope=1.0, intercept=0.0, windows=(Window(2048, 4096),))
    rest = {one: value for one, value in changes.items() if one not in fields}
    return replace(plain, pixels=form, frames=(frame,), sop_instance_uid=f"1.2.{name}", **rest)


VIEWS = {
    "1": View(zoom=1.0),
    "3, moved": View(zoom=3.0, pan=(7.3, -11.6)),
    "1.7577": View(zoom=1.7577),
    "0.77, turned": View(zoom=0.77, quarters=1, pan=(5.4, 3.2)),
    "2.6, flipped, inverted": View(zoom=2.6, flipped=True, inverted=True),
    "turned and flipped, cut": View(zoom=5.3, quarters=3, flipped=True, pan=(-40.7, 33.1)),
    "0.4, averaged": View(zoom=0.4),
    "fitted, upside down": View(quarters=2),
}


class Counting(GlDevice):
    """Counts its pictures."""

    drawn = 0

    def draw(self, *arguments: Any) -> NDArray[np.uint8]:
        """Draws one."""
        self.drawn += 1
        return super().draw(*arguments)


def main() -> int:
    """Prints the differences."""
    app = QApplication(sys.argv)
    source, grid = Source(), ViewportGrid()
    grid.open(source, never)
    grid.book.shown = False
    grid.resize(533, 403)
    grid.show()
    device, failures = Counting(), list[str]()
    rows = []
    for name, (changes, stored, voi) in kinds().items():
        packed = pack(stored)
        source.objects[name] = packed
        (series,) = arrange(name, name, [_headed(name, changes)], [(FrameRef(name, 0, len(packed), "blosc2"),)])
        grid.hang(1, 1, [Hung(series)])
        while not grid.all_loaded():
            app.processEvents()
        for seen, view in VIEWS.items():
            grid.viewports[0].set_view(replace(view, voi=voi))
            grid.draw_by(Raster)
            first = _grabbed(grid)
            grid.draw_by(lambda: GlRaster(device, failures.append))
            before = device.drawn
            second = _grabbed(grid)
            apart = np.abs(first - second)
            rows.append({"kind": name, "view": seen, "gl": device.drawn > before, "most": int(apart.max()), "lit": int(np.ptp(second))})
    said = {"ratio": grid.devicePixelRatioF(), "renderer": device.renderer, "failures": failures, "rows": rows}
    print(json.dumps(said))
    grid.close_case()
    return 0


def _grabbed(grid: ViewportGrid) -> NDArray[np.int32]:
    whole = grid.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    flat = np.frombuffer(whole.constBits(), np.uint8).reshape(whole.height(), whole.bytesPerLine())
    return flat[:, : whole.width() * 3].astype(np.int32)


if __name__ == "__main__":
    sys.exit(main())
