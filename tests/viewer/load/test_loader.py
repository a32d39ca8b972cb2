from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from record.trouble import Kind, Trouble
from tests.viewer.load.made import Source, never, stack, values
from viewer.load.loader import Loader
from viewer.load.memory import Memory

if TYPE_CHECKING:
    from collections.abc import Iterator


class Heard:
    """What the loader told, and a way to wait for it."""

    def __init__(self) -> None:
        self.told: list[tuple[str, int]] = []
        self._news = threading.Condition()

    def __call__(self, key: str, indices: list[int]) -> None:
        with self._news:
            self.told.extend((key, index) for index in indices)
            self._news.notify_all()

    def wait(self, count: int) -> None:
        with self._news:
            assert self._news.wait_for(lambda: len(self.told) >= count, 20), self.told


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def loader(source: Source, heard: Heard) -> Iterator[Loader]:
    made = Loader(source, never, Memory(64 << 20), heard)
    yield made
    source.gate.set()
    made.close()


def test_the_visible_frame_is_asked_for_before_any_other(loader: Loader, source: Source, heard: Heard) -> None:
    loader.attach(stack(source, 40), 17)
    heard.wait(40)
    assert source.asked[0] == ("s-17", 0)
    assert sorted(source.asked) == sorted((f"s-{n}", 0) for n in range(40))  # each once


def test_every_frame_is_what_was_packed_and_lies_in_one_array(loader: Loader, source: Source, heard: Heard) -> None:
    frames = loader.attach(stack(source), 0)
    heard.wait(6)
    assert frames.whole
    assert frames.array is not None
    for index in range(6):
        found = frames.get(index)
        assert isinstance(found, np.ndarray)
        assert found.base is frames.array
        np.testing.assert_array_equal(found, values(index))


def test_a_reader_who_moves_on_takes_the_queue_along(loader: Loader, source: Source, heard: Heard) -> None:
    source.gate.clear()
    loader.attach(stack(source, 200), 0)
    loader.look("s", 150, 1)
    source.gate.set()
    heard.wait(200)
    assert "s-150" in [name for name, _ in source.asked[:3]]  # at most two frames were already under way


def test_what_lies_around_the_new_place_comes_before_what_was_taken_in_hand_at_the_old(source: Source, heard: Heard) -> None:
    made = Loader(source, never, Memory(64 << 20), heard, threads=1)
    source.gate_at = "s-3"  # in the middle of what the thread took in one go
    source.gate.clear()
    made.attach(stack(source, 200), 0)
    source.waits.wait(20)
    made.look("s", 150, 1)
    source.gate.set()
    heard.wait(200)
    at = [name for name, _ in source.asked].index("s-3")
    assert [name for name, _ in source.asked[at + 1 : at + 4]] == ["s-150", "s-151", "s-149"]
    assert sorted(source.asked) == sorted((f"s-{n}", 0) for n in range(200))
    made.close()


def test_what_was_put_back_when_the_reader_moved_comes_later_and_each_frame_once(loader: Loader, source: Source, heard: Heard) -> None:
    data = stack(source, 60)
    loader.attach(data, 0)
    for at in (50, 10, 40, 0, 59):
        loader.look("s", at)
    heard.wait(60)
    assert sorted(source.asked) == sorted((f"s-{n}", 0) for n in range(60))
    assert sorted(index for _, index in heard.told) == list(range(60))


def test_before_the_first_image_is_painted_nothing_else_is_fetched(source: Source, heard: Heard) -> None:
    made = Loader(source, never, Memory(64 << 20), heard)
    made.only_shown(only=True)
    made.attach(stack(source, 20, "one"), 5)
    made.attach(stack(source, 20, "other"), 7)
    heard.wait(2)
    assert sorted(source.asked) == [("one-5", 0), ("other-7", 0)]
    made.only_shown(only=False)
    heard.wait(40)
    made.close()


def test_a_damaged_frame_is_a_trouble_and_the_others_come(loader: Loader, source: Source, heard: Heard) -> None:
    data = stack(source)
    source.damaged.add("s-2")
    frames = loader.attach(data, 2)
    heard.wait(6)
    found = frames.get(2)
    assert isinstance(found, Trouble)
    assert found.kind is Kind.DAMAGED
    assert sum(isinstance(frames.get(n), np.ndarray) for n in range(6)) == 5
    assert not frames.whole


def test_a_damaged_frame_that_came_again_is_shown_after_a_retry(loader: Loader, source: Source, heard: Heard) -> None:
    source.damaged.add("s-2")
    frames = loader.attach(stack(source), 2)
    heard.wait(6)
    source.damaged.clear()
    loader.retry()
    heard.wait(7)
    np.testing.assert_array_equal(np.asarray(frames.get(2)), values(2))


def test_a_frame_that_ends_too_early_is_a_trouble_without_names(loader: Loader, source: Source, heard: Heard) -> None:
    data = stack(source, 3)
    source.objects["s-1"] = source.objects["s-1"][:40]
    frames = loader.attach(data, 1)
    heard.wait(3)
    found = frames.get(1)
    assert isinstance(found, Trouble)
    assert "Tessa" not in found.what_happened + found.what_to_do + found.details


def test_coded_frames_go_through_the_worker(source: Source, heard: Heard) -> None:
    data = stack(source, 2)
    refs = tuple(
        (type(frames[0])(frames[0].object_id, 0, frames[0].length, "1.2.840.10008.1.2.4.50"),)
        for frames in data.refs
        if not isinstance(frames[0], Trouble)
    )
    asked: list[str] = []

    def decode(coded: bytes, form: str, pixels: object) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
        asked.append(form)
        return values(7)

    made = Loader(source, decode, Memory(64 << 20), heard)
    frames = made.attach(replace(data, refs=refs), 0)
    heard.wait(2)
    assert asked == ["1.2.840.10008.1.2.4.50"] * 2
    np.testing.assert_array_equal(np.asarray(frames.get(1)), values(7))
    made.close()


def test_closing_ends_the_threads_and_gives_the_memory_back(source: Source, heard: Heard) -> None:
    memory = Memory(64 << 20)
    made = Loader(source, never, memory, heard)
    made.attach(stack(source), 0)
    heard.wait(6)
    assert memory.used == 6 * 24 * 32 * 2
    made.close()
    assert memory.used == 0
    assert not [t for t in threading.enumerate() if t.name.startswith("frames-")]


def test_a_series_that_was_let_go_is_loaded_again_in_one_array_when_it_is_shown_again(source: Source, heard: Heard) -> None:
    size = 6 * 24 * 32 * 2
    memory = Memory(size + 10)
    made = Loader(source, never, memory, heard)
    one, other = stack(source, key="one"), stack(source, key="other")
    made.attach(one, 0)
    heard.wait(6)
    made.release("one")
    made.attach(other, 0)
    heard.wait(12)
    made.release("other")
    frames = made.attach(one, 3)
    heard.wait(18)
    assert frames.whole
    np.testing.assert_array_equal(np.asarray(frames.get(3)), values(3))
    made.close()


def test_a_series_too_large_for_one_piece_keeps_the_frames_around_the_reader(source: Source, heard: Heard) -> None:
    made = Loader(source, never, Memory(40_000), heard)  # 26 frames' worth; a quarter of it is 6
    frames = made.attach(stack(source, 60), 10)
    assert frames.array is None
    heard.wait(5)
    assert {index for _, index in heard.told} == {8, 9, 10, 11, 12}
    made.look("s", 40, 1)
    heard.wait(10)
    assert {index for _, index in heard.told[5:]} == {38, 39, 40, 41, 42}
    assert frames.loaded == 6
    np.testing.assert_array_equal(np.asarray(frames.get(40)), values(40))
    made.close()


def test_what_is_kept_of_a_series_too_large_stands_in_the_account(source: Source, heard: Heard) -> None:
    memory = Memory(40_000)
    made = Loader(source, never, memory, heard)
    made.attach(stack(source, 60), 10)
    assert memory.used == 6 * 24 * 32 * 2
    made.close()
    assert memory.used == 0


def test_the_images_on_screen_come_before_what_lies_around_any_of_them(loader: Loader, source: Source, heard: Heard) -> None:
    source.gate.clear()
    loader.attach(stack(source, 40, "one"), 20)
    loader.attach(stack(source, 40, "other"), 5)
    loader.look("one", 30)
    source.gate.set()
    heard.wait(80)
    assert {"one-30", "other-5"} <= {name for name, _ in source.asked[:4]}  # two frames may have been in hand already
