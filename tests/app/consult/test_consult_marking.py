"""Pointers and marks at the desk: on the image that is shown live, on still pictures, from every side, and nothing that is none."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest

from app.consult.marks import LIVE
from app.consult.session import NewPicture
from app.consult.showing import png_of
from app.look.tokens import HANDS
from tests.app.consult.call_words import frame_of
from tests.doubles.consult_room import DOCTOR, LOCAL, NGOZI
from tests.doubles.named_widgets import faults
from viewer.screen.keys import Act
from viewer.screen.view import apply

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.consult.mark_paint import Over
    from tests.app.consult.consult_bench import Bench

CIRCLE = {"m": "circle", "x": 0.5, "y": 0.5, "r": 0.1}


def over(bench: Bench, on: str) -> Over:
    return bench.consulting.presenting.marking.over(on)


def drag(widget: QWidget, start: QPoint, away: QPoint) -> None:
    QTest.mousePress(widget, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(widget, start + away)
    QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, pos=start + away)


def said(bench: Bench, kind: str) -> list[dict[str, Any]]:
    return [each for each in bench.media.marks if each["m"] == kind]


def still(bench: Bench, grey: int = 40) -> str:
    """The room has a still picture, open in the pane."""
    image = QImage(320, 200, QImage.Format.Format_RGB32)
    image.fill(QColor.fromRgb(grey, grey, grey))
    digest = bench.room.shows_still(png_of(image), "CT chest, image 3 of 6")
    bench.wait(lambda: bench.pane.stills.on == digest and not bench.pane.stills.board._image.isNull())
    return digest


def last_live(bench: Bench) -> list[dict[str, Any]]:
    marks: list[dict[str, Any]] = said(bench, "marks")[-1]["marks"]
    return marks


# -- on the live image -----------------------------------------------------------------------------------------------------


def test_marks_and_pointers_go_both_ways_and_say_whose_they_are(bench: Bench) -> None:
    bench.patient_comes()
    bench.show()
    frame = frame_of(bench)
    bench.media.marked(NGOZI, {"m": "pointer", "x": 0.25, "y": 0.5, "on": LIVE})
    bench.media.marked(NGOZI, {**CIRCLE, "on": LIVE})
    bench.wait(lambda: len(over(bench, LIVE).marks) == 1)
    assert over(bench, LIVE).pointers == (((0.25, 0.5), 1, "Ngozi Okafor"),)
    assert over(bench, LIVE).marks[0][1] == 1  # the patient's colour
    bench.press("shown-circle")
    drag(frame, frame.rect().center(), QPoint(60, 0))
    mine = last_live(bench)[-1]
    assert (mine["m"], mine["by"]) == ("circle", DOCTOR)
    assert mine["x"] == pytest.approx(0.5, abs=0.01)
    assert mine["r"] == pytest.approx(60 / frame.width(), abs=0.01)
    assert [mark["by"] for mark in last_live(bench)] == [NGOZI, DOCTOR]
    bench.press("shown-clear")
    assert last_live(bench) == []
    assert over(bench, LIVE).marks == ()


def test_a_mark_stays_with_its_place_in_its_image(bench: Bench) -> None:
    bench.patient_comes()
    bench.show()
    bench.media.marked(NGOZI, {"m": "line", "x": 0.5, "y": 0.5, "x2": 0.6, "y2": 0.5, "on": LIVE})
    bench.wait(lambda: len(over(bench, LIVE).marks) == 1)
    matrix = bench.viewport.matrix()
    assert matrix is not None
    wide, high = bench.viewport.device_size()
    place = apply(np.asarray(np.linalg.inv(matrix), np.float64), (0.6 * wide, 0.5 * high))
    for act in (Act.ROTATE, Act.FLIP_HORIZONTAL):
        bench.reading.images.do(act)
    bench.viewport._zoom_at(bench.viewport.rect().center().toPointF(), 2.0)
    matrix = bench.viewport.matrix()
    assert matrix is not None
    x, y = apply(matrix, place)
    at = over(bench, LIVE).marks[0][0].at
    assert at[2:] == pytest.approx((x / wide, y / high), abs=1e-6)
    bench.wait(lambda: last_live(bench)[0]["x2"] == pytest.approx(x / wide, abs=1e-3))


def test_a_mark_is_not_on_another_image_and_is_there_again_with_its_own(bench: Bench) -> None:
    bench.patient_comes()
    bench.show()
    bench.media.marked(NGOZI, {**CIRCLE, "on": LIVE})
    bench.wait(lambda: bool(said(bench, "marks")) and len(last_live(bench)) == 1)
    bench.reading.images.do(Act.IMAGE_NEXT)
    bench.wait(lambda: last_live(bench) == [])
    assert over(bench, LIVE).marks == ()
    bench.reading.images.do(Act.IMAGE_PREVIOUS)
    bench.wait(lambda: len(last_live(bench)) == 1)


def test_marks_end_with_the_showing(bench: Bench) -> None:
    bench.patient_comes()
    bench.show()
    bench.media.marked(NGOZI, {**CIRCLE, "on": LIVE})
    bench.wait(lambda: len(over(bench, LIVE).marks) == 1)
    bench.press("consult-show")
    bench.show()
    assert over(bench, LIVE).marks == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {**CIRCLE, "x": math.nan},
        {**CIRCLE, "r": 9},
        {**CIRCLE, "x": "0.5"},
        {**CIRCLE, "on": "f" * 64},
        {**CIRCLE, "on": ["live"]},
        {"m": ["circle"], "on": LIVE},
        {"m": "marks", "on": LIVE, "marks": [{**CIRCLE, "by": DOCTOR}]},
        {"m": "pointer", "x": -1, "y": 0.5, "on": LIVE},
        {},
    ],
)
def test_nonsense_leaves_no_mark(bench: Bench, wrong: dict[str, Any]) -> None:
    bench.patient_comes()
    bench.show()
    bench.media.marked(NGOZI, wrong)
    bench.media.marked(NGOZI, {"m": "line", "x": 0.1, "y": 0.1, "x2": 0.2, "y2": 0.2, "on": LIVE})
    bench.wait(lambda: bool(over(bench, LIVE).marks))
    assert [mark.shape for mark, _ in over(bench, LIVE).marks] == ["line"]
    assert over(bench, LIVE).pointers == ()
    assert over(bench, "f" * 64).marks == ()


# -- on a still picture ----------------------------------------------------------------------------------------------------


def test_a_still_picture_is_opened_and_marked_and_the_live_one_is_not(bench: Bench) -> None:
    bench.patient_comes()
    bench.show()
    digest = still(bench)
    board = bench.pane.stills.board
    bench.press("shown-line")
    box = board._box()
    drag(board, box.center().toPoint(), QPoint(round(box.width() / 4), 0))
    mine = said(bench, "line")[-1]
    assert mine["on"] == digest
    assert mine["x2"] == pytest.approx(0.75, abs=0.02)
    assert [mark.by for mark, _ in over(bench, digest).marks] == [DOCTOR]
    assert over(bench, LIVE).marks == ()
    bench.media.marked(NGOZI, {**CIRCLE, "on": digest})
    bench.wait(lambda: len(over(bench, digest).marks) == 2)
    assert over(bench, LIVE).marks == ()
    bench.press("shown-clear")
    assert said(bench, "clear")[-1]["on"] == digest
    assert over(bench, digest).marks == ()


def test_a_mark_lands_on_the_picture_that_it_names_alone(bench: Bench) -> None:
    bench.patient_comes()
    first, second = still(bench, 40), still(bench, 80)
    bench.media.marked(NGOZI, {**CIRCLE, "on": first})
    bench.wait(lambda: len(over(bench, first).marks) == 1)
    assert over(bench, second).marks == ()
    bench.media.marked(NGOZI, {"m": "clear", "on": second})
    bench.media.marked(NGOZI, {"m": "clear", "on": first})
    bench.wait(lambda: over(bench, first).marks == ())


def test_a_patient_clears_their_own_marks_alone(bench: Bench) -> None:
    bench.patient_comes()
    digest = still(bench)
    bench.press("shown-circle")
    drag(bench.pane.stills.board, bench.pane.stills.board.rect().center(), QPoint(20, 0))
    bench.media.marked(NGOZI, {**CIRCLE, "on": digest})
    bench.wait(lambda: len(over(bench, digest).marks) == 2)
    bench.media.marked(NGOZI, {"m": "clear", "on": digest})
    bench.wait(lambda: len(over(bench, digest).marks) == 1)
    assert [mark.by for mark, _ in over(bench, digest).marks] == [DOCTOR]


def test_the_marks_are_drawn_over_the_picture_in_the_colour_of_their_person(bench: Bench) -> None:
    bench.patient_comes()
    digest = still(bench)
    bench.media.marked(NGOZI, {"m": "line", "x": 0.1, "y": 0.5, "x2": 0.9, "y2": 0.5, "on": digest})
    bench.wait(lambda: len(over(bench, digest).marks) == 1)
    board = bench.pane.stills.board
    shot = board.grab().toImage()
    at = board._box().center() * shot.devicePixelRatio()
    assert QColor(shot.pixel(round(at.x()), round(at.y()))).name() == HANDS[1].lower()


def test_who_comes_late_is_told_of_the_marks(bench: Bench) -> None:
    bench.patient_comes()
    digest = still(bench)
    bench.press("shown-circle")
    drag(bench.pane.stills.board, bench.pane.stills.board.rect().center(), QPoint(20, 0))
    bench.patient_comes(LOCAL)
    bench.wait(lambda: any(each["on"] == digest and each["marks"][0]["by"] == DOCTOR for each in said(bench, "marks")))


def test_a_picture_that_cannot_be_had_says_so_and_is_tried_again(bench: Bench) -> None:
    bench.patient_comes()
    bench.desk.reached = False
    image = QImage(32, 20, QImage.Format.Format_RGB32)
    image.fill(QColor.fromRgb(9, 9, 9))
    digest = bench.room.shows_still(png_of(image), "CT chest")
    bench.wait(lambda: digest in bench.pane.stills._failed)
    bench.desk.reached = True
    bench.press(f"still-{digest[:12]}")
    bench.wait(lambda: not bench.pane.stills.board._image.isNull())
    bench.press("still-close")
    assert bench.pane.stills.on == ""
    assert faults(bench.pane) == []


# -- what another desk shows -------------------------------------------------------------------------------------------------


def test_the_second_physician_sees_and_marks_what_the_first_shows(bench: Bench) -> None:
    people = tuple(each.model_copy(update={"desk": True}) if each.id == LOCAL else each for each in bench.room.state.people)
    bench.room.state = bench.room.state.model_copy(update={"people": people})
    bench.patient_comes(LOCAL)
    bench.room.state = bench.room.state.model_copy(update={"showing": "Chest 1.0 D"})
    bench.room.tell()
    bench.wait(lambda: bench.call.state is not None and bench.call.state.showing == "Chest 1.0 D")
    bench.media.pictures[LOCAL, "shown"] = np.full((72, 128, 3), 90, np.uint8)
    bench.media.say(NewPicture(LOCAL, "shown"))
    bench.wait(lambda: bench.pane.stills.on == LIVE)
    bench.media.marked(LOCAL, {"m": "marks", "on": LIVE, "marks": [{**CIRCLE, "by": DOCTOR}]})
    bench.wait(lambda: len(over(bench, LIVE).marks) == 1)
    bench.press("shown-circle")
    drag(bench.pane.stills.board, bench.pane.stills.board.rect().center(), QPoint(20, 0))
    assert said(bench, "circle")[-1]["on"] == LIVE  # a wish: who shows it says where it stands
    bench.room.state = bench.room.state.model_copy(update={"showing": ""})
    bench.room.tell()
    bench.wait(lambda: bench.pane.stills.on == "")
    assert over(bench, LIVE).marks == ()
