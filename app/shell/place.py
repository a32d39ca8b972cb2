"""Where the window stood: kept in a file of its own when it closes, taken up again at the next start."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

log = logging.getLogger(__name__)
FILE = "window"


def take_up(window: QWidget, folder: Path) -> None:
    """Puts a window where it stood last; Qt brings it back onto a screen that is there. Without a file, or with a spoilt one, it stays."""
    try:
        kept = (folder / FILE).read_bytes()
    except OSError:
        return
    window.restoreGeometry(QByteArray(kept))


def keep(window: QWidget, folder: Path) -> None:
    """Keeps where a window stands; a disk that is full keeps nobody from closing it."""
    try:
        (folder / FILE).write_bytes(window.saveGeometry().data())
    except OSError:
        log.info("the window's place was not kept")
