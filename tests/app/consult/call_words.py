"""What a test reads off the window of a call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLabel

from app.consult.shown_frame import ShownFrame
from tests.doubles.consult_room import NGOZI

if TYPE_CHECKING:
    from sync.protocol import consult as room
    from tests.app.consult.consult_bench import Bench
    from viewer.load.series import SeriesData


def words(bench: Bench) -> str:
    return " ".join(each.text() for each in bench.window.findChildren(QLabel) if each.isVisible())


def is_in(bench: Bench, state: str) -> bool:
    person = bench.call.person(NGOZI)
    return person is not None and person.state == state


def series_of(bench: Bench) -> SeriesData:
    series = bench.viewport.series
    assert series is not None
    return series


def frame_of(bench: Bench) -> ShownFrame:
    frame = bench.find("shown-frame")
    assert isinstance(frame, ShownFrame)
    return frame


def sound_and_camera(bench: Bench) -> tuple[bool, bool]:
    return not bench.media.muted, bench.media.camera_on


def asked(bench: Bench, kind: str) -> list[room.Ask]:
    return [each for each in bench.room.asked if each.t == kind]
