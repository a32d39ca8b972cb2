"""Pictures between processes: the newest wins, and none is torn."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

from app.consult.slots import Slots

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def slots() -> Iterator[Slots]:
    made = Slots(most=(40, 60))
    yield made
    made.close()


def test_the_newest_wins_in_another_memory_of_the_same_name(slots: Slots) -> None:
    assert slots.newest() is None
    other = Slots(slots.name, (40, 60))
    for n in range(5):
        other.put(np.full((30, 20 + n, 3), n, np.uint8))
    newest = slots.newest()
    assert newest is not None
    assert newest.shape == (30, 24, 3)
    assert (newest == 4).all()
    other.close()
    assert (newest == 4).all()


def test_none_after_it_is_cleared_and_none_that_is_too_large(slots: Slots) -> None:
    slots.put(np.zeros((41, 60, 3), np.uint8))
    assert slots.newest() is None
    slots.put(np.zeros((40, 60, 3), np.uint8))
    assert slots.newest() is not None
    slots.clear()
    assert slots.newest() is None


def test_numbers_that_make_no_sense_give_no_picture(slots: Slots) -> None:
    slots._head()[0] = (7, 1 << 40, 1 << 40)
    assert slots.newest() is None
    slots._head()[0] = (7, -3, 5)
    assert slots.newest() is None


def test_a_picture_is_never_torn(slots: Slots) -> None:
    over, seen = threading.Event(), list[np.ndarray]()

    def write() -> None:
        n = 0
        while not over.is_set():
            n = (n + 1) % 250
            slots.put(np.full((40, 60, 3), n, np.uint8))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        end = time.monotonic() + 30
        while len(seen) < 1000 and time.monotonic() < end:
            seen += [picture] if (picture := slots.newest()) is not None else []
    finally:
        over.set()
        writer.join()
    assert len(seen) == 1000
    assert all((p == p[0, 0, 0]).all() for p in seen)
