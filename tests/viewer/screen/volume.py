"""Run under an X server: a volume window shows its volume, turns, closes, opens again, and the process ends cleanly; prints JSON."""

from __future__ import annotations

import gc
import json
import sys
import time
import weakref

import numpy as np
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from tests.viewer.load.made import Source, stack
from viewer.screen.volume_window import VolumeWindow

LIMIT_S = 60


def wait(app: QApplication, window: VolumeWindow, frames: int) -> None:
    """Until so many pictures were drawn."""
    end = time.monotonic() + LIMIT_S
    while window.view.frames < frames:
        app.processEvents()
        if time.monotonic() > end:
            raise TimeoutError


def lit(window: VolumeWindow) -> float:
    """Which part of the picture is not ground."""
    image = window.view.grabFramebuffer()
    flat = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4)
    return float((flat[..., :3].max(2) > 20).mean())


def main() -> int:
    """Prints what was seen."""
    app = QApplication(sys.argv)
    k, j, i = np.mgrid[0:20, 0:24, 0:32]
    values = np.where((k - 10) ** 2 + (j - 12) ** 2 + (i - 16) ** 2 < 64, 1700, 0).astype(np.int16)  # a ball of 676 HU
    series = stack(Source(), 20)
    said: dict[str, object] = {}
    gone = []
    for turn in ("first", "again"):
        window = VolumeWindow(series, values)
        window.resize(420, 460)
        window.show()
        wait(app, window, 1)
        letters = [label.text() for label in window._letters]
        before, frames = lit(window), window.view.frames
        window.view.turn(90, 0)
        wait(app, window, frames + 1)
        said[turn] = {"lit": before, "lit_turned": lit(window), "letters": letters, "turned": [label.text() for label in window._letters]}
        said["title"] = window.windowTitle()
        gone.append(weakref.ref(window.view))
        window.close()
        del window
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()
    said["left"] = sum(one() is not None for one in gone)
    print(json.dumps(said))
    return 0


if __name__ == "__main__":
    sys.exit(main())
