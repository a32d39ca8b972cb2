"""The scanner finds one planted needle of each kind, and nothing in what is sealed."""

from __future__ import annotations

import gzip
import io
import os
import zipfile
import zlib
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.journeys.plaintext import Needles, scan

if TYPE_CHECKING:
    from pathlib import Path

NAME, NUMBER, BORN = "Kallio^Aino", "4471-9999", "1961-02-03"
KEY = bytes(range(7, 39))
FRAME = np.random.default_rng(5).integers(0, 4096, 65536, dtype=np.uint16).tobytes()


@pytest.fixture(name="needles")
def _needles() -> Needles:
    needles = Needles(frames=[FRAME])
    needles.add_person(NAME, NUMBER, BORN)
    needles.add_key("vault", KEY)
    return needles


def _zip(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", data)
    return out.getvalue()


PLANTED = {
    "name with caret": b"xx Kallio^Aino xx",
    "name with space": b"Aino Kallio",
    "name in capitals": b"KALLIO, AINO",
    "name in UTF-16": "Kallio Aino".encode("utf-16-le"),
    "number": b"MRN=4471-9999;",
    "birth date": b"born 1961-02-03",
    "birth date, DICOM": b"DA19610203",
    "key": b"\0\0" + KEY,
    "key in hexadecimal": KEY.hex().encode(),
    "64 bytes of pixels at an odd place": os.urandom(131) + FRAME[1001 : 1001 + 64] + os.urandom(9),
    "name, deflated": os.urandom(50) + zlib.compress(b"the letter of Kallio^Aino, in full"),
    "pixels, deflated": zlib.compress(b"\0" * 99 + FRAME[500:600]),
    "name, gzip": gzip.compress(b"the letter of Kallio^Aino, in full"),
    "name, zip": _zip(b"the letter of Kallio^Aino, in full"),
}


@pytest.mark.parametrize("what", PLANTED)
def test_a_planted_needle_is_found(what: str, tmp_path: Path, needles: Needles) -> None:
    (tmp_path / "planted.bin").write_bytes(PLANTED[what])
    assert scan([tmp_path], needles)


def test_a_name_in_a_file_name_is_found(tmp_path: Path, needles: Needles) -> None:
    (tmp_path / "Kallio Aino.txt").write_bytes(b"")
    assert scan([tmp_path], needles)


def test_random_bytes_and_63_bytes_of_pixels_are_no_hit(tmp_path: Path, needles: Needles) -> None:
    (tmp_path / "sealed.bin").write_bytes(os.urandom(1 << 20) + b"\0" + FRAME[2048 : 2048 + 63])
    assert scan([tmp_path], needles) == []


def test_a_file_of_noughts_is_no_image_that_begins_black(tmp_path: Path) -> None:
    black = bytes(200) + bytes(8) + FRAME[:24] + FRAME
    (tmp_path / "index").write_bytes(bytes(500))
    assert scan([tmp_path], Needles(frames=[black])) == []
    (tmp_path / "index").write_bytes(bytes(500) + FRAME[:64])
    assert len(scan([tmp_path], Needles(frames=[black]))) == 1
