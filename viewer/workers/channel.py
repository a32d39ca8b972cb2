"""Messages between a pool and its worker: JSON and byte strings, never pickles, as the worker may have been taken over.

A message is a 4-byte length, JSON `{"head": …, "sizes": […], "shared": bool}`, then the byte strings, either behind it in
the pipe or, where there are many and the system has it, in a memory file that both sides hold (Linux memfd).
"""

from __future__ import annotations

import json
import os
import struct
from dataclasses import dataclass
from typing import IO, Any

HEAD_LIMIT = 64 * 1024 * 1024
BLOBS_LIMIT = 4 * 1024 * 1024 * 1024
INLINE = 64 * 1024
STEP = 64 * 1024 * 1024
KEPT = 2 * 1024 * 1024  # of a memory file: its pages serve the next message of that size, instead of being made and zeroed each time


class ChannelClosed(Exception):  # noqa: N818  it is a fact, not a fault
    """The other side is gone, or speaks nonsense."""


@dataclass(frozen=True, slots=True)
class Message:
    """What crosses in one go."""

    head: dict[str, Any]
    blobs: tuple[bytes, ...] = ()


def send(pipe: IO[bytes], message: Message, memory: int | None) -> None:
    """Write a message; `memory` is the descriptor of the memory file for this direction, None where there is none.

    Raises:
        ChannelClosed: where the other side is gone.
    """
    sizes = [len(one) for one in message.blobs]
    shared = memory is not None and sum(sizes) > INLINE
    head = json.dumps({"head": message.head, "sizes": sizes, "shared": shared}).encode()
    try:
        if shared:
            assert memory is not None
            _fill(memory, message.blobs)
        pipe.write(struct.pack("<I", len(head)) + head)
        if not shared:
            pipe.writelines(message.blobs)
        pipe.flush()
    except (OSError, ValueError) as error:
        raise ChannelClosed from error


def receive(pipe: IO[bytes], memory: int | None) -> Message:
    """Read a message; a memory file that has become large is emptied.

    Raises:
        ChannelClosed: where the other side is gone or its message does not fit the form.
    """
    (length,) = struct.unpack("<I", _exactly(pipe, 4))
    if length > HEAD_LIMIT:
        raise ChannelClosed
    try:
        outer = json.loads(_exactly(pipe, length))
        head, sizes, shared = outer["head"], [int(one) for one in outer["sizes"]], bool(outer["shared"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ChannelClosed from error
    if not isinstance(head, dict) or any(one < 0 for one in sizes) or sum(sizes) > BLOBS_LIMIT or (shared and memory is None):
        raise ChannelClosed
    if not shared:
        return Message(head, tuple(_exactly(pipe, size) for size in sizes))
    assert memory is not None
    return Message(head, _taken(memory, sizes))


def memory_file(name: str) -> int | None:
    """A new anonymous memory file, None where the system has none."""
    create = getattr(os, "memfd_create", None)
    return None if create is None else int(create(name))


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    parts = []
    while size:
        try:
            part = pipe.read(min(size, STEP))
        except (OSError, ValueError) as error:
            raise ChannelClosed from error
        if not part:
            raise ChannelClosed
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _fill(memory: int, blobs: tuple[bytes, ...]) -> None:
    at = 0
    for one in blobs:
        view = memoryview(one)
        while view:
            written = os.pwrite(memory, view[:STEP], at)
            at += written
            view = view[written:]


def _taken(memory: int, sizes: list[int]) -> tuple[bytes, ...]:
    """Read by copying: a mapped file could be cut short under the reader's feet."""
    blobs = []
    at = 0
    for size in sizes:
        parts = []
        end = at + size
        while at < end:
            part = os.pread(memory, min(end - at, STEP), at)
            if not part:
                raise ChannelClosed
            parts.append(part)
            at += len(part)
        blobs.append(parts[0] if len(parts) == 1 else b"".join(parts))
    if at > KEPT:
        os.ftruncate(memory, 0)
    return tuple(blobs)
