"""The bundle stream: the same events however the network cuts it, and never whole without its end."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from record.trouble import Kind, Trouble
from sync.protocol.bundle import End, Missing, ObjectBytes, ObjectEnd, ObjectHead, Parser, end_frame, head_frame, missing_frame

PARTS = st.lists(st.one_of(st.binary(max_size=300), st.none()), max_size=6)


def _stream(parts: list[bytes | None]) -> bytes:
    out = b""
    for at, data in enumerate(parts):
        name = f"{at:064x}"
        out += missing_frame(Missing(name, "gone")) if data is None else head_frame(ObjectHead(name, 5, len(data), len(data) + 7)) + data
    return out + end_frame(len(parts))


def _read(pieces: list[bytes]) -> tuple[list[bytes | None], bool]:
    parser = Parser()
    got: list[bytes | None] = []
    ended = False
    for piece in pieces:
        for event in parser.feed(piece):
            match event:
                case ObjectHead():
                    got.append(b"")
                case ObjectBytes(data):
                    last = got[-1]
                    assert last is not None
                    got[-1] = last + bytes(data)
                case Missing():
                    got.append(None)
                case End():
                    ended = True
                case ObjectEnd():
                    pass
    parser.close()
    return got, ended


@given(PARTS, st.lists(st.integers(1, 60), min_size=1))
def test_the_pieces_of_the_network_do_not_matter(parts: list[bytes | None], sizes: list[int]) -> None:
    stream = _stream(parts)
    pieces, at, turn = [], 0, 0
    while at < len(stream):
        pieces.append(stream[at : at + sizes[turn % len(sizes)]])
        at, turn = at + sizes[turn % len(sizes)], turn + 1
    assert _read(pieces) == (parts, True)
    assert _read([stream]) == (parts, True)


def test_a_stream_cut_anywhere_is_known_as_cut() -> None:
    stream = _stream([b"abc", None, b"defg"])
    for cut in range(len(stream)):
        with pytest.raises(Trouble) as caught:
            _read([stream[:cut]])
        assert caught.value.kind is Kind.NETWORK


def test_each_object_ends_once() -> None:
    events = [type(event) for event in Parser().feed(_stream([b"", b"xy"]))]
    assert events == [ObjectHead, ObjectEnd, ObjectHead, ObjectBytes, ObjectEnd, End]


def _raw(body: bytes) -> bytes:
    return struct.pack("<I", len(body)) + body


@pytest.mark.parametrize(
    "stream",
    [
        b"\xff\xff\xff\xff" + b"x" * 20,
        b"\0\0\0\0" + b"x" * 20,
        _raw(b"not json"),
        _raw(b"[1]"),
        _raw(b"{}"),
        _raw(b'{"end":3}'),
        _raw(b'{"object":"a","offset":0,"length":9,"total":3}'),
        _raw(b'{"object":"a","offset":-1,"length":1,"total":3}'),
        _raw(b'{"object":"a","offset":0,"length":true,"total":3}'),
        _raw(b'{"object":1,"missing":"x"}'),
        end_frame(0) + b"more",
        b"<!DOCTYPE html><html>Sign in to this network</html>",
    ],
)
def test_what_is_no_bundle_is_refused(stream: bytes) -> None:
    with pytest.raises(Trouble) as caught:
        _read([stream])
    assert caught.value.kind is Kind.DAMAGED


@given(st.binary(max_size=200))
def test_noise_never_breaks_the_parser_otherwise(noise: bytes) -> None:
    with pytest.raises(Trouble):
        _read([noise])
