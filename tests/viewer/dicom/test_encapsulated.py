from __future__ import annotations

import struct

import pytest

from record.trouble import Kind, Trouble
from viewer.dicom.encapsulated import frame_streams
from viewer.dicom.notes import Notes

START = b"\xff\xd8\xff"


def item(data: bytes) -> bytes:
    return b"\xfe\xff\x00\xe0" + struct.pack("<I", len(data)) + data


END = b"\xfe\xff\xdd\xe0" + bytes(4)


def streams(*parts: bytes, count: int, table: bytes = b"", end: bytes = END, one_each: bool = False) -> tuple[list[bytes], tuple[str, ...]]:
    notes = Notes()
    found = frame_streams(memoryview(item(table) + b"".join(map(item, parts)) + end), count, notes, one_each=one_each)
    return [bytes(one) for one in found], notes.codes


def test_one_fragment_for_each_frame() -> None:
    assert streams(b"aa", b"bb", b"cc", count=3) == ([b"aa", b"bb", b"cc"], ())


def test_all_fragments_of_a_single_frame_are_joined() -> None:
    assert streams(b"aa", b"bb", count=1) == ([b"aabb"], ())


def test_the_offset_table_groups_fragments() -> None:
    table = struct.pack("<II", 0, 20)
    assert streams(b"aa", b"bb", b"cc", count=2, table=table) == ([b"aabb", b"cc"], ())


def test_a_wrong_offset_table_is_noted_and_the_fragments_decide() -> None:
    table = struct.pack("<II", 0, 17)
    assert streams(b"aa", b"bb", count=2, table=table) == ([b"aa", b"bb"], ("offset_table_wrong",))


def test_without_a_table_frames_are_found_by_their_first_bytes() -> None:
    assert streams(START + b"1", b"22", START + b"3", b"44", count=2) == ([START + b"122", START + b"344"], ())


def test_an_extended_table_is_used_before_the_basic_one() -> None:
    notes = Notes()
    body = memoryview(item(b"") + item(b"aa") + item(b"bb") + item(b"cc") + END)
    found = frame_streams(body, 2, notes, extended=((0, 10), (2, 12)), one_each=False)
    assert [bytes(one) for one in found] == [b"aa", b"bbcc"]


def test_missing_frames_are_noted_and_the_others_given() -> None:
    assert streams(b"aa", b"bb", count=5, one_each=True) == ([b"aa", b"bb"], ("frames_missing",))


@pytest.mark.parametrize("end", [b"", b"garbage!", item(b"")[:6]])
def test_a_missing_end_is_noted(end: bytes) -> None:
    found, codes = streams(b"aa", b"bb", count=2, end=end)
    assert found == [b"aa", b"bb"]
    assert codes == ("length_wrong",)


def test_a_fragment_that_runs_past_the_end_is_noted() -> None:
    notes = Notes()
    frame_streams(memoryview(item(b"") + item(b"abcdef")[:-2]), 1, notes, one_each=False)
    assert notes.codes == ("length_wrong",)


def test_no_fragment_at_all_is_refused() -> None:
    with pytest.raises(Trouble) as caught:
        streams(count=1)
    assert caught.value.kind is Kind.IMAGE
