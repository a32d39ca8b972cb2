"""`overread render`: a slice as a PNG without a display, with the reading view's own grey values."""

from __future__ import annotations

import json
import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np
import pydicom
import pytest

from app.render import main
from viewer.dicom.geometry import order
from viewer.dicom.grey import Voi
from viewer.dicom.header import Window
from viewer.dicom.image import open_image
from viewer.dicom.picture import draw

if TYPE_CHECKING:
    from pathlib import Path


def pixels(path: Path) -> np.ndarray:
    data = path.read_bytes()
    columns, rows, _depth, kind = struct.unpack(">IIBB", data[16:26])
    begin = data.index(b"IDAT")
    (length,) = struct.unpack(">I", data[begin - 4 : begin])
    lines = np.frombuffer(zlib.decompress(data[begin + 4 : begin + 4 + length]), np.uint8).reshape(rows, -1)[:, 1:]
    return lines.reshape((rows, columns) if kind == 0 else (rows, columns, 3))


def test_a_slice_by_number_in_a_window(dev_data: Path, tmp_path: Path) -> None:
    files = sorted((dev_data / "series/ct-chest").iterdir())[:6]
    out = tmp_path / "slice.png"
    argv = [*map(str, files), "--out", str(out), "--slice", "2", "--window", "400", "--level", "40"]
    assert main(argv) == 0
    images = [open_image(path.read_bytes()) for path in files]
    chosen = images[order([one.header for one in images]).slices[1].instance]
    expected = draw(chosen.header, 0, chosen.frame(0), Voi("window", window=Window(40, 400)))
    assert np.array_equal(pixels(out), expected)


def test_a_size_keeps_proportions_on_black(dev_data: Path, tmp_path: Path) -> None:
    file = min((dev_data / "series/ct-chest").iterdir())
    out = tmp_path / "small.png"
    assert main([str(file), "--out", str(out), "--size", "300x100", "--window", "1", "--level", "-5000"]) == 0
    found = pixels(out)
    assert found.shape == (100, 300)
    assert not found[:, :99].any()
    assert found[50, 150] == 255


@pytest.mark.corpus("color")
def test_colour_is_drawn_in_colour(dev_data: Path, tmp_path: Path) -> None:
    out = tmp_path / "colour.png"
    assert main([str(dev_data / "color/SC_rgb_jpeg.dcm"), "--out", str(out)]) == 0
    assert pixels(out).ndim == 3


def comment(path: Path) -> str:
    data = path.read_bytes()
    if b"iTXt" not in data:
        return ""
    begin = data.index(b"iTXt")
    (length,) = struct.unpack(">I", data[begin - 4 : begin])
    keyword, _, rest = data[begin + 4 : begin + 4 + length].partition(b"\0")
    assert keyword == b"Comment"
    assert zlib.crc32(data[begin : begin + 4 + length]) == struct.unpack(">I", data[begin + 4 + length : begin + 8 + length])[0]
    return rest[4:].decode()


def test_stored_pixels_need_no_word(dev_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "whole.png"
    argv = [str(min((dev_data / "series/ct-chest").iterdir())), "--out", str(out)]
    assert main([*argv, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["fidelity"], told["slice"], told["slices"]) == ([], 1, 1)
    assert main(argv) == 0
    assert capsys.readouterr().err == ""
    assert comment(out) == ""


def test_a_picture_that_is_less_than_the_image_says_so(dev_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ds = pydicom.dcmread(min((dev_data / "series/ct-chest").iterdir()))
    ds.LossyImageCompression, ds.LossyImageCompressionRatio = "01", "10.2"
    ds.save_as(tmp_path / "lossy.dcm")
    out = tmp_path / "small.png"
    argv = [str(tmp_path / "lossy.dcm"), "--out", str(out), "--size", f"{ds.Columns // 2}x{ds.Rows // 2}"]
    assert main(argv) == 0
    assert comment(out) == "reduced to 50 %, source was lossy 10:1"
    assert "about 10 to 1" in capsys.readouterr().err
    assert main([*argv, "--json"]) == 0
    assert [one["word"] for one in json.loads(capsys.readouterr().out)["fidelity"]] == ["reduced to 50 %", "source was lossy 10:1"]


def test_what_cannot_be_done_is_told_in_one_sentence(dev_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(min((dev_data / "series/ct-chest").iterdir()))
    (tmp_path / "letter.txt").write_text("hello")
    out = str(tmp_path / "x.png")
    for argv, words in (
        ([file, "--out", out, "--slice", "9"], "Choose one from 1 to 1."),
        ([file, "--out", out, "--window", "400"], "Give both"),
        ([str(tmp_path / "letter.txt"), "--out", out], "not a DICOM file"),
        ([str(tmp_path / "none.dcm"), "--out", out], "no such file"),
        ([file, "--out", str(tmp_path / "no" / "x.png")], "cannot be written"),
    ):
        assert main(argv) == 1
        assert words in capsys.readouterr().err
    assert not (tmp_path / "x.png").exists()
