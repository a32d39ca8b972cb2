from __future__ import annotations

from viewer.screen.drawing import MARK_TOOLS, Drawing
from viewer.screen.keys import Act


def test_a_length_by_one_drag() -> None:
    made = Drawing(MARK_TOOLS[Act.LENGTH])
    assert not made.press((1, 1))
    made.move((5, 5))
    under_way = made.points
    assert made.release((9, 9))
    assert (under_way, made.points) == (((1, 1), (5, 5)), ((1, 1), (9, 9)))


def test_a_length_by_two_clicks() -> None:
    made = Drawing(MARK_TOOLS[Act.LENGTH])
    assert not made.press((1, 1))
    assert not made.release((1, 1))
    made.move((7, 7))
    assert not made.press((9, 9))
    assert made.release((9, 9))
    assert made.points == ((1, 1), (9, 9))


def test_an_angle_by_a_drag_and_a_click_and_by_three_clicks() -> None:
    by_drag = Drawing(MARK_TOOLS[Act.ANGLE])
    by_drag.press((0, 0))
    by_drag.release((9, 0))
    by_drag.move((9, 4))
    by_drag.press((9, 9))
    by_drag.release((9, 9))
    clicks = Drawing(MARK_TOOLS[Act.ANGLE])
    done = []
    for at in ((0, 0), (9, 0), (9, 9)):
        clicks.move((5, 5))
        done += [clicks.press(at), clicks.release(at)]
    assert {by_drag.points, clicks.points} == {((0, 0), (9, 0), (9, 9))}
    assert done[-1]
    assert not any(done[:-1])


def test_cobb_lifts_the_pen_between_its_lines() -> None:
    made = Drawing(MARK_TOOLS[Act.COBB])
    made.press((0, 0))
    made.release((9, 0))
    made.move((4, 20))
    between = made.points
    made.press((0, 30))
    made.move((5, 30))
    assert made.release((9, 31))
    assert (between, made.points) == (((0, 0), (9, 0)), ((0, 0), (9, 0), (0, 30), (9, 31)))


def test_a_probe_is_one_click() -> None:
    made = Drawing(MARK_TOOLS[Act.PROBE])
    assert made.press((3, 4))
    assert made.points == ((3, 4),)
