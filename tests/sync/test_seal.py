"""The sealed file format of ARCHITECTURE.md, section 6, byte by byte, and everything that must fail."""

from __future__ import annotations

import hashlib
import threading
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from record.trouble import Kind, Trouble
from sync.seal.keys import CaseKey, folder_name, object_name
from sync.seal.layout import HEADER_BYTES, fixed_layout
from sync.seal.reader import SealedReader
from sync.seal.stream import seal, seal_by, seal_stream, unseal, unseal_stream
from sync.seal.values import open_value, seal_value

if TYPE_CHECKING:
    from pathlib import Path

KEY = CaseKey(bytes(range(16)), bytes(range(32)))
OTHER = CaseKey(bytes(range(16)), bytes(range(1, 33)))  # same id, another secret
FOREIGN = CaseKey(bytes(16), bytes(range(32)))
PLAIN = bytes(range(256)) * 3

# SHA-256 of the sealed file of PLAIN[:length], chunk size 64, file id 16 × 0x11, salt 32 × 0x22, prefix 7 × 0x33, under KEY.
VECTORS = {
    0: "0a188edc0087527e4584faf8e58789aa5c68e9a0b10c89eb4d4d348e15946e94",
    1: "3f203c87d9cc7a25ff7e82ee6fdb21bb4865c95d76c6ccdea30841cc5ab5ae8f",
    63: "4d069c090ab7428025655f84bb8372729108fc36125d2068bf885ccafd10c9c3",
    64: "8ec07177575ab26ce8c269c32689ed90a6e50a36a2a02a178063cabcccc3802f",
    65: "fa49f500a575076f999a97742ceb333f035229948565ad4def4fea2279d53cf5",
    128: "a9fed67db9d7c56f06b76b5b8f6b263154edcfe45878e001ad946fa9b92c34ee",
    768: "d69abd49c7af1b2df9bfc394c2949ffaa679772dcde29b4e202bfff44158b2f0",
}


def _vector(length: int) -> bytes:
    layout = fixed_layout(KEY, length, 64, file_id=b"\x11" * 16, salt=b"\x22" * 32, prefix=b"\x33" * 7)
    return b"".join(seal_by(layout, [PLAIN[:length]]))


@pytest.mark.parametrize(("length", "digest"), VECTORS.items())
def test_the_vectors(length: int, digest: str) -> None:
    sealed = _vector(length)
    assert hashlib.sha256(sealed).hexdigest() == digest
    assert len(sealed) == HEADER_BYTES + length + 16 * max(1, -(-length // 64))
    assert unseal(sealed, KEY) == PLAIN[:length]


def test_the_header_is_laid_out_as_written() -> None:
    sealed = _vector(65)
    assert HEADER_BYTES == 107
    assert sealed[:8] == b"OVRSEAL1"
    assert sealed[8:20] == (64).to_bytes(4, "little") + (65).to_bytes(8, "little")
    assert sealed[20:91] == KEY.id + b"\x11" * 16 + b"\x22" * 32 + b"\x33" * 7
    assert sealed[91:107].hex() == "fa803da8b970b93e56802de666f39292"
    chunks = "fa2800cf09b53ac8e0be636934d707e3a51711ab2822ebedab16937345403113fe76339ac892a4a003c4fda4c7e1dc6f"
    chunks += "9a834f1f1e4993a626bcc83cac3dfd2dfcd6ef1e7748dff8aa884df9ceabe3807953b65d489de81bf492fe84cc93cbba85"
    assert sealed[107:].hex() == chunks


def test_the_names() -> None:
    assert object_name(KEY, "ab" * 32) == "df53ca8a7403322fa0e82143925eddfb523b72fc675f88d4019ad400640e4611"
    assert folder_name(KEY) == "d8d8b27c75591c9143e492b4e5c2079b"
    assert object_name(OTHER, "ab" * 32) != object_name(KEY, "ab" * 32)


@given(st.binary(max_size=600), st.integers(1, 200), st.integers(1, 97))
def test_any_bytes_come_back_whatever_the_pieces(data: bytes, chunk: int, piece: int) -> None:
    pieces = [data[at : at + piece] for at in range(0, len(data), piece)]
    sealed = b"".join(seal_stream(pieces, len(data), KEY, chunk))
    again = [sealed[at : at + piece] for at in range(0, len(sealed), piece)]
    assert b"".join(unseal_stream(again, KEY)) == data


def _must_fail(sealed: bytes, key: CaseKey, folder: Path) -> None:
    with pytest.raises(Trouble) as caught:
        unseal(sealed, key)
    assert caught.value.kind is Kind.DAMAGED
    path = folder / "file"
    path.write_bytes(sealed)
    with pytest.raises(Trouble) as caught:
        _read_all(path, key)
    assert caught.value.kind is Kind.DAMAGED


def _read_all(path: Path, key: CaseKey) -> bytes:
    with SealedReader(path, key) as reader:
        return reader.read()


def test_each_byte_counts(tmp_path: Path) -> None:
    sealed = _vector(130)
    for at in range(len(sealed)):
        _must_fail(sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :], KEY, tmp_path)


def test_cut_anywhere(tmp_path: Path) -> None:
    sealed = _vector(130)
    for cut in range(len(sealed)):
        _must_fail(sealed[:cut], KEY, tmp_path)


def test_added_bytes(tmp_path: Path) -> None:
    sealed = _vector(128)
    for more in (b"\0", bytes(16), bytes(80), sealed[HEADER_BYTES : HEADER_BYTES + 80]):
        _must_fail(sealed + more, KEY, tmp_path)


def _chunks(sealed: bytes) -> tuple[bytes, list[bytes]]:
    body = sealed[HEADER_BYTES:]
    return sealed[:HEADER_BYTES], [body[at : at + 80] for at in range(0, len(body), 80)]


@pytest.mark.parametrize("order", [[1, 0, 2], [0, 0, 2], [0, 2, 1], [2, 1, 0], [0, 1, 1], [1, 1, 2]])
def test_chunks_cannot_be_swapped_or_repeated(order: list[int], tmp_path: Path) -> None:
    head, chunks = _chunks(_vector(192))
    _must_fail(head + b"".join(chunks[at] for at in order), KEY, tmp_path)


def test_chunks_cannot_move_between_files(tmp_path: Path) -> None:
    head, chunks = _chunks(_vector(192))
    _, others = _chunks(b"".join(seal_stream([PLAIN[:192]], 192, KEY, 64)))
    _must_fail(head + chunks[0] + others[1] + chunks[2], KEY, tmp_path)


def test_a_file_cannot_move_between_cases(tmp_path: Path) -> None:
    _must_fail(_vector(65), OTHER, tmp_path)
    _must_fail(_vector(65), FOREIGN, tmp_path)


def test_a_file_cannot_take_the_place_of_another_of_its_case(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(seal(b"one", KEY))
    with SealedReader(tmp_path / "a", KEY) as reader:
        one = reader.file_id
    (tmp_path / "a").write_bytes(seal(b"two", KEY))
    with pytest.raises(Trouble):
        SealedReader(tmp_path / "a", KEY, one)


@pytest.mark.parametrize("said", [0, 2, 4, 64])
def test_a_wrong_length_is_not_sealed(said: int) -> None:
    with pytest.raises(Trouble):
        list(seal_stream([b"abc"], said, KEY))


@given(st.integers(0, 400), st.integers(0, 400))
def test_any_range_is_the_range(offset: int, length: int) -> None:
    sealed = _vector(300)
    path = _RangeFile.path(sealed)
    with SealedReader(path, KEY) as reader:
        if offset + length <= 300:
            assert reader.read(offset, length) == PLAIN[offset : offset + length]
            assert reader.lend(offset, length) == PLAIN[offset : offset + length]
        else:
            for how in (reader.read, reader.lend):
                with pytest.raises(Trouble):
                    how(offset, length)


def test_what_was_lent_is_written_over_in_its_own_thread_alone(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(_vector(300))
    with SealedReader(tmp_path / "f", KEY) as reader:
        kept, lent = reader.read(0, 100), reader.lend(0, 100)
        other = threading.Thread(target=lambda: reader.lend(200, 100))
        other.start()
        other.join()
        assert kept == lent == PLAIN[:100]
        assert reader.lend(200, 100) == PLAIN[200:300]
        assert kept == PLAIN[:100]


class _RangeFile:
    """One file for all examples of a property."""

    folder: Path

    @classmethod
    def path(cls, sealed: bytes) -> Path:
        path = cls.folder / "ranges"
        if not path.exists():
            path.write_bytes(sealed)
        return path


@pytest.fixture(autouse=True, scope="module")
def _range_folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    _RangeFile.folder = tmp_path_factory.mktemp("ranges")


def test_a_range_reads_only_its_chunks(tmp_path: Path) -> None:
    sealed = bytearray(_vector(300))
    sealed[HEADER_BYTES + 80 * 3] ^= 1
    (tmp_path / "f").write_bytes(sealed)
    with SealedReader(tmp_path / "f", KEY) as reader:
        assert reader.read(0, 192) == PLAIN[:192]
        with pytest.raises(Trouble):
            reader.read(191, 2)


def test_many_threads_read_one_file(tmp_path: Path) -> None:
    data = PLAIN * 2000
    (tmp_path / "f").write_bytes(seal(data, KEY))
    wrong: list[int] = []
    with SealedReader(tmp_path / "f", KEY) as reader:

        def read(start: int) -> None:
            places = range(start, len(data) - 100_000, 131_071)
            wrong.extend(at for at in places if reader.read(at, 100_000) != data[at : at + 100_000])

        threads = [threading.Thread(target=read, args=(start,)) for start in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []


def test_a_sealed_value_keeps_to_its_case_and_context() -> None:
    sealed = seal_value(KEY, "case: body", b"text")
    assert b"text" not in sealed
    assert open_value(KEY, "case: body", sealed) == b"text"
    assert seal_value(KEY, "case: body", b"text") != sealed
    for key, context, value in [
        (OTHER, "case: body", sealed),
        (KEY, "case: draft", sealed),
        (KEY, "case: body", sealed[:-1]),
        (KEY, "case: body", b"\2" + sealed[1:]),
        (KEY, "case: body", b""),
        *[(KEY, "case: body", sealed[:at] + bytes([sealed[at] ^ 128]) + sealed[at + 1 :]) for at in range(len(sealed))],
    ]:
        with pytest.raises(Trouble):
            open_value(key, context, value)


def test_a_key_is_not_shown_by_accident() -> None:
    assert "secret" not in repr(KEY)
