from __future__ import annotations

import io
import json
import os
import struct
from typing import TYPE_CHECKING

import pytest

from viewer.workers.channel import INLINE, ChannelClosed, Message, memory_file, receive, send

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(params=[True, False])
def memory(request: pytest.FixtureRequest) -> Iterator[int | None]:
    made = memory_file("test") if request.param else None
    yield made
    if made is not None:
        os.close(made)


@pytest.mark.parametrize("blobs", [(), (b"",), (b"a", b"", b"bcd"), (b"x" * (INLINE + 1), b"y" * 7)])
def test_what_is_sent_is_received(memory: int | None, blobs: tuple[bytes, ...]) -> None:
    pipe = io.BytesIO()
    for number in range(2):
        at = pipe.tell()
        send(pipe, Message({"number": number}, blobs), memory)
        pipe.seek(at)
        assert receive(pipe, memory) == Message({"number": number}, blobs)


@pytest.mark.parametrize(
    "outer",
    [
        b"not json",
        b"[]",
        json.dumps({"head": {}, "sizes": [-1], "shared": False}).encode(),
        json.dumps({"head": {}, "sizes": [10**13], "shared": False}).encode(),
        json.dumps({"head": {}, "sizes": [5], "shared": True}).encode(),
        json.dumps({"head": 1, "sizes": [], "shared": False}).encode(),
        b"[" * 100_000,
    ],
)
def test_nonsense_from_a_taken_over_worker_closes_the_channel(outer: bytes) -> None:
    with pytest.raises(ChannelClosed):
        receive(io.BytesIO(struct.pack("<I", len(outer)) + outer), None)


@pytest.mark.parametrize("cut", [b"", b"\x01", struct.pack("<I", 50) + b"{}", struct.pack("<I", 2**31)])
def test_an_end_in_the_middle_closes_it(cut: bytes) -> None:
    with pytest.raises(ChannelClosed):
        receive(io.BytesIO(cut), None)


def test_a_memory_file_that_holds_less_than_promised_closes_it() -> None:
    memory = memory_file("test")
    if memory is None:
        return
    outer = json.dumps({"head": {}, "sizes": [100], "shared": True}).encode()
    with pytest.raises(ChannelClosed):
        receive(io.BytesIO(struct.pack("<I", len(outer)) + outer), memory)
    os.close(memory)
