"""Memory made ready ahead: of the right size, once, within the account, given back when it is not wanted."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from viewer.load import ahead
from viewer.load.ahead import SMALL, Ahead
from viewer.load.frames import room
from viewer.load.memory import Memory

SIZE = SMALL + 512 * 512 * 2


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Memory:
    monkeypatch.setattr(ahead, "available_bytes", lambda: 1 << 40)
    return Memory(8 * SIZE)


def resident(path: Path, size: int) -> int:
    """Bytes of the mapping of `size` bytes that the system holds in memory (Linux)."""
    lines, inside = path.read_text().splitlines(), False
    for line in lines:
        first = line.split(maxsplit=1)[0]
        if "-" in first:
            low, high = (int(part, 16) for part in first.split("-"))
            inside = high - low == size
        elif inside and first == "Rss:":
            return int(line.split()[1]) << 10
    return 0


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
    odd, smaps = SIZE + 12288, Path("/proc/self/smaps")  # a size that no other mapping has
    memory.ahead.want([odd])
    if smaps.exists():
        assert resident(smaps, odd) >= odd
    assert memory.ahead.take(odd) is not None


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
