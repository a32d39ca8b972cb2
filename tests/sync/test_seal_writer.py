"""Writing sealed files: whole chunks, taken up again after a cut anywhere, durable in the right order."""

from __future__ import annotations

import errno
import hashlib
import os
from typing import TYPE_CHECKING

import pytest

from record.trouble import Kind, Trouble
from sync.seal import commit as commits
from sync.seal.commit import commit, rename_parts, sync_parts, write_durably
from sync.seal.keys import CaseKey
from sync.seal.layout import HEADER_BYTES, TAG_BYTES
from sync.seal.reader import SealedReader
from sync.seal.writer import PartWriter

if TYPE_CHECKING:
    from pathlib import Path

KEY = CaseKey.new()
DATA = os.urandom(1000)
CHUNK = 64


def _write(path: Path, data: bytes = DATA, pieces: int = 37) -> PartWriter:
    writer = PartWriter(path, KEY, len(data), CHUNK)
    for at in range(writer.received, len(data), pieces):
        writer.write(data[at : at + pieces])
    return writer


@pytest.mark.parametrize("length", [0, 1, 63, 64, 65, 128, 1000])
@pytest.mark.parametrize("pieces", [1, 64, 999])
def test_written_in_pieces_read_as_one(tmp_path: Path, length: int, pieces: int) -> None:
    writer = _write(tmp_path / "o", DATA[:length], pieces)
    assert writer.finish() == hashlib.sha256(DATA[:length]).hexdigest()
    assert not (tmp_path / "o").exists()
    commit([tmp_path / "o"])
    assert [path.name for path in tmp_path.iterdir()] == ["o"]
    with SealedReader(tmp_path / "o", KEY, writer.file_id) as reader:
        assert reader.read() == DATA[:length]


def test_a_part_cut_anywhere_is_taken_up(tmp_path: Path) -> None:
    _write(tmp_path / "whole").close()
    whole = (tmp_path / "whole.part").read_bytes()
    for cut in range(0, len(whole) + 1, 7):
        (tmp_path / "o.part").write_bytes(whole[:cut])
        with PartWriter(tmp_path / "o", KEY, len(DATA), CHUNK) as writer:
            assert writer.received <= max(0, cut - 107)
            assert writer.received % CHUNK == 0 or writer.received == len(DATA)
            writer.write(DATA[writer.received :])
            assert writer.finish() == hashlib.sha256(DATA).hexdigest()
        commit([tmp_path / "o"])
        with SealedReader(tmp_path / "o", KEY) as reader:
            assert reader.read() == DATA


def test_a_changed_part_goes_on_from_the_last_good_chunk(tmp_path: Path) -> None:
    _write(tmp_path / "o").close()
    part = bytearray((tmp_path / "o.part").read_bytes())
    part[107 + 80 * 5 + 3] ^= 1
    (tmp_path / "o.part").write_bytes(part)
    with PartWriter(tmp_path / "o", KEY, len(DATA), CHUNK) as writer:
        assert writer.received == 5 * CHUNK
        writer.write(DATA[5 * CHUNK :])
        assert writer.finish() == hashlib.sha256(DATA).hexdigest()


@pytest.mark.parametrize("stranger", [b"", b"x" * 300, None])
def test_what_is_no_part_of_ours_is_begun_again(tmp_path: Path, stranger: bytes | None) -> None:
    if stranger is None:
        with PartWriter(tmp_path / "o", CaseKey.new(), len(DATA), CHUNK) as writer:
            writer.write(DATA)
    else:
        (tmp_path / "o.part").write_bytes(stranger)
    with PartWriter(tmp_path / "o", KEY, len(DATA), CHUNK) as writer:
        assert writer.received == 0
        writer.write(DATA)
        writer.finish()
    commit([tmp_path / "o"])
    with SealedReader(tmp_path / "o", KEY) as reader:
        assert reader.read() == DATA


def test_more_or_less_than_was_said_is_refused(tmp_path: Path) -> None:
    with PartWriter(tmp_path / "o", KEY, 10, CHUNK) as writer:
        with pytest.raises(Trouble):
            writer.write(b"x" * 11)
        writer.write(b"x" * 9)
        with pytest.raises(Trouble):
            writer.finish()
        writer.discard()
    assert list(tmp_path.iterdir()) == []


def test_the_plaintext_never_stands_on_the_disk(tmp_path: Path) -> None:
    _write(tmp_path / "o").close()
    assert all(DATA[at : at + 16] not in (tmp_path / "o.part").read_bytes() for at in range(0, 984, 16))


def test_a_full_disk_is_told_with_its_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = PartWriter(tmp_path / "o", KEY, len(DATA), CHUNK)
    writer.write(DATA[:CHUNK])
    with monkeypatch.context() as patch:
        patch.setattr(writer, "_write_all", _full)
        with pytest.raises(Trouble, match="disk is full") as caught:
            writer.write(DATA[CHUNK : 3 * CHUNK])
    assert caught.value.kind is Kind.STORAGE
    writer.close()
    with PartWriter(tmp_path / "o", KEY, len(DATA), CHUNK) as again:
        again.write(DATA[again.received :])
        assert again.finish() == hashlib.sha256(DATA).hexdigest()


def _full(_: bytes) -> None:
    raise OSError(errno.ENOSPC, "full")


def test_a_really_full_device(tmp_path: Path) -> None:
    (tmp_path / "o.part").symlink_to("/dev/full")
    with pytest.raises(Trouble, match="disk is full"):
        PartWriter(tmp_path / "o", KEY, len(DATA), CHUNK)


def test_order_is_fsync_then_rename_then_fsync_of_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a", "b"):
        _write(tmp_path / name).finish()
    seen: list[str] = []
    real = commits._fsync

    def fsync(path: Path, flags: int) -> None:
        seen.append(f"sync {path.name}")
        real(path, flags)

    monkeypatch.setattr(commits, "_fsync", fsync)
    sync_parts([tmp_path / "a", tmp_path / "b"])
    assert seen == ["sync a.part", "sync b.part"]
    assert not (tmp_path / "a").exists()
    rename_parts([tmp_path / "a", tmp_path / "b"])
    assert seen[2:] == [f"sync {tmp_path.name}"]
    assert (tmp_path / "a").exists()
    rename_parts([tmp_path / "a", tmp_path / "b"])


def test_of_many_each_is_synced_once_and_one_failure_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    finals = [tmp_path / f"{number}" for number in range(9)]
    for one in finals:
        _write(one).finish()
    seen: list[str] = []
    real = commits._fsync

    def fsync(path: Path, flags: int) -> None:
        seen.append(path.name)
        real(path, flags)

    monkeypatch.setattr(commits, "_fsync", fsync)
    sync_parts(finals)
    assert sorted(seen) == [f"{number}.part" for number in range(9)]
    with pytest.raises(Trouble) as caught:
        sync_parts([*finals, tmp_path / "absent"])
    assert caught.value.kind is Kind.STORAGE


def test_a_failed_fsync_is_a_trouble(tmp_path: Path) -> None:
    with pytest.raises(Trouble) as caught:
        sync_parts([tmp_path / "absent"])
    assert caught.value.kind is Kind.STORAGE


def test_a_small_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    write_durably(tmp_path / "f", b"one")
    write_durably(tmp_path / "f", b"two")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("f", b"two")]


@pytest.mark.parametrize(("length", "chunks"), [(0, 1), (254_000, 1), (512 << 10, 1), ((512 << 10) + 1, 9)])
def test_what_is_read_as_a_whole_is_one_chunk_and_what_is_read_in_parts_many(tmp_path: Path, length: int, chunks: int) -> None:
    data = bytes(length)
    with PartWriter(tmp_path / "o", KEY, length) as writer:
        writer.write(data)
        writer.finish()
    assert writer.part.stat().st_size == HEADER_BYTES + length + chunks * TAG_BYTES
    with SealedReader(writer.part, KEY) as reader:
        assert reader.read() == data
