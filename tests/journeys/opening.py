"""How long from the key to the correct pixels: the X event and the X screen, both from outside the desk."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.journeys import expected
from tests.journeys.processes import ROOT, until
from tests.journeys.x11 import Rect

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from tests.journeys.physician import Physician
    from tests.journeys.x11 import Screen


@dataclass(frozen=True, slots=True)
class Opened:
    """One opening of a case."""

    case: str
    first_image_ms: float
    all_images_ms: float
    viewports: int
    hanging_protocol: str


def open_and_time(physician: Physician, row: int, name: str, seconds: float = 2.0) -> Opened:
    """Opens the case of a row and films a piece of its first viewport, small enough not to keep the X server busy.

    The wanted picture is worked out apart and looked for in the film.

    The first of the filmed pictures that shows it gives the time; a time is that of the X server's answer, an upper bound.
    """
    physician.chooses(row)
    physician.settled()
    screen = physician.screen
    piece = _piece(screen, physician.scale)
    loaded: list[float] = []
    start = time.monotonic()
    screen.press("Return")
    watch = threading.Thread(target=_watch, args=(physician, loaded, start))
    watch.start()
    film = screen.film(piece, start, seconds)
    watch.join()
    first = first_shown(physician, name, film, piece)
    words = physician.reads("foot-right")
    count = int(physician.ask("len([v for v in find('viewports').viewports if v.isVisible()])"))
    return Opened(name, round(first * 1000, 1), round(loaded[0] * 1000, 1), count, words)


def _piece(screen: Screen, scale: float) -> Rect:
    """Inside the first of two viewports side by side, wherever the panels leave them: 190 logical pixels wide, so small screens hold it."""
    width, height = round(190 * scale), round(300 * scale)
    return Rect(round(310 * scale), (screen.height - height) // 2, width, height)


def _watch(physician: Physician, loaded: list[float], start: float) -> None:
    """Notes when every image of the series on screen is in memory."""

    def all_there() -> bool:
        return bool(physician.ask("find('room-reading') and find('viewports').all_loaded()"))

    until("all images", all_there, 60, every=0.02)
    loaded.append(time.monotonic() - start)


def first_shown(physician: Physician, name: str, film: list[tuple[float, NDArray[np.uint8]]], piece: Rect) -> float:
    """When the film first shows the image that the first viewport should show, in seconds."""
    port = physician.sees("viewport-1")
    wanted = wanted_picture(physician, ROOT / "resources" / "demo" / name, port)
    top, left = piece.y - port.y, piece.x - port.x
    assert top >= 0 <= left, "the piece lies in the first viewport"
    part = wanted[top : top + piece.height, left : left + piece.width]
    for when, picture in film:
        if part.shape == picture.shape[:2] and expected.shows(picture, part):
            return when
    raise AssertionError(f"{name}: the correct image was not on the screen within the film of {len(film)} pictures")


def wanted_picture(physician: Physician, folder: Path, port: Rect) -> NDArray[np.float64]:
    """What must stand in the first viewport: the product says which image under which window, everything else is worked out here."""
    state: dict[str, Any] = physician.ask(
        "(lambda v, w: {'uid': v.current()[0].sop_instance_uid, 'centre': w.centre, 'width': w.width, 'function': w.function})"
        "(find('viewport-1'), find('viewport-1').voi().window)"
    )
    path = expected.by_uid(folder / "images", state["uid"])
    return expected.fitted(expected.grey(path, state["centre"], state["width"], state["function"]), port.width, port.height)
