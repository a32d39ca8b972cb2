from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import imagecodecs
import numpy as np
import pytest

from record.trouble import Kind, Trouble
from viewer.dicom.codecs import CODECS
from viewer.dicom.codestream import examine
from viewer.dicom.decode import decode_frame, decode_stream
from viewer.dicom.header import PixelFormat
from viewer.dicom.image import open_image
from viewer.dicom.notes import Notes
from viewer.dicom.syntaxes import DECODERS, SYNTAXES, Coding

if TYPE_CHECKING:
    from collections.abc import Callable

GREY = PixelFormat(16, 24, 1, 16, 16, 15, signed=False, photometric="MONOCHROME2", dtype="uint16")
VALUES = (np.arange(384, dtype=np.uint16) * 97).reshape(16, 24)
TAIL = "1.2.840.10008.1.2.4."
STREAMS: dict[str, Callable[[], bytes]] = {
    "57": lambda: bytes(imagecodecs.ljpeg_encode(VALUES)),
    "70": lambda: bytes(imagecodecs.ljpeg_encode(VALUES)),
    "80": lambda: bytes(imagecodecs.jpegls_encode(VALUES)),
    "90": lambda: bytes(imagecodecs.jpeg2k_encode(VALUES, level=0, reversible=True, codecformat="j2k")),
    "201": lambda: bytes(imagecodecs.htj2k_encode(VALUES, level=0)),
    "202": lambda: bytes(imagecodecs.htj2k_encode(VALUES, level=0)),
}


def test_every_syntax_has_its_row_and_every_decoder_its_function() -> None:
    for syntax in SYNTAXES.values():
        assert syntax.coding in DECODERS or syntax.coding in (Coding.VIDEO, Coding.NONE)
    for coding, row in DECODERS.items():
        assert row.reason
        if coding is not Coding.NATIVE:
            assert {row.first, *([row.second] if row.second else [])} <= set(CODECS)
            assert row.first != row.second


@pytest.mark.parametrize("tail", STREAMS)
def test_both_decoders_of_a_lossless_syntax_give_the_values(tail: str) -> None:
    for second in (False, True):
        notes = Notes()
        assert np.array_equal(decode_stream(STREAMS[tail](), TAIL + tail, GREY, notes, second=second), VALUES)
        assert notes.codes == ()


@pytest.mark.parametrize("tail", STREAMS)
def test_the_codestreams_header_is_read(tail: str) -> None:
    found = examine(STREAMS[tail]())
    assert found is not None
    assert (found.coding, found.rows, found.columns, found.samples) == (SYNTAXES[TAIL + tail].coding, 16, 24, 1)
    assert found.whole


@pytest.mark.parametrize("tail", STREAMS)
def test_another_size_than_the_headers_is_refused_before_decoding(tail: str) -> None:
    with pytest.raises(Trouble, match="another size") as caught:
        decode_frame(STREAMS[tail](), TAIL + tail, replace(GREY, rows=17))
    assert caught.value.kind is Kind.IMAGE


@pytest.mark.parametrize("tail", STREAMS)
def test_a_cut_stream_is_refused_or_told(tail: str) -> None:
    whole = STREAMS[tail]()
    for length in range(2, len(whole) - 2, 7):
        notes = Notes()
        try:
            decode_stream(whole[:length], TAIL + tail, GREY, notes)
        except Trouble:
            continue
        assert "pixels_short" in notes.codes


def test_lossy_jpeg_keeps_its_colour_form_and_says_so() -> None:
    rgb = np.zeros((16, 16, 3), np.uint8)
    rgb[:, :8, 0] = 200
    stream = bytes(imagecodecs.jpeg8_encode(rgb, level=95))
    found = examine(stream)
    assert found is not None
    assert (found.colour, found.lossy) == ("YBR", True)
    form = PixelFormat(16, 16, 3, 8, 8, 7, signed=False, photometric="YBR_FULL", dtype="uint8")
    decoded = decode_frame(stream, TAIL + "50", form)
    assert decoded[8, 2].tolist() == pytest.approx([60, 94, 228], abs=6)


@pytest.mark.parametrize(("syntax", "words"), [(TAIL + "110", "JPEG XL"), ("1.2.3.4", "not known")])
def test_what_is_not_decoded_is_refused_by_name_with_a_remedy(dicom_file: Callable[..., bytes], syntax: str, words: str) -> None:
    image = open_image(dicom_file(syntax, [b"\xff\xd8\xff\xf7xx"]))
    assert image.trouble is not None
    assert words in image.trouble.what_happened
    assert image.trouble.what_to_do.endswith(".")
