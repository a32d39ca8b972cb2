"""What travels opens to the very values of the original; what two decoders read differently travels as it came, and says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import imagecodecs
import numpy as np
import pytest

from record.trouble import Kind, Trouble
from viewer.dicom.decode import decode_frame, pack
from viewer.dicom.header_json import from_json, to_json
from viewer.dicom.image import Image, open_image
from viewer.dicom.read import read_dataset, read_header
from viewer.dicom.rendition import Prepared, prepare, same_bits, thumbnail
from viewer.dicom.syntaxes import BLOSC

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# One of each way in which frames are stored; the lossy ones travel as they came.
ORIGINALS = (
    "series/ct-head-64/CTHead47.dcm",
    "color/made-palette-segmented-16.dcm",
    "color/SC_rgb_small_odd_big_endian.dcm",
    "objects/seg-bits/liver_nonbyte_aligned.dcm",
    "objects/seg-bits/liver_deflate.dcm",
    "objects/float/parametric_map_double_float.dcm",
    "syntax/rle/D_CLUNIE_CT1_RLE_FRAGS.dcm",
    "syntax/jpeg-70/NM1_JPLL.dcm",
    "syntax/jpeg-51/MR1_JPLY.dcm",
    "syntax/jpegls-80/NM1_JLSL.dcm",
    "syntax/jpegls-81/NM1_JLSN.dcm",
    "syntax/jpeg2000-90/US1_J2KR.dcm",
    "syntax/jpeg2000-91/US1_J2KI.dcm",
    "syntax/htj2k/HTJ2K_08_RGB.dcm",
    "multiframe/emri/emri_small_big_endian.dcm",
)


def frame(prepared: Prepared, index: int, out: np.ndarray | None = None) -> np.ndarray:
    assert prepared.frames is not None
    assert prepared.header.pixels is not None
    begin = prepared.offsets[index]
    return decode_frame(prepared.frames[begin : begin + prepared.lengths[index]], prepared.form, prepared.header.pixels, out)


@pytest.mark.corpus(*ORIGINALS)
@pytest.mark.parametrize("path", ORIGINALS)
def test_frames_open_to_the_originals_values(dev_data: Path, path: str) -> None:
    data = (dev_data / path).read_bytes()
    original, prepared = open_image(data), prepare(data)
    assert prepared.trouble is None
    assert (prepared.form == BLOSC) is not original.lossy
    assert len(prepared.lengths) == original.count == len(prepared.header.frames)
    for index in range(original.count):
        expected = original.frame(index)
        found = frame(prepared, index, np.empty(expected.shape, expected.dtype))
        assert found.tobytes() == expected.tobytes()
    assert from_json(to_json(prepared.header)) == prepared.header
    assert read_header(read_dataset(prepared.header_dicom)).sop_instance_uid == prepared.header.sop_instance_uid
    assert thumbnail(prepared.header, frame(prepared, 0)).startswith(b"\x89PNG")


def test_the_demo_series_packs_to_less_than_two_thirds(dev_files: Callable[[str], list[Path]]) -> None:
    data = dev_files("series/ct-chest/*.dcm")[10].read_bytes()
    prepared = prepare(data)
    assert prepared.frames is not None
    assert prepared.warnings == ()
    assert len(prepared.frames) < len(data) * 0.67
    assert len(prepared.header_dicom) < 20_000


@pytest.fixture
def differing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second decoder reads every value one too high."""
    honest = Image.frame

    def lying(self: Image, index: int, *, second: bool = False) -> Any:
        values = honest(self, index, second=second)
        return values + 1 if second else values

    monkeypatch.setattr(Image, "frame", lying)


VALUES = np.arange(24, dtype=np.uint16).reshape(4, 6)
CODED = {
    "1.2.840.10008.1.2.4.80": bytes(imagecodecs.jpegls_encode(VALUES)),
    "1.2.840.10008.1.2.4.90": bytes(imagecodecs.jpeg2k_encode(VALUES, level=0, codecformat="j2k", reversible=True)),
    "1.2.840.10008.1.2.4.70": bytes(imagecodecs.ljpeg_encode(VALUES, bitspersample=16)),
}


@pytest.mark.usefixtures("differing")
@pytest.mark.parametrize("syntax", CODED)
def test_coded_frames_that_two_decoders_read_differently_travel_as_they_came(dicom_file: Callable[..., bytes], syntax: str) -> None:
    prepared = prepare(dicom_file(syntax, [CODED[syntax]], PixelRepresentation=0))
    assert (prepared.form, prepared.trouble) == (syntax, None)
    assert prepared.frames is not None
    assert prepared.frames.rstrip(b"\0") == CODED[syntax].rstrip(b"\0")
    assert frame(prepared, 0).tolist() == VALUES.tolist()
    assert [one.code for one in prepared.header.notes] == ["decoders_differ"]
    assert thumbnail(prepared.header, frame(prepared, 0)).startswith(b"\x89PNG")


@pytest.mark.usefixtures("differing")
def test_plain_frames_that_are_read_differently_travel_as_they_came(dicom_file: Callable[..., bytes]) -> None:
    values = np.arange(48, dtype="<i2")
    prepared = prepare(dicom_file(NumberOfFrames=2, PixelData=values.tobytes()))
    assert (prepared.form, prepared.frames) == ("1.2.840.10008.1.2.1", values.tobytes())
    assert np.concatenate([frame(prepared, 0), frame(prepared, 1)]).ravel().tolist() == values.tolist()
    assert [one.code for one in prepared.warnings] == ["decoders_differ"]


@pytest.mark.usefixtures("differing")
def test_what_cannot_be_read_apart_from_its_file_is_refused_where_two_decoders_differ(dicom_file: Callable[..., bytes]) -> None:
    prepared = prepare(dicom_file("1.2.840.10008.1.2.2", PixelData=np.arange(24, dtype=">i2").tobytes()))
    assert prepared.frames is None
    assert prepared.trouble is not None
    assert "two decoders" in prepared.trouble.what_happened
    assert prepared.header.modality == "CT"


def test_a_document_has_a_header_and_no_trouble(dicom_file: Callable[..., bytes]) -> None:
    prepared = prepare(dicom_file(Rows=None, Columns=None, PixelData=None))
    assert (prepared.frames, prepared.trouble, prepared.header.pixels) == (None, None, None)


def test_values_that_are_no_numbers_are_told(dicom_file: Callable[..., bytes]) -> None:
    values = np.array([np.nan, *range(23)], "<f4")
    data = dicom_file(
        FloatPixelData=values.tobytes(), PixelData=None, BitsAllocated=32, BitsStored=None, HighBit=None, PixelRepresentation=None
    )
    prepared = prepare(data)
    assert [one.code for one in prepared.warnings] == ["values_not_finite"]
    assert np.array_equal(frame(prepared, 0).ravel(), values, equal_nan=True)


@pytest.mark.parametrize(
    "harm", [lambda b: b[:-9], lambda b: b[:20], lambda b: bytes(len(b)), lambda b: b"", lambda b: b[:4] + b"\xff" * 4 + b[8:]]
)
def test_a_damaged_rendition_is_told_never_shown(dicom_file: Callable[..., bytes], harm: Callable[[bytes], bytes]) -> None:
    header = read_header(read_dataset(dicom_file()))
    assert header.pixels is not None
    packed = pack(np.arange(24, dtype=np.int16).reshape(4, 6))
    with pytest.raises(Trouble) as caught:
        decode_frame(harm(packed), BLOSC, header.pixels)
    assert caught.value.kind in (Kind.DAMAGED, Kind.IMAGE)


def test_header_json_that_does_not_fit_is_damaged() -> None:
    for wrong in ({}, {"modality": 3}, {"unknown": 1}):
        with pytest.raises(Trouble) as caught:
            from_json(wrong)
        assert caught.value.kind is Kind.DAMAGED


def test_a_codestream_that_contradicts_the_syntax_decides_and_is_told(dicom_file: Callable[..., bytes]) -> None:
    values = np.arange(24, dtype=np.uint16).reshape(4, 6)
    stream = imagecodecs.jpegls_encode(values)
    image = open_image(dicom_file("1.2.840.10008.1.2.4.90", [bytes(stream)], PixelRepresentation=0))
    assert image.frame(0).tolist() == values.tolist()
    assert "syntax_differs" in image.notes.codes


@pytest.mark.parametrize("count", [1, 7, 8, 9, 64, 1001])
def test_a_single_bit_anywhere_is_another_image(count: int) -> None:
    values = np.arange(count, dtype=np.uint8)
    assert same_bits(values, values.copy())
    for at in (0, count // 2, count - 1):
        other = values.copy()
        other[at] ^= 128
        assert not same_bits(values, other)
    assert not same_bits(values, np.arange(count + 1, dtype=np.uint8))


def test_bits_are_compared_not_numbers() -> None:
    odd = np.array([[np.nan, 0.0], [-0.0, 1.0]], np.float32)
    assert same_bits(odd, odd.copy())
    assert not same_bits(odd, np.abs(odd))
    assert same_bits(odd.T, np.ascontiguousarray(odd.T))
    assert same_bits(np.frombuffer(memoryview(bytes(17))[1:], np.uint16), np.zeros(8, np.uint16))
