"""What is wrong with a file is told, and never more than a `Trouble`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from record.trouble import Kind, Trouble
from viewer.dicom.image import open_image
from viewer.dicom.read import read_dataset, read_file, read_header

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DEFLATED = "1.2.840.10008.1.2.1.99"


def test_a_file_is_read_without_its_pixels(dicom_file: Callable[..., bytes], tmp_path: Path) -> None:
    path = tmp_path / "one.dcm"
    path.write_bytes(dicom_file(PatientName="Sample^Ada"))
    for given in (path, path.read_bytes()):
        ds = read_dataset(given)
        assert "PixelData" not in ds
        found = read_header(ds)
        assert (found.patient_name, found.modality, found.transfer_syntax_uid) == ("Sample^Ada", "CT", "1.2.840.10008.1.2.1")
        assert found.pixels is not None
        assert (found.pixels.rows, found.pixels.columns, found.pixels.dtype) == (4, 6, "int16")


def test_without_preamble_and_meta(dicom_file: Callable[..., bytes]) -> None:
    whole = dicom_file()
    bare = whole[whole.index(b"\x08\x00\x16\x00UI") :]
    assert read_dataset(bare).Rows == 4


@pytest.mark.parametrize(
    "junk", [b"", b"x", b"hello world, this is a text file", bytes(1000), b"\xff\xd8\xff\xe0JFIF" * 20, b"%PDF-1.7\n" * 30]
)
def test_what_is_no_dicom_is_said_to_be_none(junk: bytes) -> None:
    with pytest.raises(Trouble) as caught:
        read_file(junk)
    assert caught.value.kind is Kind.INPUT


def test_a_cut_anywhere_is_refused_or_told(dicom_file: Callable[..., bytes]) -> None:
    whole = dicom_file()
    shown = open_image(whole)
    assert (shown.count, shown.notes.codes) == (1, ())
    for length in range(len(whole)):
        try:
            image = open_image(whole[:length])
        except Trouble:
            continue
        assert image.trouble is not None or image.count == 0 or image.notes.codes, length


def test_a_deflated_file_is_read_and_its_header_comes_out_plain(dicom_file: Callable[..., bytes]) -> None:
    image = open_image(dicom_file(DEFLATED, PatientID="7"))
    assert image.frame(0)[3, 5] == 23
    assert read_header(read_dataset(image.header_dicom)).patient_id == "7"


def test_a_bomb_is_not_unpacked(dicom_file: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    whole = dicom_file(DEFLATED, ImageComments="a" * 4000)
    monkeypatch.setattr("viewer.dicom.read.INFLATED_LIMIT", 3000)
    with pytest.raises(Trouble, match="attack"):
        read_file(whole)


def test_a_cut_deflated_file_is_refused(dicom_file: Callable[..., bytes]) -> None:
    whole = dicom_file(DEFLATED)
    with pytest.raises(Trouble, match="middle"):
        read_file(whole[:-6])


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ({"SOPInstanceUID": None}, "uid_missing"),
        ({"PatientID": "1" * 100}, "value_too_long"),
        ({"RescaleSlope": 0, "RescaleIntercept": 0}, "slope_zero"),
        ({"WindowCenter": 40, "WindowWidth": 0}, "window_unusable"),
        ({"PixelSpacing": [0, 1]}, "spacing_unusable"),
        ({"ImageOrientationPatient": [0, 0, 0, 0, 0, 0]}, "orientation_unusable"),
        ({"PixelData": bytes(48 + 600)}, "pixels_long"),
        ({"PixelData": bytes(48 * 3), "NumberOfFrames": 5}, "frames_missing"),
    ],
)
def test_each_doubt_has_its_note(dicom_file: Callable[..., bytes], attributes: dict[str, object], code: str) -> None:
    image = open_image(dicom_file(**attributes))
    assert image.trouble is None
    assert code in image.notes.codes
    assert image.noted().notes[0].text.endswith(".")


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        ({"Rows": 0}, "size is impossible"),
        ({"Rows": 65535, "Columns": 65535}, "larger than any image"),
        ({"BitsAllocated": 11}, "packed in a way"),
        ({"BitsStored": 20}, "number of bits"),
        ({"SamplesPerPixel": 3}, "number of colours"),
        ({"NumberOfFrames": 2147483647}, "more frames"),
        ({"PixelData": bytes(20)}, "data end after 1 of 4 rows"),
    ],
)
def test_what_no_image_can_be_is_refused_with_its_header_read(
    dicom_file: Callable[..., bytes], attributes: dict[str, object], words: str
) -> None:
    image = open_image(dicom_file(PatientID="7", **attributes))
    assert image.trouble is not None
    assert words in image.trouble.what_happened
    assert image.header.pixels is None
    assert image.header.patient_id == "7"


NESTED = b"\x08\x00\x40\x11SQ\0\0\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff"  # a sequence and its first item
STRANGER = b"\x10\x00\x20\x00LO\x08\x00~another"
ITEM_END, SEQUENCE_END = b"\xfe\xff\x0d\xe0\0\0\0\0", b"\xfe\xff\xdd\xe0\0\0\0\0"


@pytest.mark.parametrize(
    ("inside", "refused"),
    [
        (NESTED + STRANGER + ITEM_END + SEQUENCE_END, False),
        (NESTED + SEQUENCE_END + STRANGER + ITEM_END + SEQUENCE_END, True),
        (NESTED + ITEM_END + SEQUENCE_END + STRANGER, True),
        (NESTED + ITEM_END + SEQUENCE_END + STRANGER + SEQUENCE_END, True),
    ],
)
def test_a_number_from_inside_a_sequence_never_becomes_the_patients(dicom_file: Callable[..., bytes], inside: bytes, refused: bool) -> None:
    data = dicom_file(PatientID="7")
    at = data.index(b"\x08\x00\x60\x00CS")
    changed = data[:at] + inside + data[at:]
    if refused:
        with pytest.raises(Trouble, match="This file is damaged") as caught:
            open_image(changed)
        assert caught.value.kind is Kind.DAMAGED
    else:
        assert open_image(changed).header.patient_id == "7"
