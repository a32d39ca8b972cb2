"""The worker's side: one process that answers tasks until its pipe closes. Started by `Pool`, never by hand.

It gets no key, a bare environment, no network and no files but the program's own (`lockdown`), a memory limit, and for
each task a limit of processor time, after which the system kills it.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import sys
from typing import IO, Any, cast

from record.trouble import Kind, Trouble
from viewer.workers.channel import ChannelClosed, Message, receive, send
from viewer.workers.lockdown import lock_down

FLAG = "--overread-worker"


def enter_if_worker() -> None:
    """Become a worker if this process was started as one; the first line of every frozen program's `main`."""
    if len(sys.argv) >= 3 and sys.argv[1] == FLAG:
        main(json.loads(sys.argv[2]))
        sys.exit(0)


def main(settings: dict[str, Any]) -> None:
    """Answer tasks from standard input on standard output until it closes.

    Args:
        settings: {"memory_mb", "inbox", "outbox" (descriptors or None), "folders" (readable)}.
    """
    tasks_in, answers_out = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    _silence()
    from viewer.workers import dicom_work, pdf_work  # noqa: F401, PLC0415  late import: only a worker may hold parsers

    gc.collect()
    gc.freeze()  # what stays to the end is not looked through again and again
    lock_down(int(settings["memory_mb"]), [str(one) for one in settings["folders"]])
    try:
        send(answers_out, Message({"ready": True}), None)
        while True:
            _answer(tasks_in, answers_out, settings["inbox"], settings["outbox"])
    except ChannelClosed:
        return


def _silence() -> None:
    """Nothing that a library prints may mix with the answers, or be printed at all."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for one in (0, 1, 2):
        os.dup2(nothing, one)
    os.close(nothing)


def _answer(tasks_in: IO[bytes], answers_out: IO[bytes], inbox: int | None, outbox: int | None) -> None:
    message = receive(tasks_in, inbox)
    _limit_time(float(message.head["seconds"]))
    try:
        answer = _done(message)
    except Trouble as trouble:
        answer = Message({"trouble": trouble.as_dict()})
    except MemoryError:
        answer = Message({"trouble": _too_large().as_dict()})
    except Exception as error:  # noqa: BLE001  the edge of the process: whatever a file provokes is one refused file
        answer = Message({"trouble": _unreadable(type(error).__name__).as_dict()})
    _limit_time(0.0)
    send(answers_out, answer, outbox)


def _done(message: Message) -> Message:
    from viewer.workers.tasks import TASKS  # noqa: PLC0415  as in `main`: whoever becomes no worker needs no numpy for this

    task = TASKS[message.head["task"]]
    module, function = task.work.split(":")
    work = cast("Any", getattr(importlib.import_module(module), function))
    values, blobs = work(message.head["values"], message.blobs)
    return Message({"values": values}, blobs)


def _limit_time(seconds: float) -> None:
    """Processor seconds until the system kills this process, also inside a library's loop; 0 for no limit."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _too_large() -> Trouble:
    return Trouble(
        "This file needs more memory than one file may take.",
        "Ask the sender for it in smaller parts.",
        kind=Kind.IMAGE,
    )


def _unreadable(details: str) -> Trouble:
    return Trouble("This file cannot be read.", "Ask the sender to send it again.", details, Kind.IMAGE)
