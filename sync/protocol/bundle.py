"""The bundle: many objects in one answer (`POST /v1/bundles`), each from an offset, and a stream that is whole only with its end.

A frame is a 4-byte length (little endian) ‖ JSON ‖ bytes. The JSON is `{object, offset, length, total}` followed by `length` bytes,
or `{object, missing: reason}`, or `{end: count}` after `count` frames. The parser does no input or output: it is fed what came.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from record.trouble import Kind, Trouble
from sync.protocol.canonical import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_HEAD_BYTES = 4096
MEDIA_TYPE = "application/vnd.overread.bundle"
_LENGTH = struct.Struct("<I")


@dataclass(frozen=True, slots=True)
class ObjectHead:
    """`length` bytes of `object` follow, from `offset` on, of `total`."""

    object: str
    offset: int
    length: int
    total: int


@dataclass(frozen=True, slots=True)
class ObjectBytes:
    """Some of the bytes that the head before announced; the view is valid until the parser is fed again."""

    data: memoryview


@dataclass(frozen=True, slots=True)
class ObjectEnd:
    """All bytes that the head announced have been given."""

    object: str


@dataclass(frozen=True, slots=True)
class Missing:
    """The hospital does not give this object, and why."""

    object: str
    reason: str


@dataclass(frozen=True, slots=True)
class End:
    """The bundle is whole."""

    count: int


Event = ObjectHead | ObjectBytes | ObjectEnd | Missing | End


def head_frame(head: ObjectHead) -> bytes:
    """What stands before an object's bytes."""
    return _frame({"object": head.object, "offset": head.offset, "length": head.length, "total": head.total})


def missing_frame(missing: Missing) -> bytes:
    """What stands for an object that is not given."""
    return _frame({"object": missing.object, "missing": missing.reason})


def end_frame(count: int) -> bytes:
    """What closes a bundle of `count` frames (heads and missing ones)."""
    return _frame({"end": count})


def _frame(value: dict[str, Any]) -> bytes:
    body = canonical(value)
    return _LENGTH.pack(len(body)) + body


class Parser:
    """Feeds on pieces of any size, gives events; ends with `close`."""

    def __init__(self) -> None:
        self._pending = bytearray()
        self._left = 0
        self._object = ""
        self._count = 0
        self._ended = False

    def feed(self, data: bytes | bytearray | memoryview) -> Iterator[Event]:
        """The events that `data` completes; consume them all before feeding again.

        Raises:
            Trouble: DAMAGED, where the stream is not a bundle.
        """
        view = memoryview(data)
        while view:
            if self._left:
                piece, view = view[: self._left], view[self._left :]
                self._left -= len(piece)
                yield ObjectBytes(piece)
                if not self._left:
                    yield ObjectEnd(self._object)
                continue
            body, view = self._take_head(view)
            if body is not None:
                yield from self._start(body)

    def close(self) -> None:
        """Says that nothing more comes.

        Raises:
            Trouble: NETWORK, where the stream was cut before its end.
        """
        if not self._ended:
            raise Trouble(
                "The connection broke while records were coming in.",
                "Nothing is lost; the rest is fetched by itself.",
                details=f"bundle cut after {self._count} frames",
                kind=Kind.NETWORK,
            )

    def _take_head(self, view: memoryview) -> tuple[bytes | None, memoryview]:
        if self._ended:
            raise _damaged("bytes after the end")
        wanted = _LENGTH.size
        if len(self._pending) >= wanted:
            wanted += self._head_length()
        taken = max(0, wanted - len(self._pending))
        self._pending += view[:taken]
        view = view[taken:]
        if len(self._pending) < _LENGTH.size or len(self._pending) < _LENGTH.size + self._head_length():
            return None, view
        body = bytes(self._pending[_LENGTH.size :])
        self._pending.clear()
        return body, view

    def _head_length(self) -> int:
        length: int = _LENGTH.unpack_from(self._pending)[0]
        if not 0 < length <= MOST_HEAD_BYTES:
            raise _damaged(f"a head of {length} bytes")
        return length

    def _start(self, body: bytes) -> Iterator[Event]:
        try:
            value = json.loads(body)
        except ValueError as error:
            raise _damaged("a head that is not JSON") from error
        if not isinstance(value, dict):
            raise _damaged("a head that is no object")
        if "end" in value:
            if value["end"] != self._count:
                raise _damaged("an end with another count")
            self._ended = True
            yield End(self._count)
            return
        self._count += 1
        if "missing" in value:
            yield Missing(_text(value, "object"), _text(value, "missing"))
            return
        head = ObjectHead(_text(value, "object"), _number(value, "offset"), _number(value, "length"), _number(value, "total"))
        if head.offset + head.length > head.total:
            raise _damaged("more bytes than the object has")
        self._object, self._left = head.object, head.length
        yield head
        if not head.length:
            yield ObjectEnd(head.object)


def _text(value: dict[str, Any], name: str) -> str:
    found = value.get(name)
    if not isinstance(found, str) or len(found) > 1024:
        raise _damaged(f"a head without {name}")
    return found


def _number(value: dict[str, Any], name: str) -> int:
    found = value.get(name)
    if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found < 1 << 53:
        raise _damaged(f"a head without {name}")
    return found


def _damaged(why: str) -> Trouble:
    return Trouble(
        "Records arrived damaged on the way from the hospital.",
        "Nothing was taken from them; they are fetched again by themselves.",
        details=f"bundle: {why}",
        kind=Kind.DAMAGED,
    )
