"""Rooms and corners that the demo does not visit: a search without a match, planes, the volume, the panel beside, an original to keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.journeys.processes import until

if TYPE_CHECKING:
    from tests.journeys.trouble_stage import Seat, Stage

SHADES = (
    "(lambda i: len({i.pixel(x, y) for x in range(0, i.width(), 7) for y in range(0, i.height(), 7)}))(find('volume').grabFramebuffer())"
)
WINDOWS = "[type(w).__name__ for w in app.topLevelWidgets() if w.isVisible()]"


def test_corners_of_the_worklist_and_of_reading(stage: Stage) -> None:
    house = stage.home("rooms")
    with stage.sits(house) as seat:
        _no_match(seat)
        seat.opens("Marchetti")
        until("all images", lambda: seat.person.ask("find('viewports').all_loaded()"), 60)
        _planes(seat)
        _volume(seat)
        _original(seat)


def _no_match(seat: Seat) -> None:
    seat.person.screen.press("/")
    seat.person.screen.type("zzzz")
    seat.reads("No case is like that")
    seat.person.picture("no-match")
    seat.person.screen.press("Escape")
    until("the rows again", lambda: len(seat.rows()) == 2, 10)


def _planes(seat: Seat) -> None:
    seat.person.screen.press("m")
    until("three planes", lambda: seat.person.ask("len(find('viewports').viewports)") >= 3, 30)
    seat.reads("coronal, image", "axial, image")
    seat.person.picture("planes")
    seat.person.screen.press("m")
    until("one image again", lambda: seat.person.ask("len([v for v in find('viewports').viewports if v.isVisible()])") == 1, 10)


def _volume(seat: Seat) -> None:
    seat.person.screen.press("Shift+M")
    seat.person.sees("volume-window")
    until("the head, drawn", lambda: int(seat.person.ask(SHADES)) > 50, 60, every=0.5)
    if (kept := seat.person.pictures) is not None:
        seat.person.ask(f"find('volume-window').grab().save({str(kept / 'volume.png')!r})")
    seat.person.ask("find('volume-window').close()")
    seat.person.screen.give_focus()


def _original(seat: Seat) -> None:
    seat.person.clicks("viewport-1")
    seat.person.screen.press("Ctrl+Shift+S")
    until("asked where to", lambda: "QFileDialog" in seat.person.ask(WINDOWS), 20)
    seat.person.picture("original-where")
    seat.person.screen.press("Escape")
