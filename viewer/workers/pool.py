"""A pool of warm worker processes: the only way by which bytes from outside are parsed, at the desk and at the hospital."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from queue import Empty, LifoQueue
from typing import IO, TYPE_CHECKING, Any, Self

from record.trouble import Kind, Trouble
from viewer.workers.channel import ChannelClosed, Message, memory_file, receive, send
from viewer.workers.limit import Watcher
from viewer.workers.tasks import TASKS

if TYPE_CHECKING:
    from types import TracebackType

START_LIMIT_S = 60.0  # a cold disk and a virus scanner
WALL_FACTOR, WALL_SPARE_S = 6.0, 5.0  # the worker counts processor time; one that gets none for so long is killed by the clock
IDLE_SPARE_S = 0.75  # one that only sleeps is killed soon after its deadline, when two looks found it asleep
FLAG = "--overread-worker"
ROOT = Path(__file__).resolve().parent.parent.parent
MEGABYTE = 1024 * 1024
# glibc gives arrays of a slice's size back to the system at every free and has their pages zeroed at every allocation, which takes as long
# as reading the slice; these keep up to 16 MB at hand. Other systems do not know them.
ALLOCATOR = {"MALLOC_MMAP_THRESHOLD_": str(4 * MEGABYTE), "MALLOC_TRIM_THRESHOLD_": str(16 * MEGABYTE)}


class Pool:
    """Runs tasks of `tasks.TASKS` in `size` processes, each task in its own memory and time limits.

    Thread-safe; `run` blocks the calling thread and belongs in no window's thread. A process that dies is one failed
    task and is replaced. Close it (or use it as a context): then no process, thread or descriptor is left.

    Args:
        size: processes at most; started when first needed, or all by `warm`.
        memory_mb: what a task may take beyond the idle process.
        deadline_s: processor seconds of a task that has no limit of its own in the table.
    """

    def __init__(self, size: int = 2, memory_mb: int = 512, deadline_s: float = 2.0) -> None:
        self._memory_mb = memory_mb
        self._deadline_s = deadline_s
        self._closed = threading.Event()
        self._workers = [_Worker(memory_mb) for _ in range(size)]
        self._idle: LifoQueue[_Worker] = LifoQueue()
        for worker in self._workers:
            self._idle.put(worker)

    def run(self, task: str, payload: Any, *, deadline_s: float | None = None) -> Any:  # noqa: ANN401  the table types both
        """Do one task.

        | task | payload | result |
        |---|---|---|
        | "prepare" | DICOM bytes | `viewer.dicom.prepared.Prepared` |
        | "decode" | (coded bytes, form, PixelFormat) | stored values, read-only array [row, column(, sample)] |
        | "inspect" | (DICOM bytes, ((frame, row, column, sample), …)) | dict as `overread inspect` prints it |
        | "header" | DICOM bytes | (`Header`, whether there is an image) |
        | "stored" | (DICOM bytes, frame) | stored values, as of "decode" |
        | "pdf_info" | PDF bytes | `PdfInfo` |
        | "pdf_page" | (PDF bytes, page from 0, pixels for a point) | `PdfPage` |
        | "pdf_text" | (PDF bytes, page from 0) | `PdfText` |

        Raises:
            Trouble: what the task says; IMAGE where the worker died or ran out of time or memory; STATE after `close`.
        """
        row = TASKS[task]
        values, blobs = row.pack(payload)
        own = deadline_s or row.seconds or self._deadline_s
        seconds = own + row.seconds_per_mb * sum(map(len, blobs)) / MEGABYTE
        worker = self._taken()
        try:
            answer = worker.ask(Message({"task": task, "values": values, "seconds": seconds}, blobs), seconds)
        except Trouble as trouble:
            raise _closed() if self._closed.is_set() else trouble from None
        finally:
            self._idle.put(worker)
        if "trouble" in answer.head:
            raise Trouble.from_dict(answer.head["trouble"])
        try:
            return row.unpack(answer.head["values"], answer.blobs)
        except (KeyError, ValueError, TypeError, IndexError, AttributeError) as error:
            raise _died("its reader gave no usable answer", type(error).__name__) from error

    def warm(self) -> None:
        """Start all processes now; returns when they are ready."""
        for worker in self._workers:
            worker.start()

    def close(self) -> None:
        """End all processes; tasks that run fail, later ones are refused. May be called twice and from any thread."""
        self._closed.set()
        for worker in self._workers:
            worker.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _taken(self) -> _Worker:
        while not self._closed.is_set():
            try:
                return self._idle.get(timeout=0.1)
            except Empty:
                continue
        raise _closed()


class _Worker:
    """One place of the pool: a process that is started when needed and again after it died."""

    def __init__(self, memory_mb: int) -> None:
        self._memory_mb = memory_mb
        self._process: subprocess.Popen[bytes] | None = None
        self._boxes: tuple[int | None, int | None] = (None, None)
        self._use = threading.Lock()  # held while the process is started or asked
        self._watcher = Watcher()
        self._closed = False

    def start(self) -> None:
        with self._use:
            self._started()

    def ask(self, message: Message, seconds: float) -> Message:
        with self._use:
            process = self._started()
            inbox, outbox = self._boxes
            with self._watcher.watching(process, WALL_FACTOR * seconds + WALL_SPARE_S, seconds + IDLE_SPARE_S) as limit:
                try:
                    send(_pipe(process.stdin), message, inbox)
                    return receive(_pipe(process.stdout), outbox)
                except ChannelClosed as error:
                    process.kill()
                    raise _told(process.wait(), late=limit.reached) from error

    def close(self) -> None:
        self._closed = True
        process = self._process
        if process is not None:
            process.kill()  # whoever waits for it stops waiting, and gives `_use` back
        with self._use:
            self._end()
        self._watcher.close()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._closed:
            raise _closed()
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._end()
        self._boxes = memory_file("overread-in"), memory_file("overread-out")
        process = self._process = _spawn(self._memory_mb, self._boxes)
        with self._watcher.watching(process, START_LIMIT_S):
            try:
                receive(_pipe(process.stdout), None)
            except ChannelClosed as error:
                raise Trouble(
                    "The part of the program that reads files does not start.",
                    "Start the program again; if that does not help, install it again.",
                    kind=Kind.INTERNAL,
                ) from error
        return process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    _shut(pipe)
        boxes, self._boxes = self._boxes, (None, None)
        for box in boxes:
            if box is not None:
                os.close(box)


def _spawn(memory_mb: int, boxes: tuple[int | None, int | None]) -> subprocess.Popen[bytes]:
    inbox, outbox = boxes
    settings = json.dumps({"memory_mb": memory_mb, "inbox": inbox, "outbox": outbox, "folders": _folders()})
    if getattr(sys, "frozen", False):
        command = [sys.executable, FLAG, settings]
    else:
        start = f"import sys, json; sys.path.insert(0, {str(ROOT)!r}); from viewer.workers.child import main; main(json.loads(sys.argv[1]))"
        command = [sys.executable, "-I", "-c", start, settings]
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
        cwd=Path(os.sep).resolve(),
        pass_fds=[one for one in boxes if one is not None] if os.name == "posix" else (),
        start_new_session=True,
    )


def _environment() -> dict[str, str]:
    """Bare: nothing of the user's, one thread for each library, freed memory kept for the next task."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "WINDIR") if name in os.environ}
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "BLOSC_NTHREADS"), "1")
    return {"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1", **ALLOCATOR, **threads, **kept}


def _folders() -> list[str]:
    """What a worker may read: the program and the system's libraries."""
    own = [str(ROOT), sys.prefix, sys.base_prefix, str(Path(sys.executable).resolve().parent), *(one for one in sys.path if one)]
    return sorted({*own, "/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/dev/null", "/dev/urandom", "/proc/self"})


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe


def _shut(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except OSError:
        return


def _told(code: int, *, late: bool) -> Trouble:
    """Why a worker is gone; a signal's number is negative."""
    if late or -code in (27, 24, 14):  # SIGPROF, SIGXCPU, SIGALRM on Linux and macOS
        return _died("reading it takes too long", f"exit {code}")
    return _died("it makes its reader fail", f"exit {code}")


def _died(why: str, details: str) -> Trouble:
    return Trouble(f"This file cannot be shown because {why}.", "Ask the sender to send it again.", details, Kind.IMAGE)


def _closed() -> Trouble:
    return Trouble("The program is closing.", "Start it again to go on.", kind=Kind.STATE)
