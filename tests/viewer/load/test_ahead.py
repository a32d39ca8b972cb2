"""Memory made ready ahead: of the right size, once, within the account, given back when it is not wanted."""

from __future__ import annotations

import ctypes
import mmap
import threading
from typing import cast

import numpy as np
import pytest

from viewer.load import ahead
from viewer.load.ahead import POPULATE_WRITE, SMALL, Ahead, anonymous
from viewer.load.frames import room
from viewer.load.memory import Memory

SIZE = SMALL + 512 * 512 * 2


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Memory:
    monkeypatch.setattr(ahead, "available_bytes", lambda: 1 << 40)
    return Memory(8 * SIZE)


def in_core(room: mmap.mmap) -> int:
    """Bytes of a mapping whose pages the system holds in memory: mincore(2), Linux."""
    flags = np.zeros(-(-len(room) // mmap.PAGESIZE), np.uint8)
    address = np.frombuffer(room, np.uint8).ctypes.data
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mincore(ctypes.c_void_p(address), ctypes.c_size_t(len(room)), ctypes.c_void_p(flags.ctypes.data)):
        raise OSError(ctypes.get_errno(), "mincore")
    return int((flags & 1).sum()) * mmap.PAGESIZE


def can_be_made_ready() -> bool:
    """Whether this system clears pages ahead at all: Linux 5.14 or newer."""
    try:
        cast("mmap.mmap", anonymous(mmap.PAGESIZE)).madvise(POPULATE_WRITE)
    except (OSError, AttributeError):
        return False
    return True


def test_room_of_the_same_size_is_taken_once_and_is_all_zeros(memory: Memory) -> None:
    memory.ahead.want([SIZE])
    assert memory.used == SIZE
    first = room((SIZE // 2,), np.dtype(np.int16), memory.ahead)
    assert not first.any()
    assert memory.ahead.take(SIZE) is None


def test_another_size_is_not_given(memory: Memory) -> None:
    memory.ahead.want([SIZE])
    assert memory.ahead.take(SIZE + 2) is None
    assert memory.ahead.take(SIZE) is not None


def test_its_pages_are_there_before_they_are_written(memory: Memory) -> None:
    memory.ahead.want([SIZE])
    made, fresh = memory.ahead.take(SIZE), anonymous(SIZE)
    assert made is not None
    assert fresh is not None
    if can_be_made_ready():
        assert (in_core(made), in_core(fresh)) == (len(made), 0)


def test_a_newer_wish_takes_the_place_of_an_older_one(memory: Memory) -> None:
    memory.ahead.want([SIZE])
    memory.ahead.want([SIZE + 4096])
    assert memory.ahead.take(SIZE) is None
    assert memory.used == SIZE + 4096
    memory.ahead.forget()
    assert memory.used == 0
    assert memory.ahead.take(SIZE + 4096) is None


@pytest.mark.parametrize("sizes", [[], [SMALL - 1], [9 * SIZE], [SIZE] * 9])
def test_what_is_small_or_does_not_fit_is_not_made_ready(memory: Memory, sizes: list[int]) -> None:
    memory.ahead.want(sizes)
    assert memory.used == 0


def test_nobody_is_let_go_for_what_is_only_likely(memory: Memory) -> None:
    gone: list[str] = []
    assert memory.hold("a series", 7 * SIZE + 1, lambda: gone.append("a series"))
    memory.ahead.want([SIZE])
    assert memory.used == 7 * SIZE + 1
    assert gone == []


def test_it_goes_first_when_others_need_the_room(memory: Memory) -> None:
    memory.ahead.want([SIZE])
    assert memory.hold("a series", 8 * SIZE, lambda: None)
    assert memory.ahead.take(SIZE) is None
    assert memory.used == 8 * SIZE


def test_a_machine_that_is_short_of_memory_is_left_alone(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "available_bytes", lambda: SIZE)
    memory.ahead.want([SIZE])
    assert memory.used == 0


def test_what_was_decoded_meanwhile_stays(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on, real = threading.Event(), threading.Event(), Ahead._touch

    def slow(self: Ahead, made: object, mine: int) -> bool:
        begun.set()
        go_on.wait(10)
        return real(self, made, mine)  # type: ignore[arg-type]  # a mapping

    monkeypatch.setattr(Ahead, "_touch", slow)
    thread = threading.Thread(target=memory.ahead.want, args=([SIZE],))
    thread.start()
    assert begun.wait(10)
    values = room((SIZE // 2,), np.dtype(np.int16), memory.ahead)
    values[:] = 7
    go_on.set()
    thread.join(10)
    assert (values == 7).all()
