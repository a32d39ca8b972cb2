"""The recorder: sound by its own clock, pictures in their places, parts that are one file however it was cut."""

from __future__ import annotations

import io
import threading
import time
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from app.consult.media import recorder
from app.consult.media.opus import FRAME, RATE, Sound
from app.consult.media.recorder import CUSHION, MOST, Recorder
from app.consult.media.scene import COLUMNS, ROWS, drawn
from app.consult.session import Recorded

if TYPE_CHECKING:
    from app.consult.slots import Picture


def flat(rows: int, columns: int, level: int) -> Picture:
    return np.full((rows, columns, 3), level, np.uint8)


def block(level: int, samples: int = FRAME) -> Sound:
    return np.full(samples, level, np.int16)


# -- the picture -------------------------------------------------------------------------------------------------------


def test_with_nobody_and_nothing_it_is_black() -> None:
    assert drawn(None, []).shape == (ROWS, COLUMNS, 3)
    assert drawn(None, []).max() == 0


def test_people_stand_side_by_side() -> None:
    made = drawn(None, [flat(480, 640, 100), flat(480, 640, 200)])
    assert abs(int(made[ROWS // 2, COLUMNS // 4, 0]) - 100) < 3
    assert abs(int(made[ROWS // 2, 3 * COLUMNS // 4, 0]) - 200) < 3


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_everybody_is_seen_whole_beside_what_is_shown(count: int) -> None:
    made = drawn(flat(720, 1280, 250), [flat(360, 640, 40 * (one + 1)) for one in range(count)])
    assert abs(int(made[ROWS // 2, 300, 0]) - 250) < 3
    beside = made[:, COLUMNS - 212 :, 0]
    for one in range(count):
        assert (np.abs(beside.astype(int) - 40 * (one + 1)) < 3).sum() > 5000


def test_no_picture_is_stretched() -> None:
    made = drawn(flat(200, 100, 255), [])
    rows, columns = np.nonzero(made[:, :, 0] > 128)
    assert (rows.max() - rows.min() + 1) / (columns.max() - columns.min() + 1) == pytest.approx(2, rel=0.02)


# -- the sound ---------------------------------------------------------------------------------------------------------


def test_a_side_is_heard_once_it_has_a_cushion_and_keeps_every_sample() -> None:
    side = recorder._Side()
    assert side.pull().max() == 0
    for n in range(CUSHION // FRAME + 1):
        side.put(block(n + 1))
    heard = [int(side.pull()[0]) for _ in range(CUSHION // FRAME + 1)]
    assert heard == list(range(1, CUSHION // FRAME + 2))
    assert side.pull().max() == 0  # it has run dry: silence until there is a cushion again


def test_a_side_that_comes_too_fast_loses_its_oldest() -> None:
    side = recorder._Side()
    for n in range(100):
        side.put(block(n + 1))
    assert int(side.pull()[0]) == 100 - MOST // FRAME + 1


# -- the file ----------------------------------------------------------------------------------------------------------


def test_parts_in_their_order_are_one_file_and_the_first_alone_can_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "PART_S", 0.8)
    parts = list[Recorded]()
    made = Recorder("take", lambda: flat(ROWS, COLUMNS, 120), parts.append)
    until = time.monotonic() + 2.2
    while time.monotonic() < until:
        made.said.put(block(3000))
        threading.Event().wait(FRAME / RATE)
    made.close()
    assert [part.number for part in parts] == list(range(len(parts)))
    assert len(parts) >= 3
    assert [part.last for part in parts] == [False] * (len(parts) - 1) + [True]
    whole = b"".join(part.data for part in parts)
    with av.open(io.BytesIO(whole), "r") as file:
        seconds = sum(frame.samples for frame in file.decode(audio=0)) / RATE
    assert 1.8 < seconds < 2.8
    with av.open(io.BytesIO(b"".join(part.data for part in parts[:-1])), "r") as file:
        assert sum(1 for _ in file.decode(video=0)) >= 2


def test_what_fails_while_recording_ends_it_and_keeps_what_was() -> None:
    parts, told = list[Recorded](), threading.Event()
    good = [flat(ROWS, COLUMNS, 0)] * 3

    def take(part: Recorded) -> None:
        parts.append(part)
        told.set()

    made = Recorder("take", good.pop, take)  # there is no fourth picture
    assert told.wait(5)
    made.close()
    assert [part.last for part in parts] == [True]
    with av.open(io.BytesIO(parts[0].data), "r") as file:
        assert sum(1 for _ in file.decode(video=0)) == 3
