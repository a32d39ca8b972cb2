"""Fragments and offset tables to the coded bytes of each frame (PS3.5 A.4)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from record.trouble import Kind, Trouble
from viewer.dicom.codestream import starts_frame

if TYPE_CHECKING:
    from viewer.dicom.notes import Notes

ITEM, DELIMITER = b"\xfe\xff\x00\xe0", b"\xfe\xff\xdd\xe0"
ITEMS_LIMIT = 1_000_000


@dataclass(frozen=True, slots=True)
class Fragment:
    """One item: where it begins, counted from the first fragment's item tag, and its bytes."""

    at: int
    data: memoryview


def frame_streams(
    body: memoryview, count: int, notes: Notes, *, extended: tuple[tuple[int, ...], tuple[int, ...]] | None = None, one_each: bool
) -> list[bytes | memoryview]:
    """The coded bytes of each frame that is there; fewer than `count` are noted.

    Args:
        body: from the first item tag (the basic offset table) on.
        count: Number of Frames.
        notes: collects what was wrong.
        extended: offsets and lengths of the extended offset table, where the file has one.
        one_each: the coding allows one fragment for a frame only (RLE).

    Raises:
        Trouble: IMAGE, where there are no coded bytes at all.
    """
    table, fragments = _items(body, notes)
    fragments = [one for one in fragments if len(one.data)]
    if not fragments:
        raise Trouble("This image holds no pixel data.", "Ask the sender to send it again.", kind=Kind.IMAGE)
    if count == 1:
        return [_joined(fragments)]
    found = None
    if extended is not None:
        found = _by_offsets(fragments, extended[0], count, notes)
    elif table:
        found = _by_offsets(fragments, table, count, notes)
    if found is None:
        found = [[one] for one in fragments] if one_each or len(fragments) == count else _by_marks(fragments)
    if len(found) < count:
        notes.add("frames_missing")
    if len(found) > count:
        notes.add("pixels_long")
    return [_joined(one) for one in found[:count]]


def _joined(fragments: list[Fragment]) -> bytes | memoryview:
    return fragments[0].data if len(fragments) == 1 else b"".join(one.data for one in fragments)


def _items(body: memoryview, notes: Notes) -> tuple[tuple[int, ...], list[Fragment]]:
    """The basic offset table and the fragments, up to the delimiter or as far as the bytes go."""
    fragments: list[Fragment] = []
    table: tuple[int, ...] = ()
    at, start = 0, -1
    while at + 8 <= len(body) and len(fragments) < ITEMS_LIMIT:
        tag = bytes(body[at : at + 4])
        if tag == DELIMITER:
            return table, fragments
        if tag != ITEM:
            break
        (length,) = struct.unpack("<I", body[at + 4 : at + 8])
        value = body[at + 8 : at + 8 + length]
        if start < 0:
            table = struct.unpack(f"<{len(value) // 4}I", value[: len(value) & ~3])
            start = at + 8 + length
        else:
            fragments.append(Fragment(at - start, value))
        if len(value) < length:
            break
        at += 8 + length
    notes.add("length_wrong")
    return table, fragments


def _by_offsets(fragments: list[Fragment], offsets: tuple[int, ...], count: int, notes: Notes) -> list[list[Fragment]] | None:
    """Groups of fragments that begin where the table says, None (and noted) where it does not fit them."""
    begins = {one.at for one in fragments}
    if len(offsets) != count or offsets[0] != 0 or list(offsets) != sorted(set(offsets)) or not begins.issuperset(offsets):
        notes.add("offset_table_wrong")
        return None
    limits = [*offsets[1:], fragments[-1].at + 1]
    return [[one for one in fragments if begin <= one.at < end] for begin, end in zip(offsets, limits, strict=True)]


def _by_marks(fragments: list[Fragment]) -> list[list[Fragment]]:
    """A frame begins at each fragment that begins like a codestream."""
    groups: list[list[Fragment]] = []
    for one in fragments:
        if not groups or starts_frame(one.data):
            groups.append([])
        groups[-1].append(one)
    return groups
