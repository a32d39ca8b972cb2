from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from viewer.tools.marks import Mark, Marks


def mark(number: int) -> Mark:
    return Mark("length", f"1.2.{number % 3}", 0, ((0.0, float(number)), (1.0, 1.0)), "")


def test_marks_belong_to_one_frame_of_one_instance() -> None:
    marks = Marks().add(mark(0)).add(mark(1)).add(mark(3))
    assert marks.on("1.2.0", 0) == (mark(0), mark(3))
    assert marks.on("1.2.0", 1) == ()


@given(st.lists(st.tuples(st.sampled_from(["add", "remove", "change"]), st.integers(0, 5)), max_size=20))
def test_every_change_can_be_taken_back_and_done_again(acts: list[tuple[str, int]]) -> None:
    marks, states = Marks(), []
    for act, number in acts:
        states.append(marks.now)
        marks = marks.add(mark(number)) if act == "add" else _less(marks, act, mark(number))
    last = marks.now
    for state in reversed(states):
        marks = marks.undo()
        assert marks.now == state
    assert marks.undo() == marks
    for _ in states:
        marks = marks.redo()
    assert marks.now == last
    assert marks.redo() == marks


def _less(marks: Marks, act: str, one: Mark) -> Marks:
    return marks.remove(one) if act == "remove" else marks.change(one, mark(9))
