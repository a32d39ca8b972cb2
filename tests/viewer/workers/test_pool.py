"""The pool: what it answers, and that a death costs one file and nothing is left behind."""

from __future__ import annotations

import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import imagecodecs
import numpy as np
import pytest

from record.trouble import Kind, Trouble
from viewer.dicom.decode import pack
from viewer.dicom.header import PixelFormat
from viewer.dicom.read import read_dataset
from viewer.workers.pool import Pool
from viewer.workers.tasks import TASKS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

GREY = PixelFormat(512, 512, 1, 16, 16, 15, signed=True, photometric="MONOCHROME2", dtype="int16")


@pytest.fixture
def pool() -> Iterator[Pool]:
    with Pool(1, memory_mb=256) as made:
        yield made


def process_of(pool: Pool) -> int:
    process = pool._workers[0]._process
    assert process is not None
    return process.pid


def test_large_arrays_cross_whole(pool: Pool) -> None:
    values = np.arange(512 * 512, dtype=np.int32).astype(np.int16).reshape(512, 512)
    found = pool.run("decode", (pack(values), "blosc2", GREY))
    assert found.dtype == np.int16
    assert np.array_equal(found, values)


def test_a_file_that_is_no_dicom_is_one_trouble_and_the_worker_lives(pool: Pool) -> None:
    pool.warm()
    before = process_of(pool)
    with pytest.raises(Trouble) as caught:
        pool.run("prepare", b"this is a letter, not an image" * 10)
    assert caught.value.kind is Kind.INPUT
    assert process_of(pool) == before


def test_a_worker_that_dies_is_one_refused_file_and_is_replaced(pool: Pool, dev_files: Callable[[str], list[Path]]) -> None:
    data = dev_files("series/ct-chest/*.dcm")[0].read_bytes()
    pool.warm()
    before = process_of(pool)
    os.kill(before, signal.SIGSEGV)
    answers: list[Any] = []
    for _ in range(2):  # the first meets the dying process or already its successor
        try:
            answers.append(pool.run("prepare", data))
        except Trouble as trouble:
            answers.append(trouble)
    kinds = {one.kind for one in answers if isinstance(one, Trouble)}
    assert kinds <= {Kind.IMAGE}
    assert answers[1].form == "blosc2"
    assert process_of(pool) != before


def test_processor_time_is_limited_inside_a_library(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    noise = np.random.default_rng(2).integers(0, 60000, (1024, 1024)).astype(np.uint16)
    stream = bytes(imagecodecs.jpeg2k_encode(noise, level=0))
    form = replace(GREY, rows=1024, columns=1024, signed=False, dtype="uint16")
    monkeypatch.setitem(TASKS, "decode", replace(TASKS["decode"], seconds_per_mb=0.0))
    with pytest.raises(Trouble, match="too long") as caught:
        pool.run("decode", (stream, "1.2.840.10008.1.2.4.90", form), deadline_s=0.05)
    assert caught.value.kind is Kind.IMAGE
    assert np.array_equal(pool.run("decode", (stream, "1.2.840.10008.1.2.4.90", form), deadline_s=60.0), noise)


def test_a_sleeping_worker_is_ended_within_two_seconds_of_its_deadline(pool: Pool) -> None:
    pool.warm()
    os.kill(process_of(pool), signal.SIGSTOP)
    began = time.monotonic()
    with pytest.raises(Trouble, match="too long") as caught:
        pool.run("prepare", b"", deadline_s=0.5)
    assert time.monotonic() - began < 0.5 + 2.0
    assert caught.value.what_to_do


def test_where_nobody_tells_what_a_worker_does_the_clock_ends_it(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("viewer.workers.limit.worked", lambda pid: None)
    monkeypatch.setattr("viewer.workers.pool.WALL_SPARE_S", 0.2)
    pool.warm()
    os.kill(process_of(pool), signal.SIGSTOP)
    with pytest.raises(Trouble, match="too long"):
        pool.run("prepare", b"", deadline_s=0.01)


def test_no_file_waits_for_the_death_of_another(dev_files: Callable[[str], list[Path]]) -> None:
    files = [path.read_bytes() for path in dev_files("series/ct-chest/*.dcm")[:6]]
    with Pool(2) as pool, ThreadPoolExecutor(3) as threads:
        pool.warm()
        stopped = process_of(pool)
        os.kill(stopped, signal.SIGSTOP)
        answers = [threads.submit(pool.run, "prepare", data, deadline_s=2.0) for data in files]
        whole = [one for one in answers if one.exception(timeout=60) is None]
        assert len(whole) == len(files) - 1
        lost = next(one.exception() for one in answers if one.exception() is not None)
        assert isinstance(lost, Trouble)
        assert lost.kind is Kind.IMAGE


def test_memory_is_limited(pool: Pool) -> None:
    large = PixelFormat(20000, 20000, 1, 16, 16, 15, signed=True, photometric="MONOCHROME2", dtype="int16")
    with pytest.raises(Trouble, match="memory"):
        pool.run("decode", (b"\0" * 64, "blosc2", large))
    assert pool.run("decode", (pack(np.zeros((512, 512), np.int16)), "blosc2", GREY)).max() == 0


def test_many_threads_share_few_workers(dev_files: Callable[[str], list[Path]]) -> None:
    files = [path.read_bytes() for path in dev_files("series/ct-chest/*.dcm")[:12]]
    with Pool(2) as pool, ThreadPoolExecutor(6) as threads:
        found = list(threads.map(lambda data: pool.run("prepare", data), files))
    assert [one.header.sop_instance_uid for one in found] == [str(read_dataset(data).SOPInstanceUID) for data in files]


def test_after_closing_tasks_are_refused_and_no_process_is_left() -> None:
    pool = Pool(2)
    pool.warm()
    pids = [worker._process.pid for worker in pool._workers if worker._process is not None]
    assert len(pids) == 2
    pool.close()
    pool.close()
    assert not any(Path("/proc", str(pid)).exists() for pid in pids)
    with pytest.raises(Trouble) as caught:
        pool.run("prepare", b"")
    assert caught.value.kind is Kind.STATE


def test_closing_wakes_who_waits() -> None:
    pool = Pool(1)
    pool.warm()
    os.kill(process_of(pool), signal.SIGSTOP)
    caught: list[Trouble] = []

    def wait() -> None:
        try:
            pool.run("prepare", b"")
        except Trouble as trouble:
            caught.append(trouble)

    waiting = threading.Thread(target=wait)
    waiting.start()
    deadline = time.monotonic() + 10
    while pool._idle.qsize() and time.monotonic() < deadline:
        threading.Event().wait(0.01)
    pool.close()
    waiting.join(10)
    assert not waiting.is_alive()
    assert [one.kind for one in caught] == [Kind.STATE]
