"""A test that leaves a thread, a process, a socket or a temporary file behind fails."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

# Long-lived by design: Python's own bookkeeping for multiprocessing, once started, serves until the end.
SERVANTS = (b"multiprocessing.resource_tracker", b"multiprocessing.forkserver")
PATIENCE_S = 5.0

Look = Callable[[], "AbstractSet[object]"]


def threads() -> AbstractSet[object]:
    """Python threads alive; a dummy stands for a foreign thread that once called Python and cannot be asked."""
    return {t for t in threading.enumerate() if not isinstance(t, threading._DummyThread)}


def processes() -> AbstractSet[object]:
    """Children of this process (Linux), zombies among them, without Python's servants."""
    found: set[object] = set()
    for children in Path("/proc/self/task").glob("*/children"):
        try:
            pids = children.read_text().split()
        except OSError:  # the thread has just ended
            continue
        found.update(int(pid) for pid in pids if not _is_servant(pid))
    return found


def _is_servant(pid: str) -> bool:
    try:
        line = Path("/proc", pid, "cmdline").read_bytes()
    except OSError:
        return True  # gone
    return any(name in line for name in SERVANTS)


def sockets() -> AbstractSet[object]:
    """Open sockets of this process (Linux), by the kernel's name."""
    found: set[object] = set()
    folder = Path("/proc/self/fd")
    for entry in folder.iterdir() if folder.is_dir() else ():
        try:
            target = str(entry.readlink())
        except OSError:
            continue
        if target.startswith("socket:"):
            found.add(target)
    return found


def temporary_files() -> AbstractSet[object]:
    """What stands in this process's own temporary folder; pytest's `tmp_path` lies elsewhere."""
    return set(Path(tempfile.gettempdir()).iterdir())


LOOKS: dict[str, Look] = {"thread": threads, "process": processes, "socket": sockets, "file": temporary_files}


def left_behind(before: dict[str, AbstractSet[object]], allowed: AbstractSet[str]) -> dict[str, list[str]]:
    """What is there now and was not before, by kind; waits a while for what is just ending."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        left = {kind: look() - before[kind] for kind, look in LOOKS.items() if kind not in allowed}
        left = {kind: things for kind, things in left.items() if things}
        if not left or time.monotonic() > deadline:
            return {kind: sorted(map(str, things)) for kind, things in left.items()}
        gc.collect()
        threading.Event().wait(0.02)


@pytest.fixture(scope="session", autouse=True)
def own_temporary_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Gives this process and its children a temporary folder of their own, so that what stays in it can be blamed on a test."""
    tmp_path_factory.getbasetemp()  # made where pytest wants it, before the place for everything else moves
    folder = Path(tempfile.mkdtemp(prefix="overread-tests-"))
    before = {name: os.environ.get(name) for name in ("TMPDIR", "TEMP", "TMP")}
    os.environ.update(dict.fromkeys(before, str(folder)))
    tempfile.tempdir = str(folder)
    yield folder
    tempfile.tempdir = None
    for name, value in before.items():
        if value is None:
            os.environ.pop(name)
        else:
            os.environ[name] = value
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(autouse=True)
def leak_guard(request: pytest.FixtureRequest, own_temporary_folder: Path) -> Iterator[None]:
    """Fails the test that leaves something; what fixtures of a wider scope hold is there before and does not count."""
    before = {kind: look() for kind, look in LOOKS.items()}
    yield
    allowed = {kind for mark in request.node.iter_markers("keeps") for kind in mark.args[:1]}
    if left := left_behind(before, allowed):
        pytest.fail(f"left behind: {left}", pytrace=False)


def pytest_configure(config: pytest.Config) -> None:
    """Names the mark for a test that rightly keeps something."""
    config.addinivalue_line("markers", f"keeps(kind, why): this test may leave a {', '.join(LOOKS)} behind")
